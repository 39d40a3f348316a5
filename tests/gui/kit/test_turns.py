"""Long work in the GUI thread leaves it to other events between its steps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kit.turns import in_turns


def test_other_events_come_between_the_steps(qapp: QApplication, qtbot: QtBot) -> None:
    order: list[str] = []
    owner = QObject()
    other = QTimer(owner, interval=0)
    other.timeout.connect(lambda: order.append("event"))

    def steps() -> Iterator[None]:
        for _ in range(3):
            order.append("step")
            yield
        order.append("end")

    other.start()
    in_turns(owner, steps())
    assert order == []
    qtbot.waitUntil(lambda: "end" in order)
    other.stop()
    work = [place for place, what in enumerate(order) if what != "event"]
    assert [order[place] for place in work] == ["step", "step", "step", "end"]
    assert all("event" in order[one:next_one] for one, next_one in pairwise(work))


def test_no_step_is_taken_once_the_owner_is_gone(qapp: QApplication) -> None:
    taken: list[int] = []
    owner = QObject()

    def steps() -> Iterator[None]:
        for number in range(5):
            taken.append(number)
            owner.deleteLater()
            yield

    in_turns(owner, steps())
    for _ in range(20):
        qapp.processEvents()
    assert taken == [0]
