"""What every source of frames tells about itself, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from app.frames import Frame

SourceKind = Literal["video", "picture", "folder"]

DEFAULT_FRAME_RATE = Fraction(25)
"""Frames per second of a source that names no rate: pictures, and videos whose container is silent about it."""


def always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known of a source before its frames are read.

    `width` and `height` are in pixels, after rotation; `rotation_deg` (0, 90, 180 or 270, clockwise) was applied.
    `frame_rate` is the average in frames per second. `frame_count` and `duration_s` are the container's own word and
    None where it is silent. Times are multiples of `time_base` seconds. `pixel_aspect` is a pixel's width over its
    height. `origin` is what the container's own clock shows at time 0, and `end` the time at which the last frame
    ceases to be shown, None where it is unknown.
    """

    path: Path
    kind: SourceKind
    width: int
    height: int
    frame_rate: Fraction
    time_base: Fraction
    frame_count: int | None = None
    duration_s: float | None = None
    rotation_deg: int = 0
    has_sound: bool = False
    pixel_aspect: Fraction = Fraction(1)
    origin: Fraction = Fraction(0)
    end: Fraction | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height


class Source(Protocol):
    """A video, a picture, or a folder of pictures, as a sequence of frames.

    Convention:
        `Frame.time` is the presentation time on the container's own timeline, which begins at 0; a picture track that
        starts later than the sound keeps that delay. Where a container's clock begins anywhere (MPEG-TS, MPEG-PS,
        Ogg), its earliest track is at 0. Times rise strictly: a frame that is not later than the one before is moved
        one tick behind it.

    Thread: `frames()` opens, reads and closes the file in the thread that iterates.
    """

    @property
    def facts(self) -> SourceFacts: ...

    @property
    def damage(self) -> str | None:
        """After the last frame: one sentence on what could not be read, None where all of it was."""
        ...

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """The frames from the one on that is shown at `start`; a second call begins again.

        Index and time are those that a reading from the beginning gives; where `start` lies behind the end, the last
        frame comes. `wanted` is asked now and then, also while nothing comes yet: the frames end once it says no.
        Raises SourceError where not one frame can be read. Once a frame has come, what is broken ends in `damage`.
        """
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
