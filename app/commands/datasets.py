"""Options that name a labelled dataset."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from app.errors import DataError
from hopenet.datasets import DATASETS, TABLE, open_dataset
from hopenet.datasets.labels import HeadSet


@dataclass(frozen=True, slots=True)
class DatasetArguments:
    """A dataset by its name in `DATASETS`; the other fields are those of `open_dataset`."""

    name: str
    root: Path
    list_file: Path | None = None
    table: Path | None = None
    disagreement_column: str | None = None

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> DatasetArguments:
        return cls(namespace.dataset, namespace.root, namespace.list, namespace.table, namespace.disagreement_column)

    @property
    def files(self) -> tuple[Path, ...]:
        """The list and the table of labels, as far as the dataset has them: files that no output may replace."""
        table = self.table or (self.root / TABLE if self.name == "csv" else None)
        return tuple(path for path in (self.list_file, table) if path is not None)

    def open(self) -> HeadSet:
        """Raises DataError if folder, list or table is missing or cannot be used."""
        try:
            return open_dataset(
                self.name,
                self.root,
                list_file=self.list_file,
                table=self.table,
                disagreement_column=self.disagreement_column,
            )
        except (ValueError, FileNotFoundError) as error:
            raise DataError(str(error)) from error
        except OSError as error:
            raise DataError(f"{error.filename or self.root} cannot be read: {error.strerror or error}.") from error


def add_dataset_arguments(
    parser: argparse.ArgumentParser, *, required: bool = True, description: str | None = None
) -> argparse._ArgumentGroup:
    group = parser.add_argument_group("dataset", description)
    group.add_argument("--dataset", required=required, choices=tuple(DATASETS), help="layout of the files")
    group.add_argument("--root", required=required, type=Path, metavar="DIR", help="folder of the pictures")
    group.add_argument("--list", type=Path, metavar="FILE", help="file list, one name per line (default: every head)")
    add_table_argument(group)
    group.add_argument(
        "--disagreement-column", metavar="NAME", help="column of the table with each label's disagreement in degrees"
    )
    group.add_argument("--doubt-column", dest="disagreement_column", help=argparse.SUPPRESS)  # the option's former name
    return group


def add_table_argument(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--table", type=Path, metavar="CSV", help="labels of the dataset “csv” (default: labels.csv in --root)"
    )
