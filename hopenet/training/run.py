"""A training run, from a recipe to a snapshot with its record. An interrupted run resumes exactly where it stopped."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

import lightning
import numpy as np
import numpy.typing as npt
import torch
from lightning.pytorch.callbacks import (
    Callback,
    EarlyStopping,
    EMAWeightAveraging,
    LearningRateMonitor,
    ModelCheckpoint,
)
from lightning.pytorch.loggers import TensorBoardLogger
from torch import Tensor
from torch.utils.data import DataLoader

from hopenet.datasets.labels import HeadSet
from hopenet.export import save_onnx, save_safetensors
from hopenet.records import SnapshotRecord
from hopenet.replacing import remove_abandoned_parts, replacing
from hopenet.snapshots import LoadedSnapshot
from hopenet.training.calibration import calibrated
from hopenet.training.card import model_card
from hopenet.training.checkpoints import LAST, DurableCheckpointIO, has_checkpoint, resumable
from hopenet.training.module import PoseData, PoseTraining, Split, plain_heads
from hopenet.training.recipes import Recipe, recipe_to_plain, with_current_keys

_FINISHED = "finished"
"""An empty file that marks training itself as finished."""
_NORM_BATCHES = 120
"""Batches used to recompute the batch-norm statistics of averaged weights; more do not change the figures."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to run, with Lightning's names for accelerators and strategies. `workers`: data-loading processes."""

    accelerator: str = "auto"
    devices: int = 1
    nodes: int = 1
    strategy: str = "auto"
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Trained:
    """The result of a run: one snapshot in two files, and its record with validation figures in degrees."""

    safetensors: Path
    onnx: Path
    record: SnapshotRecord


def usable_names(heads: HeadSet, names: Sequence[str], recipe: Recipe, *, skip_bad: bool) -> list[str]:
    """The names of the heads within the recipe's limits.

    Raises ValueError or FileNotFoundError for the first label that cannot be read; with `skip_bad`, such heads are
    logged and left out instead.
    """
    kept = []
    for name in names:
        try:
            head = heads.read(name)
        except (ValueError, FileNotFoundError) as error:
            if not skip_bad:
                raise
            _log.warning("Left out: %s", error)
            continue
        agrees = head.disagreement_deg <= recipe.largest_disagreement_deg
        if agrees and max(map(abs, head.pose)) <= recipe.largest_angle_deg:
            kept.append(name)
    return kept


def split(heads: HeadSet, recipe: Recipe, *, validation: HeadSet | None = None, skip_bad: bool = False) -> Split:
    """Training and validation heads: from two sets, or a share of one set chosen by the recipe's seed.

    No picture is in both: of two sets that share pictures, those of `validation` are left out of training.
    Raises ValueError if no head is left for training.
    """
    names = usable_names(heads, heads.names, recipe, skip_bad=skip_bad)
    if validation is not None:
        kept = usable_names(validation, validation.names, recipe, skip_bad=skip_bad)
        parts = Split(heads, without_pictures_of(heads, names, validation, kept), validation, kept)
    else:
        order = np.random.default_rng(recipe.seed).permutation(len(names))
        count = round(len(names) * recipe.validation_share)
        chosen = [names[position] for position in order]
        parts = Split(heads, chosen[count:], heads, chosen[:count])
    if skip_bad:
        parts = replace(parts, validation_names=_readable(parts.validation_heads, parts.validation_names, recipe))
    if not parts.names:
        raise ValueError("No heads left for training: the list is empty, or the recipe's limits exclude every head.")
    return parts


def without_pictures_of(
    heads: HeadSet, names: Sequence[str], validation: HeadSet, validation_names: Sequence[str]
) -> list[str]:
    """The names whose pictures are not among those of validation, by whatever path they are reached."""
    held_out = {validation.read(name).file.resolve() for name in validation_names}
    return [name for name in names if heads.read(name).file.resolve() not in held_out]


def _readable(heads: HeadSet, names: Sequence[str], recipe: Recipe) -> list[str]:
    """The names whose pictures can also be read; the others are logged."""
    plain, kept = plain_heads(heads, names, recipe), []
    for position, name in enumerate(names):
        try:
            plain[position]
        except ValueError as error:
            _log.warning("Left out: %s", error)
        else:
            kept.append(name)
    return kept


