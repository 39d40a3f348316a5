"""The parts of training that Lightning calls: data, training step, optimiser, and validation figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import lightning
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from hopenet.crops import LANDMARKS
from hopenet.datasets.labels import HeadSet
from hopenet.networks import build
from hopenet.pose import ANGLES
from hopenet.training.loading import EpochSampler, PlainHeads, TrainingBatch, TrainingHeads
from hopenet.training.losses import differences, expectation
from hopenet.training.recipes import Recipe


@dataclass(frozen=True, slots=True)
class Split:
    """The heads of one run: the sets and the names in them, for training and for validation."""

    heads: HeadSet
    names: Sequence[str]
    validation_heads: HeadSet
    validation_names: Sequence[str]


def plain_heads(heads: HeadSet, names: Sequence[str], recipe: Recipe) -> PlainHeads:
    """Validation heads, with the crop that the recipe's snapshot is evaluated with."""
    return PlainHeads(heads, names, side=recipe.input_size, published=LANDMARKS not in recipe.crops)


class PoseData(lightning.LightningDataModule):
    """Batches for each device, in an order that depends only on the recipe's seed and the epoch."""

    def __init__(self, split: Split, recipe: Recipe, *, workers: int, skip_bad: bool) -> None:
        super().__init__()
        self._split, self._recipe, self._workers, self._skip_bad = split, recipe, workers, skip_bad

    def train_dataloader(self) -> DataLoader[TrainingBatch]:
        recipe, split = self._recipe, self._split
        replicas, rank = self._place()
        heads = TrainingHeads(
            split.heads,
            split.names,
            side=recipe.input_size,
            rules=recipe.augmentation,
            seed=recipe.seed,
            skip_bad=self._skip_bad,
        )
        sampler = EpochSampler(len(heads), seed=recipe.seed, rank=rank, replicas=replicas)
        return DataLoader(
            heads,
            batch_size=max(1, recipe.batch_size // replicas),
            sampler=sampler,
            num_workers=self._workers,
            drop_last=len(sampler) >= recipe.batch_size,
            persistent_workers=False,
        )

    def val_dataloader(self) -> DataLoader[TrainingBatch] | list[Any]:
        names = self._split.validation_names
        if not names:
            return []
        replicas, rank = self._place()
        # All devices get the same number of batches; otherwise one would wait for another forever.
        share = names[: len(names) // replicas * replicas][rank::replicas] or names
        heads = plain_heads(self._split.validation_heads, share, self._recipe)
        return DataLoader(heads, batch_size=max(1, self._recipe.batch_size // replicas), num_workers=self._workers)

    def _place(self) -> tuple[int, int]:
        trainer = self.trainer
        return (trainer.world_size, trainer.global_rank) if trainer is not None else (1, 0)


class PoseTraining(lightning.LightningModule):
    """A network and the recipe that trains it."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.lr = recipe.optimiser.lr
        network = build(recipe.architecture, bins=recipe.decoding.bins)
        # With channels last, convolutions run a third faster on CPUs and on tensor cores.
        self.network: nn.Module = network.to(memory_format=torch.channels_last)
        for name, parameter in self.network.named_parameters():
            if _factor(name, recipe.optimiser.factors) == 0:
                parameter.requires_grad = False
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.tensor(recipe.mean).view(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("std", torch.tensor(recipe.std).view(1, 3, 1, 1) * 255, persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, S, S, 3) BGR uint8 → (N, 3, bins)."""
        rgb = pixels.permute(0, 3, 1, 2).flip(1)
        image = ((rgb.float() - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        logits: Tensor = self.network(image)
        return logits.float()

    def on_train_epoch_start(self) -> None:
        for norm in self.norms(frozen=True):
            norm.eval()

    def on_train_batch_start(self, batch: TrainingBatch, batch_idx: int) -> None:  # noqa: ARG002 - Lightning's names
        # Dropout draws from torch's own generator, whose state is not in checkpoints. Seeding it once an epoch is not
        # enough: Lightning creates the data loader's iterator, which draws as well, before the first epoch of a run,
        # but after the start of each later one.
        place = (self.recipe.seed, self.current_epoch, batch_idx, self.global_rank)
        torch.manual_seed(int(np.random.SeedSequence(place).generate_state(1, np.uint64)[0]))

    def norms(self, *, frozen: bool) -> list[nn.BatchNorm2d]:
        """The batch norms whose statistics the recipe freezes, or with `frozen` false the others."""
        patterns = self.recipe.optimiser.frozen_norms
        return [
            part
            for name, part in self.network.named_modules()
            if isinstance(part, nn.BatchNorm2d) and frozen == any(fnmatchcase(name, pattern) for pattern in patterns)
        ]

    def frozen(self) -> list[str]:
        """Names of the parameters that the recipe does not train, except for the unused `fc_finetune`."""
        named = self.network.named_parameters()
        return [name for name, one in named if not (one.requires_grad or name.startswith("fc_finetune"))]

    def training_step(self, batch: TrainingBatch, _: int) -> Tensor:
        pixels = _resized(batch.pixels, self.recipe.side_at(self.current_epoch))
        loss: Tensor = self.recipe.loss(self(pixels), batch.angles_deg, batch.disagreement_deg, self.recipe.decoding)
        if not torch.isfinite(loss):
            raise FloatingPointError("Training diverged: the loss is not finite. Use a lower learning rate.")
        self.log("loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: TrainingBatch, _: int) -> None:
        decoding = self.recipe.decoding
        error = differences(expectation(self(batch.pixels), decoding), batch.angles_deg, decoding).abs()
        figures = dict(zip(ANGLES, error.mean(0), strict=True)) | {"mae": error.mean()}
        for name, value in figures.items():
            self.log(
                f"validation_{name}",
                value,
                prog_bar=name == "mae",
                on_epoch=True,
                sync_dist=True,
                batch_size=len(error),
            )

    def configure_optimizers(self) -> Any:
        chosen = self.recipe.optimiser
        groups: dict[float, list[nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad:
                groups.setdefault(_factor(name, chosen.factors), []).append(parameter)
        kind = torch.optim.AdamW if chosen.kind == "adamw" else torch.optim.Adam
        optimiser = kind(
            [{"params": parameters, "lr": self.lr * factor} for factor, parameters in groups.items()],
            weight_decay=chosen.weight_decay,
        )
        if chosen.schedule == "constant":
            return optimiser
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser,
            max_lr=[self.lr * factor for factor in groups],
            total_steps=int(self.trainer.estimated_stepping_batches),
            pct_start=chosen.warm_up,
            cycle_momentum=False,
            div_factor=10,
            final_div_factor=100,
        )
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def _factor(name: str, factors: Mapping[str, float]) -> float:
    matching = [start for start in factors if name.startswith(start)]
    return factors[max(matching, key=len)] if matching else 1.0


def _resized(pixels: Tensor, side: int) -> Tensor:
    if pixels.shape[1] == side:
        return pixels
    image = F.interpolate(pixels.permute(0, 3, 1, 2), (side, side), mode="bilinear", antialias=True)
    return image.permute(0, 2, 3, 1)
