"""The file in which a queue outlives its process: one for each process, locked as long as that process lives.

A file that nobody has locked is a queue that was closed, or whose process was killed. The next start finds it.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.atomic_files import replacing, writing
from app.errors import Cancelled, StudioError
from app.export.plain_values import plain, restored
from app.export.queue_rows import Done, Failed, QueueRow, TaskOutcome
from app.export.resume import discard_work, is_kept
from app.export.run import ExportResult
from app.export.task import ExportTask
from app.frames import Note
from app.outputs.record import Counts
from app.parts import locked, this_machine
from app.preferences import preferences_path
from app.threads.workers import Monitor, SerialWorker, synchronized

LOG = logging.getLogger(__name__)

_SUFFIX, _LOCK_SUFFIX = ".jsonl", ".lock"
_BINARY = getattr(os, "O_BINARY", 0)


def queues_folder() -> Path:
    """Where the files are: beside the settings, because each user and each study has their own."""
    return preferences_path().with_name("export-queues")


class QueueFile(Monitor):
    """Writes the rows of a queue whenever one is added, changed or over; progress is not written.

    Thread: any. Files are written in a thread of its own.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._claim: _Claim | None = None
        self._rows: tuple[QueueRow, ...] = ()
        self._key: object = ()
        self._waits = False
        self._lines: dict[int, tuple[object, str]] = {}
        self._worker: SerialWorker | None = None
        self.is_written = True
        """Whether the last writing succeeded."""

    @synchronized
    def put(self, rows: tuple[QueueRow, ...]) -> None:
        """Writes these rows soon, unless others follow before."""
        self._rows = rows
        key = tuple(map(_key_of, rows))
        if key != self._key:
            self._key = key
            if not self._waits:
                self._waits = True
                self.submit(self._write)

    @synchronized
    def submit(self, call: Callable[[], object]) -> None:
        """Calls this after what was put so far is written."""
        if self._worker is None:
            self._worker = SerialWorker("export queue's file")
        self._worker.submit(call)

    def close(self) -> None:
        """Waits until everything is written. A file without an unfinished export is removed."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
        claim, self._claim = self._claim, None
        if claim is not None:
            claim.release() if any(not row.is_over for row in self._rows) else claim.remove()

    def _write(self) -> None:
        with self._monitor:
            rows, self._waits = self._rows, False
        try:
            self._claim = self._claim or _new_claim(self._folder)
            known = self._lines
            self._lines = {row.number: self._line(row, known.get(row.number)) for row in rows}
            text = "".join(line for _, line in self._lines.values())
            with replacing(self._claim.path) as part, writing(self._claim.path):
                part.write_text(text, encoding="utf-8", newline="\n")
        except StudioError as error:
            self.is_written = False
            LOG.warning("The export queue cannot be continued after the program has ended: %s", error)
        else:
            self.is_written = True

    @staticmethod
    def _line(row: QueueRow, known: tuple[object, str] | None) -> tuple[object, str]:
        key = _key_of(row)
        if known is not None and known[0] == key:
            return known
        return key, json.dumps(_plain_row(row)) + "\n"


@dataclass(frozen=True, slots=True, eq=False)
class KeptQueue:
    """A queue that was not finished. It is this process's to decide on: one of its methods must be called."""

    rows: tuple[QueueRow, ...]
    _claim: _Claim

    @property
    def unfinished(self) -> tuple[QueueRow, ...]:
        return tuple(row for row in self.rows if not row.is_over)

    def remove(self) -> None:
        """Removes the file, because another queue has the rows now."""
        self._claim.remove()

    def leave(self) -> None:
        """Leaves it for the next start."""
        self._claim.release()

    def discard(self) -> None:
        """Removes the file and the work that is kept of its exports. Files that are complete stay."""
        for row in self.rows:
            if row.state != "done":
                discard_work(row.task)
        self._claim.remove()


