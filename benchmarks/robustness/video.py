"""Measures one video: all snapshots with the same faces, frames and boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.robustness import measures, variants
from benchmarks.robustness.faces import consecutive, followed, found, same_face, sampled
from benchmarks.robustness.measures import DeviationsByPart, FloatArray, Jitter, Rotation
from benchmarks.robustness.variants import SCALES, SHIFTS, TURNS_DEG, PictureWithBox
from detectors import BgrImage, Box, FaceDetector
from hopenet import HeadPoseEstimator
from hopenet.crops import rule_for


@dataclass(frozen=True, slots=True)
class VideoFigures:
    """The figures of one snapshot on one video. `crop` is the crop rule; `box` has `scale`, `right` and `down`."""

    crop: str
    jitter: Jitter
    rotation: Rotation
    rotation_detected: Rotation
    mirror: DeviationsByPart
    box: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class VideoReport:
    """The figures of all snapshots on one video; `snapshots` is empty if no face was found.

    `frames_in_a_row` and `heads` are those of the jitter test, `frames` and `faces` those of all other tests.
    """

    video: str
    frames: int
    faces: int
    frames_in_a_row: int
    heads: int
    snapshots: dict[str, VideoFigures]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a video to use: frames to sample and their `step` (None: spread evenly), consecutive frames for the
    jitter, and maximum faces per frame."""

    frames: int
    step: int | None
    in_a_row: int
    faces: int


def measure(
    path: Path, estimators: Mapping[str, HeadPoseEstimator], detector: FaceDetector, extent: Extent
) -> VideoReport:
    """Runs all tests on a video. Raises SourceError if it cannot be read."""
    frames, start = 0, None
    rows: dict[str, list[dict[str, FloatArray]]] = {name: [] for name in estimators}
    seen: list[list[bool]] = []
    for frame in sampled(path, frames=extent.frames, step=extent.step):
        frames += 1
        for detection in found(detector, frame.image)[: extent.faces]:
            start = frame.index if start is None else start
            views = _views(frame.image, detection.box, detector)
            seen.append([box is not None for _, box in views["detected"]])
            for name, estimator in estimators.items():
                rows[name].append(_answers(estimator, detector.name, views))
    if start is None:
        return VideoReport(path.name, frames, 0, 0, 0, {})
    runs, in_a_row = _runs(path, start, estimators, detector, extent)
    answers = _stacked(rows)
    detected = np.array(seen, np.float64)
    snapshots = {
        name: _figures(str(rule_for(estimator.record.crops, detector.name)), runs[name], answers[name], detected)
        for name, estimator in estimators.items()
    }
    heads = len(next(iter(runs.values())))
    return VideoReport(path.name, frames, len(seen), in_a_row, heads, snapshots)


def _views(image: BgrImage, box: Box, detector: FaceDetector) -> dict[str, list[PictureWithBox]]:
    pictures = [variants.turned_picture(image, box.centre, turn) if turn else image for turn in TURNS_DEG]
    return {
        "plain": [(image, box)],
        "turned": [(picture, box) for picture in pictures],
        "detected": [(picture, same_face(detector, picture, box)) for picture in pictures],
        "mirror": [variants.mirrored_view(image, box)],
        "scale": [(image, variants.resized(box, share)) for share in SCALES],
        "right": [(image, variants.shifted(box, share, 0)) for share in SHIFTS],
        "down": [(image, variants.shifted(box, 0, share)) for share in SHIFTS],
    }


def _answers(
    estimator: HeadPoseEstimator, detector: str, views: dict[str, list[PictureWithBox]]
) -> dict[str, FloatArray]:
    crop = rule_for(estimator.record.crops, detector)
    flat = variants.poses(estimator, crop, [view for group in views.values() for view in group])
    ends = np.cumsum([len(group) for group in views.values()])[:-1]
    return dict(zip(views, np.split(flat, ends), strict=True))


def _stacked(rows: dict[str, list[dict[str, FloatArray]]]) -> dict[str, dict[str, FloatArray]]:
    """By snapshot and kind of view: poses (faces, views, 3), NaN unless all snapshots have one."""
    stacked: dict[str, dict[str, FloatArray]] = {name: {} for name in rows}
    for kind in next(iter(rows.values()))[0]:
        arrays = [np.stack([row[kind] for row in of_snapshot]) for of_snapshot in rows.values()]
        for name, array in zip(rows, measures.only_common(arrays), strict=True):
            stacked[name][kind] = array
    return stacked


def _figures(crop: str, runs: list[FloatArray], answers: dict[str, FloatArray], detected: FloatArray) -> VideoFigures:
    plain = answers["plain"][:, 0]
    return VideoFigures(
        crop=crop,
        jitter=measures.jitter(runs),
        rotation=measures.rotation(answers["turned"], plain, TURNS_DEG, np.ones_like(detected)),
        rotation_detected=measures.rotation(answers["detected"], plain, TURNS_DEG, detected),
        mirror=measures.mirror(answers["mirror"][:, 0], plain),
        box={kind: measures.mean_difference(answers[kind], plain) for kind in ("scale", "right", "down")},
    )


def _runs(
    path: Path, start: int, estimators: Mapping[str, HeadPoseEstimator], detector: FaceDetector, extent: Extent
) -> tuple[dict[str, list[FloatArray]], int]:
    """By snapshot, one array (frames, 3) per head, from the first frame with a face; and the number of frames."""
    heads = followed(consecutive(path, start, extent.in_a_row), detector, maximum=extent.faces)
    runs: dict[str, list[list[FloatArray]]] = {name: [[] for _ in heads] for name in estimators}
    length = 0
    for frame in consecutive(path, start, extent.in_a_row):
        length += 1
        views: list[PictureWithBox] = [(frame.image, boxes.get(frame.index)) for boxes in heads]
        for name, estimator in estimators.items():
            crop = rule_for(estimator.record.crops, detector.name)
            for run, pose in zip(runs[name], variants.poses(estimator, crop, views), strict=True):
                run.append(pose)
    by_head = [measures.only_common([np.array(runs[name][head]) for name in runs]) for head in range(len(heads))]
    return {name: [arrays[position] for arrays in by_head] for position, name in enumerate(runs)}, length
