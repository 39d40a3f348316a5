"""File › Microphone: which microphone recordings use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.gui.state import microphone
from app.gui.window.main_window import MainWindow
from app.gui.window.microphone_menu import SYSTEM_DEFAULT, MicrophoneMenu

Until = Callable[..., None]


def texts(menu: MicrophoneMenu) -> list[str]:
    """The entries, the chosen one in brackets."""
    return [f"[{one.text()}]" if one.isChecked() else one.text() for one in menu.actions()]


def test_the_chosen_microphone_stays_in_the_menu_when_it_is_not_connected(qtbot: QtBot) -> None:
    menu = MicrophoneMenu()
    qtbot.addWidget(menu)
    assert texts(menu) == ["[System default]"]
    menu.show_microphones(["Headset", "R&D room", "Headset"])
    menu.show_current("R&D room")
    assert texts(menu) == ["System default", "Headset", "[R&&D room]"]
    menu.show_microphones(["Headset"])
    assert texts(menu) == ["System default", "Headset", "[R&&D room (not connected)]"]
    chosen: list[str] = []
    menu.chosen.connect(chosen.append)
    menu.actions()[1].trigger()
    menu.actions()[0].trigger()
    assert chosen == ["Headset", SYSTEM_DEFAULT]


def test_the_choice_is_remembered_and_used_by_the_next_recording(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    used: list[str] = []

    class Opened:
        def __init__(self, _hear: Any, name: str) -> None:
            used.append(name)

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr(microphone, "microphones", lambda: ("Headset", "Desk"))
    monkeypatch.setattr(microphone, "Microphone", Opened)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "a.mp4"), ""))
    menu = window.menus.microphones
    menu.aboutToShow.emit()
    until(lambda: len(menu.actions()) == 3)
    menu.actions()[2].trigger()
    assert window.studio.preferences.current.microphone == "Desk"
    assert texts(menu) == ["System default", "Headset", "[Desk]"]
    window.studio.live_view.open("synthetic")
    until(lambda: window.studio.live_view.newest is not None)
    window.action("microphone").setChecked(True)
    window.action("record").trigger()
    until(lambda: window.studio.recorder.recording is not None)
    assert used == ["Desk"]
    window.action("record").trigger()
    until(lambda: window.studio.recorder.recording is None)
