"""What is in the way of exports: files that would be written twice, inputs as outputs, read-only folders, files that
exist."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.export.task import ExportTask, is_in_the_way
from app.outputs.collisions import output_key

ConflictKind = Literal["source", "promised", "twice", "read-only"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """An output that cannot be written: it is a source, promised by another export, or written by two of these.

    Or a folder that is read-only.
    """

    kind: ConflictKind
    path: Path


@dataclass(frozen=True, slots=True)
class Examined:
    """Exports, with the first conflict among them, and the outputs of each that exist already."""

    tasks: tuple[ExportTask, ...]
    conflict: Conflict | None
    existing: tuple[tuple[Path, ...], ...]

    @property
    def existing_files(self) -> tuple[Path, ...]:
        return tuple(path for paths in self.existing for path in paths)

    @property
    def new_tasks(self) -> tuple[ExportTask, ...]:
        """Those without an output that exists."""
        return tuple(task for task, paths in zip(self.tasks, self.existing, strict=True) if not paths)


def examined(tasks: Sequence[ExportTask], promised: Collection[str]) -> Examined:
    """Looks for conflicts. `promised`: the keys, as of `output_key`, of files that other exports will write.

    It asks the disk about every output, so a worker should do it for many exports.
    """
    tasks = tuple(tasks)
    existing = tuple(tuple(path for path in task.outputs if is_in_the_way(task, path)) for task in tasks)
    return Examined(tasks, _conflict(tasks, frozenset(promised)), existing)


def outputs_of(tasks: Sequence[ExportTask]) -> frozenset[str]:
    """The keys of everything that these exports write."""
    return frozenset(output_key(path) for task in tasks for path in task.outputs)


def _conflict(tasks: Sequence[ExportTask], promised: frozenset[str]) -> Conflict | None:
    written = [(path, output_key(path)) for task in tasks for path in task.outputs]
    sources = {output_key(task.source) for task in tasks}
    numbers = Counter(key for _, key in written)
    for path, key in written:
        if key in sources:
            return Conflict("source", path)
        if key in promised:
            return Conflict("promised", path)
        if numbers[key] > 1:
            return Conflict("twice", path)
    folders = dict.fromkeys(task.written[0].parent for task in tasks if task.written)
    locked = next((one for one in folders if one.is_dir() and not os.access(one, os.W_OK | os.X_OK)), None)
    return None if locked is None else Conflict("read-only", locked)
