"""The command `weights`: which models there are, fetching them, taking them in by hand, verifying them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.errors import ModelError, UsageError
from app.weights import ModelRecord, ModelStatus, ModelStore

_HEADINGS = ("name", "architecture", "MB", "AFLW2000 MAE", "lies in", "licence")
_RIGHT_ALIGNED = {"MB", "AFLW2000 MAE"}
_ABSENT = "–"

ON_400 = "AFLW2000 MAE of 400"
"""The manifest's figure for a snapshot that was measured on 400 pictures, heavy in large yaw."""


def add_weights_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Adds `weights list | fetch | import | verify`; `args.weights_command` then names the chosen one."""
    weights = subparsers.add_parser("weights", help="list, fetch, import or verify model files")
    weights.set_defaults(run=run_weights)
    commands = weights.add_subparsers(dest="weights_command", required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="every model, its published error, and where it lies")
    listing.add_argument("--json", action="store_true", help="for programs: every field of every model")

    fetch = commands.add_parser("fetch", help="get models from their published sources into the cache")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="a name that 'weights list' shows")
    fetch.add_argument("--all", action="store_true", help="every model that can be verified")

    importing = commands.add_parser("import", help="take in model files that were downloaded by hand")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recognised by its hash")
    importing.add_argument("--as", dest="name", metavar="NAME", help="the model, where nobody has published its hash")

    commands.add_parser("verify", help="hash every model file anew; exit code 1 if one is damaged")


def run_weights(args: argparse.Namespace, weights: ModelStore | None = None) -> int:
    """Runs the chosen command and gives its exit code. Raises UsageError and ModelError for people to read."""
    weights = weights or ModelStore.standard()
    match args.weights_command:
        case "list":
            print(_json(weights.status()) if args.json else _table(weights.status()))
            return 0
        case "fetch":
            return _fetch(weights, args.names, everything=args.all)
        case "import":
            return _import(weights, args.files, args.name)
        case "verify":
            return _verify(weights)
    raise UsageError(f"There is no command 'weights {args.weights_command}'.")


def _fetch(weights: ModelStore, names: Sequence[str], *, everything: bool) -> int:
    if bool(names) == everything:
        raise UsageError("Give either the names of the models to fetch, or --all.")
    wanted = [weights.record(name) for name in names] or [record for record in weights.records if record.has_hash]
    failures = []
    for record in wanted:
        path = weights.find(record.name)
        if path is not None:
            print(f"{record.name}: already in {path}")
            continue
        print(f"{record.name}: fetching …", flush=True)
        try:
            print(f"{record.name}: fetched into {weights.fetch(record.name)}")
        except ModelError as error:
            failures.append(error)
    if len(failures) > 1:
        raise ModelError(" ".join(error.message for error in failures), advice=failures[0].advice)
    if failures:
        raise failures[0]
    return 0


def _import(weights: ModelStore, files: Sequence[Path], name: str | None) -> int:
    if name is not None and len(files) > 1:
        raise UsageError("With --as, give one file.")
    for file in files:
        record = weights.import_file(file, name=name)
        print(f"{record.name}: imported from {file}")
    return 0


def _verify(weights: ModelStore) -> int:
    checks = weights.verify()
    for check in checks:
        print(f"{check.state:<8} {check.record.name:<24} {check.path}")
    if not checks:
        print("There is no model file on this machine.")
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
