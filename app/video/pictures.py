"""A picture, or a folder of pictures, as a source of frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from app.errors import SourceError
from app.frames import Frame, Note
from app.video.facts import DEFAULT_FRAME_RATE, SourceFacts, SourceKind, always
from detectors import BgrImage

PICTURE_SUFFIXES = frozenset(
    {".bmp", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)


def read_picture(path: Path) -> BgrImage:
    """A picture as BGR uint8 of shape (H, W, 3), read-only, rotated upright according to its EXIF tag.

    Grey pictures get three equal channels, 16 bits become 8, and an alpha channel is dropped.
    Raises SourceError if the file cannot be read or is not a picture.
    """
    try:
        # OpenCV cannot open every path that Windows supports, so the bytes are read here.
        packed = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise SourceError(f"The picture {path} cannot be read: {error.strerror or error}.") from error
    try:
        image = cv2.imdecode(packed, cv2.IMREAD_COLOR) if packed.size else None
    except cv2.error:
        image = None
    if image is None:
        raise SourceError(
            f"{path} cannot be read as a picture.", advice="It may be damaged, or a file of another type."
        )
    picture = np.asarray(image, dtype=np.uint8)
    picture.flags.writeable = False
    return picture


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """A sort key that compares numbers in file names by value: `shot2` before `shot10`."""
    parts = re.findall(r"(\d+)|(\D+)", path.name.lower())
    return [(0, int(digits), "") if digits else (1, 0, text) for digits, text in parts]


class Pictures:
    """One picture, or several at 25 frames per second. The pictures of a folder may differ in size."""

    def __init__(self, path: Path, paths: tuple[Path, ...], *, kind: SourceKind) -> None:
        self._paths = paths
        self._damage: str | None = None
        self._readable: set[Path] = set()
        self._lost: set[Path] = set()
        first = self._first_readable()
        height, width = first.shape[:2]
        period = 1 / DEFAULT_FRAME_RATE
        self.facts = SourceFacts(
            path=path,
            kind=kind,
            width=width,
            height=height,
            frame_rate=DEFAULT_FRAME_RATE,
            time_base=period,
            frame_count=len(paths),
            duration_s=float(len(paths) * period),
            end=len(paths) * period,
        )

    @classmethod
    def of_file(cls, path: Path) -> Pictures:
        """A single picture. Raises SourceError if it cannot be read."""
        return cls(path, (path,), kind="picture")

    @classmethod
    def of_folder(cls, folder: Path) -> Pictures:
        """The pictures directly in a folder, in natural order. Raises SourceError if there are none."""
        try:
            found = [entry for entry in folder.iterdir() if entry.suffix.lower() in PICTURE_SUFFIXES]
        except OSError as error:
            raise SourceError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
        paths = tuple(sorted((entry for entry in found if entry.is_file()), key=natural_key))
        if not paths:
            raise SourceError(
                f"The folder {folder} contains no pictures.", advice="Choose a video, or a folder with pictures."
            )
        return cls(folder, paths, kind="folder")

    @property
    def damage(self) -> str | None:
        return self._damage

    @property
    def notes(self) -> tuple[Note, ...]:
        return ()

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """One frame per picture; pictures that cannot be read are left out and counted in `damage`.

        A picture has to be read to know whether it can be, so those before `start` are read as well, but only once.
        """
        self._damage = None
        period = 1 / DEFAULT_FRAME_RATE
        index = 0
        last: Path | None = None
        for path in self._paths:
            if not wanted():
                return
            passed = (index + 1) * period <= start
            if passed and path in self._readable:
                last = path
            elif (image := self._image(path)) is None:
                continue
            elif passed:
                last = path
            else:
                last = None
                yield Frame(image, index, index * period)
            index += 1
        if not index:
            raise SourceError(f"None of the pictures in {self.facts.path} can be read.")
        if last is not None:
            yield Frame(read_picture(last), index - 1, (index - 1) * period)
        lost = [path.name for path in self._paths if path in self._lost]
        if lost:
            names = f"{lost[0]} and {len(lost) - 1} more" if len(lost) > 1 else lost[0]
            self._damage = f"{names} could not be read and {'were' if len(lost) > 1 else 'was'} left out."

    def close(self) -> None:
        """Does nothing: no file stays open between pictures."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _image(self, path: Path) -> BgrImage | None:
        try:
            image = read_picture(path)
        except SourceError:
            self._readable.discard(path)
            self._lost.add(path)
            return None
        self._lost.discard(path)
        self._readable.add(path)
        return image

    def _first_readable(self) -> BgrImage:
        failures: list[SourceError] = []
        for path in self._paths:
            try:
                return read_picture(path)
            except SourceError as error:
                failures.append(error)
        raise failures[0]
