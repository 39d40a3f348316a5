"""Texts that leave the program do not name the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.anonymous import anonymous


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ada.l/videos/a.mp4", "~/videos/a.mp4"),
        ("at /home/ada.l", "at ~"),
        ("/home/ada.lovelace/a.mp4", "/home/ada.lovelace/a.mp4"),
        ("/media/ada.l/disk/a.mp4", "/media/‹user›/disk/a.mp4"),
        ("a video", "a video"),
    ],
    ids=["inside the home folder", "the folder itself", "another user's home", "the name elsewhere", "neither"],
)
def test_the_user_is_not_named(monkeypatch: pytest.MonkeyPatch, text: str, shown: str) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada.l"))
    assert anonymous(text) == shown
