"""The table of detectors. To add one, write its class in a file of its own and give it a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from detectors import blazeface, box_file, dlib_cnn, dlib_hog, mediapipe
from detectors.base import DetectorOptions, FaceDetector


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorKind:
    """One way to find faces.

    `name` is what a user types, and the key of the detector's crop preset; `title` is what a user reads.
    `open` makes the detector: it takes the path of the file that the detector needs, if it needs one, and `options`.
    `default_minimum_score` is on the detector's own scale, which ends at `highest_score` (None: it is open).
    `licence` covers the detector and its model.
    `model_name` is the name of its model file in the application's manifest; None if it has none. `needs_boxes`: it
    reads a box file. `blocks_threads`: its native code holds Python's global lock while it detects, so that every
    other thread of the process waits.
    """

    name: str
    title: str
    open: Callable[..., FaceDetector]
    default_minimum_score: float
    licence: str
    highest_score: float | None = None
    model_name: str | None = None
    needs_boxes: bool = False
    blocks_threads: bool = False


DETECTORS = (
    DetectorKind(
        name="mediapipe",
        title="MediaPipe (fast)",
        open=partial(mediapipe.MediaPipeDetector, network=blazeface.SHORT_RANGE),
        default_minimum_score=blazeface.SHORT_RANGE.minimum_score,
        licence="Apache-2.0",
        highest_score=1.0,
        model_name="blazeface-short-range",
    ),
    DetectorKind(
        name="mediapipe-full",
        title="MediaPipe, full range (smaller faces)",
        open=partial(mediapipe.MediaPipeDetector, network=blazeface.FULL_RANGE),
        default_minimum_score=blazeface.FULL_RANGE.minimum_score,
        licence="Apache-2.0",
        highest_score=1.0,
        model_name="blazeface-full-range",
    ),
    DetectorKind(
        name="dlib-cnn",
        title="dlib CNN (thorough, slow without CUDA)",
        open=dlib_cnn.DlibCnnDetector,
        default_minimum_score=dlib_cnn.MINIMUM_SCORE,
        licence="BSL-1.0; model CC0-1.0",
        model_name="mmod-human-face-detector",
        blocks_threads=True,
    ),
    DetectorKind(
        name="dlib-hog",
        title="dlib HOG (frontal faces, no model file)",
        open=dlib_hog.DlibHogDetector,
        default_minimum_score=dlib_hog.MINIMUM_SCORE,
        licence="BSL-1.0",
        blocks_threads=True,
    ),
    DetectorKind(
        name="boxes",
        title="Box file (dockerface)",
        open=box_file.BoxFileDetector,
        default_minimum_score=box_file.MINIMUM_SCORE,
        licence="",
        needs_boxes=True,
    ),
)


def detector_kind(name: str) -> DetectorKind:
    """The row of that name. Raises ValueError if there is none."""
    for kind in DETECTORS:
        if kind.name == name:
            return kind
    raise ValueError(f"Unknown detector “{name}”. Choose one of: {', '.join(kind.name for kind in DETECTORS)}.")


def open_detector(
    name: str, *, model: Path | None = None, boxes: Path | None = None, options: DetectorOptions | None = None
) -> FaceDetector:
    """Opens the detector of that name, ready for the first frame. Close it after use.

    `model` is the file that the row's `model_name` stands for, `boxes` the box file; what the detector does not need is
    ignored. `options` None means the defaults.

    Raises ValueError for an unknown name, a file that is needed and missing from the call, or a file with the wrong
    content; FileNotFoundError (or another OSError) if a file cannot be read; ImportError if a package is missing.
    """
    kind = detector_kind(name)
    if kind.model_name is not None and model is None:
        raise ValueError(f"The detector “{name}” needs its model file ({kind.model_name}).")
    if kind.needs_boxes and boxes is None:
        raise ValueError(f"The detector “{name}” needs a box file.")
    file = model if kind.model_name is not None else boxes if kind.needs_boxes else None
    return kind.open(options=options) if file is None else kind.open(file, options=options)
