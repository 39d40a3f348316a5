"""From the start to an export without the mouse; at the end, what a screen reader is told."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from app.export.queue_rows import Done
from app.gui.export.dialog import ExportDialog
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.window.main_window import MainWindow
from benchmarks.driving import Step
from tests.e2e.journeys.journey import Journey, copy_frames, later, press, shown, the, type_text
from tests.gui.test_screen_readers import heard, nameless

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
FRAMES = 40


def story(window: MainWindow, journey: Journey) -> Iterator[Step]:
    video = copy_frames(journey.folder / "clip.mp4", FRAMES)
    view = window.studio.live_view
    window.activateWindow()
    yield window.isActiveWindow
    journey.step("opening by keys")
    later(lambda: press(Qt.Key.Key_O, CONTROL, window))
    yield lambda: shown(QFileDialog) is not None and isinstance(QApplication.focusWidget(), QLineEdit)
    type_text(str(video))
    later(lambda: press(Qt.Key.Key_Return))
    yield lambda: view.newest is not None and view.newest.face is not None
    journey.step("moving by keys")
    window.activateWindow()  # As window managers do, which not every display has.
    yield window.isActiveWindow
    press(Qt.Key.Key_K, window=window)
    for frame, mark in ((10, Qt.Key.Key_I), (29, Qt.Key.Key_O)):
        press(Qt.Key.Key_G, CONTROL, window)
        yield lambda: bool(window.findChildren(GoToDialog)) and isinstance(QApplication.focusWidget(), QLineEdit)
        type_text(f"#{frame}")
        press(Qt.Key.Key_Return)
        yield lambda frame=frame: view.newest is not None and view.newest.analysis.frame.index == frame  # type: ignore[misc]
        yield lambda: not window.findChildren(GoToDialog)
        window.activateWindow()
        yield window.isActiveWindow
        press(mark, window=window)
    marks = window.studio.marks.current
    journey.told["marks"] = [marks.start_s, marks.end_s]
    journey.step("exporting by keys")
    press(Qt.Key.Key_E, CONTROL, window)
    yield lambda: shown(ExportDialog) is not None and the(ExportDialog).isActiveWindow()
    dialog = the(ExportDialog)
    press(Qt.Key.Key_O, ALT)
    yield lambda: QApplication.focusWidget() is dialog.folder.edit
    press(Qt.Key.Key_A, CONTROL)
    type_text(str(journey.folder))
    yield lambda: dialog.problem == ""
    press(Qt.Key.Key_Return)
    queue = window.studio.queue
    yield lambda: bool(queue.rows) and queue.rows[0].is_over
    (row,) = queue.rows
    assert isinstance(row.outcome, Done), row.outcome
    journey.told["outputs"] = [str(path) for path in row.task.outputs]
    journey.end()
    told = heard(window)
    journey.told["nameless"] = [f"{one.kind}, {one.role.name}" for one in nameless(told)]
    journey.told["heard"] = [str(one).strip() for one in told]
