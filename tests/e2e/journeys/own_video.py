"""A video of one's own: seek, frame numbers, marks, neutral pose, export, its session; then everything is switched."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.export.queue_rows import Done
from app.gui.export.dialog import ExportDialog
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.session.viewer import SessionViewer
from app.gui.window.main_window import MainWindow
from app.models.loader import Ready
from benchmarks.driving import Step, after
from tests.e2e.journeys.journey import Journey, shown, the
from tests.gui.find import only


def story(window: MainWindow, journey: Journey) -> Iterator[Step]:
    view = window.studio.live_view
    journey.step("opening and playing")
    yield lambda: view.newest is not None and view.newest.face is not None and window.studio.models.catalogue
    yield after(1.0)
    journey.step("seeking, marking, neutral pose")
    yield from go_to(window, 20)
    window.action("mark_start").trigger()
    yield from go_to(window, 49)
    window.action("mark_end").trigger()
    marks = window.studio.marks.current
    journey.told["marks"] = [marks.start_s, marks.end_s]
    window.action("set_neutral").trigger()
    yield lambda: view.newest is not None and view.newest.options.reference.neutral is not None
    newest = view.newest
    assert newest is not None and newest.face is not None and newest.face.smoothed is not None
    journey.told["pose after setting it neutral"] = list(view.options.reference.apply(newest.face.smoothed))
    yield from export(window, journey)
    yield from review(window, journey)
    yield from switch_everything(window, journey)


def go_to(window: MainWindow, frame: int) -> Iterator[Step]:
    view = window.studio.live_view
    window.action("pause").trigger()
    window.action("go_to").trigger()
    yield lambda: bool(window.findChildren(GoToDialog))
    dialog = only(window, GoToDialog)
    only(dialog, QLineEdit).setText(f"f{frame}")
    dialog.accept()
    yield lambda: view.newest is not None and view.newest.analysis.frame.index == frame and view.newest.face is not None
    player = view.watcher.player
    assert player is not None and player.state.frame == frame and not player.state.playing
    yield lambda: not window.findChildren(GoToDialog)


def export(window: MainWindow, journey: Journey) -> Iterator[Step]:
    journey.step("exporting")
    queue = window.studio.queue
    window.action("export").trigger()
    yield lambda: shown(ExportDialog) is not None
    dialog = the(ExportDialog)
    dialog.folder.edit.setText(str(journey.folder))
    yield lambda: dialog.problem == ""
    dialog.accept()
    yield lambda: len(queue.rows) == 1 and queue.rows[0].is_over
    (row,) = queue.rows
    assert isinstance(row.outcome, Done), row.outcome
    journey.told["outputs"] = [str(path) for path in row.task.outputs]
    journey.told["neutral pose"] = list(window.studio.live_view.options.reference.neutral or ())


def review(window: MainWindow, journey: Journey) -> Iterator[Step]:
    journey.step("from the queue to the session")
    table = window.exports.panel.table
    yield table.isVisible
    place = table.visualRect(table.model().index(0, 0)).center()
    for click in (QTest.mouseClick, QTest.mouseDClick):
        click(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    yield lambda: shown(SessionViewer) is not None
    viewer = the(SessionViewer)
    model = viewer.model
    yield lambda: bool(model.session.tables) and model.state is not None and model.state.frame is not None
    track = model.session.tables[0].tracks[0]
    viewer.transport.seek(float(track.time_s[10]))
    yield lambda: model.state is not None and model.state.frame == int(track.frame[10])
    assert model.video is not None
    journey.told["session"] = [str(model.video.path), model.session.tables[0].name, len(track)]
    journey.told["angles of frame 30"] = list(track.smoothed[10])
    viewer.close()
    yield lambda: shown(SessionViewer) is None


def switch_everything(window: MainWindow, journey: Journey) -> Iterator[Step]:
    choices = window.menus.choices
    window.action("play").trigger()
    window.action("loop").trigger()
    for step, menu, keys in (
        ("switching the snapshot", "snapshot", ("squeezenet-1.1",)),
        ("switching the detector", "detector", ("dlib-hog", "mediapipe")),
        ("switching the device", "device", tuple(devices(choices["device"]))),
    ):
        journey.step(step)
        for key in keys:
            yield from choose(window, choices[menu], key)
    journey.step("switching the theme")
    schemes = {}
    for scheme in ("dark", "light"):
        window._choose_scheme(scheme)
        yield after(0.3)
        schemes[scheme] = QApplication.palette().window().color().lightness()
    journey.told["lightness"] = schemes
    journey.told["models"] = window.status.models_text(window.studio.models.loaded)


def devices(menu: QMenu) -> list[str]:
    """The devices that can be chosen here; the one in use comes last."""
    entries = [action for action in menu.actions() if action.isEnabled() and isinstance(action.data(), str)]
    return [str(action.data()) for action in sorted(entries, key=lambda action: action.isChecked())][:2]


def choose(window: MainWindow, menu: QMenu, key: str) -> Iterator[Step]:
    """Chooses an entry of a menu, and waits until it is in use and another frame is shown."""
    models, view = window.studio.models, window.studio.live_view
    before = models.loaded
    next(action for action in menu.actions() if action.data() == key).trigger()
    yield lambda: models.loaded is not before and isinstance(models.load_event, Ready)
    frame = view.newest
    yield lambda: view.newest is not frame
