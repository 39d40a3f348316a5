"""`weights`: lists, fetches, imports and verifies model files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.commands.command import Command, CommandGroup
from app.errors import ModelError, UsageError
from app.weights import ModelRecord, ModelStatus, ModelStore

_HEADINGS = ("name", "architecture", "MB", "AFLW2000 MAE", "location", "licence")
_RIGHT_ALIGNED = {"MB", "AFLW2000 MAE"}
_ABSENT = "–"

ON_400 = "AFLW2000 MAE of 400"
"""The manifest's figure for a snapshot measured on 400 pictures, many of them with large yaw."""


@dataclass(frozen=True, slots=True)
class ListArguments:
    as_json: bool


@dataclass(frozen=True, slots=True)
class FetchArguments:
    """Either names, or every model. Raises UsageError for both or neither."""

    names: tuple[str, ...]
    everything: bool

    def __post_init__(self) -> None:
        if bool(self.names) == self.everything:
            raise UsageError("Give either the names of the models to download, or --all.")


@dataclass(frozen=True, slots=True)
class ImportArguments:
    """`name`: the model that the file is, None to recognise it by its hash. Raises UsageError for a name and several
    files."""

    files: tuple[Path, ...]
    name: str | None

    def __post_init__(self) -> None:
        if self.name is not None and len(self.files) > 1:
            raise UsageError("--as takes exactly one file.")


def list_models(arguments: ListArguments) -> int:
    statuses = ModelStore.standard().status()
    print(_json(statuses) if arguments.as_json else _table(statuses))
    return 0


def fetch(arguments: FetchArguments) -> int:
    """Downloads what is not on this machine yet. Raises ModelError, after trying all, for those that failed."""
    store = ModelStore.standard()
    wanted = [store.record(name) for name in arguments.names] or [one for one in store.records if one.has_hash]
    failures = []
    for record in wanted:
        path = store.find(record.name)
        if path is not None:
            print(f"{record.name}: already in {path}")
            continue
        print(f"{record.name}: downloading …", flush=True)
        try:
            print(f"{record.name}: downloaded to {store.fetch(record.name)}")
        except ModelError as error:
            failures.append(error)
    if len(failures) > 1:
        raise ModelError(" ".join(error.message for error in failures), advice=failures[0].advice)
    if failures:
        raise failures[0]
    return 0


def import_files(arguments: ImportArguments) -> int:
    """Copies files into the cache. Raises ModelError for a file that is not a known model."""
    store = ModelStore.standard()
    for file in arguments.files:
        record = store.import_file(file, name=arguments.name)
        print(f"{record.name}: imported from {file}")
    return 0


def verify() -> int:
    """Hashes every model file on this machine; 1 if one is damaged."""
    checks = ModelStore.standard().verify()
    for check in checks:
        print(f"{check.state:<8} {check.record.name:<24} {check.path}")
    if not checks:
        print("There are no model files on this machine.")
    return 1 if any(check.state == "damaged" for check in checks) else 0


def _table(statuses: Sequence[ModelStatus]) -> str:
    rows = [_HEADINGS, *(_row(status) for status in statuses)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(status: ModelStatus) -> tuple[str, ...]:
    record = status.record
    return (
        record.name,
        record.architecture or record.kind,
        _ABSENT if record.size_bytes is None else f"{record.size_bytes / 1e6:.1f}",
        _error(record),
        status.place or _ABSENT,
        record.licence,
    )


def _error(record: ModelRecord) -> str:
    if record.mae_deg is not None:
        return f"{record.mae_deg:.2f}°"
    on_some = record.figures.get(ON_400)
    return _ABSENT if on_some is None else f"{on_some:.2f}° (of 400)"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(_HEADINGS, row, widths, strict=True)
    aligned = (cell.rjust(width) if heading in _RIGHT_ALIGNED else cell.ljust(width) for heading, cell, width in cells)
    return "  ".join(aligned).rstrip()


def _json(statuses: Sequence[ModelStatus]) -> str:
    return json.dumps([_fields(status) for status in statuses], indent=2, ensure_ascii=False)


def _fields(status: ModelStatus) -> dict[str, object]:
    record = status.record
    return {
        "name": record.name,
        "title": record.title,
        "kind": record.kind,
        "architecture": record.architecture,
        "filename": record.filename,
        "size_bytes": record.size_bytes,
        "sha256": record.sha256,
        "git_blob_sha1": record.git_blob_sha1,
        "licence": record.licence,
        "training_data": record.training_data,
        "homepage": record.homepage,
        "figures": dict(record.figures),
        "sources": [str(source) for source in record.sources],
        "place": status.place,
        "path": None if status.path is None else str(status.path),
    }


def _add_list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print every field of every model as JSON")


def _add_fetch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a name from “weights list”")
    parser.add_argument("--all", action="store_true", help="every model that has a published hash")


def _add_import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a model file, recognised by its hash")
    parser.add_argument("--as", dest="name", metavar="NAME", help="the model it is, if no hash of it is published")


_COMMANDS = (
    Command(
        name="list",
        help="list every model with its published error and location",
        description="Lists every model with its published error and its location on this machine.",
        add_arguments=_add_list_arguments,
        run=lambda namespace: list_models(ListArguments(namespace.json)),
    ),
    Command(
        name="fetch",
        help="download models into the cache",
        description="Downloads models from their published sources into the user's cache.",
        add_arguments=_add_fetch_arguments,
        run=lambda namespace: fetch(FetchArguments(tuple(namespace.names), namespace.all)),
    ),
    Command(
        name="import",
        help="import model files that were downloaded manually",
        description="Copies model files that were downloaded manually into the user's cache.",
        add_arguments=_add_import_arguments,
        run=lambda namespace: import_files(ImportArguments(tuple(namespace.files), namespace.name)),
    ),
    Command(
        name="verify",
        help="check the hash of every model file",
        description="Checks the hash of every model file on this machine. The exit code is 1 if one is damaged.",
        add_arguments=lambda _parser: None,
        run=lambda _namespace: verify(),
    ),
)

COMMAND = CommandGroup(
    name="weights",
    description="Lists, downloads, imports or verifies model files.",
    commands=_COMMANDS,
)
