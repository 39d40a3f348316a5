"""`lists`: builds the file list of a data set, or checks one against the folder."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from app.atomic_files import replacing, writing
from app.errors import DataError, OutputError, UsageError
from hopenet import HeadPose
from hopenet.datasets import DATASETS, LARGEST_ANGLE_DEG, HeadSet, angles_beyond, open_dataset, read_list
from hopenet.datasets.pictures import read_labelled_picture

WITHIN_99 = "within-99"
"""The rule of the published lists."""

NAMED = 5
"""So many names of a kind are told; the count says the rest."""


class Bad(NamedTuple):
    """A name that cannot be used, and why, in a sentence."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found of a row of names.

    `within`: with all angles within ±99°. `beyond`: with one or more angles beyond, and which.
    `missing`: picture or annotation is not there. `unreadable`: it is there and cannot be read.
    """

    within: tuple[str, ...]
    beyond: dict[str, tuple[str, ...]]
    missing: tuple[Bad, ...]
    unreadable: tuple[Bad, ...]


def add_lists_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    kinds = "\n".join(f"  {name:<12} {kind.description}" for name, kind in DATASETS.items())
    parser = subparsers.add_parser(
        "lists",
        help="build or check the file list of a data set",
        description="Reads every head of a data set, its picture too, and builds a file list or checks one:\n"
        f"a name a line, without extension, relative to the folder.\n\ndata sets:\n{kinds}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dataset", required=True, choices=tuple(DATASETS), metavar="NAME", help="one of the above")
    parser.add_argument("--root", required=True, type=Path, metavar="DIR", help="the folder that names are relative to")
    parser.add_argument(
        "--table", type=Path, metavar="CSV", help="angles of the data set “csv” (default: labels.csv in DIR)"
    )
    parser.add_argument(
        "--angles",
        required=True,
        choices=(WITHIN_99, "all"),
        help=f"{WITHIN_99}: leave out heads with an angle beyond ±99°, as the published lists do; all: keep them",
    )
    work = parser.add_mutually_exclusive_group()
    work.add_argument("--out", type=Path, metavar="FILE", help="write the list here; without it, only count")
    work.add_argument("--check", type=Path, metavar="FILE", help="check this list; exit code 2 where it is wrong")
    parser.add_argument("--force", action="store_true", help="replace a list that exists")
    parser.set_defaults(run=run_lists)


def run_lists(args: argparse.Namespace) -> int:
    """Builds or checks. Raises DataError where the set cannot be read or a checked list is wrong, and OutputError."""
    if args.check is not None and args.force:
        raise UsageError("A list that is checked is not written: --force means nothing there.")
    keep_all = args.angles != WITHIN_99
    if args.check is not None:
        check(args.dataset, args.root, args.table, args.check, keep_all=keep_all)
    else:
        build(args.dataset, args.root, args.table, args.out, keep_all=keep_all, overwrite=args.force)
    return 0


def build(
    dataset: str, root: Path, table: Path | None, out: Path | None, *, keep_all: bool, overwrite: bool = False
) -> None:
    """Writes the names of all heads that can be used, where `out` is given, and tells the counts."""
    if out is not None and out.exists() and not out.is_dir() and not overwrite:
        raise OutputError(f"{out} exists already.", advice="Add --force to replace it, or choose another name.")
    heads = _opened(dataset, root, table)
    with ExitStack() as stack:
        # Tried before the reading, which takes minutes for a large set.
        part = stack.enter_context(replacing(out)) if out is not None else None
        found = survey(heads, heads.names)
        left_out = {bad.name for bad in (*found.missing, *found.unreadable)} | (
            set() if keep_all else set(found.beyond)
        )
        kept = [name for name in heads.names if name not in left_out]
        print(f"{dataset} in {root}: {len(heads.names)} found, {len(kept)} kept")
        _tell(found, "kept" if keep_all else "left out")
        if not kept:
            raise DataError(f"No head in {root} can be used.", advice="See the reasons above.")
        if out is not None and part is not None:
            with writing(out):
                part.write_text("\n".join(kept) + "\n", encoding="utf-8", newline="\n")
    if out is not None:
        print(f"written to {out}")


def check(dataset: str, root: Path, table: Path | None, list_file: Path, *, keep_all: bool) -> None:
    """Reads every head that a list names. Raises DataError, after telling all faults, where it has any."""
    try:
        listed = read_list(list_file)
    except (OSError, ValueError) as error:
        raise DataError(_sentence(error)) from error
    heads = _opened(dataset, root, table)
    counts = Counter(listed)
    doubled = [name for name, count in counts.items() if count > 1]
    unlisted = sum(name not in counts for name in heads.names)
    found = survey(heads, tuple(counts))
    print(f"{list_file}: {len(listed)} names; {unlisted} in {root} are not in it")
    _tell(found, "allowed" if keep_all else "not allowed")
    if doubled:
        print(f"doubled: {len(doubled)}")
        _name(f"{name} ({counts[name]} times)" for name in doubled)
    faults = {
        "missing": len(found.missing),
        "unreadable": len(found.unreadable),
        "doubled": len(doubled),
        "beyond ±99°": 0 if keep_all else len(found.beyond),
    }
    if any(faults.values()):
        told = ", ".join(f"{count} {fault}" for fault, count in faults.items() if count)
        raise DataError(f"{list_file} does not fit {root}: {told}.", advice="See above.")
    print("nothing is wrong")


def survey(heads: HeadSet, names: Sequence[str]) -> Survey:
    """Reads label and picture of each name."""
    within, missing, unreadable = [], [], []
    beyond = {}
    for name in tqdm(names, unit=" heads", desc=heads.name, disable=None, dynamic_ncols=True):
        try:
            head = heads.read(name)
            read_labelled_picture(head)
        except FileNotFoundError as error:
            missing.append(Bad(name, _sentence(error)))
        except (OSError, ValueError) as error:
            unreadable.append(Bad(name, _sentence(error)))
        else:
            angles = angles_beyond(head.pose)
            if angles:
                beyond[name] = angles
            else:
                within.append(name)
    return Survey(tuple(within), beyond, tuple(missing), tuple(unreadable))


def _opened(dataset: str, root: Path, table: Path | None) -> HeadSet:
    try:
        return open_dataset(dataset, root, table=table)
    except (OSError, ValueError) as error:
        raise DataError(_sentence(error)) from error


def _tell(found: Survey, beyond_are: str) -> None:
    each = Counter(angle for angles in found.beyond.values() for angle in angles)
    told = ", ".join(f"{angle} {each[angle]}" for angle in HeadPose._fields)
    print(f"beyond ±{LARGEST_ANGLE_DEG:.0f}°: {len(found.beyond)} ({told}), {beyond_are}")
    _name(f"{name} ({', '.join(angles)})" for name, angles in found.beyond.items())
    for fault, those in (("missing", found.missing), ("unreadable", found.unreadable)):
        print(f"{fault}: {len(those)}")
        _name(f"{bad.name}: {bad.reason}" for bad in those)


def _name(lines: Iterable[str]) -> None:
    those = list(lines)
    for line in those[:NAMED]:
        print(f"  {line}")
    if len(those) > NAMED:
        print(f"  … and {len(those) - NAMED} more")


def _sentence(error: OSError | ValueError) -> str:
    """Our own errors are a sentence; the system's have a reason and a file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename} cannot be read: {error.strerror}."
    return str(error)
