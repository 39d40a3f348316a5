"""The manifest of a batch: what has happened to each video, one line of JSON after another.

Lines are only added, and each is on the disk before the batch goes on. A last line that is cut off, because the machine
lost its power, is ignored.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from app import product
from app.atomic_files import writing
from app.batch.job import Answered, Done, Failed, Job, OutputFile
from app.batch.segments import Segment
from app.errors import OutputError
from app.parts import locked

MANIFEST = "manifest.jsonl"

State = Literal["new", "running", "split", "answered", "done", "failed", "lost", "set aside", "stopped"]

_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class History:
    """What the manifest says of one video. `losses`: how often a worker was lost with it or one of its segments."""

    key: str
    source: str = ""
    state: State = "new"
    losses: Counter[int | None] = field(default_factory=Counter)
    source_state: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, OutputFile] = field(default_factory=dict)
    sentence: str = ""


class Manifest:
    """An open manifest, which no other process can open meanwhile. Thread: one at a time."""

    def __init__(self, path: Path) -> None:
        """Raises OutputError if it cannot be written, is not a manifest, or another process has it open."""
        self.path = path
        with writing(path):
            self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | _BINARY, 0o666)
        if not locked(self._file):
            os.close(self._file)
            raise OutputError(
                f"Another process is working on {path.parent}, or its disk cannot lock files.",
                advice="Wait until it has finished, or put the manifest on another disk with --manifest FILE.",
            )
        try:
            self.videos = self._read()
        except BaseException:
            os.close(self._file)
            raise
        self._end_last_line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def begin(self, arguments: Mapping[str, Any]) -> None:
        """A run of the batch begins."""
        self._add("begun", product=product.NAME, version=product.version(), **arguments)

    def running(self, job: Job) -> None:
        self._add(
            "running",
            video=job.key,
            source=job.source,
            source_bytes=job.size_bytes,
            source_state=job.state,
            options=job.options,
            **_part(job),
        )

    def done(self, job: Job, done: Done, worker: str) -> None:
        self._add("done", video=job.key, **asdict(done), worker=worker)

    def split(self, job: Job, segments: Sequence[Segment]) -> None:
        self._add("split", video=job.key, frames=[segment.first for segment in segments])

    def answered(self, job: Job, answered: Answered, worker: str) -> None:
        """A segment was analysed."""
        self._add("answered", video=job.key, **_part(job), **asdict(answered), worker=worker)

    def failed(self, job: Job, failed: Failed) -> None:
        event = "stopped" if failed.stopped else "failed"
        self._add(event, video=job.key, **_part(job), sentence=failed.sentence)

    def lost(self, job: Job, reason: str, *, counts: bool) -> None:
        """The worker of this video was lost. `counts`: the video may be the cause."""
        self._add("lost" if counts else "stopped", video=job.key, **_part(job), sentence=reason)

    def set_aside(self, job: Job, sentence: str) -> None:
        self._add("set aside", video=job.key, sentence=sentence)

    def stopped(self, sentence: str) -> None:
        """The run has ended before its last video."""
        self._add("ended early", sentence=sentence)

    def _add(self, event: str, **fields: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"event": event, "time": now, **fields}, separators=(",", ":")) + "\n"
        with writing(self.path):
            data = line.encode("ascii")
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        note(self.videos, json.loads(line))

    def _read(self) -> dict[str, History]:
        videos: dict[str, History] = {}
        for number, line in enumerate(_lines(self.path)):
            if number == 0 and line.get("product") != product.NAME:
                raise OutputError(f"{self.path} is not the manifest of a batch.", advice="Choose another folder.")
            note(videos, line)
        return videos

    def _end_last_line(self) -> None:
        size = os.fstat(self._file).st_size
        if not size:
            return
        with self.path.open("rb") as file:
            file.seek(size - 1)
            whole = file.read(1) == b"\n"
        if not whole:
            with writing(self.path):
                os.write(self._file, b"\n")


def _part(job: Job) -> dict[str, int]:
    return {} if job.segment is None else {"segment": job.segment.number}


def note(videos: dict[str, History], line: Mapping[str, Any]) -> None:
    """Adds what a line says to the histories of the videos."""
    key, event = line.get("video"), line["event"]
    if key is None:
        return
    history = videos.setdefault(key, History(key))
    history.state = event
    history.sentence = line.get("sentence", "")
    if event == "running":
        if history.source_state != line["source_state"]:
            history.losses.clear()
        history.source, history.source_state = line["source"], line["source_state"]
        history.options, history.outputs = line["options"], {}
    elif event == "lost":
        history.losses[line.get("segment")] += 1
    elif event == "done":
        history.losses.clear()
        history.outputs = {name: OutputFile(**one) for name, one in line["outputs"].items()}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines that are whole. One that is cut off was not on the disk when the machine stopped."""
    with path.open("rb") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict) and "event" in value:
                yield value
