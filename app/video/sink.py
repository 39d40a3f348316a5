"""Writes annotated pictures to a video or a single picture, depending on the file's extension."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import cv2
import numpy as np
from av.video.frame import VideoFrame

from app.atomic_files import replacing, writing
from app.errors import OutputError, UsageError
from app.frames import Note
from app.video.carried import NOTHING, carried_from
from app.video.encoders import VideoOptions
from app.video.facts import SourceFacts
from app.video.planes import Rectangle
from app.video.writer import VIDEO_FORMATS, VideoWriter
from detectors import BgrImage

PICTURE_OPTIONS: dict[str, tuple[int, ...]] = {
    ".png": (),
    ".jpg": (cv2.IMWRITE_JPEG_QUALITY, 95),
    ".jpeg": (cv2.IMWRITE_JPEG_QUALITY, 95),
    ".webp": (cv2.IMWRITE_WEBP_QUALITY, 95),
    ".bmp": (),
    ".tif": (),
    ".tiff": (),
}
"""Extensions of the pictures that can be written, with OpenCV's options for each."""

_DEFAULT_OPTIONS = VideoOptions()


class Sink(Protocol):
    """Accepts annotated pictures within a `with` block. If the block ends with an exception, no file is left behind.

    Thread: enter, write and leave it in one thread.
    """

    @property
    def frames_written(self) -> int: ...

    @property
    def nudged(self) -> int: ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """After the block: what the output lacks of its source, or has in addition to it."""
        ...

    def write(self, image: BgrImage, time: Fraction) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class DecodedSink(Sink, Protocol):
    """A sink that can write decoded pictures without converting them, as `VideoWriter` does."""

    def takes(self, decoded: VideoFrame) -> bool: ...

    def write_over(self, decoded: VideoFrame, image: BgrImage, areas: Sequence[Rectangle], time: Fraction) -> None: ...


class PictureWriter:
    """A single picture, written completely or not at all. Raises OutputError if the path cannot be written."""

    nudged = 0
    notes: tuple[Note, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = contextlib.ExitStack()
        self._part = path
        self.frames_written = 0

    def __enter__(self) -> Self:
        self._part = self._place.enter_context(replacing(self._path))
        return self

    def write(self, image: BgrImage, time: Fraction) -> None:  # noqa: ARG002 - a picture has no time
        """Writes the picture of shape (H, W, 3), BGR uint8; `time` is not used. A second picture is refused."""
        if self.frames_written:
            raise OutputError(
                f"{self._path} can contain only one picture, but there are more.", advice="Choose a video instead."
            )
        suffix = self._path.suffix.lower()
        encoded = encoded_picture(image, suffix)
        with writing(self._path):
            self._part.write_bytes(encoded)
        self.frames_written = 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._place.__exit__(kind, error, trace)
            return
        with self._place:
            if not self.frames_written:
                raise OutputError(f"{self._path} was not written: there were no frames.")


def encoded_picture(image: BgrImage, suffix: str) -> bytes:
    """The picture of shape (H, W, 3), BGR uint8, as a file with one of the extensions of PICTURE_OPTIONS."""
    done, encoded = cv2.imencode(suffix, image, PICTURE_OPTIONS[suffix])
    if not done:
        raise ValueError(f"A picture of shape {image.shape} cannot be written as {suffix}.")
    return np.asarray(encoded).tobytes()


def open_sink(
    path: Path,
    *,
    source: SourceFacts,
    options: VideoOptions = _DEFAULT_OPTIONS,
    since: Fraction = Fraction(0),
    until: Fraction | None = None,
) -> Sink:
    """The sink for `path`, by its extension: a video, or a picture if the source is one.

    `options`, `since` and `until` are those of `VideoWriter` and do not apply to pictures. Nothing is written before
    the `with` block.

    Raises UsageError for an extension that cannot be written, a picture of a source that is not one, and as
    `VideoWriter`.
    """
    suffix = path.suffix.lower()
    if suffix in PICTURE_OPTIONS:
        if source.kind != "picture":
            raise UsageError(f"{path.name} is a picture, but the source is a {source.kind}.", advice="Name a video.")
        return PictureWriter(path)
    if suffix not in VIDEO_FORMATS:
        known = ", ".join((*VIDEO_FORMATS, *PICTURE_OPTIONS))
        reason = f"Files of the type “{suffix}” cannot be written." if suffix else f"“{path.name}” has no extension."
        raise UsageError(reason, advice=f"Choose one of: {known}.")
    carried = NOTHING
    if options.metadata and source.kind == "video":
        carried = carried_from(source.path, origin=source.origin, since=since, until=until, rate=source.frame_rate)
    return VideoWriter(
        path, size=source.size, source=source, options=options, since=since, until=until, carried=carried
    )
