"""Writes annotated pictures into a folder, under the names of the pictures that they were made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

from app.atomic_files import check_writable, replacing, together, writing
from app.errors import OutputError
from app.frames import Note
from app.video.facts import SourceFacts
from app.video.sink import PICTURE_OPTIONS, encoded_picture
from detectors import BgrImage


class PicturesWriter:
    """The annotated pictures of a folder, in another one. Implements `Sink`.

    All of them appear together at the end. Pictures in a format that is not written become PNG.
    """

    nudged = 0
    notes: tuple[Note, ...] = ()

    def __init__(self, folder: Path, *, source: SourceFacts) -> None:
        """`source` is a folder of pictures: the time of a frame is its place among `file_names`."""
        self._folder = folder
        self._period = source.time_base
        self._names = written_names(source.file_names)
        self._appearing = together()
        self.frames_written = 0

    def __enter__(self) -> Self:
        self._appearing.__enter__()
        return self

    def write(self, image: BgrImage, time: Fraction) -> None:
        """Writes a picture of shape (H, W, 3), BGR uint8, of any size."""
        path = self._folder / self._names[int(time / self._period)]
        with replacing(path) as part, writing(path):
            part.write_bytes(encoded_picture(image, path.suffix.lower()))
        self.frames_written += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._appearing.__exit__(kind, error, trace)


def written_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names of annotated pictures. `shot.heic` becomes `shot.png`, or `shot.heic.png` if that is taken."""
    taken = {name.casefold() for name in names if PurePath(name).suffix.lower() in PICTURE_OPTIONS}
    written = []
    for name in names:
        path = PurePath(name)
        if path.suffix.lower() not in PICTURE_OPTIONS:
            other = path.with_suffix(".png").name
            name = f"{name}.png" if other.casefold() in taken else other  # noqa: PLW2901 — the name that is written
            taken.add(name.casefold())
        written.append(name)
    return tuple(written)


@contextmanager
def pictures_folder(folder: Path) -> Iterator[None]:
    """Creates the folder if it is not there. If the block raises, an empty folder that was created is removed.

    Raises OutputError if it cannot be created.
    """
    check_pictures_folder(folder)
    with writing(folder):
        created = not folder.exists()
        folder.mkdir(exist_ok=True)
    try:
        yield
    except BaseException:
        if created:
            with suppress(OSError):
                folder.rmdir()
        raise


def check_pictures_folder(folder: Path) -> None:
    """Raises OutputError if pictures cannot be written into this folder, or if it cannot be created."""
    with writing(folder):
        if folder.is_dir():
            check_writable(folder / "picture.png")
        elif folder.exists():
            raise OutputError(f"{folder} is a file, not a folder.", advice="Choose another name.")
        else:
            check_writable(folder)
