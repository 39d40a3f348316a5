"""Exports of folders: each picture is judged alone, and the record says by which detector."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.cli import parser
from app.errors import UsageError
from app.export.pipeline import RunControl
from app.export.run import run_task
from app.export.task import ExportTask, TableOutput
from app.settings import AnalysisSettings, DetectorChoice
from app.weights import ModelStore
from tests.photograph import astronaut


def annotate(*words: object) -> int:
    namespace = parser().parse_args(["annotate", *map(str, words)])
    code: int = namespace.run(namespace)
    return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A large face, the same face too small for the short range, and no face."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    small = np.full((400, 640, 3), 127, np.uint8)
    small[40:200, 60:316] = cv2.resize(astronaut()[:320], (256, 160), interpolation=cv2.INTER_AREA)
    for name, picture in (("1.png", astronaut()[:320]), ("2.png", small), ("3.png", np.full((200, 300, 3), 90))):
        assert cv2.imwrite(str(folder / name), picture)
    return folder


def exported(folder: Path, *, smoothing: float = 1.0) -> tuple[dict[str, object], list[dict[str, str]]]:
    table = folder.parent / "poses.csv"
    settings = AnalysisSettings(detect_every=3, smoothing=smoothing, measure_every=2)
    task = ExportTask(folder, tables=(TableOutput(table),), settings=settings, detector=DetectorChoice())
    result = run_task(task, store=ModelStore.standard(), control=RunControl())
    assert result.measure_every == 1, "pictures are measured all"
    with table.open(encoding="utf-8", newline="") as file:
        return json.loads(table.with_suffix(".json").read_text(encoding="utf-8")), list(csv.DictReader(file))


@pytest.fixture
def _detectors(model: Callable[[str], Path]) -> None:
    for name in ("blazeface-short-range", "blazeface-full-range"):
        model(name)


@pytest.mark.usefixtures("_detectors")
def test_automatic_detection_takes_the_detector_that_finds_most_in_each_picture(folder: Path) -> None:
    record, rows = exported(folder)
    assert [(row["file"], row["face_id"]) for row in rows] == [("1.png", "1"), ("2.png", "1")]
    detector, settings = record["detector"], record["settings"]
    assert isinstance(detector, dict)
    assert (detector["name"], detector["used"]) == ("auto", {"mediapipe": [0, 2], "mediapipe-full": [1]})
    assert isinstance(settings, dict)
    assert (settings["smoothing"], settings["detect_every"]) == (0.0, 1)
    assert "each picture" in str(record["face_ids"])
    assert all(row["yaw_deg"] == row["yaw_smooth_deg"] for row in rows)


@pytest.mark.usefixtures("_detectors")
def test_one_detector_for_all_pictures_is_recorded_by_its_name(folder: Path) -> None:
    for name in ("1.png", "3.png"):
        (folder / name).unlink()
    record, _ = exported(folder)
    detector = record["detector"]
    assert isinstance(detector, dict)
    assert detector["name"] == "mediapipe-full"
    assert "used" not in detector


@pytest.mark.usefixtures("_detectors")
def test_a_range_of_a_folder_counts_its_pictures(folder: Path) -> None:
    table = folder.parent / "two.csv"
    assert annotate(folder, "--poses", table, "--from", "2", "--to", "3") == 0
    with table.open(encoding="utf-8", newline="") as file:
        assert [(row["frame"], row["file"]) for row in csv.DictReader(file)] == [("1", "2.png")]
    assert json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))["counts"]["frames"] == 2


@pytest.mark.usefixtures("_detectors")
@pytest.mark.parametrize(("written", "fitted"), [("annotated", False), ("annotated.mp4", True), (None, False)])
def test_only_a_video_fits_pictures_of_other_sizes_on_black(written: str | None, fitted: bool, folder: Path) -> None:
    table = folder.parent / "poses.csv"
    video = None if written is None else folder.parent / written
    task = ExportTask(folder, video, (TableOutput(table),), as_pictures=written == "annotated")
    result = run_task(task, store=ModelStore.standard(), control=RunControl())
    sentences = [note.sentence for note in result.notes if note.kind in ("size change", "output")]
    height, width = astronaut()[:320].shape[:2]
    said = f"In the written video of {width} × {height}, frames of another size are fitted on black."
    assert sentences[0].endswith("each is analysed in its own size.")
    assert sentences[1:] == ([said] if fitted else [])
    notes = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))["notes"]
    assert [note["sentence"] for note in notes if note["kind"] in ("size change", "output")] == sentences


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "4"), "has 3 pictures, so there is no picture 4"),
        (("--from", "1.5"), "1.5 is not one of them"),
        (("--to", "0"), "0 is not one of them"),
        (("--from", "3", "--to", "2"), "from picture 3 to picture 2 is empty"),
    ],
)
def test_a_range_without_pictures_is_refused(arguments: tuple[str, ...], message: str, folder: Path) -> None:
    with pytest.raises(UsageError, match=message):
        annotate(folder, "--poses", folder.parent / "no.csv", *arguments)
