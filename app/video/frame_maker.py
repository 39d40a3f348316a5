"""Makes frames from decoded pictures, and notes what changes from one to the next."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from av.container import InputContainer
from av.video.stream import VideoStream

from app.frames import Frame, Note
from app.video.clock import Jump
from app.video.conversion import ToBgr
from app.video.planes import is_writable
from app.video.reading import Decoded
from app.video.shape import Shape, Shapes

_MOST_PLACES = 100
"""Places that a note lists. Its sentence has the number of all."""


class _Change(NamedTuple):
    frame: int
    time: Fraction
    before: tuple[int, int]
    after: tuple[int, int]


class _Range(NamedTuple):
    """Consecutive damaged frames, with both ends."""

    first: int
    time_s: float
    last: int
    last_time_s: float


class FrameMaker:
    """Converts pictures to frames, each in its own shape: upright, with square pixels.

    `white`: as for `ToBgr`. `size`: that of the video's first frame, which reading may not begin with. `keep_decoded`:
    frames also have their picture as it was decoded, if a video can be written from it.
    """

    def __init__(self, *, white: float | None, size: tuple[int, int], keep_decoded: bool = False) -> None:
        self._keep_decoded = keep_decoded
        self._white = white
        self._shapes: Shapes | None = None
        self._convert: tuple[Shape, ToBgr] | None = None
        self._size = size
        self._changes: list[_Change] = []
        self._damaged: list[_Range] = []
        self._damaged_count = 0

    def start(self, container: InputContainer, stream: VideoStream) -> None:
        """Before the first picture of each decoder."""
        self._shapes = Shapes(container, stream)

    def stop(self) -> None:
        """After the last picture of each decoder: lets go of it. Its pictures fill megabytes, while a closed video may
        be held for long."""
        self._shapes = self._convert = None

    def see(self, decoded: Decoded) -> Shape:
        """The picture's shape. Every picture has to be seen, in order, whether a frame is made of it or not."""
        if self._shapes is None:
            raise RuntimeError("FrameMaker.start was not called.")
        return self._shapes.of(decoded.picture)

    def frame(self, decoded: Decoded, shape: Shape, number: int, time: Fraction) -> Frame:
        if self._convert is None or self._convert[0] != shape:
            self._convert = shape, ToBgr(shape.square, shape.orientation, white=self._white)
        kept = decoded.picture if self._keep_decoded and is_writable(decoded.picture, shape) else None
        frame = Frame(self._convert[1](decoded.picture), number, time, damaged=decoded.damaged, decoded=kept)
        if frame.size != self._size:
            self._changes.append(_Change(number, time, self._size, frame.size))
        self._size = frame.size
        if frame.damaged:
            self._note_damage(frame)
        return frame

    def notes(self, jumps: tuple[Jump, ...], moved: int) -> tuple[Note, ...]:
        """What was unusual so far. `moved`: the number of frames that were moved to a later time."""
        notes = (_jump_note(jumps), self._size_note(), self._damage_note(), _moved_note(moved))
        return tuple(note for note in notes if note is not None)

    def _note_damage(self, frame: Frame) -> None:
        self._damaged_count += 1
        if self._damaged and self._damaged[-1].last + 1 == frame.index:
            self._damaged[-1] = self._damaged[-1]._replace(last=frame.index, last_time_s=frame.time_s)
        else:
            self._damaged.append(_Range(frame.index, frame.time_s, frame.index, frame.time_s))

    def _damage_note(self) -> Note | None:
        if not self._damaged_count:
            return None
        are = "1 frame is" if self._damaged_count == 1 else f"{self._damaged_count} frames are"
        first = f"the first at {self._damaged[0].time_s:.2f} s"
        return Note(
            "damaged frames",
            f"{are} damaged, {first}: the decoder filled in what is missing. Their rows are marked in the table, and "
            "frames that follow may still show remains.",
            tuple(
                {"frame": part.first, "time_s": part.time_s, "last_frame": part.last, "last_time_s": part.last_time_s}
                for part in self._damaged[:_MOST_PLACES]
            ),
        )

    def _size_note(self) -> Note | None:
        if not self._changes:
            return None
        first = self._changes[0]
        times = "once" if len(self._changes) == 1 else f"{len(self._changes)} times"
        return Note(
            "size change",
            f"The picture's size changes {times}, first at {float(first.time):.2f} s from {_times(first.before)} to "
            f"{_times(first.after)}. Each frame is analysed in its own size.",
            tuple(
                {
                    "frame": change.frame,
                    "time_s": float(change.time),
                    "size_before": list(change.before),
                    "size": list(change.after),
                }
                for change in self._changes[:_MOST_PLACES]
            ),
        )


def aspect_note(shape: Shape, *, is_nonsense: bool) -> Note | None:
    """Says that a video's pixels are not square; None if they are."""
    if is_nonsense:
        return Note("pixel aspect", "The file states an impossible shape for its pixels, so they are taken as square.")
    if shape.aspect == 1:
        return None
    aspect = f"{shape.aspect.numerator}:{shape.aspect.denominator}"
    return Note(
        "pixel aspect",
        f"The video's pixels are not square ({aspect}): its frames of {shape.width} × {shape.height} are analysed and "
        f"written with square pixels, in {_times(shape.size)}.",
    )


def _jump_note(jumps: tuple[Jump, ...]) -> Note | None:
    if not jumps:
        return None
    first = jumps[0]
    times = "once" if len(jumps) == 1 else f"{len(jumps)} times"
    return Note(
        "clock jump",
        f"The video's clock jumps {times}, first at {float(first.time):.2f} s. Times go on without a gap.",
        tuple(
            {"time_s": float(jump.time), "clock_before_s": float(jump.before), "clock_s": float(jump.after)}
            for jump in jumps[:_MOST_PLACES]
        ),
    )


def _moved_note(moved: int) -> Note | None:
    if not moved:
        return None
    have = "1 frame has a time that is" if moved == 1 else f"{moved} frames have times that are"
    return Note("repeated times", f"{have} not later than that of the frame before. Each was moved to just after it.")


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
