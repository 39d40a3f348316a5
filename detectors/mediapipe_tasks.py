"""MediaPipe's face detector (BlazeFace), used through the Tasks API."""

from __future__ import annotations

import logging
import math
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detectors.base import BgrImage, Box, Detection, DetectorOptions
from detectors.limits import (
    check_image,
    picture_part,
    reaches_inner_edge,
    selected,
    tile_squares,
    without_duplicates,
)


@dataclass(frozen=True, slots=True)
class BlazeFace:
    """One of the BlazeFace networks: the name of its detector, and its default minimum score (0 to 1)."""

    name: str
    minimum_score: float


SHORT_RANGE = BlazeFace("mediapipe", minimum_score=0.6)
"""For faces near the camera. MediaPipe's own default is 0.5. Scores between 0.5 and 0.6 include most false alarms on
furniture (12 of 13 in a video of one woman in a room, whose own face scores 0.88 or more), but also dim faces in an
audience."""

FULL_RANGE = BlazeFace("mediapipe-full", minimum_score=0.6)
"""For faces further away as well. Measured on 199 frames without a face: 31 false alarms with 0.5, 4 with 0.55, none
with 0.6. In a crowd, 0.65 finds a fifth fewer faces than 0.6."""

log = logging.getLogger(__name__)

_stderr_lock = threading.Lock()


class MediaPipeDetector:
    """BlazeFace: fast and rarely wrong, but it misses small faces unless it searches tiles.

    The network sees every picture at 128×128 pixels (short range) or 192×192 (full range), so the short range finds
    faces from an eighth of the longer side: 160 of 1280 pixels. `DetectorOptions.tiles` makes it search parts of the
    picture as well; see the measurements below. `detection_size` is rarely useful here: with None, MediaPipe shrinks
    the picture itself. Scores are from 0 to 1.

    Measured on two cores, 1280×720: time, and the narrowest frontal face (px) found at each of three places:

                  short range         full range
        tiles 1     8 ms, 160 px       17 ms, 80 px
        tiles 2    76 ms,  56 px      136 ms, 24 px
        tiles 3   124 ms,  40 px      401 ms, 20 px

    Each tile is another chance for a false alarm, so use a higher minimum score with tiles.

    The box is the square that MediaPipe returns, from the brows to the chin of a frontal face. The full-range network's
    box has other proportions, so each network has its own crop preset.

    Source: Bazarevsky et al., BlazeFace, 2019, arXiv:1907.05047.
    Thread: open, use and close it in one thread at a time.
    """

    def __init__(
        self, model: Path, *, network: BlazeFace = SHORT_RANGE, options: DetectorOptions | None = None
    ) -> None:
        """Opens a BlazeFace model in `.tflite` format; `network` says which network the file contains.

        Raises FileNotFoundError (or another OSError) if the file cannot be read, ValueError if MediaPipe cannot use it,
        ImportError if the package `mediapipe` is missing.
        """
        # Passed as bytes: MediaPipe opens paths with C functions that, on Windows, do not support most characters.
        model_bytes = model.read_bytes()
        try:
            import mediapipe  # noqa: F401  (reports a missing package here, before its submodules are used)
        except ImportError as error:
            raise ImportError(f"The detector “{network.name}” needs the Python package mediapipe.") from error

        self.name = network.name
        self._options = options or DetectorOptions()
        score = self._options.minimum_score
        self._minimum_score = network.minimum_score if score is None else score
        self._last_ms = -1
        self._video_task: Any = None
        self._tile_task: Any = None
        try:
            with _native_messages_logged():
                self._video_task = _open_task(model_bytes, minimum_score=self._minimum_score, video=True)
                if self._options.tiles > 1:
                    self._tile_task = _open_task(model_bytes, minimum_score=self._minimum_score, video=False)
                # The first detection also writes messages, so it is run here.
                self._detect_in_video(np.zeros((128, 128, 3), np.uint8), time_s=0.0)
        except (RuntimeError, ValueError, OSError) as error:
            self.close()
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise ValueError(f"MediaPipe cannot use {model} as a face detection model: {reason}") from error

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        """As `FaceDetector.detect`.

        MediaPipe needs strictly increasing whole milliseconds. If two times round to the same millisecond, or the time
        jumps back because a video starts again, it gets the millisecond after the last one. BlazeFace processes each
        picture independently, so this does not change any box.
        """
        if self._video_task is None:
            raise ValueError("The MediaPipe detector is closed.")
        check_image(image)
        if not math.isfinite(time_s):
            raise ValueError(f"The time of frame {index} is not a finite number of seconds: {time_s}.")
        part = picture_part(image, region=self._options.region, detection_size=self._options.detection_size)
        if part is None:
            return ()
        rgb = _rgb(part.image)
        found = self._detect_in_video(rgb, time_s=time_s)
        if self._tile_task is not None:
            found = without_duplicates(found + self._detect_in_tiles(rgb))
        return selected(
            (Detection(part.to_picture(box), score) for box, score in found),
            image,
            minimum_score=self._minimum_score,
            options=self._options,
        )

    def _detect_in_video(self, rgb: BgrImage, *, time_s: float) -> list[Detection]:
        self._last_ms = max(round(time_s * 1000), self._last_ms + 1)
        return _detections(self._video_task.detect_for_video(_mediapipe_image(rgb), self._last_ms))

    def _detect_in_tiles(self, rgb: BgrImage) -> list[Detection]:
        height, width = rgb.shape[:2]
        found = []
        for tile in tile_squares(width, height, self._options.tiles):
            x1, y1, x2, y2 = (int(edge) for edge in tile)
            part = np.ascontiguousarray(rgb[y1:y2, x1:x2])
            for box, score in _detections(self._tile_task.detect(_mediapipe_image(part))):
                moved = box.moved(x1, y1)
                if not reaches_inner_edge(moved, tile, width=width, height=height):
                    found.append(Detection(moved, score))
        return found

    def close(self) -> None:
        """Releases the network. May be called twice.

        Call it before the program ends: MediaPipe's own destructor raises errors when it runs at interpreter shutdown.
        """
        tasks = [task for task in (self._video_task, self._tile_task) if task is not None]
        self._video_task = self._tile_task = None
        if tasks:
            with _native_messages_logged():
                for task in tasks:
                    task.close()


