"""Qt's messages arrive in the log with their level and category."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLoggingCategory, qCDebug, qCWarning, qDebug, qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit.qt_messages import NOISE, qt_messages_in_log

# Any: PySide6's types ask for bytes where only str is taken.
category_of: Any = QLoggingCategory
warn: Any = qCWarning
debug: Any = qCDebug


@pytest.fixture
def _handler() -> Iterator[None]:
    """pytest-qt has a message handler of its own while a test runs."""
    with qt_messages_in_log():
        yield


@pytest.mark.usefixtures("_handler")
def test_a_message_has_its_level_and_category(caplog: pytest.LogCaptureFixture) -> None:
    category = category_of("test.category")
    warn(category, "something is odd: 100 %")
    qWarning("a warning without a category")
    lines = [(record.name, record.levelno, record.getMessage()) for record in caplog.records]
    assert lines == [
        ("Qt", logging.WARNING, "test.category: something is odd: 100 %"),
        ("Qt", logging.WARNING, "a warning without a category"),
    ]


@pytest.mark.usefixtures("_handler")
def test_debug_messages_arrive_if_qt_emits_them(caplog: pytest.LogCaptureFixture) -> None:
    category = category_of("test.category")
    QLoggingCategory.setFilterRules("test.category.debug=false")
    debug(category, "hidden")
    QLoggingCategory.setFilterRules("test.category.debug=true")
    debug(category, "shown")
    QLoggingCategory.setFilterRules("")
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.DEBUG, "test.category: shown")
    ]


@pytest.mark.usefixtures("_handler")
def test_a_message_of_qt_itself_arrives(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setMinimumSize(-1, -1)
    assert [(record.name, record.levelno) for record in caplog.records] == [("Qt", logging.WARNING)]
    assert "setMinimumSize" in caplog.text


@pytest.mark.usefixtures("_handler")
@pytest.mark.parametrize(("category", "beginning"), NOISE)
def test_noise_is_dropped(category: str, beginning: str, caplog: pytest.LogCaptureFixture) -> None:
    text = f"{beginning} and more"
    warn(category_of(category), text) if category else qWarning(text)
    assert not caplog.records


def test_the_earlier_handler_is_back_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: seen.append(text))
    try:
        with qt_messages_in_log():
            qDebug("inside")
        qDebug("outside")
    finally:
        qInstallMessageHandler(before)
    assert seen == ["outside"]
    assert [record.getMessage() for record in caplog.records] == ["inside"]


_LOADED_BESIDE_ANOTHER_THREAD = """
import ctypes, sys, threading
import PySide6.QtWidgets
from app.gui.kit.qt_messages import qt_messages_in_log

def load_libraries() -> None:
    while not ended.is_set():
        begun.set()
        try:
            ctypes.CDLL("no-such-library.so")  # Holds Python's lock while it waits for the system's loader.
        except OSError:
            pass

begun, ended = threading.Event(), threading.Event()
sys.setswitchinterval(1e-6)
with qt_messages_in_log():
    thread = threading.Thread(target=load_libraries, daemon=True)
    thread.start()
    begun.wait()
    import PySide6.QtMultimedia
ended.set()
thread.join()
print("loaded")
"""


def test_the_library_for_sound_is_loaded_silently_while_another_thread_loads_libraries() -> None:
    """Its messages came from within the system's loader: writing them to the log stopped the program for good."""
    pytest.importorskip("PySide6.QtMultimedia")
    command = [sys.executable, "-c", _LOADED_BESIDE_ANOTHER_THREAD]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert (run.stdout, run.stderr) == ("loaded\n", "")
