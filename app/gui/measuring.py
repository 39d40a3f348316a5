"""Measures the window from inside, for `benchmark`: when it is visible, when it shows a face, and how it keeps up.

Run as a process of its own, with HOPENET_STARTED as the time at which it was started; the last line that it prints is
JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from app.gui.application import open_window
from app.gui.kit.qt_frame import QtFrame
from app.gui.window.main_window import MainWindow

_TICK_MS = 5
_SETTLING_S = 2.0
"""For how long a camera is watched before anything counts."""

_PATIENCE_S = 60.0


class StartWatch(QObject):
    """Notes when a window that opens a video is visible, and when it shows the first face; then watches a camera.

    Thread: the GUI's.
    """

    def __init__(self, window: MainWindow, source: str, seconds: float) -> None:
        super().__init__(window)
        self._window, self._source, self._seconds = window, source, seconds
        self._began_s = float(os.environ["HOPENET_STARTED"])
        self.moments: dict[str, tuple[float, float]] = {}
        self.live: dict[str, float] = {}
        self._delays_ms: list[float] = []
        self._late_ms: list[float] = []
        self._counts_from_s = float("inf")
        self._wait_for(self._is_visible)
        window.studio.live_view.frame_shown.connect(self._see)
        QTimer.singleShot(int(1000 * (_PATIENCE_S + seconds)), self, window.close_without_asking)

    def _wait_for(self, happened: Callable[[], bool]) -> None:
        if not happened():
            QTimer.singleShot(_TICK_MS, self, lambda: self._wait_for(happened))

    def _is_visible(self) -> bool:
        handle = self._window.windowHandle()
        if handle is None or not handle.isExposed():
            return False
        self._note("window shown")
        return True

    def _note(self, what: str) -> None:
        self.moments[what] = time.time() - self._began_s, time.process_time()

    def _see(self, frame: QtFrame) -> None:
        analysis = frame.shown.analysis
        if "first face" not in self.moments:
            if analysis.faces:
                self._window.view.repaint()
                self._note("first face")
                self._watch_camera()
            return
        captured_s = analysis.frame.captured_s
        if captured_s is not None and captured_s >= self._counts_from_s:
            self._window.view.repaint()  # The delay ends when the pixels are painted.
            self._delays_ms.append(1000 * (time.perf_counter() - captured_s))

    def _watch_camera(self) -> None:
        if not self._seconds:
            QTimer.singleShot(0, self, self._window.close_without_asking)
            return
        self._window.studio.live_view.open(f"synthetic:{self._source}")
        QTimer.singleShot(int(1000 * _SETTLING_S), self, self._begin)

    def _begin(self) -> None:
        self._counts_from_s = time.perf_counter()
        self._processor_s = time.process_time()
        self._last_s = self._counts_from_s
        timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._tick)
        timer.start()
        QTimer.singleShot(int(1000 * self._seconds), self, self._end)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self._late_ms.append(1000 * (now_s - self._last_s) - _TICK_MS)
        self._last_s = now_s

    def _end(self) -> None:
        seconds = time.perf_counter() - self._counts_from_s
        delays = sorted(self._delays_ms)
        self.live["cores in use"] = (time.process_time() - self._processor_s) / seconds
        self.live["frames per second"] = len(delays) / seconds
        if delays:
            self.live["median delay, ms"] = statistics.median(delays)
            self.live["95 % of delays, ms"] = delays[int(0.95 * len(delays))]
        self.live["longest stall, ms"] = max(self._late_ms, default=0.0)
        self._window.close_without_asking()


def main() -> None:
    """Arguments: a video, and for how many seconds to watch it as a camera afterwards."""
    source, seconds = sys.argv[1], float(sys.argv[2])
    watches: list[StartWatch] = []
    code = open_window(source, on_shown=lambda window: watches.append(StartWatch(window, source, seconds)))
    print(json.dumps({"moments": watches[0].moments, "live": watches[0].live}))
    raise SystemExit(code)
