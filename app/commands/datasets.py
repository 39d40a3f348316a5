"""Options that name a data set, and what they open."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.errors import DataError
from hopenet.datasets import DATASETS, open_dataset
from hopenet.datasets.labels import HeadSet


def add_dataset_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Which heads, and where they lie."""
    group = parser.add_argument_group("data set")
    group.add_argument("--dataset", required=True, choices=tuple(DATASETS), help="how its files are laid out")
    group.add_argument("--root", required=True, type=Path, metavar="DIR", help="folder of its pictures")
    group.add_argument("--list", type=Path, metavar="FILE", help="file list: one name a line (default: every head)")
    group.add_argument(
        "--table", type=Path, metavar="CSV", help="angles of the data set “csv” (default: labels.csv in DIR)"
    )
    group.add_argument(
        "--doubt-column", metavar="NAME", help="column of the table that says how doubtful a label is, in degrees"
    )
    return group


def opened_dataset(args: argparse.Namespace) -> HeadSet:
    """The data set that the options name. Raises DataError."""
    try:
        return open_dataset(
            args.dataset,
            args.root,
            list_file=args.list,
            table=args.table,
            doubt_column=args.doubt_column,
        )
    except (ValueError, FileNotFoundError) as error:
        raise DataError(str(error)) from error
