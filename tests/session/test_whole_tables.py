"""Which pose table belongs to a whole video, what was set otherwise when it was made, and how it is saved."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.errors import UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.session.whole_tables import differences, save_table, table_of
from detectors import Box
from hopenet import HeadPose

MODELS: dict[str, dict[str, object]] = {
    "snapshot": {"name": "compact", "sha256": "abc"},
    "detector": {"name": "mediapipe", "minimum_score": None},
    "settings": {"smoothing": 0.5, "detect_every": 1, "device": "cpu", "engine": "onnxruntime"},
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with its record, beside the place of its video."""
    path = tmp_path / "talk.csv"
    with open_pose_table(path) as rows:
        for index in range(3):
            pose = HeadPose(10 / 3, -index, 1)
            face = Face(1, Box(0, 0, 9, 9), 0.9, pose, pose, None)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 30)), (face,)))
    source = SourceRecord(name="talk.mp4", kind="video", size=(4, 4), frame_count=3)
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=source,
        models=MODELS,
        counts=Counts(3, 3, 3),
    )
    return path


def record(table: Path) -> dict[str, Any]:
    return dict(json.loads(record_path(table).read_text(encoding="utf-8")))


def test_the_table_of_a_video_is_found_and_that_of_another_is_not(table: Path) -> None:
    found = table_of(table.with_suffix(".mp4"))
    assert found is not None and found.path == table
    assert table_of(table.with_name("other.mp4")) is None
    table.write_text("not a table")
    assert table_of(table.with_suffix(".mp4")) is None


@pytest.mark.parametrize(
    ("part", "changes", "found"),
    [
        ("settings", {}, ()),
        ("settings", {"device": "cuda", "engine": "torch"}, ()),
        ("settings", {"smoothing": 0.3}, ("smoothing",)),
        ("settings", {"detect_every": 4}, ("other settings",)),
        ("snapshot", {"sha256": "def"}, ("snapshot",)),
        ("detector", {"minimum_score": 0.7}, ("detector",)),
    ],
    ids=["nothing", "the device", "smoothing", "other settings", "snapshot", "detector"],
)
def test_what_would_be_otherwise_now_is_named(
    table: Path, part: str, changes: dict[str, object], found: tuple[str, ...]
) -> None:
    now = {**MODELS, part: {**MODELS[part], **changes}}
    assert differences(record(table), now) == found


def test_a_part_of_a_video_and_a_missing_record_are_named(table: Path) -> None:
    changed = record(table)
    changed["source"]["since_s"] = 2.0
    assert differences(changed, MODELS) == ("range",)
    assert differences(None, MODELS) == ("no record",)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_saved_table_has_the_same_numbers_and_a_record_of_its_own(table: Path, suffix: str) -> None:
    saved = table.with_name(f"kept{suffix}")
    save_table(table, saved)
    before, after = read_pose_table(table), read_pose_table(saved)
    for name, column in before.columns.items():
        np.testing.assert_array_equal(after.columns[name], column)
    assert record(saved)["table"]["format"] == suffix[1:]
    assert {**record(saved), "table": {}} == {**record(table), "table": {}}


def test_a_table_that_cannot_be_saved_leaves_nothing(table: Path) -> None:
    with pytest.raises(UsageError, match="extension"):
        save_table(table, table.with_name("kept.docx"))
    assert not list(table.parent.glob("kept*"))
