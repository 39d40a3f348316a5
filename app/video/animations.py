"""An animated WebP or AVIF as a source of frames. FFmpeg reads GIF and animated PNG, but not these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from app.errors import SourceError
from app.frames import Frame, Note
from app.video.facts import SourceFacts, always
from app.video.limits import check_pixels
from app.video.picture_files import UNREADABLE, bgr_of, opened_by_pillow

_MILLISECOND = Fraction(1, 1000)

_SHORTEST_MS = 1
"""Two pictures are never at the same time."""

_USUAL_MS = 100
"""Browsers show a picture without a duration for this long."""


class Animation:
    """The pictures of an animation, each at its time. Raises SourceError if not even the first can be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._damage: str | None = None
        try:
            self._packed = path.read_bytes()
            with opened_by_pillow(self._packed) as image:
                check_pixels(path, *image.size)
                claimed = int(getattr(image, "n_frames", 1))
                self._starts_ms, end_ms = _starts_ms(image)
                image.seek(0)
                height, width = bgr_of(image).shape[:2]
        except SourceError:
            raise
        except UNREADABLE as error:
            raise SourceError(f"{path} cannot be read as a picture.", advice="It may be damaged.") from error
        count = len(self._starts_ms)
        self._missing = claimed - count
        self.facts = SourceFacts(
            path=path,
            kind="video",
            width=width,
            height=height,
            frame_rate=Fraction(count * 1000, end_ms),
            time_base=_MILLISECOND,
            frame_count=count,
            duration_s=end_ms / 1000,
            end=end_ms * _MILLISECOND,
        )

    @property
    def damage(self) -> str | None:
        return self._damage

    @property
    def notes(self) -> tuple[Note, ...]:
        return ()

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """As `Source.frames`."""
        self._damage = None
        times = [milliseconds * _MILLISECOND for milliseconds in self._starts_ms]
        first = max((index for index, time in enumerate(times) if time <= start), default=0)
        with opened_by_pillow(self._packed) as image:
            for index in range(first, len(times)):
                if not wanted():
                    return
                image.seek(index)
                yield Frame(bgr_of(image), index, times[index])
        if self._missing:
            self._damage = f"The last {self._missing} pictures of {self._path.name} could not be read."

    def close(self) -> None:
        """Does nothing: no file stays open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _starts_ms(image: Image.Image) -> tuple[tuple[int, ...], int]:
    """The time at which each picture is shown, and the end of the last one, in milliseconds; increasing.

    Pictures after the first that cannot be decoded are left out.
    """
    starts: list[int] = []
    end = 0
    for index in range(int(getattr(image, "n_frames", 1))):
        try:
            image.seek(index)
            image.load()
        except UNREADABLE:
            if not index:
                raise
            break
        starts.append(end)
        end += max(_SHORTEST_MS, int(image.info.get("duration") or _USUAL_MS))
    return tuple(starts), end
