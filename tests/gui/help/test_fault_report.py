from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.gui.help import fault_report
from app.logs import LogLine


def test_a_report_tells_versions_machine_settings_and_the_log() -> None:
    text = fault_report.fault_report(
        {"snapshot": "compact"}, lines=[LogLine(1, 0.0, logging.ERROR, "app.x", "It broke.\nTrace")]
    )
    for wanted in (
        "Hopenet Studio",
        "Python: 3.",
        "Qt: PySide6",
        "numpy ",
        "snapshot = compact",
        "error app.x: It broke.",
    ):
        assert wanted in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/home/ada.l/videos/a.mp4", "~/videos/a.mp4"),
        ("at /home/ada.l", "at ~"),
        ("/home/ada.lovelace/a.mp4", "/home/ada.lovelace/a.mp4"),
        ("/media/ada.l/disk/a.mp4", "/media/‹user›/disk/a.mp4"),
        ("nothing of anybody", "nothing of anybody"),
    ],
    ids=["in the home folder", "the folder itself", "another's home", "the name elsewhere", "neither"],
)
def test_nobody_is_named(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada.l"))
    assert fault_report.anonymous(text) == told


def test_parts_are_told_with_version_and_licence() -> None:
    parts = {part.name.lower(): part for part in fault_report.parts()}
    assert "numpy" in parts
    assert "lightning" not in parts, "what only training needs is no part of the window"
    assert all(part.version and part.licence for part in parts.values())
