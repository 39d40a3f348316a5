"""Names for the videos of a batch, and for their files, that cannot clash."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

_LONGEST_BYTES = 180
"""A name on a disk has at most 255 bytes; extensions and the name of a part come on top."""

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f%/\\:*?"<>|=\x7f]')


def _never(_source: str, _key: str) -> bool:
    return False


def keys(
    sources: Sequence[str], known: Mapping[str, str], *, is_same: Callable[[str, str], bool] = _never
) -> dict[str, str]:
    """A name for each source: its path from the folder that all have in common, with its extension.

    The extension stays, so that `talk.mp4` and `talk.mov` are two. `known`: names that sources have already; they keep
    them, even if the common folder is another one now. Names that would be one file on a disk that does not distinguish
    capital letters get a number. `is_same`: whether the video that has a name already is this source, which was moved.
    Sources are paths or addresses, and none is there twice.
    """
    names: dict[str, str] = {source: known[source] for source in sources if source in known}
    used = set(names.values())
    taken = {_folded(key) for key in known.values()}
    new = [source for source in sources if source not in known]
    for source, name in zip(new, _relative(sources, new), strict=True):
        key, number = name, 1
        while _folded(key) in taken and (key in used or not is_same(source, key)):
            number += 1
            key = f"{name}~{number}"
        taken.add(_folded(key))
        used.add(key)
        names[source] = key
    return names


def partition_name(key: str) -> str:
    """The value of `video=…` in the names of a data set's folders: the key, with what no folder may have as `%2F`."""
    quoted = _NOT_IN_NAMES.sub(lambda found: f"%{ord(found.group()):02X}", key)
    if len(os.fsencode(quoted)) <= _LONGEST_BYTES:
        return quoted
    short = os.fsencode(quoted)[: _LONGEST_BYTES - 12].decode("utf-8", errors="ignore")
    return f"{re.sub('%[0-9A-F]?$', '', short)}~{hashlib.sha256(os.fsencode(key)).hexdigest()[:10]}"


def _relative(sources: Sequence[str], new: Sequence[str]) -> list[str]:
    parts = {source: _parts(source) for source in sources}
    common = 0
    for folders in zip(*(one[:-1] for one in parts.values()), strict=False):
        if len(set(folders)) > 1:
            break
        common += 1
    return [str(PurePosixPath(*parts[source][common:])) for source in new]


def _parts(source: str) -> list[str]:
    """The folders and the name, from the top: of an address without its scheme."""
    _, found, rest = source.partition("://")
    if found:
        return [one for one in rest.split("/") if one not in ("", ".", "..")]
    path = Path(source).absolute()
    drive = re.sub(r"\W", "", path.drive)
    return [*([drive] if drive else []), *path.relative_to(path.anchor).parts]


def _folded(key: str) -> str:
    return unicodedata.normalize("NFC", key).casefold()
