"""Calls from worker threads reach the GUI thread in order, one in each turn of the event loop."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kit.bridge import GuiCalls


def test_other_events_come_between_two_calls(qapp: QApplication, qtbot: QtBot) -> None:
    calls, order = GuiCalls(), list[str]()
    other = QTimer(calls, interval=0)
    other.timeout.connect(lambda: order.append("event"))
    other.start()
    for name in ("first", "second", "third"):
        calls.post(partial(order.append, name))
    qtbot.waitUntil(lambda: "third" in order)
    other.stop()
    assert [what for what in order if what != "event"] == ["first", "second", "third"]
    assert "event" in order[order.index("first") : order.index("second")]
    assert "event" in order[order.index("second") : order.index("third")]


def test_a_call_may_post_another(qapp: QApplication, qtbot: QtBot) -> None:
    calls, order = GuiCalls(), list[str]()

    def first() -> None:
        order.append("first")
        calls.post(partial(order.append, "its own"))

    calls.post(first)
    calls.post(partial(order.append, "second"))
    qtbot.waitUntil(lambda: "its own" in order)
    assert order == ["first", "second", "its own"]


def test_no_call_is_run_after_closing(qapp: QApplication, qtbot: QtBot) -> None:
    calls, order = GuiCalls(), list[str]()
    calls.post(partial(order.append, "before"))
    qtbot.wait(1)
    calls.post(partial(order.append, "waiting"))
    calls.close()
    calls.post(partial(order.append, "later"))
    qtbot.wait(20)
    assert order == ["before"]
