"""`train`: trains a snapshot from a recipe and a dataset."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import product
from app.commands.command import Command
from app.commands.datasets import DatasetArguments, add_dataset_arguments
from app.errors import DataError, ModelError, OutputError, StudioError, UsageError
from app.outputs.collisions import check_distinct
from app.weights import ModelStore
from hopenet.architectures import ARCHITECTURES
from hopenet.datasets import DATASETS, JoinedHeads
from hopenet.records import SnapshotRecord

if TYPE_CHECKING:
    from torch import Tensor

    from hopenet.datasets.labels import HeadSet
    from hopenet.training.module import Split
    from hopenet.training.recipes import Recipe

LITE_WEIGHTS = "efficientnet-lite0-imagenet"
"""The manifest's name for the backbone weights that torchvision does not provide."""

_RECIPE_OPTIONS: Mapping[str, str] = {
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
"""Options that set a key of the recipe."""

_NO_LIMIT_DEG = 180.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainArguments:
    """What to train on, by which recipe, where and how.

    `validation`: None takes the recipe's share of the training heads. `changes`: values by recipe key that replace
    those of `recipe`. The machine's fields are those of `hopenet.training.run.Machine`.
    """

    data: DatasetArguments
    validation: DatasetArguments | None
    out: Path
    recipe: str
    changes: Mapping[str, object]
    find_lr: bool
    start_from: Path | None
    more_tables: tuple[Path, ...]
    teacher: Path | None
    accelerator: str
    devices: int
    nodes: int
    strategy: str
    workers: int
    skip_bad: bool
    licence: str
    training_data: str

    def __post_init__(self) -> None:
        if min(self.devices, self.nodes) < 1 or self.workers < 0:
            raise UsageError("--devices and --nodes must be at least 1, --workers at least 0.")
        if self.start_from is not None:
            name = self.out.resolve().name
            check_distinct([self.out / f"{name}.safetensors", self.out / f"{name}.onnx"], [self.start_from])

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> TrainArguments:
        """Raises UsageError for values out of range, and for a --set without a value."""
        data = DatasetArguments.from_namespace(namespace)
        return cls(
            data=data,
            validation=_validation(namespace, data),
            out=namespace.out,
            recipe=namespace.recipe,
            changes=_changes(namespace),
            find_lr=namespace.find_lr,
            start_from=namespace.start_from,
            more_tables=tuple(namespace.more_table),
            teacher=namespace.teacher,
            accelerator=namespace.accelerator,
            devices=namespace.devices,
            nodes=namespace.nodes,
            strategy=namespace.strategy,
            workers=namespace.workers,
            skip_bad=namespace.on_bad == "skip",
            licence=namespace.licence,
            training_data=namespace.training_data,
        )


def _validation(namespace: argparse.Namespace, data: DatasetArguments) -> DatasetArguments | None:
    name, root, list_file = namespace.validation_dataset, namespace.validation_root, namespace.validation_list
    if (name, root, list_file) == (None, None, None):
        return None
    other = replace(data, name=name or data.name, root=root or data.root, list_file=list_file)
    return other if other.name == data.name else replace(other, table=None, disagreement_column=None)


def _changes(namespace: argparse.Namespace) -> dict[str, object]:
    given = vars(namespace)
    changes = {key: given[name] for name, key in _RECIPE_OPTIONS.items() if given[name] is not None}
    for setting in namespace.set:
        key, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set takes KEY=VALUE, not “{setting}”.")
        changes[key.strip()] = _value(value)
    return changes


def _value(text: str) -> object:
    """A TOML value, or the text itself."""
    try:
        value: object = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()
    return value


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of this run")
    add_dataset_arguments(parser)
    parser.add_argument(
        "--more-table",
        type=Path,
        action="append",
        default=[],
        metavar="CSV",
        help="further heads for training only, laid out as in the dataset “csv”; may be repeated",
    )
    validation = parser.add_argument_group(
        "validation data", "default: a share of the training heads, set by the recipe"
    )
    validation.add_argument("--validation-dataset", choices=tuple(DATASETS), help="default: same as --dataset")
    validation.add_argument("--validation-root", type=Path, metavar="DIR", help="default: same as --root")
    validation.add_argument("--validation-list", type=Path, metavar="FILE", help="file list of the validation heads")
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument(
        "--recipe", default="published", metavar="NAME|FILE", help="recipe name or TOML file (default: published)"
    )
    recipe.add_argument(
        "--arch",
        choices=[one.name for one in ARCHITECTURES],
        metavar="NAME",
        help=f"network: {', '.join(one.name for one in ARCHITECTURES)}",
    )
    recipe.add_argument("--alpha", type=float, metavar="X", help="weight of the regression loss")
    recipe.add_argument("--lr", type=float, metavar="X", help="learning rate")
    recipe.add_argument("--epochs", type=int, metavar="N", help="number of epochs")
    recipe.add_argument("--batch-size", type=int, metavar="N", help="batch size over all devices")
    recipe.add_argument("--accumulate", type=int, metavar="N", help="batches per optimiser step")
    recipe.add_argument("--precision", choices=("32-true", "bf16-mixed", "16-mixed"), help="numerical precision")
    recipe.add_argument("--seed", type=int, metavar="N", help="random seed")
    recipe.add_argument("--initialise", choices=("imagenet", "none"), help="initial weights of the backbone")
    recipe.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set any key of the recipe, such as optimiser.clip=1.0; may be repeated",
    )
    recipe.add_argument("--find-lr", action="store_true", help="search for a learning rate first, and use it")
    recipe.add_argument("--start-from", type=Path, metavar="FILE", help="start from the weights of this snapshot")
    recipe.add_argument(
        "--teacher",
        type=Path,
        metavar="FILE",
        help="snapshot whose estimates are averaged with the dataset's labels (recipe: teacher_share)",
    )
    machine = parser.add_argument_group("machine")
    machine.add_argument("--accelerator", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="default: auto")
    machine.add_argument("--devices", type=int, default=1, metavar="N", help="GPUs, or processes on a CPU (default: 1)")
    machine.add_argument("--nodes", type=int, default=1, metavar="N", help="machines (default: 1)")
    machine.add_argument(
        "--strategy", default="auto", metavar="NAME", help="Lightning's name: auto, ddp, fsdp … (default: auto)"
    )
    machine.add_argument("--workers", type=int, default=1, metavar="N", help="processes that load data (default: 1)")
    parser.add_argument(
        "--on-bad",
        choices=("stop", "skip"),
        default="stop",
        help="what to do about unreadable pictures and labels (default: stop)",
    )
    parser.add_argument("--licence", default="", metavar="TEXT", help="licence of the snapshot, for its record")
    parser.add_argument(
        "--training-data", default="", metavar="TEXT", help="description of the training data, for its record"
    )