def train(
    parts: Split,
    recipe: Recipe,
    folder: Path,
    *,
    machine: Machine = Machine(),
    initial: Mapping[str, Tensor] | None = None,
    skip_bad: bool = False,
    find_rate: bool = False,
    facts: SnapshotRecord | None = None,
    progress: bool = True,
) -> Trained | None:
    """Runs a recipe and writes the snapshot to `folder`; resumes if the folder has an unfinished run of the recipe.

    `initial`: initial weights by the network's keys; missing ones are initialised at random. `find_rate`: first search
    for a learning rate and use it. `facts`: licence, training data and source for the record.
    Returns None in all but the first of several processes.
    Raises ValueError if the folder has a run of another recipe, FloatingPointError if training diverges.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remove_abandoned_parts(folder / LAST)
    _note_recipe(folder, recipe, parts)
    lightning.seed_everything(recipe.seed, verbose=False)
    module = PoseTraining(recipe)
    if initial is not None:
        _start_from(module, initial)
    elif module.frozen():
        raise ValueError(
            f"The recipe {recipe.name} freezes {module.frozen()[0]}, which would keep its random values. "
            "Give initial weights, or change optimiser.factors."
        )
    data = PoseData(parts, recipe, workers=machine.workers, skip_bad=skip_bad)
    with _quiet():
        trainer = _trainer(recipe, folder, machine, validates=bool(parts.validation_names), progress=progress)
    finished, resumed = folder / _FINISHED, resumable(folder)
    if resumed is None or not resumed.is_last:
        finished.unlink(missing_ok=True)  # left by a run whose last checkpoint was deleted or damaged
    if find_rate and resumed is None:
        _find_rate(trainer, module, data)
    try:
        with _quiet():
            # A finished run, even one that stopped early, is not trained further; only its snapshot is written again.
            if not finished.is_file():
                trainer.fit(module, data, ckpt_path=resumed.path if resumed else None, weights_only=True)
    except SystemExit as leaving:
        # Lightning exits the program after Ctrl-C; here, the caller decides what happens.
        raise KeyboardInterrupt from leaving
    if not trainer.is_global_zero:
        return None
    finished.touch()
    # The checkpoint has the averaged weights, even if this process did not train them.
    module.load_state_dict(torch.load(folder / LAST, map_location="cpu", weights_only=True)["state_dict"])
    return _finish(module, data, parts, recipe, folder, facts)


def _trainer(recipe: Recipe, folder: Path, machine: Machine, *, validates: bool, progress: bool) -> lightning.Trainer:
    callbacks: list[Callback] = [
        # Without a metric to monitor, only the latest checkpoint is kept.
        ModelCheckpoint(
            folder,
            filename=Path(LAST).stem,
            save_top_k=1,
            enable_version_counter=False,
            save_on_train_epoch_end=True,
        ),
        LearningRateMonitor("step"),
    ]
    if recipe.average_decay:
        callbacks.append(EMAWeightAveraging(decay=recipe.average_decay, use_buffers=True))
    if recipe.patience and validates:
        callbacks.append(EarlyStopping("validation_mae", patience=recipe.patience))
    return lightning.Trainer(
        accelerator=machine.accelerator,
        devices=machine.devices,
        num_nodes=machine.nodes,
        strategy=machine.strategy,
        precision=recipe.precision,
        max_epochs=recipe.epochs,
        accumulate_grad_batches=recipe.accumulate,
        gradient_clip_val=recipe.optimiser.clip or None,
        callbacks=callbacks,
        plugins=[DurableCheckpointIO()],
        logger=TensorBoardLogger(folder, name="", version="log"),
        use_distributed_sampler=False,
        enable_progress_bar=progress,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        log_every_n_steps=10,
        default_root_dir=folder,
    )


def _find_rate(trainer: lightning.Trainer, module: PoseTraining, data: PoseData) -> None:
    from lightning.pytorch.tuner.tuning import Tuner

    with _quiet(logging.CRITICAL):
        finder = Tuner(trainer).lr_find(module, datamodule=data, update_attr=False)
        found = finder.suggestion() if finder is not None else None
    if found is None:
        raise ValueError(
            "No learning rate was found: there are too few steps. Use more heads or epochs, or set a learning rate."
        )
    _log.warning("Learning rate found: %.3g. To repeat this run, set this learning rate.", found)
    module.lr = found


def _start_from(module: PoseTraining, initial: Mapping[str, Tensor]) -> None:
    own = module.network.state_dict()
    matching = {key: value for key, value in initial.items() if key in own and own[key].shape == value.shape}
    if not matching:
        raise ValueError(f"None of the initial weights match {module.recipe.architecture}.")
    module.network.load_state_dict(matching, strict=False)
    _log.info("Starting from %d of %d given tensors.", len(matching), len(initial))


@contextmanager
def _quiet(level: int = logging.WARNING) -> Iterator[None]:
    """Hides Lightning's hints about other products, and its warnings about its own use of deprecated torch features."""
    logger = logging.getLogger("lightning.pytorch")
    before = logger.level
    logger.setLevel(level)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=FutureWarning, module=r"lightning\..*")
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            hints = "does not have many workers|logging interval|treespec|is not empty|dirpath has changed"
            warnings.filterwarnings("ignore", message=f".*({hints}).*")
            yield
    finally:
        logger.setLevel(before)


