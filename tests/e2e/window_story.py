"""What a user does on a first day, through the real `main()`; run by test_window.py in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from app.export.queue import Done
from app.gui.export.dialog import ExportDialog
from app.gui.window.main_window import MainWindow
from app.main import main
from app.models.loader import Ready, Refused
from benchmarks.driving import Driver, Step, after
from benchmarks.stalls import StallWatch


def entry(menu: QMenu, key: str) -> QAction:
    return next(action for action in menu.actions() if action.data() == key)


def chosen(window: MainWindow, menu: QMenu, key: str) -> Iterator[Step]:
    """Chooses from a menu, and waits until that is in use and frames go on."""
    live_view, before = window.live_view, window.live_view.loader.parts
    entry(menu, key).trigger()
    yield lambda: live_view.loader.parts is not before and isinstance(live_view.load_event, Ready)
    frame = live_view.newest
    yield lambda: live_view.newest is not frame


def dialog(kind: type[QDialog]) -> QDialog | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)


def story(window: MainWindow, folder: Path, told: dict[str, object]) -> Iterator[Step]:
    live_view, watch = window.live_view, StallWatch(window)
    yield lambda: live_view.newest is not None and live_view.newest.face is not None and live_view.catalogue
    window.actions_["loop"].trigger()
    told["platform"] = QApplication.platformName()
    watch.start()
    yield from chosen(window, window.menus.snapshot, "squeezenet-1.1")
    told["second snapshot"] = window.status.told(live_view.loader.parts)
    yield from chosen(window, window.menus.detector, "dlib-hog")
    yield lambda: live_view.newest is not None and live_view.newest.face is not None
    told["second detector"] = window.status.told(live_view.loader.parts)
    yield from chosen(window, window.menus.detector, "mediapipe")

    kept = live_view.loader.parts
    broken = folder / "broken.pkl"
    broken.write_bytes(b"no snapshot")
    live_view.choose_snapshot(str(broken))
    yield lambda: isinstance(live_view.load_event, Refused)
    told["refusal"] = window.notice.text
    told["kept"] = live_view.loader.parts is kept and live_view.preferences.snapshot == "squeezenet-1.1"

    window.actions_["export"].trigger()
    yield lambda: dialog(ExportDialog) is not None
    export = dialog(ExportDialog)
    assert isinstance(export, ExportDialog)
    assert export.problem == ""
    export.folder.edit.setText(str(folder))
    export.accept()
    yield lambda: all(row.is_over for row in live_view.queue.rows) and len(live_view.queue.rows) == 1
    told["export"] = type(live_view.queue.rows[0].outcome).__name__
    told["outputs"] = [str(path) for path in live_view.queue.rows[0].task.written]
    assert isinstance(live_view.queue.rows[0].outcome, Done), live_view.queue.rows[0].outcome
    frame = live_view.newest
    yield lambda: live_view.newest is not frame

    window.actions_["play"].trigger()
    yield after(0.3)
    paused = live_view.newest
    window.actions_["mirror"].trigger()
    yield lambda: live_view.newest is not paused and live_view.newest.look.style.mirror
    told["same frame, mirrored"] = live_view.newest.analysis.frame.index == paused.analysis.frame.index
    watch.stop()
    told["longest stall in ms"] = round(watch.longest_ms)
    told["stalls over 50 ms"] = watch.over(50)
    window.grab().save(str(folder / "window.png"))


if __name__ == "__main__":
    video, place = sys.argv[1], Path(sys.argv[2])
    seen: dict[str, object] = {}
    driver = Driver(lambda window: story(window, place, seen), patience_s=180)
    code = main([video])
    seen["seconds to close"] = round(time.perf_counter() - driver.closed_s, 2)
    (place / "told.json").write_text(json.dumps(seen), encoding="utf-8")
    if driver.error is not None:
        raise driver.error
    sys.exit(code)
