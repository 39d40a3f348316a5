"""`train`: a recipe and a data set in, a snapshot with its record out."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.datasets import add_dataset_arguments, opened_dataset
from app.errors import DataError, ModelError, OutputError, UsageError
from app.weights import ModelStore
from hopenet.architectures import ARCHITECTURES
from hopenet.datasets import DATASETS, HeadSet
from hopenet.records import SnapshotRecord

if TYPE_CHECKING:
    from torch import Tensor

    from hopenet.training.recipes import Recipe

LITE_WEIGHTS = "efficientnet-lite0-imagenet"
"""The manifest's name of the file that torchvision does not have."""

_SHORTCUTS: Mapping[str, str] = {
    "arch": "architecture",
    "alpha": "loss.alpha",
    "lr": "optimiser.lr",
    "epochs": "epochs",
    "batch_size": "batch_size",
    "accumulate": "accumulate",
    "precision": "precision",
    "seed": "seed",
    "initialise": "initialise",
}
"""Options that stand for a recipe's key."""

_NO_LIMIT_DEG = 180.0

_log = logging.getLogger(__name__)


def add_train_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser(
        "train",
        help="train a network by a recipe",
        description="Trains a network by a recipe and writes a snapshot with its record, as safetensors and ONNX. "
        "The same command goes on with a run that was interrupted.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of this run")
    add_dataset_arguments(parser)
    validation = parser.add_argument_group("validation", "default: the recipe's share of the training heads")
    validation.add_argument("--validation-dataset", choices=tuple(DATASETS), help="default: as --dataset")
    validation.add_argument("--validation-root", type=Path, metavar="DIR", help="default: as --root")
    validation.add_argument("--validation-list", type=Path, metavar="FILE", help="file list to validate with")
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--recipe", default="published", metavar="NAME|FILE", help="default: published")
    recipe.add_argument("--arch", choices=[one.name for one in ARCHITECTURES], help="another network")
    recipe.add_argument("--alpha", type=float, help="weight of the regression loss")
    recipe.add_argument("--lr", type=float, help="learning rate")
    recipe.add_argument("--epochs", type=int)
    recipe.add_argument("--batch-size", type=int, metavar="N", help="over all devices")
    recipe.add_argument("--accumulate", type=int, metavar="N", help="batches to a step")
    recipe.add_argument("--precision", choices=("32-true", "bf16-mixed", "16-mixed"))
    recipe.add_argument("--seed", type=int)
    recipe.add_argument("--initialise", choices=("imagenet", "none"), help="what the backbone starts from")
    recipe.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="any key of the recipe, as optimiser.clip=1.0"
    )
    recipe.add_argument("--find-lr", action="store_true", help="look for a learning rate first, and use it")
    recipe.add_argument("--start-from", type=Path, metavar="FILE", help="weights of a snapshot to start from")
    machine = parser.add_argument_group("machine")
    machine.add_argument("--accelerator", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    machine.add_argument("--devices", type=int, default=1, metavar="N", help="GPUs, or processes on a CPU")
    machine.add_argument("--nodes", type=int, default=1, metavar="N", help="machines")
    machine.add_argument("--strategy", default="auto", help="as Lightning names it: auto, ddp, fsdp …")
    machine.add_argument("--workers", type=int, default=1, metavar="N", help="processes that load data (default: 1)")
    parser.add_argument(
        "--on-bad", choices=("stop", "skip"), default="stop", help="pictures or labels that are unreadable"
    )
    parser.add_argument("--licence", default="", help="of the snapshot, for its record")
    parser.add_argument("--training-data", default="", help="what it was trained on, for its record")
    parser.set_defaults(run=run_train)


def run_train(args: argparse.Namespace) -> int:
    if importlib.util.find_spec("lightning") is None or importlib.util.find_spec("pydantic") is None:
        raise UsageError("Training needs packages that are not installed.", advice="Run: pip install -e '.[train]'")
    recipe = _recipe(args)
    if min(args.devices, args.nodes) < 1 or args.workers < 0:
        raise UsageError("Devices and nodes are counted from 1, workers from 0.")
    from lightning.fabric.utilities.exceptions import MisconfigurationException

    from hopenet.training.module import Split
    from hopenet.training.run import Machine, split, train

    heads = opened_dataset(args)
    if recipe.largest_doubt_deg < _NO_LIMIT_DEG and args.dataset == "csv" and args.doubt_column is None:
        _log.warning("The recipe weighs labels by their doubt, but no --doubt-column is given: all count alike.")
    validation = _validation_heads(args)
    skip_bad = args.on_bad == "skip"
    facts = SnapshotRecord(
        architecture=recipe.architecture, licence=args.licence, training_data=args.training_data or heads.name
    )
    try:
        parts: Split = split(heads, recipe, validation=validation, skip_bad=skip_bad)
        print(f"{len(parts.names)} heads to train with, {len(parts.validation_names)} to validate with.", flush=True)
        trained = train(
            parts,
            recipe,
            args.out,
            machine=Machine(args.accelerator, args.devices, args.nodes, args.strategy, args.workers),
            initial=_initial(args, recipe),
            skip_bad=skip_bad,
            find_rate=args.find_lr,
            facts=facts,
        )
    except MisconfigurationException as error:
        raise UsageError(f"The run cannot be set up so: {_last_line(error)}") from error
    except (ValueError, FileNotFoundError, FloatingPointError, RuntimeError) as error:
        # What a worker process raised comes with that process's whole traceback as its text.
        raise DataError(_last_line(error)) from error
    except OSError as error:
        raise OutputError(f"The run's folder {args.out} cannot be written: {error.strerror or error}.") from error
    if trained is not None:
        for name, value in trained.record.figures.items():
            print(f"{name}: {value:.2f}°")
        print(f"Wrote {trained.safetensors} and {trained.onnx}.")
    return 0


def _last_line(error: Exception) -> str:
    *_, line = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"^(ValueError|FileNotFoundError): ", "", line)


