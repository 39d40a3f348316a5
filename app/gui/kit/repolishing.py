"""Widgets that are shown already take on the colours of another palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.kit.turns import in_turns
from app.gui.kit.widget_lists import all_widgets, windows

_PER_TURN = 80
"""So many widgets take about 4 ms."""


class Repolishing(QObject):
    """Evaluates the style sheet's colours anew in every widget, in turns of the event loop; Qt itself would not.

    The windows are painted only when all that they show has its new colours. Thread: the GUI's.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._held: list[QWidget] = []
        """Windows that are not painted meanwhile."""

    def start(self, application: QApplication, then: Callable[[], object]) -> None:
        """Calls `then()` once all that can be seen has its colours. Starts over if it has not finished.

        If no window is shown, everything is done at once.
        """
        self._number += 1
        shown = [window for window in windows() if window.isVisible()]
        for window in shown:
            window.setUpdatesEnabled(False)
        self._held += shown
        steps = self._steps(application, self._number, then)
        if self._held:
            in_turns(self, steps)
        else:
            for _ in steps:
                pass

    def _steps(self, application: QApplication, number: int, then: Callable[[], object]) -> Iterator[None]:
        seen: list[QWidget] = []
        unseen: list[QWidget] = []
        for widget in all_widgets():
            (seen if widget.isVisible() else unseen).append(widget)
        for widgets in (seen, unseen):
            for first in range(0, len(widgets), _PER_TURN):
                yield
                if number != self._number:
                    return
                _repolish(application, widgets[first : first + _PER_TURN])
            if widgets is seen:
                yield
                then()
                yield from self._paint()

    def _paint(self) -> Iterator[None]:
        """Each window in a turn of its own."""
        while self._held:
            window = self._held.pop()
            if shiboken6.isValid(window):
                window.setUpdatesEnabled(True)
            yield


def _repolish(application: QApplication, widgets: list[QWidget]) -> None:
    style = application.style()
    for widget in widgets:
        if shiboken6.isValid(widget):
            style.unpolish(widget)
            style.polish(widget)
