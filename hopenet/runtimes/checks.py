"""Whether a written file gives the snapshot's angles, and what its precision costs on labelled pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hopenet.decode import decode, errors
from hopenet.engines import batch_for, logits_of
from hopenet.estimator import HeadPoseEstimator
from hopenet.pose import HeadPose, wrapped
from hopenet.preprocess import BgrImage, shrink_to_square
from hopenet.runtimes.formats import Angles, Runner
from hopenet.runtimes.interface import Interface
from hopenet.trial_pictures import ordinary_faces

_AT_ONCE = 32
_SIZES = (1.0, 0.6, 1.7, 2.5)
"""Of the crops that are compared, relative to the network's input."""


class LabelledCrop(NamedTuple):
    """A crop (H, W, 3) in BGR as the network's crop rule cuts it, before resizing, and the head's labelled pose."""

    crop: BgrImage
    pose: HeadPose


@dataclass(frozen=True, slots=True)
class Difference:
    """Between the angles of a written file and the snapshot's, over all angles of some crops."""

    crops: int
    largest_deg: float
    mean_deg: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Mean absolute errors on labelled crops: of the snapshot, and of the written file."""

    crops: int
    before_deg: float
    after_deg: float


def limit_deg(interface: Interface) -> tuple[float, float]:
    """The largest accepted difference of one angle, and of the mean."""
    if interface.precision == "int8":
        return 20.0, 2.0
    if interface.precision == "fp16":
        return 2.0, 0.3
    # Resizing rounds a few pixels in a thousand to a neighbouring value.
    return (1.0, 0.1) if interface.any_size else (0.05, 0.01)


def trial_crops(side: int) -> list[BgrImage]:
    """A face in different light and pose, in several sizes."""
    return [crop for size in _SIZES for crop in ordinary_faces(round(side * size))]


def product_angles(estimator: HeadPoseEstimator, crops: Sequence[BgrImage]) -> Angles:
    """What this project computes for crops."""
    record, engine = estimator.record, estimator.engine
    angles = []
    for start in range(0, len(crops), _AT_ONCE):
        squares = [shrink_to_square(crop, record.input_size) for crop in crops[start : start + _AT_ONCE]]
        logits = logits_of(engine, batch_for(engine, record, squares))
        angles.extend([estimate.pose for estimate in decode(logits, record.decoding)])
    return np.array(angles, np.float64).reshape(-1, 3)


def file_angles(run: Runner, crops: Sequence[BgrImage]) -> Angles:
    """What a written file computes for crops."""
    parts = [run(crops[start : start + _AT_ONCE]) for start in range(0, len(crops), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.empty((0, 3))


def difference(run: Runner, estimator: HeadPoseEstimator, crops: Sequence[BgrImage]) -> Difference:
    """Compares a written file with the snapshot."""
    apart = np.abs(wrapped(file_angles(run, crops) - product_angles(estimator, crops)))
    return Difference(len(crops), float(apart.max()), float(apart.mean()))


def check_difference(found: Difference, interface: Interface) -> None:
    """Raises ValueError if a written file does not give the snapshot's angles."""
    largest_deg, mean_deg = limit_deg(interface)
    if not (found.largest_deg <= largest_deg and found.mean_deg <= mean_deg):  # NaN is not
        raise ValueError(
            f"The file was not kept: its angles differ from the snapshot's by up to {found.largest_deg:.2f}°, and by "
            f"{found.mean_deg:.2f}° on average."
        )


def cost(run: Runner, estimator: HeadPoseEstimator, heads: Sequence[LabelledCrop]) -> Cost:
    """Measures a written file and the snapshot on labelled crops."""
    crops = [head.crop for head in heads]
    labels = np.array([head.pose for head in heads])
    before, after = (
        float(np.abs(errors(angles, labels, estimator.record.decoding)).mean())
        for angles in (product_angles(estimator, crops), file_angles(run, crops))
    )
    return Cost(len(heads), before, after)
