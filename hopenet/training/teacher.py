"""Labels that another snapshot, the teacher, has a share in.

A small network learns faster from a larger one's estimates than from labels with errors of their own: the larger one
has averaged these over all of its training data.
Source: Hinton et al., 2015, arXiv:1503.02531 (distillation), here of the angles instead of the distributions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from hopenet.datasets.labels import HeadSet, LabelledHead
from hopenet.datasets.pictures import head_crop, read_labelled_picture
from hopenet.decode import decode
from hopenet.engines import batch_for, logits_of
from hopenet.estimator import HeadPoseEstimator
from hopenet.pose import HeadPose
from hopenet.preprocess import BgrImage, shrink_to_square
from hopenet.training.augmentation import mirrored

_BATCH = 64


class TaughtHeads:
    """A set whose labels are a mean of its own and a teacher's estimates.

    `share`: the teacher's weight in the mean rotation, from 0 to 1. A label's disagreement is multiplied by the rest.
    A head without an estimate keeps its label.
    """

    def __init__(self, heads: HeadSet, estimates: Mapping[str, HeadPose], share: float) -> None:
        self._heads, self._estimates, self._share = heads, estimates, share
        self.name = heads.name

    @property
    def names(self) -> Sequence[str]:
        return self._heads.names

    def read(self, name: str) -> LabelledHead:
        head = self._heads.read(name)
        estimate = self._estimates.get(name)
        if estimate is None:
            return head
        pose = between(head.pose, estimate, self._share)
        return replace(head, pose=pose, disagreement_deg=head.disagreement_deg * (1 - self._share))


def between(first: HeadPose, second: HeadPose, share: float) -> HeadPose:
    """The mean rotation of two poses: the rotation that is nearest to the weighted mean of their matrices."""
    mean = (1 - share) * first.matrix() + share * second.matrix()
    left, _, right = np.linalg.svd(mean)
    sides = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(left @ right)))])
    return HeadPose.from_matrix(left @ sides @ right, full_range=max(abs(first.yaw), abs(second.yaw)) > 90)


def estimates_of(teacher: HeadPoseEstimator, heads: HeadSet, names: Sequence[str]) -> dict[str, HeadPose]:
    """The teacher's pose of each head: the mean of those in the crop and in the mirrored crop.

    Heads that cannot be read, or whose pose is not a number, are left out: training reports them.
    """
    found: dict[str, HeadPose] = {}
    for start in range(0, len(names), _BATCH):
        crops = dict(_crops(heads, names[start : start + _BATCH], teacher.record.input_size))
        if not crops:
            continue
        plain = _poses(teacher, list(crops.values()))
        flipped = _poses(teacher, [np.ascontiguousarray(crop[:, ::-1]) for crop in crops.values()])
        for name, pose, other in zip(crops, plain, flipped, strict=True):
            if np.isfinite([*pose, *other]).all():
                found[name] = between(pose, mirrored(other), 0.5)
    return found


def _crops(heads: HeadSet, names: Sequence[str], side: int) -> Iterator[tuple[str, BgrImage]]:
    for name in names:
        try:
            head = heads.read(name)
            yield name, shrink_to_square(head_crop(head, read_labelled_picture(head)), side)
        except (ValueError, FileNotFoundError):
            continue


def _poses(teacher: HeadPoseEstimator, crops: Sequence[BgrImage]) -> list[HeadPose]:
    logits = logits_of(teacher.engine, batch_for(teacher.engine, teacher.record, crops))
    return [estimate.pose for estimate in decode(logits, teacher.record.decoding)]
