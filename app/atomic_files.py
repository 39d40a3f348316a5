"""Files that are written completely or not at all, one by one or several together."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from app.errors import OutputError
from app.parts import PARTS, flush

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, a part beside `path`, which is renamed to `path` at the end of the block.

    If the block raises, the part is removed, and an older file at `path` is not changed. The block must close the part.
    It is created on entry, so that a missing folder does not cost an hour of work. Errors of the block itself are not
    changed: put its writing steps into `writing(path)`.

    A symbolic link is kept, and the file that it points to is replaced or created. The new file has the permissions of
    the one that it replaces. Inside `together()`, it appears at the end of that block.

    Raises OutputError if the folder is missing or read-only, the path is something other than a file or is
    write-protected, or the part cannot be renamed.
    """
    with writing(path):
        target, former = _checked(path)
        part = PARTS.new_file(target, mode=0o666 if former is None else stat.S_IMODE(former.st_mode) | 0o600)
    try:
        yield part
        with writing(path):
            flush(part)
            if former is not None:
                _make_like(part, former)
        group = _GROUP.get()
        if group is not None:
            group.add(_Written(path, target, part))
        else:
            _publish([_Written(path, target, part)])
    except BaseException:
        PARTS.remove(part)
        raise


@contextmanager
def together() -> Iterator[None]:
    """Lets the files of all `replacing` blocks inside this block appear at its end: all of them, or none.

    If the block raises, or a file cannot be renamed, older files are as they were. A block inside another one belongs
    to it. It holds for the thread that enters it.

    Raises OutputError if a file cannot be renamed.
    """
    if _GROUP.get() is not None:
        yield
        return
    group = _Group()
    token = _GROUP.set(group)
    try:
        yield
        _publish(group.files)
    except BaseException:
        group.discard()
        raise
    finally:
        _GROUP.reset(token)


def contents_of(path: Path) -> Path:
    """Where a file can be read. Inside `together()`, one that is complete but has not appeared yet is in its part."""
    group = _GROUP.get()
    waiting = () if group is None else group.files
    return next((file.part for file in waiting if file.path == path), path)


def check_writable(path: Path) -> None:
    """Finds out, as far as that is possible without writing, whether `replacing(path)` will work.

    Raises OutputError if the folder is missing or read-only, or the path is something other than a file or is
    write-protected.
    """
    with writing(path):
        target, _ = _checked(path)
        folder = target.parent
        folder.stat()
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an OSError of the block into an OutputError that says why `path` cannot be written."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        reason, advice = _reason(path, error)
        raise OutputError(f"{path} cannot be written: {reason}.", advice=advice) from error


@dataclass(slots=True, eq=False)
class _Written:
    """A complete part. `path`: its name as given; `target`: the same without links. `former`: what was there before."""

    path: Path
    target: Path
    part: Path
    former: Path | None = None
    visible: bool = False

    def keep_former(self) -> None:
        """Gives the file that is replaced a second name, from which it can be restored."""
        if not self.target.exists():
            return
        self.former = PARTS.new_name(self.target)
        try:
            self.former.hardlink_to(self.target)
        except OSError:  # The disk has no hard links.
            # Not noted as a part: if this process is killed now, it is the only copy.
            self.former = self.former.with_suffix(".former")
            self.target.rename(self.former)

    def show(self) -> None:
        self.visible = True
        self.part.replace(self.target)
        PARTS.forget(self.part)

    def take_back(self) -> None:
        """Undoes `keep_former` and `show`, however far they came."""
        if self.former is not None:
            if self.former.exists():
                self.former.replace(self.target)
            self.drop()
        elif self.visible:
            self.target.unlink(missing_ok=True)

    def drop(self) -> None:
        if self.former is not None:
            PARTS.remove(self.former)


class _Group:
    """The parts that are complete and wait for others."""

    def __init__(self) -> None:
        self.files: list[_Written] = []

    def add(self, file: _Written) -> None:
        """A later file of the same name replaces an earlier one."""
        for earlier in [one for one in self.files if one.target == file.target]:
            self.files.remove(earlier)
            PARTS.remove(earlier.part)
        self.files.append(file)

    def discard(self) -> None:
        for file in self.files:
            PARTS.remove(file.part)


