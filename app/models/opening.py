"""Opens models: from the names that a user chooses to an estimator and a detector. The libraries' errors become the
user's here."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from app.errors import BoxFileError, Cancelled, ModelError, UsageError
from app.models.detector_process import DetectorProcess
from app.models.picture_detector import AutomaticDetector
from app.settings import AUTO, DetectorChoice, EngineChoice
from app.threads.processes import HelperEnded, HelperTimedOut, run_in_process
from app.threads.signals import Stop
from app.weights import ModelFile, ModelStore, ProgressBar
from detectors import DETECTORS, BoxFileDetector, FaceDetector, detector_kind, open_detector
from hopenet import HeadPoseEstimator
from hopenet.checking import Checked, examine, longest_check_s, too_large, too_slow
from hopenet.estimator import LoadPlan, plan_load
from hopenet.record_schema import shown_name
from hopenet.snapshots import SAFETENSORS_SUFFIX, SUFFIXES

LOG = logging.getLogger(__name__)

AUTO_ORDER = ("mediapipe", "dlib-cnn", "dlib-hog")
"""What AUTO tries: the fast detector first, the one without a model file last."""

AUTO_FOR_PICTURES: Mapping[str, tuple[str, ...]] = {"mediapipe": ("mediapipe-full",)}
"""What AUTO asks as well for pictures that stand alone, by the detector that it has found. In twelve photographs of
groups, the full range finds 55 faces where the short range finds 14, and in none fewer."""

Phase = Literal["downloading", "checking", "converting", "opening"]
"""What is being done to a model: fetched, a file of the user's tried, converted for ONNX Runtime, opened."""

OnPhase = Callable[[Phase, str], object]
"""Hears of each phase when it begins, with the title of the model."""


def _no_report(phase: Phase, title: str) -> None:
    """For whoever does not want to know."""


def load_estimator(
    snapshot: str | None,
    choice: EngineChoice,
    *,
    store: ModelStore,
    progress: bool | ProgressBar,
    helper_processes: bool = False,
    stop: Stop | None = None,
    on_phase: OnPhase = _no_report,
) -> HeadPoseEstimator:
    """The estimator for a snapshot: a name in the manifest or the path of a file; None is the manifest's default.

    A file that is not a published one is first checked in another process, with limits for time and memory, unless
    it has passed before. `helper_processes`: if the snapshot must be converted first, do that in another process as
    well: importing torch, which converts, would freeze the window. `on_phase` hears what is done.
    Raises ModelError if the snapshot is not available or not valid, or cannot run as chosen, and Cancelled if `stop`
    was requested in the meantime.
    """
    title = _snapshot_title(snapshot, store)
    path, sha256 = _snapshot_file(snapshot, store, progress=progress, title=title, on_phase=on_phase)
    try:
        plan = plan_load(path, device=choice.device, engine=choice.engine, sha256=sha256)
        name = snapshot or store.default.name
        published = _published_facts(store, name, plan.sha256)
        if not _is_published(store, name, plan.sha256, verified=plan.sha256 == sha256):
            on_phase("checking", title)
            _check_own_file(plan, stop=stop)
        if plan.needs_conversion:
            on_phase("converting", title)
            LOG.info("Converting the snapshot %s for ONNX Runtime. This happens only once.", title)
            if helper_processes:
                run_in_process(plan.convert, stop=stop)
        on_phase("opening", title)
        return plan.load(threads=choice.threads, known=published)
    except FileNotFoundError as error:
        raise ModelError(str(error), advice="Check the path, or choose a name from `weights list`.") from error
    except (OSError, ValueError, RuntimeError) as error:
        if stop is not None and stop.requested:
            raise Cancelled("Loading the snapshot was cancelled.") from error
        file, message = shown_name(path.name), str(error)
        raise ModelError(message if file in message else f"The snapshot {file} cannot be used: {message}") from error


def snapshot_file(snapshot: str | None, *, store: ModelStore, progress: bool | ProgressBar) -> Path:
    """The file of a snapshot, as `load_estimator` opens it. Raises ModelError if it is not available."""
    title = _snapshot_title(snapshot, store)
    return _snapshot_file(snapshot, store, progress=progress, title=title, on_phase=_no_report)[0]


