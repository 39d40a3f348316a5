"""Several sets as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hopenet.datasets import JoinedHeads, TableSet


def table(folder: Path, yaw_deg: float) -> TableSet:
    folder.mkdir()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / "head.png")
    (folder / "labels.csv").write_text(f"file,yaw_deg,pitch_deg,roll_deg\nhead.png,{yaw_deg},0,0\n")
    return TableSet(folder / "labels.csv")


def test_heads_of_the_same_name_in_two_sets_are_kept_apart(tmp_path: Path) -> None:
    joined = JoinedHeads([table(tmp_path / "one", 10), table(tmp_path / "two", -20)])
    assert list(joined.names) == ["head.png", "2:head.png"]
    assert [joined.read(name).pose.yaw for name in joined.names] == [10, -20]
    assert joined.read("2:head.png").file == tmp_path / "two" / "head.png"
    assert joined.name == "csv + csv"


def test_a_name_of_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"None of the sets has a head “3:head\.png”"):
        JoinedHeads([table(tmp_path / "one", 10)]).read("3:head.png")
