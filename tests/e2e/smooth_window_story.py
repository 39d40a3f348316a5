"""Plays a video for a while, and tells how long the window ever stood still, and how dense its picture is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from app.gui.window.main_window import MainWindow
from app.main import main
from benchmarks.driving import Driver, Step, after
from benchmarks.stalls import StallWatch


def story(window: MainWindow, told: dict[str, object]) -> Iterator[Step]:
    live_view, watch = window.live_view, StallWatch(window)
    yield lambda: live_view.newest is not None and live_view.newest.face is not None
    window.actions_["loop"].trigger()
    place = window.view.device_size()
    yield lambda: live_view.newest is not None and live_view.newest.look.size == (place.width(), place.height())
    yield after(1.0)
    frames: list[int] = []
    live_view.frame_shown.connect(lambda qt_frame: frames.append(qt_frame.shown.analysis.frame.index))
    watch.start()
    yield after(4.0)
    watch.stop()
    newest = live_view.newest
    assert newest is not None
    told["frames"] = len(frames)
    told["longest stall in ms"] = round(watch.longest_ms)
    told["stalls over 50 ms"] = watch.over(50)
    told["scale"] = window.devicePixelRatioF()
    told["view"] = [window.view.width(), window.view.height()]
    told["place"] = [place.width(), place.height()]
    told["picture"] = [newest.picture.shape[1], newest.picture.shape[0]]


if __name__ == "__main__":
    video, place = sys.argv[1], Path(sys.argv[2])
    seen: dict[str, object] = {}
    driver = Driver(lambda window: story(window, seen), patience_s=120)
    code = main([video])
    place.write_text(json.dumps(seen), encoding="utf-8")
    if driver.error is not None:
        raise driver.error
    sys.exit(code)
