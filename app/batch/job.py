"""One video of a batch, and what came of it. Everything here is picklable, because it goes to other processes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import product
from app.batch.naming import partition_name
from app.batch.places import is_address, state_at
from app.batch.segments import Segment, segments_folder
from app.export.plain_values import plain
from app.export.task import ExportTask

_NOT_OPTIONS = ("source", "address", "video", "tables", "overwrite", "resume")


@dataclass(frozen=True, slots=True)
class Job:
    """One video to process.

    `key`: its name in the batch. `source`: its path or address. `folder`: the batch's folder, which all outputs are in.
    `address`: where that folder really is, if it is no path; `folder` is then only a beginning to be replaced.
    `size_bytes`, `state`: of the source; `state` is another one if the file has changed. `options`: all that the
    outputs depend on apart from the source, as JSON types.
    `split_s`: split the video into segments of about this length; None: never. `segment`: only answer for this one.
    `joined`: the segments that were answered for.
    """

    key: str
    source: str
    folder: Path
    task: ExportTask
    size_bytes: int
    state: str
    options: Mapping[str, Any]
    address: str = ""
    split_s: float | None = None
    segment: Segment | None = None
    joined: tuple[Segment, ...] = ()

    @property
    def name(self) -> tuple[str, int | None]:
        """Its key, and the number of its segment: what tells it from all other jobs."""
        return self.key, None if self.segment is None else self.segment.number

    @property
    def segments_folder(self) -> Path:
        """Where the answers of its segments are."""
        return segments_folder(self.folder, partition_name(self.key), [self.state, self.options])

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the outputs, relative to the batch's folder."""
        return tuple(relative_name(path, self.folder) for path in self.task.outputs)


@dataclass(frozen=True, slots=True)
class OutputFile:
    """The SHA-256 and the size of an output. `tag`: what an object store says of its content."""

    sha256: str
    size_bytes: int
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A video was processed. `outputs`: by their names relative to the batch's folder. `video_s`: how much video it is.

    `notes`: what was unusual, as sentences. `damage`: what could not be read; None if everything could. `by`: the
    detector and the engine, which may depend on the machine.
    """

    outputs: Mapping[str, OutputFile]
    frames: int
    faces: int
    video_s: float
    wall_s: float
    processor_s: float
    notes: tuple[str, ...] = ()
    damage: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A video cannot be processed: `sentence` says why, and what to do. `stopped`: it was given up on request."""

    sentence: str
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A video is to be processed in these segments; none: it must not be split."""

    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A segment was analysed."""

    frames: int
    wall_s: float
    processor_s: float


Outcome = Done | Failed | Split | Answered


@dataclass(frozen=True, slots=True)
class Ended:
    """A worker has answered. `worker`: which one."""

    job: Job
    outcome: Outcome
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker has ended without an answer. `asked`: somebody asked it to end, so that the video is not suspected."""

    job: Job
    reason: str
    asked: bool = False


Event = Ended | Lost


@dataclass(frozen=True, slots=True)
class SourceState:
    """The size of a source, and a text that is another one if the source has changed."""

    size_bytes: int
    state: str = field(compare=False)

    @classmethod
    def of(cls, source: str | Path) -> SourceState:
        """Of a path or an address. Raises OSError."""
        if is_address(str(source)):
            size, tag = state_at(str(source))
        else:
            status = Path(source).stat()
            size, tag = status.st_size, str(status.st_mtime_ns)
        return cls(size, f"{size} bytes, {tag}")


def options_of(task: ExportTask, *, snapshot_sha256: str, boxes: str) -> dict[str, Any]:
    """All that the outputs of a task depend on, as JSON types.

    `boxes`: the state of its box file, empty if there is none. Processor threads do not count: the results are equal.
    """
    options = {name: value for name, value in plain(task).items() if name not in _NOT_OPTIONS}
    options["engine"] = {name: value for name, value in options["engine"].items() if name != "threads"}
    kinds = [table.kind.name for table in task.tables]
    video = "" if task.video is None else task.video.suffix
    return {
        "version": product.version(),
        "tables": kinds,
        "annotated video": video,
        "snapshot's SHA-256": snapshot_sha256,
        "box file": boxes,
        **options,
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of the options that are not the same; of a group of options those inside it."""
    names: list[str] = []
    for name in {**before, **now}:
        one, other = before.get(name), now.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            names += differences(one, other)
        elif one != other:
            names.append(name)
    return names


def relative_name(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