_GROUP: ContextVar[_Group | None] = ContextVar("group", default=None)


def _publish(files: list[_Written]) -> None:
    """Renames all parts, or none. Raises OutputError."""
    if len(files) == 1:
        with writing(files[0].path):
            files[0].show()
    else:
        _show_all(files)
    for folder in {file.target.parent for file in files}:
        _flush_folder(folder)


def _show_all(files: list[_Written]) -> None:
    begun: list[_Written] = []
    try:
        for file in files:
            begun.append(file)
            with writing(file.path):
                file.keep_former()
                file.show()
    except BaseException:
        for file in reversed(begun):
            with suppress(OSError):
                file.take_back()
        raise
    for file in files:
        file.drop()


def _checked(path: Path) -> tuple[Path, os.stat_result | None]:
    """Where the file really goes, and what it replaces. Raises OSError or OutputError if it cannot be written."""
    try:
        former = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            return Path(os.path.realpath(path)), None
        # Strict, because “gone/../talk.mp4” must not become “talk.mp4”: the system itself does not find it.
        return path.parent.resolve(strict=True) / path.name, None
    for is_kind, kind in _KINDS:
        if is_kind(former.st_mode):
            raise OutputError(f"{path} cannot be written: it is {kind}.", advice="Choose the name of a file.")
    if not former.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise OutputError(
            f"{path} cannot be written: it is write-protected.", advice="Allow writing, or choose another name."
        )
    return Path(os.path.realpath(path)), former


def _make_like(part: Path, former: os.stat_result) -> None:
    """Gives the part the owner and the permissions of the file that it replaces, as far as this user may."""
    with suppress(OSError):
        own = part.stat()
        if hasattr(os, "chown") and (own.st_uid, own.st_gid) != (former.st_uid, former.st_gid):
            os.chown(part, former.st_uid, former.st_gid)
    with suppress(OSError):
        part.chmod(stat.S_IMODE(former.st_mode))


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _reason(path: Path, error: OSError) -> tuple[str, str]:
    folder = path.parent
    if error.errno == errno.ENAMETOOLONG:
        # With such a path, even asking whether it exists is an error.
        return "the name is too long", "Choose a shorter name."
    protected = isinstance(error, PermissionError)
    there, around = _mode(path), _mode(folder)
    cases = (
        (error.errno == errno.ELOOP, "it is a link that leads to itself", "Remove the link, or choose another name."),
        (there is not None and stat.S_ISDIR(there), "it is a folder", "Choose another name."),
        (
            protected and not os.access(folder, os.X_OK),
            f"the folder {folder} cannot be entered",
            "Choose a folder that you can write to.",
        ),
        (around is None, f"the folder {folder} does not exist", "Create it, or choose another folder."),
        (around is not None and not stat.S_ISDIR(around), f"{folder} is not a folder", "Choose another folder."),
        (
            isinstance(error, FileNotFoundError) and there is None and path.is_symlink(),
            "it is a link into a folder that does not exist",
            "Choose another name.",
        ),
        (error.errno in (errno.ENOSPC, errno.EDQUOT), "the disk is full", "Free some space, or choose another disk."),
        (error.errno == errno.EROFS, "the disk is read-only", "Choose another disk."),
        (
            protected and there is not None and os.access(folder, os.W_OK),
            "the file is protected or open in another program",
            "Close it there, or choose another name.",
        ),
        (protected, f"the folder {folder} is read-only", "Choose a folder that you can write to."),
    )
    for holds, reason, advice in cases:
        if holds:
            return reason, advice
    return error.strerror or type(error).__name__, "Choose another folder or name."


def _mode(path: Path) -> int | None:
    """The kind and permissions of what is there. None if nothing is, or if this user may not know."""
    try:
        return path.stat().st_mode
    except OSError:
        return None
