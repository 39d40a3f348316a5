"""Gives finished model files their names: all of them, or none."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from app.atomic_files import check_writable, replacing, together, writing
from app.errors import OutputError
from app.outputs.collisions import check_distinct, is_there


def targets(output: Path, suffixes: Sequence[str]) -> tuple[Path, ...]:
    """The paths of the files that belong together; the first is `output`."""
    return (output, *(output.with_suffix(suffix) for suffix in suffixes[1:]))


def check_targets(paths: Sequence[Path], inputs: Iterable[Path], *, force: bool) -> None:
    """Raises OutputError if a path cannot be written, or something is there and `force` is not given."""
    check_distinct(paths, inputs)
    for path in paths:
        if is_there(path) and not force:
            raise OutputError(f"{path} already exists.", advice="Add --force to replace it, or choose another name.")
        if not path.is_dir():
            check_writable(path)


def publish(folder: Path, paths: Sequence[Path]) -> None:
    """Copies the files of these names from a folder to these paths. Some formats are folders themselves.

    Raises OutputError, and leaves what was there before.
    """
    with together():
        for path in paths:
            made = folder / path.name
            if made.is_dir():
                _publish_folder(made, path)
                continue
            with replacing(path) as part, writing(path):
                shutil.copyfile(made, part)


def _publish_folder(made: Path, path: Path) -> None:
    part, former = (path.with_name(f"{path.name}.{secrets.token_hex(4)}.{end}") for end in ("part", "former"))
    with writing(path):
        try:
            shutil.copytree(made, part)
            if is_there(path):
                path.rename(former)
            try:
                part.rename(path)
            except OSError:
                with suppress(OSError):
                    former.rename(path)
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
        if former.is_dir():
            shutil.rmtree(former, ignore_errors=True)
        else:
            former.unlink(missing_ok=True)
