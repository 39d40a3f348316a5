"""Annotated pictures in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from app.errors import OutputError, UsageError
from app.export.pipeline import RunControl
from app.export.run import run_task
from app.export.task import ExportTask, OutputExists, TableOutput
from app.settings import DetectorChoice, Style
from app.threads.signals import Stop
from app.video.pictures_writer import written_names
from app.weights import ModelStore
from tests.photograph import astronaut


def saved(path: Path, image: npt.NDArray[Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(path), image)


def read(path: Path) -> npt.NDArray[Any]:
    image = cv2.imread(str(path))
    assert image is not None
    return image


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three pictures of different sizes and formats, and one that cannot be read."""
    folder = tmp_path / "shots"
    face = np.ascontiguousarray(astronaut()[50:170, 142:302])
    saved(folder / "a.png", face)
    saved(folder / "b.jpg", cv2.resize(face, (320, 240)))
    (folder / "c.png").write_bytes(b"no picture")
    saved(folder / "d.ppm", face)
    return folder


def task(pictures: Path, folder: Path, **options: object) -> ExportTask:
    boxes = folder.parent / "boxes.txt"
    boxes.write_text("".join(f"{frame} 31 20 130 118 0.995\n" for frame in (1, 2, 4)), encoding="utf-8")
    table = (TableOutput(folder.parent / "table.csv"),)
    return ExportTask(
        pictures,
        folder,
        table,
        detector=DetectorChoice("boxes", boxes=boxes),
        as_pictures=True,
        **options,  # type: ignore[arg-type]
    )


def run(wanted: ExportTask, control: RunControl | None = None) -> int:
    return run_task(wanted, store=ModelStore.standard(), control=control or RunControl()).counts.frames


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_picture_is_annotated_in_its_own_size_under_its_own_name(pictures: Path, tmp_path: Path) -> None:
    """A format that is not written becomes PNG; what cannot be read is left out."""
    out = tmp_path / "annotated"
    assert run(task(pictures, out, style=Style(box=True))) == 3
    assert names(out) == ["a.png", "b.jpg", "d.png"]
    sizes = [read(out / name).shape[:2] for name in names(out)]
    assert sizes == [(120, 160), (240, 320), (120, 160)]
    same = np.equal(read(pictures / "a.png"), read(out / "a.png"))
    assert 0.5 < same.mean() < 1
    assert "b.jpg" in (tmp_path / "table.csv").read_text(encoding="utf-8")


def test_a_folder_with_something_in_it_is_only_written_to_on_request(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "annotated"
    out.mkdir()
    assert run(task(pictures, out)) == 3  # It is empty.
    (out / "mine.txt").touch()
    (tmp_path / "table.csv").unlink()
    (tmp_path / "table.json").unlink()
    with pytest.raises(OutputExists, match="annotated already exists"):
        run(task(pictures, out))
    assert run(task(pictures, out, overwrite=True)) == 3
    assert names(out) == ["a.png", "b.jpg", "d.png", "mine.txt"]


def test_a_cancelled_export_leaves_no_picture_and_no_folder(pictures: Path, tmp_path: Path) -> None:
    stop = Stop()
    control = RunControl(progress=lambda done, _total: stop.request() if done == 2 else None, stop=stop)
    with pytest.raises(InterruptedError):
        run(task(pictures, tmp_path / "annotated"), control)
    assert names(tmp_path) == ["boxes.txt", "shots"]


def test_the_source_itself_cannot_be_written_to(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is the source itself"):
        run(task(pictures, pictures, overwrite=True))
    assert run(task(pictures, pictures / "annotated")) == 3


def test_a_video_does_not_become_a_folder_of_pictures(pictures: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder of pictures"):
        run(task(pictures / "a.png", tmp_path / "annotated"))
    assert not (tmp_path / "annotated").exists()


def test_a_file_in_the_folders_place_is_kept(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "annotated").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        run(task(pictures, tmp_path / "annotated", overwrite=True))


def test_names_stay_unless_their_format_cannot_be_written() -> None:
    given = ("a.heic", "a.png", "b.HEIC", "c.JPG", "d.e.heic")
    assert written_names(given) == ("a.heic.png", "a.png", "b.png", "c.JPG", "d.e.png")
