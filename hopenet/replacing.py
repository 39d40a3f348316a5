"""Files that are written completely or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new path next to `path` to write to; the file there gets the name `path` at the end of the block.

    Its contents are on the disk before it is renamed, so a power failure leaves either the old file or the new one.
    If the block raises, the new file is removed and an older file at `path` is unchanged. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def remove_abandoned_parts(path: Path) -> None:
    """Removes the files that killed processes left when they were about to replace `path`.

    Only for a path that no other process is writing now. Files that cannot be removed stay.
    """
    name = re.compile(re.escape(path.name) + r"\.[0-9a-f]{8}\.part")
    with suppress(OSError):
        for part in path.parent.iterdir():
            if name.fullmatch(part.name):
                part.unlink()
