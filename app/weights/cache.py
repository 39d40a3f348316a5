"""The user's cache folder: the only place that model files are written to."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import ModelError, StudioError
from app.parts import PARTS, flush
from app.weights.hashing import digests
from app.weights.manifest import ModelRecord

_ABANDONED_S = 24 * 3600
"""No download takes that long."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Model files under their names. Next to a file without a published hash is a note of the hash it came with."""

    folder: Path

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """A new folder inside the cache, which is removed with its contents at the end of the block, or by the next run
        if this one is killed.

        It is on the same disk as the cache, so a finished file moves to its place in one step. Raises ModelError if
        this machine cannot write there: no space, no permission.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_former_workshops()
            folder = PARTS.new_folder(self.folder)
            try:
                yield folder
            finally:
                PARTS.remove(folder)
        except StudioError:
            raise
        except OSError as error:
            raise ModelError(
                f"A model file could not be written to {self.folder}: {error.strerror or error}.",
                advice="Free some space there, or put the file into a folder that HOPENET_WEIGHTS lists.",
            ) from error

    def keep(self, part: Path, record: ModelRecord) -> Path:
        """Moves a finished file to its place and replaces whatever is there. Raises OSError."""
        flush(part)
        return part.replace(self.folder / record.filename)

    def note_hash(self, part: Path, record: ModelRecord) -> None:
        """Notes the hash of a file for which none is published, so that later damage to it is noticed."""
        draft = part.with_name("note.part")
        draft.write_text(digests(part).sha256 + "\n", encoding="ascii")
        flush(draft)
        draft.replace(self._note(record))

    def noted_hash(self, record: ModelRecord) -> str | None:
        """What `note_hash` noted; None if it noted nothing."""
        try:
            return self._note(record).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _remove_former_workshops(self) -> None:
        """Removes what killed runs of earlier versions left: they did not note their folders anywhere."""
        with suppress(OSError):
            for folder in self.folder.glob(".part-*"):
                if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(folder, ignore_errors=True)

    def _note(self, record: ModelRecord) -> Path:
        return self.folder / f"{record.filename}.sha256"
