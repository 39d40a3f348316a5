"""The protocol of sources with an end (videos, pictures, folders), and what is known about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self, runtime_checkable

from app.frames import Frame, Note
from app.video.clock import Jump

if TYPE_CHECKING:
    from av.video.reformatter import Colorspace

SourceKind = Literal["video", "picture", "folder"]

DEFAULT_FRAME_RATE = Fraction(25)
"""Frames per second of sources without a rate: pictures, and videos whose container does not state one."""


def always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known about a source before its frames are read.

    `width` and `height` are those of the first frame in square pixels, after rotation by `rotation_deg` (0, 90, 180 or
    270, clockwise). `stored_size` is the width and height of the stored picture, before rotation and with pixels whose
    width divided by their height is `stored_pixel_aspect`. `frame_rate` is the average in frames per second.
    `frame_count` and `duration_s` are what the container states, None if it does not. Times are multiples of
    `time_base` seconds. `origin` is the container's own time at time 0, and `end` the time until which the last frame
    is shown, None if unknown. `clock_jumps`: where the video's clock jumps, if that is known before reading; sound
    follows their offsets. `file_names`: of pictures, the name of each frame's file. `matrix`: that of a video whose
    pixels a written video may have as they are.
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
    stored_size: tuple[int, int] | None = None
    stored_pixel_aspect: Fraction = Fraction(1)
    origin: Fraction = Fraction(0)
    end: Fraction | None = None
    clock_jumps: tuple[Jump, ...] = ()
    file_names: tuple[str, ...] = ()
    matrix: Colorspace | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height


class Source(Protocol):
    """A video, a picture, or a folder of pictures, as a sequence of frames.

    Convention:
        `Frame.time` is the presentation time on the container's own timeline, which starts at 0; a video track that
        starts later than the sound keeps its delay. If a container's clock starts anywhere else (MPEG-TS, MPEG-PS, Ogg,
        or more than a second after 0), its earliest track is at 0. Where the clock jumps, times go on. They are
        strictly increasing: a frame that is not later than the previous one is moved to one tick after it. Pixels are
        square, and frames may differ in size.

    Thread: `frames()` opens, reads and closes the file in the thread that iterates.
    """

    @property
    def facts(self) -> SourceFacts: ...

    @property
    def damage(self) -> str | None:
        """After the last frame: one sentence about what could not be read, None if everything was."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was unusual, as far as it has been read; complete after the last frame. `damage` is not repeated."""
        ...

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """The frames from the one that is shown at `start`; each call starts again.

        Indices and times are the same as when reading from the beginning. If `start` is after the end, only the last
        frame is returned. `wanted` is called from time to time, also before the first frame; once it returns false, the
        frames end. Raises SourceError if no frame can be read; after the first frame, errors are described in `damage`.
        """
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class Sampled(Protocol):
    """A source that reads some of its frames more quickly than all of them."""

    def every_nth(
        self, n: int, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always
    ) -> Iterator[Frame]:
        """As `Source.frames`, but only the frames whose number is a multiple of `n`."""
        ...


def what_is_unusual(source: Source) -> str | None:
    """What could not be read of a source and what else was unusual about it, as far as it was read; None if nothing."""
    return " ".join(filter(None, (source.damage, *(note.sentence for note in source.notes)))) or None