def _open_task(model: bytes, *, minimum_score: float, video: bool) -> Any:
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions, RunningMode

    return FaceDetector.create_from_options(
        FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=model),
            running_mode=RunningMode.VIDEO if video else RunningMode.IMAGE,
            min_detection_confidence=min(1.0, max(0.0, minimum_score)),
        )
    )


def _rgb(image: BgrImage) -> BgrImage:
    import cv2

    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def _mediapipe_image(rgb: BgrImage) -> Any:
    import mediapipe

    return mediapipe.Image(mediapipe.ImageFormat.SRGB, rgb)


def _detections(answer: Any) -> list[Detection]:
    found = []
    for detection in answer.detections:
        square = detection.bounding_box
        corner_x, corner_y = float(square.origin_x), float(square.origin_y)
        box = Box(corner_x, corner_y, corner_x + square.width, corner_y + square.height)
        found.append(Detection(box, float(detection.categories[0].score)))
    return found


@contextmanager
def _native_messages_logged() -> Iterator[None]:
    """Redirects what native code writes to standard error to the log, at level DEBUG.

    LiteRT reports every accelerator it registers, and version 1.2 has no option or environment variable to prevent it.
    The file descriptor belongs to the whole process: a line that another thread writes at the same time is logged too.
    """
    with _stderr_lock, tempfile.TemporaryFile() as kept:
        try:
            original = os.dup(2)
        except OSError:  # A program without a console has no standard error.
            original = None
        if original is not None:
            _flush_stderr()
            os.dup2(kept.fileno(), 2)
        try:
            yield
        finally:
            if original is not None:
                _flush_stderr()
                os.dup2(original, 2)
                os.close(original)
            kept.seek(0)
            for line in kept.read().decode(errors="replace").splitlines():
                log.debug("%s", line)


def _flush_stderr() -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
