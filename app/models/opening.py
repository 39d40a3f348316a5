"""From names to working parts: estimator, detector, analyzer. The libraries' errors become the user's here."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import BoxFileError, Cancelled, ModelError, UsageError
from app.models.detector_process import DetectorProcess
from app.settings import AUTO, DetectorChoice, EngineChoice
from app.threads.processes import run_in_process
from app.threads.signals import Stop
from app.weights import ModelStore, ProgressBar
from detectors import DETECTORS, BoxFileDetector, FaceDetector, open_detector
from hopenet import HeadPoseEstimator
from hopenet.estimator import convert_for_onnx
from hopenet.snapshots import SUFFIXES

LOG = logging.getLogger(__name__)

AUTO_ORDER = ("mediapipe", "dlib-cnn", "dlib-hog")
"""What `auto` tries: the fast detector first, the one that needs no file last."""


def load_estimator(
    snapshot: str | None,
    choice: EngineChoice,
    *,
    weights: ModelStore,
    progress: bool | ProgressBar,
    apart: bool = False,
    stop: Stop | None = None,
) -> HeadPoseEstimator:
    """The estimator for a snapshot's name in the manifest or a file's path; None takes the default snapshot.

    `apart` converts in a process of its own a snapshot that ONNX Runtime cannot read as it is: torch, which does that,
    would stop the window while it is imported. Raises ModelError where it cannot be had or does not fit, UsageError
    where the device or engine does not, and Cancelled where `stop` was requested meanwhile.
    """
    path = _snapshot_path(snapshot, weights, progress=progress)
    try:
        if apart and HeadPoseEstimator.needs_conversion(path, device=choice.device, engine=choice.engine):
            run_in_process(convert_for_onnx, path, stop=stop)
        estimator = HeadPoseEstimator.load(path, device=choice.device, engine=choice.engine, threads=choice.threads)
    except FileNotFoundError as error:
        raise ModelError(str(error), advice="Check the path, or name one of `weights list`.") from error
    except (OSError, ValueError, RuntimeError) as error:
        if stop is not None and stop.requested:
            raise Cancelled("Loading the snapshot was cancelled.") from error
        raise ModelError(f"The snapshot {path.name} cannot be used: {error}") from error
    return _as_listed(estimator, weights, snapshot or weights.default.name)


def _as_listed(estimator: HeadPoseEstimator, weights: ModelStore, name: str) -> HeadPoseEstimator:
    """With what the manifest knows of a published file, which has no record of its own."""
    for listed in weights.records:
        if listed.kind == "snapshot" and (listed.name == name or listed.sha256 == estimator.sha256):
            record = replace(
                estimator.record,
                name=listed.name,
                training_data=listed.training_data,
                licence=listed.licence,
                figures=listed.figures,
                source=listed.homepage,
            )
            return HeadPoseEstimator(estimator.engine, record, sha256=estimator.sha256)
    return estimator


def _snapshot_path(snapshot: str | None, weights: ModelStore, *, progress: bool | ProgressBar) -> Path:
    names = [record.name for record in weights.records if record.kind == "snapshot"]
    if snapshot is None:
        return weights.path(weights.default.name, progress=progress)
    if snapshot in names:
        return weights.path(snapshot, progress=progress)
    path = Path(snapshot)
    if path.suffix.lower() in SUFFIXES or path.exists():
        return path
    close = difflib.get_close_matches(snapshot, names, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(names)}; or give a file."
    raise ModelError(f"There is no snapshot “{snapshot}”.", advice=hint)


def opened_detector(
    choice: DetectorChoice,
    *,
    weights: ModelStore,
    progress: bool | ProgressBar,
    apart: bool = False,
    stop: Stop | None = None,
) -> FaceDetector:
    """An open detector, to be closed by the caller.

    `apart` opens dlib's in a process of their own: they hold up every thread of the one in which they look.
    Raises UsageError for an unknown name, ModelError where a model cannot be had, BoxFileError for a box file, and
    Cancelled where `stop` was requested before it was open.
    """
    place = _OpeningContext(weights, progress, apart=apart, stop=stop)
    return _auto(choice, place) if choice.name == AUTO else _opened(choice, choice.name, place)


@dataclass(frozen=True, slots=True)
class _OpeningContext:
    """Where detectors are opened, and with what."""

    weights: ModelStore
    progress: bool | ProgressBar
    apart: bool
    stop: Stop | None


@contextmanager
def face_detector(
    choice: DetectorChoice,
    *,
    weights: ModelStore,
    frame_count: int | None,
    progress: bool | ProgressBar,
    apart: bool = False,
    stop: Stop | None = None,
) -> Iterator[FaceDetector]:
    """As `opened_detector`, closed at the end of the block.

    `frame_count` of the video, where it is known, tells a box file of another video, and BoxFileError is raised.
    """
    detector = opened_detector(choice, weights=weights, progress=progress, apart=apart, stop=stop)
    with closing(detector):
        if isinstance(detector, BoxFileDetector):
            _check_box_file(detector, choice.boxes, frame_count)
        yield detector
        if isinstance(detector, BoxFileDetector) and detector.skipped:
            LOG.warning(
                "%s: %d boxes are empty or outside the picture and were left out.", choice.boxes, detector.skipped
            )


def _auto(choice: DetectorChoice, place: _OpeningContext) -> FaceDetector:
    if choice.boxes is not None:
        return _opened(choice, "boxes", place)
    refusals: list[str] = []
    *preferred, last = AUTO_ORDER
    for name in preferred:
        try:
            detector = _opened(choice, name, place)
            break
        except ModelError as error:
            refusals.append(error.message)
    else:
        detector = _opened(choice, last, place)
    if refusals:
        LOG.warning("The detector %s takes the place of %s: %s", detector.name, AUTO_ORDER[0], " ".join(refusals))
    return detector


def _opened(choice: DetectorChoice, name: str, place: _OpeningContext) -> FaceDetector:
    kinds = {kind.name: kind for kind in DETECTORS}
    if name not in kinds:
        raise UsageError(f"There is no detector “{name}”.", advice=f"There are {', '.join((AUTO, *kinds))}.")
    if name == "boxes" and choice.boxes is None:
        raise UsageError("The detector “boxes” reads a box file, and none was named.", advice="Add --boxes FILE.")
    if name != "boxes" and choice.boxes is not None:
        raise UsageError(
            f"A box file goes with the detector “boxes”, not with “{name}”.", advice="Leave out one of them."
        )
    model_name = kinds[name].model_name
    model = place.weights.path(model_name, progress=place.progress) if model_name else None
    try:
        if place.apart and name.startswith("dlib"):
            return DetectorProcess(name, model=model, options=choice.options, stop=place.stop)
        return open_detector(name, model=model, boxes=choice.boxes, options=choice.options)
    except (OSError, ValueError) as error:
        if choice.boxes is not None:
            raise BoxFileError(str(error)) from error
        raise ModelError(f"The detector {name} cannot be opened: {error}") from error
    except (ImportError, RuntimeError) as error:
        if place.stop is not None and place.stop.requested:
            raise Cancelled("Opening the detector was cancelled.") from error
        raise ModelError(f"The detector {name} does not work on this machine: {error}.") from error


def _check_box_file(detector: BoxFileDetector, path: Path | None, frame_count: int | None) -> None:
    # Not every container counts its frames; where the number is reckoned from the duration it may be a little short.
    if frame_count is not None and detector.last_index >= frame_count + max(2, frame_count // 100):
        raise BoxFileError(
            f"{path} belongs to another video: its boxes reach frame {detector.last_index + 1}, "
            f"and this video has {frame_count} frames."
        )
