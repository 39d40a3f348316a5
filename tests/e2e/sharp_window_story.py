"""Plays a video and reports the sizes of the view and of the drawn picture; test_sharp_window.py runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from app.gui.window.main_window import MainWindow
from app.main import main
from benchmarks.driving import Driver, Step


def story(window: MainWindow, report: dict[str, object]) -> Iterator[Step]:
    """Plays until 20 frames have been drawn in the size of the view, then reports sizes."""
    view = window.studio.live_view
    yield lambda: view.newest is not None and view.newest.face is not None
    window.action("loop").trigger()
    size = window.view.device_size()
    yield lambda: view.newest is not None and view.newest.options.size == (size.width(), size.height())
    frames: set[int] = set()
    view.frame_shown.connect(lambda qt_frame: frames.add(qt_frame.shown.analysis.frame.index))
    yield lambda: len(frames) >= 20
    newest = view.newest
    assert newest is not None
    report["scale"] = window.devicePixelRatioF()
    report["view in logical pixels"] = [window.view.width(), window.view.height()]
    report["view in device pixels"] = [size.width(), size.height()]
    report["picture"] = [newest.picture.shape[1], newest.picture.shape[0]]


if __name__ == "__main__":
    video, place = sys.argv[1], Path(sys.argv[2])
    reported: dict[str, object] = {}
    driver = Driver(lambda window: story(window, reported), patience_s=120)
    code = main([video])
    place.write_text(json.dumps(reported), encoding="utf-8")
    if driver.error is not None:
        raise driver.error
    sys.exit(code)