def _validation_heads(args: argparse.Namespace) -> HeadSet | None:
    named = (args.validation_dataset, args.validation_root, args.validation_list)
    if named == (None, None, None):
        return None
    changed = {"list": args.validation_list, "dataset": args.validation_dataset or args.dataset}
    if changed["dataset"] != args.dataset:
        changed |= {"table": None, "doubt_column": None}
    return opened_dataset(argparse.Namespace(**vars(args) | changed | {"root": args.validation_root or args.root}))


def _recipe(args: argparse.Namespace) -> Recipe:
    from hopenet.training.recipes import load_recipe

    changes = {key: getattr(args, name) for name, key in _SHORTCUTS.items() if getattr(args, name) is not None}
    for setting in args.set:
        key, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set takes KEY=VALUE, not “{setting}”.")
        changes[key.strip()] = _value(value)
    try:
        return load_recipe(args.recipe, changes)
    except ValueError as error:
        raise DataError(str(error)) from error


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()


def _initial(args: argparse.Namespace, recipe: Recipe) -> Mapping[str, Tensor] | None:
    if args.start_from is not None:
        from hopenet.snapshots import read_weights

        try:
            return read_weights(args.start_from).tensors
        except (FileNotFoundError, ValueError) as error:
            raise ModelError(str(error)) from error
    if recipe.initialise == "none":
        return None
    from hopenet.training.initial import imagenet_weights

    lite = recipe.architecture == "EfficientNetLite0"
    file = ModelStore.standard().path(LITE_WEIGHTS, progress=True) if lite else None
    try:
        return imagenet_weights(recipe.architecture, lite_file=file)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"ImageNet weights of {recipe.architecture} cannot be had: {error}.",
            advice="Connect to the network, or choose --initialise none or --start-from FILE.",
        ) from error