def _is_published(store: ModelStore, name: str, sha256: str, *, verified: bool) -> bool:
    """Whether a file is one that this project knows. `verified`: the store has found it to be the model `name`.

    That says nothing about models without a published hash, which are whatever the user imported.
    """
    return any(
        listed.sha256 == sha256 or (verified and listed.name == name and listed.has_hash) for listed in store.records
    )


def _check_own_file(plan: LoadPlan, *, stop: Stop | None) -> None:
    """Checks a snapshot of the user's own in a process of its own, unless it has passed before.

    Raises ValueError in one sentence if it cannot be used, and HelperEnded if `stop` was requested.
    """
    checked, limit_s = Checked.in_cache(), longest_check_s(plan)
    # In safetensors run by torch, neither the file nor the network can be anything but numbers, which `load` checks.
    only_numbers = plan.runs == "torch" and plan.path.suffix.lower() == SAFETENSORS_SUFFIX
    if only_numbers or plan.sha256 in checked:
        return
    try:
        run_in_process(examine, plan, stop=stop, limit_s=limit_s)
    except HelperTimedOut as error:
        raise ValueError(too_slow(plan.path, limit_s)) from error
    except HelperEnded as error:
        raise ValueError(too_large(plan.path)) from error
    checked.add(plan.sha256)


def _published_facts(store: ModelStore, name: str, sha256: str) -> Mapping[str, object]:
    """What the manifest knows about a published snapshot, as fields of a SnapshotRecord; nothing about other files."""
    for listed in store.records:
        if listed.kind == "snapshot" and (listed.name == name or listed.sha256 == sha256):
            return {
                "name": listed.name,
                "training_data": listed.training_data,
                "licence": listed.licence,
                "figures": listed.figures,
                "source": listed.homepage,
            }
    return {}


def _snapshot_title(snapshot: str | None, store: ModelStore) -> str:
    if snapshot is None:
        return store.default.title
    known = (record.title for record in store.records if record.kind == "snapshot" and record.name == snapshot)
    return next(known, shown_name(Path(snapshot).name))


def _snapshot_file(
    snapshot: str | None, store: ModelStore, *, progress: bool | ProgressBar, title: str, on_phase: OnPhase
) -> ModelFile | tuple[Path, None]:
    """The snapshot's file, and its SHA-256 if that is known because the file has just been verified."""
    names = [record.name for record in store.records if record.kind == "snapshot"]
    if snapshot is None or snapshot in names:
        name = snapshot or store.default.name
        if store.find(name) is None:
            on_phase("downloading", title)
        return store.file(name, progress=progress)
    path = Path(snapshot)
    if path.suffix.lower() in SUFFIXES or path.exists():
        return path, None
    close = difflib.get_close_matches(snapshot, names, n=1)
    advice = f"Did you mean {close[0]}?" if close else f"Choose one of: {', '.join(names)}; or give a file."
    raise ModelError(f"Unknown snapshot “{snapshot}”.", advice=advice)


def load_detector(
    choice: DetectorChoice,
    *,
    store: ModelStore,
    progress: bool | ProgressBar,
    helper_processes: bool = False,
    stop: Stop | None = None,
    on_phase: OnPhase = _no_report,
) -> FaceDetector:
    """An open detector, which the caller closes.

    `helper_processes`: open a detector that would block every thread of this process in a process of its own.
    `on_phase` hears what is done.
    Raises UsageError for an unknown name, ModelError if a model is not available, BoxFileError for a box file that
    cannot be read, and Cancelled if `stop` was requested before the detector was open.
    """
    context = _OpeningContext(store, progress, helper_processes=helper_processes, stop=stop, on_phase=on_phase)
    return _load_first(choice, context) if choice.name == AUTO else _load_named(choice, choice.name, context)


@dataclass(frozen=True, slots=True)
class _OpeningContext:
    """Where models come from, and how they are opened."""

    store: ModelStore
    progress: bool | ProgressBar
    helper_processes: bool
    stop: Stop | None
    on_phase: OnPhase


