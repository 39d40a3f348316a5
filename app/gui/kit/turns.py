"""Long work in the GUI thread, done in turns of the event loop."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

_END = object()


def in_turns(owner: QObject, steps: Iterator[object]) -> None:
    """Takes each step in a turn of its own, so that the windows paint and react in between. Stops when `owner` dies.

    Thread: the GUI's.
    """
    timer = QTimer(owner, interval=0)  # A single shot of 0 ms would be taken in the same turn as the one before.

    def take() -> None:
        if next(steps, _END) is _END:
            timer.stop()
            timer.deleteLater()

    timer.timeout.connect(take)
    timer.start()
