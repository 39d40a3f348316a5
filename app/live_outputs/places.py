"""Where live outputs keep what they remember."""

from __future__ import annotations

from pathlib import Path

from app.preferences import preferences_path


def profiles_path() -> Path:
    """The file of profiles, beside the window's settings."""
    return preferences_path().with_name("live-outputs.toml")
