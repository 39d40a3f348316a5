"""An annotated video that is written in segments, so that a killed export loses no more than the last of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from av.video.frame import VideoFrame

from app.atomic_files import replacing, writing
from app.errors import OutputError
from app.frames import Note
from app.video import SourceFacts, VideoOptions, VideoWriter
from app.video.fragments import encoded_packets
from app.video.planes import Rectangle
from detectors import BgrImage

FRAMES_IN_SEGMENT = 250
"""As many as the encoders put between two keyframes: a segment costs nothing in size or quality."""


class SegmentedVideo:
    """Writes segments of FRAMES_IN_SEGMENT frames into a folder, and at the end the video from them. Implements `Sink`.

    Segments that are in the folder are kept: `wants_picture` is false for their frames, which are passed over.
    `video` writes the video; `source`, `options` and `since` are those that it was made with.
    """

    def __init__(
        self,
        video: VideoWriter,
        path: Path,
        folder: Path,
        *,
        source: SourceFacts,
        options: VideoOptions,
        since: Fraction,
    ) -> None:
        self._video, self._path, self._folder = video, path, folder
        self._source = replace(source, has_sound=False)
        self._options = replace(options, sound=False, metadata=False)
        self._since = since
        self._segment: VideoWriter | None = None
        self._last: Fraction | None = None
        self.kept = _kept_segments(folder) * FRAMES_IN_SEGMENT
        """How many frames are in segments that were there."""
        self.frames_written = 0
        self.nudged = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        return self._video.notes

    @property
    def wants_picture(self) -> bool:
        """Whether the next frame is not in a segment yet."""
        return self.frames_written >= self.kept

    def __enter__(self) -> Self:
        with suppress(_OnlyTried), replacing(self._path):
            raise _OnlyTried
        return self

    def pass_over(self, time: Fraction) -> None:
        """Takes the next frame from its segment."""
        self._placed(time)
        self.frames_written += 1

    def write(self, image: BgrImage, time: Fraction) -> None:
        self._open_segment().write(image, self._placed(time))
        self._count()

    def takes(self, decoded: VideoFrame) -> bool:
        return self._video.takes(decoded)

    def write_over(self, decoded: VideoFrame, image: BgrImage, areas: Sequence[Rectangle], time: Fraction) -> None:
        self._open_segment().write_over(decoded, image, areas, self._placed(time))
        self._count()

    def _open_segment(self) -> VideoWriter:
        if self._segment is None:
            segment = VideoWriter(
                self._folder / _PARTIAL,
                size=self._source.size,
                source=self._source,
                options=self._options,
                since=self._since,
                fragments=True,
            )
            self._segment = segment.__enter__()
        return self._segment

    def _count(self) -> None:
        self.frames_written += 1
        if self.frames_written % FRAMES_IN_SEGMENT == 0:
            self._end_segment()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            segment, self._segment = self._segment, None
            if segment is not None:
                segment.__exit__(kind, error, trace)
            return
        if self._segment is not None:
            self._end_segment()
        with self._video as video:
            for segment_path in _segments(self._folder):
                for packet in encoded_packets(segment_path):
                    video.copy(packet)
            if video.frames_written != self.frames_written:
                raise OutputError(
                    f"{self._folder} has {video.frames_written} frames instead of {self.frames_written}.",
                    advice="Delete the folder to start over.",
                )

    def _placed(self, time: Fraction) -> Fraction:
        """The time of the frame in the video: later than the previous one, also across segments."""
        tick = self._video.tick
        placed = self._since + round((time - self._since) / tick) * tick
        if self._last is not None and placed <= self._last:
            placed = self._last + tick
            self.nudged += 1
        self._last = placed
        return placed

    def _end_segment(self) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        segment.__exit__(None, None, None)
        number = (self.frames_written - 1) // FRAMES_IN_SEGMENT
        with writing(self._path):
            with (self._folder / _PARTIAL).open("rb+") as file:
                os.fsync(file.fileno())
            (self._folder / _PARTIAL).replace(self._folder / _name(number))


_PARTIAL = "segment.mp4"


class _OnlyTried(Exception):
    """Leaves a block without a file."""


def _name(number: int) -> str:
    return f"segment-{number:06d}.mp4"


def _segments(folder: Path) -> list[Path]:
    """The complete segments, in their order."""
    return sorted(folder.glob("segment-*.mp4"))


def _kept_segments(folder: Path) -> int:
    """How many whole segments there are from the start on. Others are removed."""
    kept = 0
    for path in _segments(folder):
        if path.name == _name(kept) and sum(1 for _ in encoded_packets(path)) == FRAMES_IN_SEGMENT:
            kept += 1
        else:
            path.unlink()
    return kept