def run(arguments: TrainArguments) -> int:
    """Trains, or resumes an interrupted run, and prints the snapshot's validation figures.

    Raises UsageError, DataError, ModelError or OutputError if the run cannot be set up or fails.
    """
    if importlib.util.find_spec("lightning") is None or importlib.util.find_spec("pydantic") is None:
        raise UsageError(
            "Training needs packages that are not installed.", advice=f"Run: pip install '{product.NAME}[train]'"
        )
    recipe = _recipe(arguments)
    from lightning.fabric.utilities.exceptions import MisconfigurationException

    from hopenet.training.run import Machine, split, train

    heads = arguments.data.open()
    _warn_without_disagreement(arguments.data, recipe)
    validation = arguments.validation.open() if arguments.validation else None
    facts = SnapshotRecord(
        architecture=recipe.architecture,
        licence=arguments.licence,
        training_data=arguments.training_data or heads.name,
    )
    machine = Machine(arguments.accelerator, arguments.devices, arguments.nodes, arguments.strategy, arguments.workers)
    try:
        parts: Split = split(heads, recipe, validation=validation, skip_bad=arguments.skip_bad)
        parts = _with_more(parts, arguments, recipe)
        print(f"{len(parts.names)} heads for training, {len(parts.validation_names)} for validation.", flush=True)
        trained = train(
            parts,
            recipe,
            arguments.out,
            machine=machine,
            initial=_initial(arguments.start_from, recipe),
            skip_bad=arguments.skip_bad,
            find_rate=arguments.find_lr,
            facts=facts,
        )
    except StudioError:
        raise  # Some are an OSError or a ValueError as well.
    except MisconfigurationException as error:
        raise UsageError(f"The run cannot be set up this way: {_last_line(error)}") from error
    except (ValueError, FileNotFoundError, FloatingPointError, RuntimeError) as error:
        # An error from a worker process comes with that process's whole traceback as its text.
        raise DataError(_last_line(error)) from error
    except OSError as error:
        raise OutputError(f"The folder {arguments.out} cannot be written: {error.strerror or error}.") from error
    if trained is not None:
        for name, value in trained.record.figures.items():
            print(f"{name}: {value:.2f}°")
        print(f"Wrote {trained.safetensors} and {trained.onnx}.")
    return 0


