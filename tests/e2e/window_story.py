"""A user's first session in the window, through the real `main()`; test_window.py runs it in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from app.export.queue_rows import Done
from app.gui.export.dialog import ExportDialog
from app.gui.window.main_window import MainWindow
from app.main import main
from app.models.loader import Ready, Refused
from benchmarks.driving import Driver, Step, after


def entry(menu: QMenu, key: str) -> QAction:
    return next(action for action in menu.actions() if action.data() == key)


def choose(window: MainWindow, menu: QMenu, key: str) -> Iterator[Step]:
    """Chooses an entry of a menu, and waits until it is in use and the next frame is shown."""
    studio, before = window.studio, window.studio.models.loaded
    entry(menu, key).trigger()
    yield lambda: studio.models.loaded is not before and isinstance(studio.models.load_event, Ready)
    frame = studio.live_view.newest
    yield lambda: studio.live_view.newest is not frame


def dialog(kind: type[QDialog]) -> QDialog | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)


def story(window: MainWindow, folder: Path, report: dict[str, object]) -> Iterator[Step]:
    """Opens a video, changes models, is refused a broken snapshot, exports, pauses and mirrors."""
    studio, view = window.studio, window.studio.live_view
    yield lambda: view.newest is not None and view.newest.face is not None and studio.models.catalogue
    window.action("loop").trigger()
    report["platform"] = QApplication.platformName()
    yield from choose(window, window.menus.snapshot, "squeezenet-1.1")
    report["second snapshot"] = window.status.models_text(studio.models.loaded)
    yield from choose(window, window.menus.detector, "dlib-hog")
    yield lambda: view.newest is not None and view.newest.face is not None
    report["second detector"] = window.status.models_text(studio.models.loaded)
    yield from choose(window, window.menus.detector, "mediapipe")

    loaded = studio.models.loaded
    broken = folder / "broken.pkl"
    broken.write_bytes(b"not a snapshot")
    studio.models.choose_snapshot(str(broken))
    yield lambda: isinstance(studio.models.load_event, Refused)
    report["refusal"] = window.notice.text
    report["earlier models stay"] = (
        studio.models.loaded is loaded and studio.preferences.current.choice.snapshot == "squeezenet-1.1"
    )

    window.action("export").trigger()
    yield lambda: dialog(ExportDialog) is not None
    export = dialog(ExportDialog)
    assert isinstance(export, ExportDialog)
    assert export.problem == ""
    export.folder.edit.setText(str(folder))
    export.accept()
    yield lambda: len(studio.queue.rows) == 1 and studio.queue.rows[0].is_over
    (row,) = studio.queue.rows
    assert isinstance(row.outcome, Done), row.outcome
    report["outputs"] = [str(path) for path in row.task.written]
    frame = view.newest
    yield lambda: view.newest is not frame

    window.action("play").trigger()
    yield after(0.3)
    paused = view.newest
    assert paused is not None
    window.action("mirror").trigger()
    yield lambda: view.newest is not None and view.newest.options.style.mirror
    mirrored = view.newest
    assert mirrored is not None
    report["same frame, mirrored"] = mirrored.analysis.frame.index == paused.analysis.frame.index


if __name__ == "__main__":
    video, place = sys.argv[1], Path(sys.argv[2])
    reported: dict[str, object] = {}
    driver = Driver(lambda window: story(window, place, reported), patience_s=180)
    code = main([video])
    (place / "report.json").write_text(json.dumps(reported), encoding="utf-8")
    if driver.error is not None:
        raise driver.error
    sys.exit(code)