@contextmanager
def face_detector(
    choice: DetectorChoice,
    *,
    store: ModelStore,
    frame_count: int | None,
    progress: bool | ProgressBar,
    stop: Stop | None = None,
) -> Iterator[FaceDetector]:
    """As `load_detector`; the detector is closed at the end of the block.

    `frame_count`: the number of frames in the video, if it is known. Raises BoxFileError as well if it shows that the
    box file belongs to another video.
    """
    detector = load_detector(choice, store=store, progress=progress, stop=stop)
    with closing(detector):
        if isinstance(detector, BoxFileDetector):
            _check_box_file(detector, choice.boxes, frame_count)
        yield detector
        if isinstance(detector, BoxFileDetector) and detector.skipped:
            boxes = "1 box is" if detector.skipped == 1 else f"{detector.skipped} boxes are"
            LOG.warning("%s: %s empty or outside the picture, and left out.", choice.boxes, boxes)


def _load_first(choice: DetectorChoice, context: _OpeningContext) -> FaceDetector:
    """The first detector of AUTO_ORDER that can be opened; a box file brings its own."""
    if choice.boxes is not None:
        return _load_named(choice, "boxes", context)
    refusals: list[str] = []
    *preferred, last = AUTO_ORDER
    for name in preferred:
        try:
            detector = _load_named(choice, name, context)
            break
        except ModelError as error:
            refusals.append(error.message)
    else:
        detector = _load_named(choice, last, context)
    if refusals:
        LOG.warning("The detector %s is used instead of %s: %s", detector.name, AUTO_ORDER[0], " ".join(refusals))
    quiet = replace(context, progress=False)
    others = [partial(_load_named, choice, name, quiet) for name in AUTO_FOR_PICTURES.get(detector.name, ())]
    return AutomaticDetector(detector, others) if others else detector


def _load_named(choice: DetectorChoice, name: str, context: _OpeningContext) -> FaceDetector:
    names = [kind.name for kind in DETECTORS]
    if name not in names:
        raise UsageError(f"Unknown detector “{name}”.", advice=f"Choose one of: {', '.join((AUTO, *names))}.")
    kind = detector_kind(name)
    if kind.needs_boxes and choice.boxes is None:
        raise UsageError(f"The detector “{name}” reads a box file, but none was given.", advice="Add --boxes FILE.")
    if not kind.needs_boxes and choice.boxes is not None:
        raise UsageError(
            f"The detector “{name}” does not read a box file.", advice="Choose the detector “boxes”, or omit the file."
        )
    model = _detector_model(kind.model_name, kind.title, context) if kind.model_name else None
    context.on_phase("opening", kind.title)
    try:
        if context.helper_processes and kind.blocks_threads:
            return DetectorProcess(name, model=model, options=choice.options, stop=context.stop)
        return open_detector(name, model=model, boxes=choice.boxes, options=choice.options)
    except (OSError, ValueError) as error:
        if choice.boxes is not None:
            raise BoxFileError(str(error)) from error
        raise ModelError(f"The detector {name} cannot be opened: {error}") from error
    except (ImportError, RuntimeError) as error:
        if context.stop is not None and context.stop.requested:
            raise Cancelled("Opening the detector was cancelled.") from error
        raise ModelError(f"The detector {name} does not work on this machine: {error}.") from error


def _detector_model(name: str, title: str, context: _OpeningContext) -> Path:
    if context.store.find(name) is None:
        context.on_phase("downloading", title)
    return context.store.path(name, progress=context.progress)


def _check_box_file(detector: BoxFileDetector, path: Path | None, frame_count: int | None) -> None:
    # Not every container stores the number of frames; one computed from the duration may be slightly too small.
    if frame_count is not None and detector.last_index >= frame_count + max(2, frame_count // 100):
        raise BoxFileError(
            f"{path} belongs to another video: its boxes reach frame {detector.last_index + 1}, "
            f"but this video has {frame_count} frames."
        )
