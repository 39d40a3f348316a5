from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import OutputError, SourceError, UsageError
from app.export.task import ExportTask, OutputExists, TableOutput, check_outputs, check_region
from app.settings import DetectorChoice
from detectors import Box, DetectorOptions


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "talk.mp4"
    path.write_bytes(b"a video")
    return path


def test_a_task_without_outputs_or_source_is_refused(video: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No output was given"):
        check_outputs(ExportTask(video))
    with pytest.raises(SourceError, match="There is no file"):
        check_outputs(ExportTask(tmp_path / "gone.mp4", tmp_path / "out.mp4"))


@pytest.mark.parametrize("existing", ["out.mp4", "out.csv", "out.json"])
def test_no_output_replaces_a_file_unasked(existing: str, video: Path, tmp_path: Path) -> None:
    (tmp_path / existing).write_text("older", encoding="utf-8")
    task = ExportTask(video, tmp_path / "out.mp4", (TableOutput(tmp_path / "out.csv"),))
    with pytest.raises(OutputExists, match="already exists"):
        check_outputs(task)


@pytest.mark.parametrize(
    ("output", "table", "reason"),
    [
        ("talk.mp4", "talk.csv", "is the source itself"),
        ("./x/../talk.mp4", "talk.csv", "is the source itself"),
        ("hard.mp4", "talk.csv", "is the source itself"),
        ("soft.mp4", "talk.csv", "is the source itself"),
        ("out.mp4", "boxes.csv", "is the source itself"),
        ("out.mp4", "net.parquet", "is the source itself"),
        ("out.csv", "out.csv", "given twice"),
        ("out.csv", "OUT.csv", "given twice"),
        ("u\u0308.csv", "\u00fc.csv", "given twice"),
        ("out.json", "out.csv", "given twice"),
    ],
)
def test_no_output_is_an_input_or_another_output(
    output: str, table: str, reason: str, video: Path, tmp_path: Path
) -> None:
    (tmp_path / "x").mkdir()
    for name in ("boxes.csv", "net.parquet"):
        (tmp_path / name).write_text("precious", encoding="utf-8")
    try:
        (tmp_path / "hard.mp4").hardlink_to(video)
        (tmp_path / "soft.mp4").symlink_to(video)
    except OSError:
        pytest.skip("this user may not make links")
    task = ExportTask(
        video,
        tmp_path / output,
        (TableOutput(tmp_path / table),),
        snapshot=str(tmp_path / "net.parquet"),
        detector=DetectorChoice("boxes", boxes=tmp_path / "boxes.csv"),
        overwrite=True,
    )
    with pytest.raises(UsageError, match=reason):
        check_outputs(task)


def test_a_picture_of_a_folder_is_not_replaced_by_a_table_of_it(tmp_path: Path) -> None:
    picture = tmp_path / "0001.png"
    picture.write_bytes(b"a picture")
    task = ExportTask(tmp_path, None, (TableOutput(picture, "csv"),), overwrite=True)
    with pytest.raises(UsageError, match="one of the pictures"):
        check_outputs(task)


@pytest.mark.parametrize(
    ("output", "reason"),
    [("gone/out.csv", "does not exist"), ("talk.mp4/out.csv", "is not a folder"), ("folder.csv", "it is a folder")],
)
def test_an_output_that_cannot_be_written_is_refused_beforehand(
    output: str, reason: str, video: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match=reason):
        check_outputs(ExportTask(video, None, (TableOutput(tmp_path / output),), overwrite=True))


def test_a_record_that_cannot_be_written_is_refused_beforehand(video: Path, tmp_path: Path) -> None:
    (tmp_path / "out.json").mkdir()
    with pytest.raises(OutputError, match=r"out\.json cannot be written: it is a folder"):
        check_outputs(ExportTask(video, None, (TableOutput(tmp_path / "out.csv"),), overwrite=True))


@pytest.mark.parametrize("region", [(640, 0, 700, 100), (0, 480, 10, 500), (-50, -50, 0, 0), (1e300, 0, 2e300, 9)])
def test_a_region_outside_the_picture_is_refused(region: tuple[float, ...], video: Path) -> None:
    choice = DetectorChoice(options=DetectorOptions(region=Box(*region)))
    with pytest.raises(UsageError, match="outside the picture, which is 640×480 pixels large"):
        check_region(ExportTask(video, detector=choice), size=(640, 480))


@pytest.mark.parametrize("region", [(0, 0, 1e9, 5), (635, 0, 9999, 480), (-50, -50, 9, 9)])
def test_a_region_of_which_too_little_is_in_the_picture_for_a_face_is_refused(
    region: tuple[float, ...], video: Path
) -> None:
    choice = DetectorChoice(options=DetectorOptions(region=Box(*region)))
    with pytest.raises(UsageError, match="too small for a face"):
        check_region(ExportTask(video, detector=choice), size=(640, 480))


def test_a_region_that_is_partly_inside_is_accepted(video: Path) -> None:
    choice = DetectorChoice(options=DetectorOptions(region=Box(600, 400, 9999, 9999)))
    check_region(ExportTask(video, detector=choice), size=(640, 480))


def test_the_standard_output_is_refused(video: Path) -> None:
    with pytest.raises(UsageError, match="complete files"):
        check_outputs(ExportTask(video, None, (TableOutput(Path("-"), "csv"),)))
