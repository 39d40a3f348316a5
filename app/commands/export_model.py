"""`export-model`: writes a snapshot, or a face detector, for other programs and devices."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tqdm import tqdm

from app.commands.command import Command
from app.commands.datasets import DatasetArguments, add_dataset_arguments
from app.errors import DataError, ModelError, OutputError, UsageError
from app.models.opening import load_estimator, snapshot_file
from app.outputs.model_files import check_targets, publish, targets
from app.settings import EngineChoice
from app.weights import ModelStore
from hopenet.runtimes.formats import FORMATS, PRECISIONS, Format, format_named

if TYPE_CHECKING:
    from hopenet.records import SnapshotRecord
    from hopenet.runtimes.checks import LabelledCrop

DETECTOR_MODELS = {"mediapipe": "blazeface-short-range", "mediapipe-full": "blazeface-full-range"}
"""The model of each detector that can be written."""

DEFAULT_LIMIT = 400


@dataclass(frozen=True, slots=True)
class ExportModelArguments:
    """What to write, and where.

    `detector`: write this detector instead of a snapshot. `data`: labelled pictures to measure on.
    Raises UsageError for options that do not go together.
    """

    format: Format
    snapshot: str | None
    detector: str | None
    output: Path | None
    precision: str
    with_decoding: bool
    data: DatasetArguments | None
    limit: int
    force: bool

    def __post_init__(self) -> None:
        if self.detector is not None:
            self._check_detector()
        if self.precision not in self.format.precisions:
            raise UsageError(
                f"{self.format.title} files are not written in {self.precision}.",
                advice=f"Choose one of: {', '.join(self.format.precisions)}.",
            )
        if self.limit < 2:
            raise UsageError(f"--limit must be at least 2, not {self.limit}.")
        suffix = self.format.suffixes[0]
        if self.output is None or self.output.suffix.lower() == suffix:
            return
        if self.output.is_dir():
            raise UsageError(f"{self.output} is a folder.", advice=f"Name a file in it that ends in {suffix}.")
        raise UsageError(f"A file of {self.format.title} ends in {suffix}, unlike {self.output.name}.")

    def _check_detector(self) -> None:
        if self.format.name != "onnx":
            raise UsageError("A detector is written as ONNX only.", advice="Choose --format onnx.")
        if self.snapshot is not None:
            raise UsageError("Give either --snapshot or --detector.")
        if self.with_decoding or self.precision != "fp32" or self.data is not None:
            raise UsageError(
                "A detector is written as it is: --precision, --with-decoding and --dataset are for snapshots."
            )

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> ExportModelArguments:
        if (namespace.dataset is None) != (namespace.root is None):
            raise UsageError("--dataset and --root are given together.")
        return cls(
            format=format_named(namespace.format),
            snapshot=namespace.snapshot,
            detector=namespace.detector,
            output=namespace.output,
            precision=namespace.precision,
            with_decoding=namespace.with_decoding,
            data=None if namespace.dataset is None else DatasetArguments.from_namespace(namespace),
            limit=namespace.limit,
            force=namespace.force,
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("model")
    what.add_argument(
        "--snapshot", metavar="NAME|FILE", help="a name from “weights list”, or a file (default: the bundled snapshot)"
    )
    what.add_argument("--detector", choices=tuple(DETECTOR_MODELS), help="write this face detector instead, as ONNX")
    file = parser.add_argument_group("file")
    file.add_argument("--format", choices=[one.name for one in FORMATS], default="onnx", help="default: onnx")
    file.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: named after the model, in this folder"
    )
    file.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="fp32",
        help="fp32: exact; fp16: half the size; int8: a quarter, often faster, needs --dataset (default: fp32)",
    )
    file.add_argument(
        "--with-decoding",
        action="store_true",
        help="pixels of a face in, degrees out, instead of network input and logits",
    )
    file.add_argument("--force", "--overwrite", action="store_true", help="replace existing files")
    data = add_dataset_arguments(
        parser, required=False, description="labelled pictures to measure on; one half of them sets the ranges of int8"
    )
    data.add_argument(
        "--limit",
        type=int,
        default=DEFAULT_LIMIT,
        metavar="N",
        help=f"use the first N heads (default: {DEFAULT_LIMIT})",
    )


def run(arguments: ExportModelArguments) -> int:
    """Writes the files, compares them with the snapshot, and prints what was found. Raises StudioErrors."""
    _check_package(arguments.format)
    store = ModelStore.standard()
    if arguments.detector is not None:
        return _write_detector(arguments, arguments.detector, store)
    if arguments.precision == "int8":
        _check_int8(arguments)
    return _write_snapshot(arguments, store)


def _check_package(chosen: Format) -> None:
    missing = chosen.missing()
    if missing:
        raise UsageError(
            f"Writing files for {chosen.title} needs the package {missing.replace('_', '-')}, which is not installed.",
            advice=f"Install it with: pip install 'hopenet-studio[{chosen.extra}]'",
        )


def _check_int8(arguments: ExportModelArguments) -> None:
    if arguments.data is None:
        raise UsageError(
            "8-bit integers cost accuracy, which is measured on labelled pictures, but none are given.",
            advice="Add --dataset NAME --root DIR, or choose --precision fp16.",
        )
    if arguments.format.name == "coreml" and sys.platform != "darwin":
        raise UsageError(
            "What 8-bit integers cost in Core ML can be measured on macOS only.", advice="Choose --precision fp16."
        )


def _write_snapshot(arguments: ExportModelArguments, store: ModelStore) -> int:
    from hopenet.estimator import plan_load
    from hopenet.runtimes.checks import check_difference, cost, difference, trial_crops
    from hopenet.runtimes.interface import Interface
    from hopenet.runtimes.source import ExportSource

    interactive, chosen = sys.stderr.isatty(), arguments.format
    estimator = load_estimator(arguments.snapshot, EngineChoice("cpu", "auto", None), store=store, progress=interactive)
    file = snapshot_file(arguments.snapshot, store=store, progress=interactive)
    record = estimator.record
    interface = Interface(
        record,
        estimator.sha256,
        arguments.precision,
        arguments.with_decoding,
        any_size=arguments.with_decoding and chosen.resizes,
        batch=chosen.batch,
    )
    output = arguments.output or Path(_file_stem(arguments, record.name) + chosen.suffixes[0])
    written = targets(output, chosen.suffixes)
    inputs = (file, *(arguments.data.files if arguments.data is not None else ()))
    check_targets(written, inputs, force=arguments.force)
    heads = [] if arguments.data is None else _labelled_crops(arguments.data, arguments.limit, record)
    calibrating, measured = (heads[::2], heads[1::2]) if arguments.precision == "int8" else ([], heads)
    module = chosen.load()
    with TemporaryDirectory(prefix="hopenet-export-") as folder, _as_model_errors(file.name):
        source = ExportSource(plan_load(file, device="cpu", engine="auto", sha256=estimator.sha256), estimator)
        module.write(source, interface, [head.crop for head in calibrating], Path(folder), output.stem)
        run_file = module.runner(Path(folder, output.stem + chosen.suffixes[0]), interface)
        lines = []
        if run_file is None:
            lines.append(f"{chosen.title} runs on macOS only, so its angles were not compared with the snapshot's.")
        else:
            crops = trial_crops(record.input_size) + [head.crop for head in measured[:DEFAULT_LIMIT]]
            found = difference(run_file, estimator, crops)
            check_difference(found, interface)
            lines.append(
                f"Compared with the snapshot on {found.crops} heads: largest difference of an angle "
                f"{found.largest_deg:.4f}°, mean {found.mean_deg:.4f}°."
            )
            if measured:
                spent = cost(run_file, estimator, measured)
                lines.append(
                    f"Mean error on {spent.crops} labelled heads: {spent.before_deg:.2f}° before, "
                    f"{spent.after_deg:.2f}° in this file ({spent.after_deg - spent.before_deg:+.2f}°)."
                )
        publish(Path(folder), written)
    print("\n".join([_summary(written, interface.precision, record.name), *lines]))
    if not record.licence:
        print("The licence of the snapshot is not stated.")
    return 0


def _summary(written: Sequence[Path], precision: str, name: str) -> str:
    size = sum(part.stat().st_size for path in written for part in _files_in(path))
    return f"{' and '.join(map(str, written))}: {name} in {precision}, {size / 1e6:.1f} MB."


def _files_in(path: Path) -> list[Path]:
    return [part for part in path.rglob("*") if part.is_file()] if path.is_dir() else [path]


def _file_stem(arguments: ExportModelArguments, name: str) -> str:
    parts = [name, *([arguments.precision] if arguments.precision != "fp32" else [])]
    return "-".join([*parts, *(["degrees"] if arguments.with_decoding else [])])


def _labelled_crops(data: DatasetArguments, limit: int, record: SnapshotRecord) -> list[LabelledCrop]:
    from hopenet.runtimes.labelled import labelled_crops

    heads = data.open()
    names = list(itertools.islice(heads.names, limit))
    with tqdm(total=len(names), unit=" heads", desc=heads.name, disable=None, dynamic_ncols=True) as bar:
        try:
            crops = labelled_crops(heads, names, record, progress=bar.update)
        except (OSError, ValueError) as error:
            raise DataError(str(error)) from error
    if len(crops) < 2:
        raise DataError(f"{heads.name} has too few heads with angles that {record.name} can give: {len(crops)}.")
    return crops


def _write_detector(arguments: ExportModelArguments, name: str, store: ModelStore) -> int:
    from detectors.blazeface_files import onnx_file

    record = store.record(DETECTOR_MODELS[name])
    path = store.path(record.name, progress=sys.stderr.isatty())
    output = arguments.output or Path(f"{record.name}.onnx")
    check_targets((output,), (path,), force=arguments.force)
    with TemporaryDirectory(prefix="hopenet-export-") as folder, _as_model_errors(path.name):
        Path(folder, output.name).write_bytes(onnx_file(path.read_bytes(), name, licence=record.licence))
        publish(Path(folder), (output,))
    print(f"{output}: {record.title}, {output.stat().st_size / 1e6:.1f} MB.")
    return 0


@contextmanager
def _as_model_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OutputError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"{name} was not exported: {error}") from error


COMMAND = Command(
    name="export-model",
    description="Writes a snapshot for other programs and devices, and compares the file with the snapshot. "
    "docs/runtimes.md shows how to use the files.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(ExportModelArguments.from_namespace(namespace)),
)
