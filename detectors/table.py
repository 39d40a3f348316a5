"""The detectors there are, as one table, and how to open one by its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detectors import box_file, dlib_cnn, dlib_hog, mediapipe_tasks
from detectors.base import DetectorOptions, FaceDetector


@dataclass(frozen=True, slots=True)
class DetectorKind:
    """One way to find faces.

    `name` is what a user types, and the key of its crop preset; `title` is what a user reads.
    `default_minimum_score` is on the detector's own scale, `default_detection_size` in pixels of the longer side
    (None: the whole picture as it is). `model_name` names the model file it needs, None where it needs none;
    `needs_boxes` says that it needs a box file. `uses_tiles` says that `DetectorOptions.tiles` means something to it.
    `licence` covers detector and model.
    """

    name: str
    title: str
    default_minimum_score: float
    default_detection_size: int | None
    model_name: str | None
    needs_boxes: bool
    uses_tiles: bool
    licence: str


DETECTORS = (
    DetectorKind(
        name="mediapipe",
        title="MediaPipe (fast)",
        default_minimum_score=mediapipe_tasks.SHORT_RANGE.minimum_score,
        default_detection_size=None,
        model_name="blazeface-short-range",
        needs_boxes=False,
        uses_tiles=True,
        licence="Apache-2.0",
    ),
    DetectorKind(
        name="mediapipe-full",
        title="MediaPipe, full range (smaller faces)",
        default_minimum_score=mediapipe_tasks.FULL_RANGE.minimum_score,
        default_detection_size=None,
        model_name="blazeface-full-range",
        needs_boxes=False,
        uses_tiles=True,
        licence="Apache-2.0",
    ),
    DetectorKind(
        name="dlib-cnn",
        title="dlib CNN (thorough, slow without CUDA)",
        default_minimum_score=dlib_cnn.MINIMUM_SCORE,
        default_detection_size=dlib_cnn.DETECTION_SIZE,
        model_name="mmod-human-face-detector",
        needs_boxes=False,
        uses_tiles=False,
        licence="BSL-1.0; model CC0-1.0",
    ),
    DetectorKind(
        name="dlib-hog",
        title="dlib HOG (frontal faces, no model file)",
        default_minimum_score=dlib_hog.MINIMUM_SCORE,
        default_detection_size=dlib_hog.DETECTION_SIZE,
        model_name=None,
        needs_boxes=False,
        uses_tiles=False,
        licence="BSL-1.0",
    ),
    DetectorKind(
        name="boxes",
        title="Box file (dockerface)",
        default_minimum_score=box_file.MINIMUM_SCORE,
        default_detection_size=None,
        model_name=None,
        needs_boxes=True,
        uses_tiles=False,
        licence="",
    ),
)


def open_detector(
    name: str, *, model: Path | None = None, boxes: Path | None = None, options: DetectorOptions | None = None
) -> FaceDetector:
    """A detector by its name in `DETECTORS`, ready for the first frame; close it after use.

    `model` is the file of the kind's `model_name`, `boxes` the box file where the kind needs one; what a kind does
    not need is ignored. `options` None means the defaults.

    Raises ValueError for an unknown name, a needed file that was not given, or a file of the wrong content;
    FileNotFoundError (or another OSError) where a file cannot be read; ImportError where a package is missing.
    """
    kind = next((kind for kind in DETECTORS if kind.name == name), None)
    if kind is None:
        names = ", ".join(kind.name for kind in DETECTORS)
        raise ValueError(f"There is no detector “{name}”; there are: {names}.")
    if kind.model_name is not None and model is None:
        raise ValueError(f"The detector “{name}” needs its model file ({kind.model_name}).")
    if kind.needs_boxes and boxes is None:
        raise ValueError(f"The detector “{name}” needs a box file.")

    match kind.name, model, boxes:
        case "mediapipe", Path(), _:
            return mediapipe_tasks.MediaPipeDetector(model, network=mediapipe_tasks.SHORT_RANGE, options=options)
        case "mediapipe-full", Path(), _:
            return mediapipe_tasks.MediaPipeDetector(model, network=mediapipe_tasks.FULL_RANGE, options=options)
        case "dlib-cnn", Path(), _:
            return dlib_cnn.DlibCnnDetector(model, options=options)
        case "boxes", _, Path():
            return box_file.BoxFileDetector(boxes, options=options)
        case _:
            return dlib_hog.DlibHogDetector(options=options)
