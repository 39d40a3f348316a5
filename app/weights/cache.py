"""The user's cache folder: the only place where model files are ever written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import ModelError, StudioError
from app.weights.hashing import digest
from app.weights.manifest import ModelRecord


@dataclass(frozen=True, slots=True)
class Cache:
    """Model files by their names; beside those without a published hash, a note of the hash they came with."""

    folder: Path

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """A new folder inside the cache, gone afterwards with all that is in it, however the block ends.

        Being on the same disk, a finished file moves into place in one step. Raises ModelError where this machine
        cannot write: no room, no permission.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".part-") as name:
                yield Path(name)
        except StudioError:
            raise
        except OSError as error:
            raise ModelError(
                f"A model file could not be written to {self.folder}: {error.strerror or error}.",
                advice="Make room there, or put the file into a folder that HOPENET_WEIGHTS names.",
            ) from error

    def keep(self, part: Path, record: ModelRecord) -> Path:
        """Moves a finished file to its place, over whatever lay there."""
        return part.replace(self.folder / record.filename)

    def note_hash(self, part: Path, record: ModelRecord) -> None:
        """Notes the hash of a file that nothing published can verify, so that damage to it shows later on."""
        draft = part.with_name("note.part")
        draft.write_text(digest(part, "sha256") + "\n", encoding="ascii")
        draft.replace(self._note(record))

    def noted_hash(self, record: ModelRecord) -> str | None:
        """What `note_hash` noted, or None."""
        try:
            return self._note(record).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _note(self, record: ModelRecord) -> Path:
        return self.folder / f"{record.filename}.sha256"
