"""Writes videos: every frame that goes in is written, at its own time, with the source's sound."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter
from av.video.stream import VideoStream

from app.atomic_files import replacing, writing
from app.errors import OutputError
from app.frames import Note
from app.video.carried import NOTHING, Carried
from app.video.colour import PIXEL_FORMAT, matrix_of, usual_matrix
from app.video.encoders import VideoOptions, choose_encoder
from app.video.facts import SourceFacts
from app.video.fitting import fitted, padded
from app.video.muxing import LONGEST_STEP, VideoMuxer
from app.video.planes import Overwriting, Rectangle
from detectors import BgrImage

VIDEO_FORMATS: dict[str, str] = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
"""Extension to container. The container is given explicitly, because the temporary file has another extension."""

_FINEST_TICK = Fraction(1, 1_000_000)
_MINIMUM_TICK_RATE = 10_000
"""The MP4 muxer needs at least this many ticks per second; whole multiples of the source's rate keep times exact."""

_LONGEST_LAST_FRAME_S = 2
"""A last frame that would be shown longer than this means that the source was cut off."""

_COARSE_TICKS = (Fraction(1, 10_000), Fraction(1, 1000), Fraction(1, 100), Fraction(1, 10))

_LONGEST_PAUSE = LONGEST_STEP // 8
"""Ticks between two frames: decoding may be several frames ahead of showing."""

_DEFAULT_OPTIONS = VideoOptions()


