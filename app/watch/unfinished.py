"""Finds recordings that were not finished because the program was killed, and finishes or deletes them.

Each recording has a note in a folder of the user's, the journal, which names the recording's folder. The note is locked
as long as the process that records has it open, so a recording that another window is making is never touched.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from app.errors import StudioError
from app.outputs.record import record_path
from app.parts import locked, this_machine
from app.preferences import preferences_path
from app.watch.analysis_log import RecordingPlan
from app.watch.recording_folder import Finished, finish, remove_folder, summary_of

LOG = logging.getLogger(__name__)

_BINARY = getattr(os, "O_BINARY", 0)


def journal_folder() -> Path:
    """Where the notes are: beside the settings, because each user and each study has their own."""
    return preferences_path().with_name("unfinished-recordings")


class Claim:
    """A note in the journal that this process has locked. Thread: any."""

    def __init__(self, note: Path, file: int) -> None:
        self._note = note
        self._file: int | None = file

    def release(self) -> None:
        """Leaves the recording to whoever asks next."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def remove(self) -> None:
        """The recording is finished or deleted. Never raises OSError."""
        self.release()
        with suppress(OSError):
            self._note.unlink(missing_ok=True)


def claim_new(journal: Path, folder: Path) -> Claim | None:
    """Notes the folder of a recording that starts. None, and a warning in the log, if that is not possible."""
    note = journal / f"{this_machine()}{secrets.token_hex(6)}.json"
    try:
        journal.mkdir(parents=True, exist_ok=True)
        file = os.open(note, os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY, 0o600)
    except OSError as error:
        LOG.warning("The recording is not noted in %s (%s). After a crash, it is only in %s.", journal, error, folder)
        return None
    claim = Claim(note, file)
    with suppress(OSError):
        if locked(file):
            os.write(file, json.dumps({"folder": str(folder.absolute())}).encode("utf-8"))
            return claim
    LOG.warning("The recording is not noted in %s. After a crash, it is only in %s.", journal, folder)
    claim.remove()
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Unfinished:
    """A recording that can be finished: `frames` and `duration_s` can be recovered. It is this process's to decide on.

    Exactly one of its methods must be called. Thread: any.
    """

    folder: Path
    plan: RecordingPlan
    frames: int
    duration_s: float
    claim: Claim

    @property
    def name(self) -> str:
        target = self.plan.video or self.plan.table
        return target.name if target is not None else self.folder.name

    def finish(self) -> Finished:
        """Makes its video, table and record. No file is replaced: if one exists, “-recovered” is added to the names.

        Raises StudioError; the recording can then still be finished later.
        """
        finished = None
        try:
            finished = finish(self.folder, plan=_free(self.plan), recovered=True)
        finally:
            if finished is None:
                self.claim.release()
        if finished is None:
            raise StudioError(f"There is nothing to recover in {self.folder}.", advice="Delete the folder.")
        self.delete()
        return finished

    def delete(self) -> None:
        remove_folder(self.folder)
        self.claim.remove()

    def leave(self) -> None:
        """Leaves it for the next start."""
        self.claim.release()


def find_unfinished(journal: Path) -> tuple[Unfinished, ...]:
    """The recordings that were not finished and that no running process is making, the oldest first.

    Those that contain no frame are removed.
    """
    try:
        notes = sorted(journal.glob(f"{this_machine()}*.json"))
    except OSError:  # A folder that this user may not enter.
        return ()
    found = (_unfinished(note) for note in notes)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.plan.started))


def _unfinished(note: Path) -> Unfinished | None:
    try:
        file = os.open(note, os.O_RDWR | _BINARY)
    except OSError:
        return None
    claim = Claim(note, file)
    if not locked(file):
        claim.release()
        return None
    try:
        folder = _noted_folder(note)
        if folder is not None and not folder.parent.is_dir():  # Perhaps on a disk that is not connected.
            claim.release()
            return None
        summary = None if folder is None else summary_of(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        LOG.warning("The recording that is noted in %s cannot be read: %s.", note, error)
        claim.release()
        return None
    if folder is None or summary is None:
        if folder is not None:
            remove_folder(folder)
        claim.remove()
        return None
    plan, frames, duration_s = summary
    return Unfinished(folder, plan, frames, duration_s, claim)


def _noted_folder(note: Path) -> Path | None:
    """None if the program was killed before it had written the note: there is no frame then. Raises OSError."""
    text = note.read_text(encoding="utf-8")
    try:
        return Path(json.loads(text)["folder"])
    except (ValueError, KeyError, TypeError):
        return None


def _free(plan: RecordingPlan) -> RecordingPlan:
    """The plan with names that no file has."""
    for number in count():
        ending = "" if number == 0 else "-recovered" if number == 1 else f"-recovered-{number}"
        video, table, clean = (
            None if path is None else path.with_stem(path.stem + ending)
            for path in (plan.video, plan.table, plan.clean)
        )
        written = (video, table, clean, None if table is None else record_path(table))
        if not any(path is not None and os.path.lexists(path) for path in written):
            return replace(plan, video=video, table=table, clean=clean)
    raise AssertionError
