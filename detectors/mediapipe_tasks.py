"""MediaPipe's face detector (BlazeFace) through the Tasks API."""

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
from detectors.limits import check_image, chosen, reaches_inner_edge, squares, view, without_repeats


@dataclass(frozen=True, slots=True)
class BlazeFace:
    """One of the BlazeFace networks: its detector's name, and the score (0 to 1) from which its faces count."""

    name: str
    minimum_score: float


SHORT_RANGE = BlazeFace("mediapipe", minimum_score=0.6)
"""Faces near the camera. MediaPipe's own default is 0.5; between it and 0.6 lie false alarms among furniture (12 of 13
in a video of one woman in a room, whose own face is at 0.88 or more), and dim faces in an audience."""

FULL_RANGE = BlazeFace("mediapipe-full", minimum_score=0.6)
"""Faces further away too. Measured: of 199 frames without a face, 31 false alarms from 0.5, 4 from 0.55, none from 0.6;
from 0.65 it finds a fifth fewer faces in a crowd than from 0.6."""

log = logging.getLogger(__name__)

_stderr_lock = threading.Lock()


class MediaPipeDetector:
    """BlazeFace: fast, seldom wrong, and blind to small faces unless it looks at tiles.

    The network sees the picture in 128×128 pixels (short range) or 192×192 (full range), whatever its size, so the
    short range finds faces from an eighth of the longer side: 160 of 1280 pixels. `DetectorOptions.tiles` makes it
    look at parts of the picture too; see the measurements below. `detection_size` is seldom useful here: None leaves
    the shrinking to MediaPipe. Scores are from 0 to 1.

    Measured on two cores, 1280×720, the narrowest frontal face (px) found at each of three places:

                  short range         full range
        tiles 1     8 ms, 160 px       17 ms, 80 px
        tiles 2    76 ms,  56 px      136 ms, 24 px
        tiles 3   124 ms,  40 px      401 ms, 20 px

    Each tile is one more chance for a false alarm, so a higher minimum score goes well with tiles.

    The box is the square that MediaPipe gives, from the brows to the chin of a frontal face; that of the full range
    has other proportions to the face, so each network has its own crop preset.

    Source: Bazarevsky et al., BlazeFace, 2019, arXiv:1907.05047.
    Thread: opened, used and closed in one thread at a time.
    """

    def __init__(
        self, model: Path, *, network: BlazeFace = SHORT_RANGE, options: DetectorOptions | None = None
    ) -> None:
        """Opens a BlazeFace model in `.tflite` format; `network` says which of them the file holds.

        Raises FileNotFoundError (or another OSError) where the file cannot be read, ValueError where MediaPipe cannot
        use it, ImportError where the package `mediapipe` is missing.
        """
        # Handed over as bytes, because MediaPipe opens paths with the narrow C API: on Windows that loses most letters.
        model_bytes = model.read_bytes()
        try:
            import mediapipe  # noqa: F401  (its absence is reported here, before its many parts are used)
        except ImportError as error:
            raise ImportError(f"The detector '{network.name}' needs the Python package mediapipe.") from error

        self.name = network.name
        self._options = options or DetectorOptions()
        asked_score = self._options.minimum_score
        self._minimum_score = network.minimum_score if asked_score is None else asked_score
        self._last_ms = -1
        self._video: Any = None
        self._pictures: Any = None
        try:
            with _native_messages_logged():
                self._video = _open_task(model_bytes, minimum_score=self._minimum_score, video=True)
                if self._options.tiles > 1:
                    self._pictures = _open_task(model_bytes, minimum_score=self._minimum_score, video=False)
                # The first look also writes messages, so it is taken here.
                self._look_at_video(np.zeros((128, 128, 3), np.uint8), time_s=0.0)
        except (RuntimeError, ValueError, OSError) as error:
            self.close()
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise ValueError(f"MediaPipe cannot use {model} as a face detection model: {reason}") from error

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        """As `FaceDetector.detect`.

        MediaPipe wants whole milliseconds that strictly rise. Where two times round to the same one, or the time jumps
        back because a video starts again, the millisecond after the last one is given instead; BlazeFace looks at each
        picture for itself, so this changes no box.
        """
        if self._video is None:
            raise ValueError("The MediaPipe detector is closed.")
        check_image(image)
        if not math.isfinite(time_s):
            raise ValueError(f"The time of frame {index} is not a finite number of seconds: {time_s}.")
        looked_at = view(image, region=self._options.region, detection_size=self._options.detection_size)
        if looked_at is None:
            return ()
        rgb = _rgb(looked_at.image)
        found = self._look_at_video(rgb, time_s=time_s)
        if self._pictures is not None:
            found = without_repeats(found + self._look_at_tiles(rgb))
        return chosen(
            (Detection(looked_at.to_picture(box), score) for box, score in found),
            image,
            minimum_score=self._minimum_score,
            options=self._options,
        )

    def _look_at_video(self, rgb: BgrImage, *, time_s: float) -> list[Detection]:
        self._last_ms = max(round(time_s * 1000), self._last_ms + 1)
        return _detections(self._video.detect_for_video(_mediapipe_image(rgb), self._last_ms))

    def _look_at_tiles(self, rgb: BgrImage) -> list[Detection]:
        height, width = rgb.shape[:2]
        found = []
        for tile in squares(width, height, self._options.tiles):
            x1, y1, x2, y2 = (int(edge) for edge in tile)
            part = np.ascontiguousarray(rgb[y1:y2, x1:x2])
            for box, score in _detections(self._pictures.detect(_mediapipe_image(part))):
                moved = box.moved(x1, y1)
                if not reaches_inner_edge(moved, tile, width=width, height=height):
                    found.append(Detection(moved, score))
        return found

    def close(self) -> None:
        """Gives the network back. May be called twice.

        To be called before the program ends: MediaPipe's own destructor fails, loudly, once the interpreter is leaving.
        """
        tasks = [task for task in (self._video, self._pictures) if task is not None]
        self._video = self._pictures = None
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
    """Sends what native code writes to standard error to the log, at level DEBUG.

    LiteRT reports every accelerator it registers, and no environment variable or option of 1.2 quiets it. The file
    descriptor belongs to the whole process: a line that another thread writes meanwhile goes to the log too.
    """
    with _stderr_lock, tempfile.TemporaryFile() as kept:
        try:
            original = os.dup(2)
        except OSError:  # A windowed program has no standard error.
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
