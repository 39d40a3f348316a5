"""Finds what a test of the window leaves behind in Qt: running timers and windows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

_WINDOW_KINDS = (QMainWindow, QDialog)


@contextmanager
def nothing_left_in_qt(application: QApplication) -> Iterator[None]:
    """Fails if a timer that the block started still runs after it, or a window that the block opened still exists."""
    windows_before = set(_windows(application))
    started: WeakSet[QTimer] = WeakSet()
    start = QTimer.start

    def watched_start(timer: QTimer, *interval: Any) -> None:  # Any: QTimer.start is overloaded
        started.add(timer)
        start(timer, *interval)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QTimer, "start", watched_start)
        yield
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left: list[object] = [timer for timer in started if shiboken6.isValid(timer) and timer.isActive()]
    left += [window for window in _windows(application) if window not in windows_before]
    assert not left, f"these outlive the test: {left}"


def _windows(application: QApplication) -> list[QWidget]:
    """What a user would call a window, and everything else that is visible on its own."""
    # Garbage collection may delete a widget while this list is made.
    existing = (widget for widget in application.topLevelWidgets() if shiboken6.isValid(widget))
    return [widget for widget in existing if isinstance(widget, _WINDOW_KINDS) or widget.isVisible()]
