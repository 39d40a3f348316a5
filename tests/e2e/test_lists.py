from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.e2e.program import Run


def test_a_table_becomes_a_list_and_a_wrong_list_exits_with_2(run: Run, tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "a.jpg"), np.zeros((9, 9, 3), np.uint8))
    table, listed = tmp_path / "labels.csv", tmp_path / "list.txt"
    table.write_text("file,yaw_deg,pitch_deg,roll_deg\na.jpg,1,2,3\n", encoding="utf-8")
    common = ("lists", "--dataset", "csv", "--root", tmp_path, "--table", table, "--angles", "within-99")
    assert run(*common, "--out", listed).code == 0
    assert run(*common, "--check", listed).code == 0
    listed.write_text("a.jpg\nb.jpg\n", encoding="utf-8")
    outcome = run(*common, "--check", listed)
    assert outcome.code == 2
    assert (
        outcome.err.splitlines()[-1] == f"hopenet-studio: {listed} does not match {tmp_path}: 1 unreadable. See above."
    )
    assert "labels.csv has no picture “b.jpg”" in outcome.out