class VideoWriter:
    """A video being written to `path` in MP4, MOV or Matroska, 8 bits, 4:2:0.

    The frames' own times are kept, including variable rates. A picture with an odd width or height is enlarged by one
    pixel, a copy of its edge, and one that is too small for the encoder with black; a picture of another size than
    `size` is scaled to fit, on black. The matrix is the source's if it is an ordinary one, otherwise BT.709 for high
    definition and BT.601 below, and the video is tagged accordingly.

    `size`: width and height in pixels. The source's sound tracks are copied if they are whole and the container can
    hold them, and encoded as AAC if not; trouble with them never costs the video. `carried`: what else is taken over
    from the source. `since` and `until` bound what is written, in seconds of the source's time: `since` becomes 0, and
    the sound is cut at both. An existing file is replaced, but only by a complete video. With `fragments`, an MP4 file
    is written straight to `path` instead, so that it survives the end of the process up to its last second.

    Raises UsageError for an encoder, quality or preset that is not available, and OutputError when the `with` block is
    entered if the path cannot be written.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: tuple[int, int],
        source: SourceFacts,
        options: VideoOptions = _DEFAULT_OPTIONS,
        since: Fraction = Fraction(0),
        until: Fraction | None = None,
        fragments: bool = False,
        carried: Carried = NOTHING,
    ) -> None:
        self._path = path
        self._fragments = fragments
        self._carried = carried
        self._size = size
        self._source = source
        self._sound_from = source.path if options.sound and source.has_sound else None
        self._chosen = choose_encoder(options)
        self._since = since
        self._until = until
        self._chosen.check_container(path)
        self._coded_size = self._chosen.size_for(size)
        self._tick = _tick_for(source)
        self._reformatter = VideoReformatter()
        self._matrix = source.matrix or usual_matrix(*self._coded_size)
        self._overwriting = Overwriting(self._matrix)
        self._place = contextlib.ExitStack()
        self._output: VideoMuxer | None = None
        self._first_pts = 0
        self._last_pts: tuple[int, ...] = ()
        self._shown: VideoFrame | None = None
        self.frames_written = 0
        self.nudged = 0
        """Frames that were not later than the previous one and were moved to one tick after it."""
        self._repeated = 0
        self._output_notes: tuple[Note, ...] = ()

    @property
    def tick(self) -> Fraction:
        """The unit of the video's times, in seconds."""
        return self._tick

    @property
    def notes(self) -> tuple[Note, ...]:
        """After the block: what the video lacks of its source, or has in addition to it."""
        coded, even = self._coded_size, tuple(side + side % 2 for side in self._size)
        notes = list(self._output_notes)
        if self._chosen.in_place_of is not None:
            wanted, used = self._chosen.in_place_of, self._chosen.name
            notes.append(
                Note(
                    "output",
                    f"The encoder {wanted} could not start on this machine, so the video was encoded as {used} on the "
                    "processor.",
                )
            )
        if self._carried.left_out is not None:
            notes.append(self._carried.left_out)
        if coded != even:
            sizes = [" × ".join(map(str, size)) for size in (self._size, coded)]
            notes.append(Note("output", f"The written video was enlarged from {sizes[0]} to {sizes[1]} with black."))
        if self._repeated:
            frames = "1 repeated frame" if self._repeated == 1 else f"{self._repeated} repeated frames"
            notes.append(
                Note(
                    "output",
                    f"The written video has {frames}: the container cannot express such long pauses. Matroska (.mkv) "
                    "can.",
                )
            )
        return tuple(notes)

    def __enter__(self) -> Self:
        if self._path.exists() and self._source.path.exists() and self._path.samefile(self._source.path):
            raise OutputError(f"{self._path} is the source itself.", advice="Choose another file.")
        with contextlib.ExitStack() as place:
            part = self._path if self._fragments else place.enter_context(replacing(self._path))
            with self._writing():
                self._output = self._open(part)
            place.callback(self._output.close)
            self._place = place.pop_all()
        return self

    def write(self, image: BgrImage, time: Fraction) -> None:
        """Adds a picture of shape (H, W, 3), BGR uint8, shown from `time` (seconds on the source's timeline).

        Raises OutputError if it cannot be written, ValueError for an array of another shape or type.
        """
        self._write(self._to_yuv(image), time)

    def takes(self, decoded: VideoFrame) -> bool:
        """Whether `write_over` can write a picture that `app.video.planes.is_writable`: it has the video's size and
        matrix."""
        is_as_large = (decoded.width, decoded.height) == self._size == self._coded_size
        return is_as_large and matrix_of(decoded) == self._matrix

    def write_over(self, decoded: VideoFrame, image: BgrImage, areas: Sequence[Rectangle], time: Fraction) -> None:
        """Adds a decoded picture that it `takes`, with these areas of an image of the same shape as for `write`.

        The image is not read elsewhere. The areas begin and end at even numbers. Raises OutputError as `write` does.
        """
        self._write(self._overwriting(decoded, image, areas), time)

    def _write(self, frame: VideoFrame, time: Fraction) -> None:
        if self._output is None:
            raise RuntimeError("VideoWriter.write was called outside its with block.")
        pts = round((time - self._since) / self._tick)
        if self._last_pts and pts <= self._last_pts[-1]:
            pts = self._last_pts[-1] + 1
            self.nudged += 1
        with self._writing():
            self._bridge(pts)
            self._output.encode(frame, pts)
        self._shown = frame
        self._count(pts)

    def copy(self, packet: Packet[VideoStream]) -> None:
        """Adds an encoded picture from `encoded_packets` of a writer's file, of the same size, options and `since`.

        The packets of a file come in its own order, and its pictures are shown after those of the file before.
        Raises OutputError if it cannot be written.
        """
        if self._output is None or packet.pts is None:
            raise RuntimeError("VideoWriter.copy was called outside its with block, or for a packet without a time.")
        pts = round(packet.pts * packet.time_base / self._tick)
        with self._writing():
            self._output.copy(packet, pts)
        self._count(pts)

    def _count(self, pts: int) -> None:
        self._first_pts = min(pts, self._first_pts) if self.frames_written else pts
        self._last_pts = tuple(sorted((*self._last_pts, pts)))[-2:]
        self.frames_written += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        output, self._output = self._output, None
        if kind is not None or output is None:
            self._place.__exit__(kind, error, trace)
            return
        with self._place:
            if not self.frames_written:
                raise OutputError(f"{self._path} was not written: there were no frames.")
            last_ticks = max(1, round(self._last_duration() / self._tick))
            with self._writing():
                output.finish(first_pts=self._first_pts, last_pts=self._last_pts[-1], last_ticks=last_ticks)
        self._output_notes = output.notes

    def _open(self, part: Path) -> VideoMuxer:
        try:
            return self._opened(part, self._sound_from, self._carried)
        except av.error.FFmpegError as error:
            if (self._sound_from is None and self._carried == NOTHING) or isinstance(error, OSError):
                raise
        output = self._opened(part, None, NOTHING)
        output.lacks_sound = self._sound_from is not None
        return output

    def _opened(self, part: Path, sound_from: Path | None, carried: Carried) -> VideoMuxer:
        output = VideoMuxer(
            part,
            form=VIDEO_FORMATS[self._path.suffix.lower()],
            size=self._coded_size,
            tick=self._tick,
            source=self._source,
            chosen=self._chosen,
            fragments=self._fragments,
        )
        try:
            if sound_from is not None:
                start = self._source.origin + self._since
                end = None if self._until is None else self._source.origin + self._until
                output.add_sound(
                    sound_from,
                    shift=start,
                    since=start if self._since > 0 else None,
                    until=end,
                    jumps=[jump.offset for jump in self._source.clock_jumps],
                )
            output.start(carried)
        except BaseException:
            output.close()
            raise
        return output

    def _bridge(self, pts: int) -> None:
        """Repeats the previous frame where the container cannot express the time to the next one."""
        if self._output is None or self._shown is None or self._path.suffix.lower() == ".mkv":
            return
        while pts - self._last_pts[-1] > _LONGEST_PAUSE:
            between = self._last_pts[-1] + _LONGEST_PAUSE
            self._output.encode(self._shown, between)
            self._last_pts = (*self._last_pts, between)[-2:]
            self._repeated += 1

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Turns FFmpeg's errors into an OutputError."""
        with writing(self._path):
            try:
                yield
            except av.error.FFmpegError as error:
                if isinstance(error, OSError):
                    raise
                raise OutputError(
                    f"{self._path} cannot be written: the encoder {self._chosen.name} or the container does not accept"
                    " this video.",
                    advice="Try another encoder, or a file that ends in .mkv.",
                ) from error

    def _to_yuv(self, image: BgrImage) -> VideoFrame:
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
            raise ValueError(
                f"A picture must be BGR uint8 of shape (H, W, 3), not {image.dtype} of shape {image.shape}."
            )
        width, height = self._coded_size
        if (image.shape[1], image.shape[0]) != self._size:
            image = fitted(image, self._size)
        if self._size != (width, height):
            image = padded(image, (width, height))
        frame = VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="bgr24")
        return self._reformatter.reformat(
            frame, format=PIXEL_FORMAT, dst_colorspace=self._matrix, dst_color_range=ColorRange.MPEG
        )

    def _last_duration(self) -> Fraction:
        shown = self._last_pts[-1] * self._tick + self._since
        usual = 1 / self._source.frame_rate
        before = (self._last_pts[-1] - self._last_pts[-2]) * self._tick if len(self._last_pts) > 1 else None
        end = self._source.end
        if end is not None and 0 < end - shown <= _LONGEST_LAST_FRAME_S:
            period = end - shown
            # A video that ends within a frame keeps its frame rate rather than the shorter last frame.
            period = max(period, usual) if before in (None, usual) else period
        else:
            period = before or usual
        if self._until is not None and self._until > shown:
            period = min(period, self._until - shown)
        return period


def output_tick(time_base: Fraction) -> Fraction:
    """The tick of a written video in seconds: the source's divided by a whole number, at least one microsecond."""
    rate = time_base.denominator
    if rate * _FINEST_TICK > 1:
        return _FINEST_TICK
    while rate < _MINIMUM_TICK_RATE:
        rate *= 2
    return Fraction(1, rate)


def _tick_for(source: SourceFacts) -> Fraction:
    """The tick of the written video: coarser if a long video might have pauses that the container cannot express."""
    tick = output_tick(source.time_base)
    length_s = float(source.end or 0) or source.duration_s or 0
    if length_s < _LONGEST_PAUSE * tick:
        return tick
    rare = _COARSE_TICKS if source.frame_rate < 1 else ()
    ticks: tuple[Fraction, ...] = (
        tick,
        *(coarse for coarse in (source.time_base, *rare) if coarse > tick and coarse.numerator == 1),
    )
    return next((coarse for coarse in ticks if length_s < _LONGEST_PAUSE * coarse), ticks[-1])