def _note_recipe(folder: Path, recipe: Recipe, parts: Split) -> None:
    note = folder / "recipe.json"
    plain = recipe_to_plain(recipe) | {
        "heads": len(parts.names),
        "validation_heads": len(parts.validation_names),
        "names_sha256": sha256("\n".join((*parts.names, *parts.validation_names)).encode()).hexdigest(),
    }
    if note.is_file() and has_checkpoint(folder):
        if with_current_keys(json.loads(note.read_text(encoding="utf-8"))) != json.loads(json.dumps(plain)):
            raise ValueError(
                f"{folder} has a run with another recipe or other data. Choose a new folder, or use the same options."
            )
    else:
        _write(note, json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def _finish(
    module: PoseTraining, data: PoseData, parts: Split, recipe: Recipe, folder: Path, facts: SnapshotRecord | None
) -> Trained:
    module = module.cpu().float()
    network = module.network
    if recipe.average_decay:
        _recompute_norms(module, data)
    network.eval()
    record = replace(
        facts or SnapshotRecord(architecture=recipe.architecture),
        architecture=recipe.architecture,
        input_size=recipe.input_size,
        mean=recipe.mean,
        std=recipe.std,
        crops=recipe.crops,
        decoding=recipe.decoding,
        source=f"recipe {recipe.name}, seed {recipe.seed}",
    ).named(folder.resolve().name)
    if parts.validation_names:
        logits, labels_deg, disagreement_deg = _validation(module, parts, recipe)
        decoding, figures = calibrated(
            logits,
            labels_deg,
            disagreement_deg,
            recipe.decoding,
            label_error_deg=recipe.label_error_deg,
            seed=recipe.seed,
        )
        record = replace(record, decoding=decoding, figures={**record.figures, **figures})
    state: Mapping[str, Tensor] = network.state_dict()
    half = recipe.file_precision != "single"
    snapshot = LoadedSnapshot(record, {key: _stored(tensor, half=half) for key, tensor in state.items()})
    trained = Trained(folder / f"{record.name}.safetensors", folder / f"{record.name}.onnx", record)
    save_safetensors(snapshot, trained.safetensors)
    save_onnx(snapshot, trained.onnx, precision=recipe.file_precision)
    card = model_card(record, recipe, heads=len(parts.names), validation_heads=len(parts.validation_names))
    _write(folder / f"{record.name}.md", card)
    return trained


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def _stored(tensor: Tensor, *, half: bool) -> Tensor:
    return tensor.half() if half and tensor.is_floating_point() and tensor.ndim > 1 else tensor


def _recompute_norms(module: PoseTraining, data: PoseData) -> None:
    """Recomputes the batch-norm statistics of averaged weights: those collected in training belong to other weights."""
    module.eval()
    norms = module.norms(frozen=False)
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over all batches
        norm.train()
    with torch.inference_mode():
        for batch in islice(data.train_dataloader(), _NORM_BATCHES):
            module(batch.pixels)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    module.eval()


def _validation(
    module: PoseTraining, parts: Split, recipe: Recipe
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    heads = plain_heads(parts.validation_heads, parts.validation_names, recipe)
    with torch.inference_mode():
        rows = [
            (module(batch.pixels).numpy(), batch.angles_deg.numpy(), batch.disagreement_deg.numpy())
            for batch in DataLoader(heads, batch_size=64)
        ]
    logits, labels_deg, disagreement_deg = (np.concatenate(column) for column in zip(*rows, strict=True))
    return logits, labels_deg, disagreement_deg
