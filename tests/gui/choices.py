"""Preferences that tests start the window with."""

from __future__ import annotations

from typing import Any

from app.preferences import Preferences
from app.settings import DetectorChoice, ModelChoice


def with_detector(name: str, *, snapshot: str | None = None, **fields: Any) -> Preferences:
    """Preferences with this detector chosen, this snapshot, and other fields as given."""
    return Preferences(choice=ModelChoice(snapshot, DetectorChoice(name)), **fields)
