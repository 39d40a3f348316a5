"""`lists`: builds the file list of a dataset, or checks a list against the dataset."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from app.atomic_files import replacing, writing
from app.commands.command import Command
from app.commands.datasets import DatasetArguments, add_table_argument
from app.errors import DataError, OutputError, UsageError
from app.outputs.collisions import check_distinct
from hopenet import HeadPose
from hopenet.datasets import DATASETS, LARGEST_ANGLE_DEG, HeadSet, angles_beyond, open_dataset, read_list
from hopenet.datasets.pictures import read_labelled_picture

WITHIN_99 = "within-99"
"""The rule that the published lists follow."""

MAXIMUM_PRINTED = 5
"""How many names are printed per category; the rest are counted."""


class Bad(NamedTuple):
    """A name that cannot be used, and the reason as a sentence."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found for a sequence of names.

    `within`: all angles within ±99°. `beyond`: the angles beyond, by name. `missing`: no picture or no annotation.
    `unreadable`: a picture or annotation that cannot be read.
    """

    within: tuple[str, ...]
    beyond: dict[str, tuple[str, ...]]
    missing: tuple[Bad, ...]
    unreadable: tuple[Bad, ...]


@dataclass(frozen=True, slots=True)
class ListsArguments:
    """Which dataset to read, and the list to build or to check.

    `keep_all`: heads with angles beyond ±99° are valid too. `out`: the list to write (None: only count), replaced if
    it exists and `force` is given. `check`: the list to check instead. Raises UsageError for `check` with `force`.
    """

    dataset: str
    root: Path
    table: Path | None
    keep_all: bool
    out: Path | None
    check: Path | None
    force: bool

    def __post_init__(self) -> None:
        if self.check is not None and self.force:
            raise UsageError("--force cannot be combined with --check.")

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> ListsArguments:
        return cls(
            dataset=namespace.dataset,
            root=namespace.root,
            table=namespace.table,
            keep_all=namespace.angles != WITHIN_99,
            out=namespace.out,
            check=namespace.check,
            force=namespace.force,
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = "\n".join(f"  {name:<12} {kind.description}" for name, kind in DATASETS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"datasets:\n{kinds}"
    parser.add_argument("--dataset", required=True, choices=tuple(DATASETS), metavar="NAME", help="one of those below")
    parser.add_argument("--root", required=True, type=Path, metavar="DIR", help="folder that the names are relative to")
    add_table_argument(parser)
    parser.add_argument(
        "--angles",
        required=True,
        choices=(WITHIN_99, "all"),
        help=f"{WITHIN_99}: leave out heads with an angle beyond ±99°, as the published lists do; all: keep them",
    )
    work = parser.add_mutually_exclusive_group()
    work.add_argument("--out", type=Path, metavar="FILE", help="write the list to this file (default: only count)")
    work.add_argument("--check", type=Path, metavar="FILE", help="check this list; the exit code is 2 if it is wrong")
    parser.add_argument("--force", action="store_true", help="replace an existing list")


def run(arguments: ListsArguments) -> int:
    """Builds or checks a list.

    Raises DataError if the dataset cannot be read or a checked list is wrong, and OutputError if the list cannot be
    written.
    """
    if arguments.check is not None:
        _check(arguments, arguments.check)
    else:
        _build(arguments)
    return 0


def _build(arguments: ListsArguments) -> None:
    """Prints the counts and, if `out` is given, writes the names of all usable heads."""
    out, root = arguments.out, arguments.root
    if out is not None and out.exists() and not out.is_dir() and not arguments.force:
        raise OutputError(f"{out} already exists.", advice="Add --force to replace it, or choose another name.")
    heads = _opened(arguments)
    if out is not None:
        check_distinct([out], DatasetArguments(arguments.dataset, root, table=arguments.table).files)
    with ExitStack() as stack:
        # Tried before reading, which takes minutes for a large dataset.
        part = stack.enter_context(replacing(out)) if out is not None else None
        found = survey(heads, heads.names)
        left_out = {bad.name for bad in (*found.missing, *found.unreadable)}
        if not arguments.keep_all:
            left_out |= set(found.beyond)
        kept = [name for name in heads.names if name not in left_out]
        print(f"{arguments.dataset} in {root}: {len(heads.names)} found, {len(kept)} kept")
        _print_survey(found, "kept" if arguments.keep_all else "left out")
        if not kept:
            raise DataError(f"No head in {root} can be used.", advice="See the reasons above.")
        if out is not None and part is not None:
            with writing(out):
                part.write_text("\n".join(kept) + "\n", encoding="utf-8", newline="\n")
    if out is not None:
        print(f"written to {out}")


def _check(arguments: ListsArguments, list_file: Path) -> None:
    """Reads every head that a list names. Raises DataError, after printing all faults, if there are any."""
    try:
        listed = read_list(list_file)
    except (OSError, ValueError) as error:
        raise DataError(_sentence(error)) from error
    heads = _opened(arguments)
    counts = Counter(listed)
    duplicates = [name for name, count in counts.items() if count > 1]
    unlisted = sum(name not in counts for name in heads.names)
    found = survey(heads, tuple(counts))
    print(f"{list_file}: {len(listed)} names; {unlisted} heads in {arguments.root} are not listed")
    _print_survey(found, "allowed" if arguments.keep_all else "not allowed")
    if duplicates:
        print(f"duplicate: {len(duplicates)}")
        _print_names(f"{name} ({counts[name]} times)" for name in duplicates)
    faults = {
        "missing": len(found.missing),
        "unreadable": len(found.unreadable),
        "duplicate": len(duplicates),
        "beyond ±99°": 0 if arguments.keep_all else len(found.beyond),
    }
    if any(faults.values()):
        summary = ", ".join(f"{count} {fault}" for fault, count in faults.items() if count)
        raise DataError(f"{list_file} does not match {arguments.root}: {summary}.", advice="See above.")
    print("No problems found.")


def survey(heads: HeadSet, names: Sequence[str]) -> Survey:
    """Reads the label and the picture of each name."""
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


def _opened(arguments: ListsArguments) -> HeadSet:
    try:
        return open_dataset(arguments.dataset, arguments.root, table=arguments.table)
    except (OSError, ValueError) as error:
        raise DataError(_sentence(error)) from error


def _print_survey(found: Survey, beyond_are: str) -> None:
    each = Counter(angle for angles in found.beyond.values() for angle in angles)
    per_angle = ", ".join(f"{angle} {each[angle]}" for angle in HeadPose._fields)
    print(f"beyond ±{LARGEST_ANGLE_DEG:.0f}°: {len(found.beyond)} ({per_angle}), {beyond_are}")
    _print_names(f"{name} ({', '.join(angles)})" for name, angles in found.beyond.items())
    for fault, those in (("missing", found.missing), ("unreadable", found.unreadable)):
        print(f"{fault}: {len(those)}")
        _print_names(f"{bad.name}: {bad.reason}" for bad in those)


def _print_names(lines: Iterable[str]) -> None:
    those = list(lines)
    for line in those[:MAXIMUM_PRINTED]:
        print(f"  {line}")
    if len(those) > MAXIMUM_PRINTED:
        print(f"  … and {len(those) - MAXIMUM_PRINTED} more")


def _sentence(error: OSError | ValueError) -> str:
    """The message of our own errors is a sentence; the system's errors have a reason and a file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename} cannot be read: {error.strerror}."
    return str(error)


COMMAND = Command(
    name="lists",
    description="Reads every head of a dataset, including its picture, and builds or checks a file list:\n"
    "one name per line, without extension, relative to the folder.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(ListsArguments.from_namespace(namespace)),
)