def find_kept_queues(folder: Path) -> tuple[KeptQueue, ...]:
    """The queues with unfinished exports that no running process has. Others without one are removed."""
    try:
        paths = sorted(folder.glob(f"{this_machine()}*{_SUFFIX}"))
    except OSError:  # A folder that this user may not enter.
        return ()
    found = []
    for path in paths:
        claim = _claimed(path)
        if claim is None:
            continue
        kept = KeptQueue(_rows_in(path), claim)
        if kept.unfinished:
            found.append(kept)
        else:
            claim.remove()
    return tuple(found)


def has_begun(row: QueueRow) -> bool:
    """Whether a part of this export is done already."""
    return not row.is_over and is_kept(row.task)


class _Claim:
    """A queue's file that this process has locked, by a second file, because the first is replaced at each writing."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock: int | None = lock

    def release(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def remove(self) -> None:
        """Never raises OSError."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.release()
        with suppress(OSError):
            self.path.with_suffix(_LOCK_SUFFIX).unlink(missing_ok=True)


def _new_claim(folder: Path) -> _Claim:
    path = folder / f"{this_machine()}{secrets.token_hex(6)}{_SUFFIX}"
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_suffix(_LOCK_SUFFIX), os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY, 0o600)
    if not locked(lock):
        LOG.warning("%s cannot be locked, so the export queue cannot be continued after a crash.", path)
    return _Claim(path, lock)


def _claimed(path: Path) -> _Claim | None:
    try:
        lock = os.open(path.with_suffix(_LOCK_SUFFIX), os.O_CREAT | os.O_RDWR | _BINARY, 0o600)
    except OSError:
        return None
    claim = _Claim(path, lock)
    if not locked(lock):
        claim.release()
        return None
    return claim


def _key_of(row: QueueRow) -> object:
    """What of a row is written: equal if the same text is."""
    return row.number, row.task, row.preset, row.outcome


def _plain_row(row: QueueRow) -> dict[str, Any]:
    return {
        "task": plain(row.task),
        "preset": row.preset,
        "total": row.total,
        "done": row.done if row.is_over else 0,
        "outcome": None if row.outcome is None else _plain_outcome(row.outcome),
    }


def _plain_outcome(outcome: TaskOutcome) -> dict[str, Any]:
    if isinstance(outcome, Done):
        result = outcome.result
        notes = [{"kind": note.kind, "sentence": note.sentence} for note in result.notes]
        return {"kind": "done", "counts": asdict(result.counts), "damage": result.damage, "notes": notes}
    if isinstance(outcome, Failed):
        return {"kind": "failed", "message": outcome.error.message, "advice": outcome.error.advice}
    return {"kind": "cancelled", "message": outcome.message}


def _rows_in(path: Path) -> tuple[QueueRow, ...]:
    """The rows in a file. Lines that cannot be read are left out, and logged."""
    rows: list[QueueRow] = []
    try:
        lines: Sequence[str] = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        LOG.warning("The export queue in %s cannot be read: %s", path, error)
        return ()
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(_row(number, json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            LOG.warning("Line %d of the export queue in %s cannot be read: %s", number, path, error)
    return tuple(rows)


def _row(number: int, given: dict[str, Any]) -> QueueRow:
    outcome = None if given["outcome"] is None else _outcome(given["outcome"])
    states = {Done: "done", Failed: "failed", Cancelled: "cancelled"}
    return QueueRow(
        number,
        restored(ExportTask, given["task"]),
        "waiting" if outcome is None else states[type(outcome)],  # type: ignore[arg-type]  # one of State
        done=int(given["done"]),
        total=None if given["total"] is None else int(given["total"]),
        outcome=outcome,
        preset=str(given["preset"]),
    )


def _outcome(given: dict[str, Any]) -> TaskOutcome:
    if given["kind"] == "done":
        notes = tuple(Note(note["kind"], note["sentence"]) for note in given["notes"])
        return Done(ExportResult(Counts(**given["counts"]), given["damage"], notes))
    if given["kind"] == "failed":
        return Failed(StudioError(given["message"], advice=given["advice"]))
    return Cancelled(given["message"])
