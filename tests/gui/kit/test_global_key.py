"""Keys that are heard while another program has the keyboard."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.errors import StudioError
from app.gui.kit.global_key import KEYS, can_listen, listen
from tests.gui.conftest import Until


def press(key: str) -> None:
    subprocess.run(["xdotool", "key", key.lower() if "+" in key else key], check=True)


@pytest.fixture
def _on_x(qapp: QApplication) -> None:
    if QGuiApplication.platformName() != "xcb" or shutil.which("xdotool") is None:
        pytest.skip("needs an X server and xdotool")


@pytest.mark.usefixtures("_on_x")
@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_heard_whoever_has_the_keyboard_until_it_is_closed(key: str, until: Until) -> None:
    presses: list[str] = []
    listening = listen(key, lambda: presses.append(key))
    press("n")
    press(key)
    until(lambda: presses == [key])
    with pytest.raises(StudioError, match="in use by another program"):
        listen(key, lambda: None)
    listening.close()
    press(key)
    listen(key, lambda: None).close()
    assert presses == [key]


def test_where_there_are_no_such_keys_it_says_so(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.setattr("app.gui.kit.global_key.can_listen", lambda: False)
    assert can_listen() in (True, False)
    with pytest.raises(StudioError, match="does not let programs listen"):
        listen("F9", lambda: None)
