"""Loads heads for training. Every random choice depends only on (seed, epoch, position), never on earlier ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from hopenet.datasets.labels import HeadSet
from hopenet.datasets.pictures import coarsened, head_crop, read_labelled_picture
from hopenet.pose import HeadPose
from hopenet.preprocess import BgrImage, shrink_to_square
from hopenet.training.augmentation import Augmentation, PublishedAugmentation

_log = logging.getLogger(__name__)


class TrainingBatch(NamedTuple):
    """Shapes: `pixels` (N, S, S, 3) BGR uint8; `angles_deg` (N, 3) yaw, pitch, roll; `disagreement_deg` (N,)."""

    pixels: Tensor
    angles_deg: Tensor
    disagreement_deg: Tensor


class Draw(NamedTuple):
    """The position of a head in the list of names, and the epoch in which it is drawn."""

    epoch: int
    position: int


class TrainingHeads(Dataset[TrainingBatch]):
    """Augmented crops of `side` pixels.

    If a head cannot be read, ValueError or FileNotFoundError ends training; with `skip_bad`, the head is logged once
    and the next readable one takes its place.
    """

    def __init__(
        self,
        heads: HeadSet,
        names: Sequence[str],
        *,
        side: int,
        rules: Augmentation | PublishedAugmentation,
        seed: int,
        skip_bad: bool = False,
    ) -> None:
        self._heads, self._names, self._side = heads, tuple(names), side
        self._rules, self._seed, self._skip_bad = rules, seed, skip_bad
        self._logged: set[str] = set()

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, draw: Draw) -> TrainingBatch:
        random = np.random.default_rng((self._seed, draw.epoch, draw.position))
        for step in range(len(self._names)):
            name = self._names[(draw.position + step) % len(self._names)]
            try:
                head = self._heads.read(name)
                crop, pose = self._rules.apply(head, read_labelled_picture(head), self._side, random)
            except (ValueError, FileNotFoundError) as error:
                if not self._skip_bad:
                    raise
                self._log_once(name, error)
            else:
                return _row(crop, pose, head.disagreement_deg)
        raise ValueError("None of the heads can be read.")

    def _log_once(self, name: str, error: Exception) -> None:
        if name not in self._logged:
            self._logged.add(name)
            _log.warning("Left out: %s", error)


class PlainHeads(Dataset[TrainingBatch]):
    """Crops as used after training, without augmentation. `published`: use the published test code's crop."""

    def __init__(self, heads: HeadSet, names: Sequence[str], *, side: int, published: bool) -> None:
        self._heads, self._names, self._side, self._published = heads, tuple(names), side, published

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, position: int) -> TrainingBatch:
        head = self._heads.read(self._names[position])
        crop = coarsened(head_crop(head, read_labelled_picture(head), published=self._published), head.coarsen)
        return _row(shrink_to_square(crop, self._side), head.pose, head.disagreement_deg)


class EpochSampler(Sampler[Draw]):
    """A new order each epoch, split among `replicas`. An interruption of training does not change the order."""

    def __init__(self, count: int, *, seed: int, rank: int = 0, replicas: int = 1) -> None:
        self._count, self._seed, self._rank, self._replicas, self._epoch = count, seed, rank, replicas, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning before each epoch."""
        self._epoch = epoch

    def __len__(self) -> int:
        return self._count // self._replicas

    def __iter__(self) -> Iterator[Draw]:
        order = np.random.default_rng((self._seed, self._epoch)).permutation(self._count)
        share = order[self._rank : len(self) * self._replicas : self._replicas]
        return (Draw(self._epoch, int(position)) for position in share)


def _row(crop: BgrImage, pose: HeadPose, disagreement_deg: float) -> TrainingBatch:
    return TrainingBatch(
        torch.from_numpy(crop.copy()),
        torch.tensor(pose, dtype=torch.float32),
        torch.tensor(disagreement_deg, dtype=torch.float32),
    )
