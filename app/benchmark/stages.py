"""Each stage of an export alone, with its input in memory and its output let go at once, as in an export."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np

from app.analysis.analyzer import Analyzer
from app.benchmark.cost import Cost, Stopwatch, least
from app.benchmark.subject import STYLE, Material, Models, Subject, annotated_sink
from app.export.annotating import Annotating
from app.frames import Face
from app.video import Source
from detectors import BgrImage, Detection
from hopenet import CropRule, HeadPoseEstimator, PoseEstimate
from hopenet.camera_geometry import CameraGeometry
from hopenet.crops import BoxLike
from hopenet.estimator import Prepared


def stage_costs(source: Source, models: Models, held: Material, subject: Subject) -> dict[str, Cost]:
    """Milliseconds per frame of each of STAGES, which all do this video's work."""
    return {
        "decode": _decode(source, len(held.frames)),
        "detect": _detect(models, held, subject),
        "track": _track(models, held, subject),
        **_crop_and_infer(models, held),
        "draw": _draw(held),
        "encode": _encode(held),
    }


def _decode(source: Source, count: int) -> Cost:
    with Stopwatch() as watch, closing(source.frames()) as reading:  # type: ignore[type-var]
        for _ in islice(reading, count):
            pass
    return watch.cost(count)


def _detect(models: Models, held: Material, subject: Subject) -> Cost:
    detector, wanted = models.detector, held.frames[:: subject.settings.detect_every]
    with Stopwatch() as watch:
        for frame in wanted:
            detector.detect(frame.image, index=frame.index, time_s=frame.time_s)
    return watch.cost(len(held.frames))


def _track(models: Models, held: Material, subject: Subject) -> Cost:
    """All that an analysis does besides the other stages: cuts, tracking, smoothing, trails."""
    analyze = Analyzer(_Found(models.detector.name, held.detections), _Known(models.estimator, held), subject.settings)
    with Stopwatch() as watch:
        for frame in held.frames:
            analyze(frame)
    return watch.cost(len(held.frames))


def _crop_and_infer(models: Models, held: Material) -> dict[str, Cost]:
    """Alternating, so that only one frame's crops are in memory at a time."""
    crop, infer = Stopwatch(), [Stopwatch() for _ in models.estimators]
    for analysis in held.analyses:
        boxes = tuple(face.box for face in analysis.faces)
        with crop:
            prepared = models.estimator.prepare(analysis.frame.image, boxes, crop=models.crop)
        for watch, estimator in zip(infer, models.estimators, strict=True):
            with watch:
                estimator.infer(prepared)
    count = len(held.analyses)
    return {"crop": crop.cost(count), "infer": least([watch.cost(count) for watch in infer])}


def _draw(held: Material) -> Cost:
    annotating = Annotating(annotated_sink(held.facts, Path()), STYLE)
    with Stopwatch() as watch:
        for analysis in held.analyses:
            annotating.draw(analysis)
    return watch.cost(len(held.analyses))


def _encode(held: Material) -> Cost:
    with (
        tempfile.TemporaryDirectory() as folder,
        Stopwatch() as watch,
        annotated_sink(held.facts, Path(folder)) as sink,
    ):
        annotating = Annotating(sink, STYLE)
        for drawn in held.drawn:
            annotating.put(drawn)
    return watch.cost(len(held.drawn))


class _Found:
    """Stands in for a detector: gives what it has found before, at no cost."""

    def __init__(self, name: str, detections: Iterable[tuple[Detection, ...]]) -> None:
        self.name = name
        self._detections: Iterator[tuple[Detection, ...]] = iter(detections)

    def detect(
        self,
        image: BgrImage,  # noqa: ARG002  (the protocol's)
        *,
        index: int,  # noqa: ARG002  (the protocol's)
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        return next(self._detections)

    def close(self) -> None:
        """Has nothing to close."""


def _estimate(face: Face) -> PoseEstimate | None:
    return None if face.pose is None or face.spread is None else PoseEstimate(face.pose, face.spread)


class _Known(HeadPoseEstimator):
    """Stands in for an estimator: gives the poses that the faces of each frame had before, at no cost."""

    def __init__(self, estimator: HeadPoseEstimator, held: Material) -> None:
        super().__init__(estimator.engine, estimator.record, sha256=estimator.sha256)
        side = estimator.record.input_size
        self._no_crops = np.empty((0, 3, side, side), np.float32)
        self._answers = iter([tuple(map(_estimate, analysis.faces)) for analysis in held.analyses])

    def prepare(
        self,
        image: BgrImage,  # noqa: ARG002
        boxes: Iterable[BoxLike],
        *,
        crop: CropRule,  # noqa: ARG002
        camera: CameraGeometry | None = None,  # noqa: ARG002
        alongside: bool = False,  # noqa: ARG002
    ) -> Prepared:
        return Prepared(self._no_crops, (), sum(1 for _ in boxes))

    def infer(self, prepared: Prepared) -> tuple[PoseEstimate | None, ...]:  # noqa: ARG002
        return next(self._answers)