def _with_more(parts: Split, arguments: TrainArguments, recipe: Recipe) -> Split:
    """The same heads with the teacher's share in the labels of training, and with those of further tables."""
    from hopenet.training.run import usable_names, without_pictures_of

    heads, names = parts.heads, list(parts.names)
    if arguments.teacher is not None:
        heads = _taught(heads, names, arguments.teacher, recipe.teacher_share)
    if arguments.more_tables:
        further = [DatasetArguments("csv", table.parent, table=table).open() for table in arguments.more_tables]
        heads = JoinedHeads([heads, *further])
        first = set(parts.heads.names)
        more = [name for name in heads.names if name not in first]
        usable = usable_names(heads, more, recipe, skip_bad=arguments.skip_bad)
        names += without_pictures_of(heads, usable, parts.validation_heads, parts.validation_names)
    return replace(parts, heads=heads, names=names)


def _taught(heads: HeadSet, names: Sequence[str], file: Path, share: float) -> HeadSet:
    from hopenet.estimator import HeadPoseEstimator
    from hopenet.training.teacher import TaughtHeads, estimates_of

    try:
        teacher = HeadPoseEstimator.load(file)
    except (FileNotFoundError, ValueError) as error:
        raise ModelError(str(error)) from error
    return TaughtHeads(heads, estimates_of(teacher, heads, names), share)


def _warn_without_disagreement(data: DatasetArguments, recipe: Recipe) -> None:
    limited = recipe.largest_disagreement_deg < _NO_LIMIT_DEG
    if limited and data.name == "csv" and data.disagreement_column is None:
        _log.warning(
            "The recipe weights labels by their disagreement. Without --disagreement-column, all labels count equally."
        )


def _last_line(error: Exception) -> str:
    *_, line = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"^(ValueError|FileNotFoundError): ", "", line)


def _recipe(arguments: TrainArguments) -> Recipe:
    from hopenet.training.recipes import load_recipe

    try:
        return load_recipe(arguments.recipe, arguments.changes)
    except ValueError as error:
        raise DataError(str(error)) from error


def _initial(start_from: Path | None, recipe: Recipe) -> Mapping[str, Tensor] | None:
    if start_from is not None:
        from hopenet.training.initial import snapshot_weights

        try:
            return snapshot_weights(start_from)
        except (FileNotFoundError, ValueError) as error:
            raise ModelError(str(error)) from error
    if recipe.initialise == "none":
        return None
    from hopenet.training.initial import imagenet_weights

    lite = recipe.architecture in ("EfficientNetLite0", "EfficientNetLite0AE")
    file = ModelStore.standard().path(LITE_WEIGHTS, progress=True) if lite else None
    try:
        return imagenet_weights(recipe.architecture, lite_file=file)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The ImageNet weights of {recipe.architecture} are not available: {str(error).rstrip('.')}.",
            advice="Connect to the internet, or use --initialise none or --start-from FILE.",
        ) from error


COMMAND = Command(
    name="train",
    description="Trains a network with a recipe. Writes a snapshot as safetensors and ONNX, with its record. The same "
    "command resumes an interrupted run.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(TrainArguments.from_namespace(namespace)),
)
