"""What the journeys share: steps whose stalls are measured, dialogs, keys and clicks, and small videos."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.kit.widget_lists import windows
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from benchmarks.driving import Step
from benchmarks.stalls import StallWatch

LIMIT_MS = 50.0
W = TypeVar("W", bound=QWidget)


@dataclass
class Journey:
    """A user's way through the window, in steps. `stalls`: for each step, its longest stall in ms and how many were
    longer than LIMIT_MS. `told`: what the test of the journey compares."""

    folder: Path
    stalls: dict[str, tuple[float, int]] = field(default_factory=dict)
    told: dict[str, object] = field(default_factory=dict)
    _watch: StallWatch | None = None
    _step: str = ""

    def step(self, name: str) -> None:
        """Ends the step before, and begins this one."""
        self.end()
        self._step = name
        self._watch = self._watch or StallWatch()
        self._watch.start()

    def end(self) -> None:
        if self._step and self._watch is not None:
            self._watch.stop()
            self.stalls[self._step] = (self._watch.longest_ms, self._watch.over(LIMIT_MS))
        self._step = ""


Story = Callable[[MainWindow, Journey], Iterator[Step]]


def shown(kind: type[W]) -> W | None:
    """The visible window of this kind, if there is one."""
    found = (one for one in windows() if isinstance(one, kind) and one.isVisible())
    return next(found, None)


def the(kind: type[W]) -> W:
    window = shown(kind)
    assert window is not None, f"no {kind.__name__} is open"
    return window


def later(call: Callable[[], object]) -> None:
    """Calls it from the event loop, because it waits for an answer that the story gives."""
    QTimer.singleShot(0, call)


def press(
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    window: QWidget | None = None,
) -> None:
    """Presses a key where the keyboard is: in the widget with the focus, or else in the active window."""
    target = QApplication.focusWidget() or QApplication.activeWindow() or window
    assert target is not None, "no window has the keyboard"
    QTest.keyClick(target, key, modifiers)


def type_text(text: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None, "no widget has the keyboard"
    QTest.keyClicks(target, text)


def copy_frames(path: Path, count: int, *, first: int = 0) -> Path:
    """Writes a video of some frames of the sample video."""
    with av.open(str(SAMPLE)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        written = target.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        written.width, written.height, written.pix_fmt = stream.width, stream.height, "yuv420p"
        for number, frame in enumerate(source.decode(stream)):
            if first <= number < first + count:
                picture = frame.reformat(format="yuv420p")
                picture.pts, picture.time_base = number - first, Fraction(1, 25)
                target.mux(written.encode(picture))
        target.mux(written.encode(None))
    return path
