"""Snapshots converted for ONNX Runtime, kept so that each is converted once."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import platformdirs

from hopenet.snapshots import ONNX_SUFFIX, file_sha256

CONVERSION = 2
"""Part of the names of converted models. To have them all converted again, increase it."""

_LONGEST_CONVERSION_S = 3600.0
"""A file without its hash in its name is of a conversion in progress, unless it is older."""


class Conversion(NamedTuple):
    """A converted model whose contents have been verified."""

    path: Path
    content: bytes


@dataclass(frozen=True, slots=True)
class Conversions:
    """Converted models in a folder. Processes may share it.

    A name has the hash of the snapshot, the number of the conversion, and the hash of the model itself. So a name and
    its contents belong together whatever another process writes meanwhile, and a damaged model is noticed: with one
    wrong byte it would give wrong angles.
    """

    folder: Path

    @classmethod
    def in_cache(cls) -> Conversions:
        """Those in the user's cache."""
        return cls(platformdirs.user_cache_path("hopenet-studio") / "converted")

    def find(self, sha256: str) -> Conversion | None:
        """The model of the snapshot with this hash; None if it has to be converted (again)."""
        for path in self._files(f"{sha256[:32]}-{CONVERSION}-"):
            with suppress(OSError):
                content = path.read_bytes()
                if path.stem.endswith(f"-{hashlib.sha256(content).hexdigest()}"):
                    return Conversion(path, content)
        return None

    def add(self, sha256: str, save: Callable[[Path], None]) -> None:
        """Keeps what `save` writes to the path that it is given, and removes what is damaged or no longer used.

        Raises what `save` raises, and OSError.
        """
        made = self.folder / f"{sha256[:32]}-{secrets.token_hex(4)}{ONNX_SUFFIX}"
        try:
            save(made)
            kept = made.with_stem(f"{sha256[:32]}-{CONVERSION}-{file_sha256(made)}")
            made.replace(kept)
        finally:
            with suppress(OSError):
                made.unlink(missing_ok=True)
        for path in self._files(f"{sha256[:32]}-"):
            if path != kept and not self._is_in_use(path):
                with suppress(OSError):
                    path.unlink()

    def _is_in_use(self, path: Path) -> bool:
        """Whether another process may be reading or writing it."""
        number, _, own_sha256 = path.name.removesuffix(ONNX_SUFFIX).partition("-")[2].partition("-")
        try:
            if own_sha256:
                return number == str(CONVERSION) and file_sha256(path) == own_sha256
            return time.time() - path.stat().st_mtime < _LONGEST_CONVERSION_S
        except OSError:
            return True

    def _files(self, beginning: str) -> Iterator[Path]:
        return iter(sorted(self.folder.glob(f"{beginning}*{ONNX_SUFFIX}*")))
