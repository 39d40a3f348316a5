"""Notes which files a test reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def files_opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The paths on which `Path.open` is called from now on, in the order of the calls."""
    opened: list[Path] = []
    plain_open = Path.open

    def note(self: Path, *arguments: Any, **named: Any) -> Any:
        opened.append(self)
        return plain_open(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", note)
    return opened
