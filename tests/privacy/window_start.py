"""Starts the window with a video, as a user does, and closes it when faces have been shown for some seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from app.gui.window.main_window import MainWindow
from app.main import main
from benchmarks.driving import Driver, Step


def story(window: MainWindow) -> Iterator[Step]:
    view = window.studio.live_view
    yield lambda: view.newest is not None and view.newest.face is not None
    window.action("loop").trigger()
    until_s = time.monotonic() + float(sys.argv[2])
    yield lambda: time.monotonic() > until_s


if __name__ == "__main__":
    driver = Driver(story)
    code = main([sys.argv[1]])
    if driver.error is not None:
        raise driver.error
    sys.exit(code)
