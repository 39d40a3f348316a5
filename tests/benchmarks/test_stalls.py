"""The measurement of how long the GUI thread is blocked."""

from __future__ import annotations

import time

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.stalls import StallWatch


def test_a_stall_counts_that_lasts_until_measuring_ends(qapp: QApplication) -> None:
    watch = StallWatch()
    watch.start()
    QTest.qWait(20)
    time.sleep(0.1)
    watch.stop()
    assert watch.longest_ms > 80
    watch.stop()
    assert watch.over(80) == 1
