"""Parts: the temporary files and folders that this process writes before they get their names.

A part has a name that no other program uses and is created exclusively. Its path is first noted in a file of this
process, which is locked as long as the process lives. If the process is killed, the system releases the lock, and the
next run removes the parts that are noted there, wherever they are. No other file is ever taken for a part.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import platform
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import platformdirs

from app import product
from app.threads.workers import Monitor, synchronized

_SUFFIX = ".part"
_NOTE_SUFFIX = ".parts"
_NAME_BYTES = 80
"""How much of a file's name is in its part's name, which must not become too long for the disk."""

_NO_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""How a disk says that it cannot flush a file on request."""

_BEYOND_NOTES = 1 << 30
"""The position of the byte that is locked. On Windows, a locked byte cannot be read, so it is not one of the notes."""


class Parts(Monitor):
    """The parts of this process, noted in a file in `folder`. If that cannot be written, they are not noted anywhere.

    Thread: any.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        super().__init__()
        self._folder = folder
        self._token = secrets.token_hex(6)
        self._numbers = count(1)
        self._open: set[Path] = set()
        self._note: Path | None = None
        self._lock: int | None = None
        self._process = 0

    def new_file(self, target: Path, *, mode: int = 0o666) -> Path:
        """A new, empty file beside `target`, with these permissions less the umask. Raises OSError."""
        part = self.new_name(target)
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        except BaseException:
            self.forget(part)
            raise
        return part

    def new_folder(self, parent: Path) -> Path:
        """A new, empty folder in `parent`. Raises OSError."""
        part = self.new_name(parent / "work")
        try:
            part.mkdir()
        except BaseException:
            self.forget(part)
            raise
        return part

    @synchronized
    def new_name(self, target: Path) -> Path:
        """A path beside `target` that is noted as this process's, and that nothing has."""
        known = os.fsencode(target.name)[:_NAME_BYTES].decode("utf-8", errors="ignore")
        name = f".{known}.{product.NAME}-{self._token}-{next(self._numbers)}{_SUFFIX}"
        part = target.with_name(name).absolute()
        self._start()
        if self._lock is not None:
            with suppress(OSError):  # A full disk: the part is not noted, but it may be on another disk.
                os.write(self._lock, json.dumps(str(part)).encode("ascii") + b"\n")
        self._open.add(part)
        return part

    @synchronized
    def forget(self, part: Path) -> None:
        """The part has been renamed or removed."""
        self._open.discard(part)

    def remove(self, part: Path) -> None:
        """Removes a part, if it is still there. Never raises OSError."""
        _remove(part)
        self.forget(part)

    @synchronized
    def close(self) -> None:
        """Removes the parts that are left, and the note. May be called twice."""
        if self._process != os.getpid():  # Nothing was written, or this is a copy of the process that wrote it.
            return
        for part in tuple(self._open):
            self.remove(part)
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)
        if self._note is not None:
            with suppress(OSError):
                self._note.unlink()
        self._process = 0

    def remove_abandoned(self) -> int:
        """Removes the parts of processes that were killed on this machine, and returns how many there were."""
        try:
            notes = [path for path in self._folder().iterdir() if path.name.startswith(this_machine())]
        except OSError:
            return 0
        return sum(_remove_noted(note) for note in notes if note != self._note)

    def _start(self) -> None:
        if self._process == os.getpid():
            return
        self._process, self._note, self._lock = os.getpid(), None, None
        try:
            folder = self._folder()
            folder.mkdir(parents=True, exist_ok=True)
            note = folder / f"{this_machine()}{self._token}{_NOTE_SUFFIX}"
            lock = os.open(note, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | _BINARY, 0o600)
        except (OSError, RuntimeError):  # RuntimeError: there is no home folder.
            return
        self._note = note
        if locked(lock):
            self._lock = lock
        else:  # A disk without locks: nobody could tell that this process still lives.
            os.close(lock)
            with suppress(OSError):
                note.unlink()


_BINARY = getattr(os, "O_BINARY", 0)


def this_machine() -> str:
    """How the names of this machine's notes start. On a shared disk, the locks of other machines may not be visible."""
    return re.sub(r"[^\w-]", "_", platform.node())[:40] + "-"


if sys.platform == "win32":
    import msvcrt

    def locked(file: int) -> bool:
        """As below."""
        try:
            os.lseek(file, _BEYOND_NOTES, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def locked(file: int) -> bool:
        """Whether this process now holds the file's lock. It does not wait for it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _remove_noted(note: Path) -> int:
    """Removes the parts that are noted there, and the note, unless the process that wrote it lives."""
    try:
        lock = os.open(note, os.O_RDWR | _BINARY)
    except OSError:
        return 0
    removed = 0
    try:
        if not locked(lock):
            return 0
        token = note.name.removesuffix(_NOTE_SUFFIX).rpartition("-")[2]
        for line in note.read_text(encoding="ascii", errors="replace").splitlines():
            with suppress(ValueError, TypeError):
                part = Path(json.loads(line))
                if f"{product.NAME}-{token}-" in part.name and part.name.endswith(_SUFFIX):
                    removed += _remove(part)
    except OSError:
        return removed
    finally:
        os.close(lock)
    with suppress(OSError):
        note.unlink()
    return removed


def _remove(part: Path) -> bool:
    try:
        if stat.S_ISDIR(part.lstat().st_mode):
            shutil.rmtree(part)
        else:
            part.unlink()
    except OSError:
        return False
    return True


def flush(part: Path) -> None:
    """Waits until the disk has the file: a crash after the renaming must not leave an empty one. Raises OSError."""
    file = os.open(part, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(file)


def _notes_folder() -> Path:
    return platformdirs.user_cache_path(product.NAME, appauthor=False) / "parts"


PARTS = Parts(_notes_folder)
"""The parts of this process."""

atexit.register(PARTS.close)
