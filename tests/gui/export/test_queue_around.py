"""The queue in the status bar, the notice when it is done, presets, and what can be added to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QMessageBox,
    QProgressDialog,
    QPushButton,
    QSystemTrayIcon,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.errors import Cancelled, StudioError
from app.export.export_settings import ExportSettings, ToExport
from app.export.presets import presets_path, read_presets
from app.export.queue_rows import Failed, QueueRow
from app.export.task import ExportTask
from app.gui.export.dialog import ExportDialog
from app.gui.export.done_notice import DoneNotice
from app.gui.export.queue_model import ROWS_TYPE, SETTINGS
from app.gui.export.queue_panel import QueuePanel
from app.gui.export.queue_status import QueueStatus, left_of
from app.gui.kit.accidents import _Guard, guard
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.settings import DetectorChoice, Reference, Signs, Style
from detectors import Box, DetectorOptions
from hopenet import HeadPose
from tests.gui.export.test_queue_panel import CANCELLED, DONE, FAILED, RUNNING, WAITING, choose
from tests.gui.find import find, only

Until = Callable[..., None]
ROWS = (DONE, replace(RUNNING, done=100, total=300, frames_per_s=50.0), replace(WAITING, total=400))


@pytest.fixture
def status(qtbot: QtBot) -> QueueStatus:
    status = QueueStatus()
    qtbot.addWidget(status)
    return status


def test_the_status_bar_shows_which_export_of_how_many_and_the_time_left_for_all(status: QueueStatus) -> None:
    assert status.isHidden()
    status.show_rows(ROWS)
    assert not status.isHidden()
    assert (status.text.text(), status.left.text()) == ("Export 2 of 3", "00:12 left")
    assert status.bar.value() / status.bar.maximum() == pytest.approx((1 + 1 / 3) / 3, abs=0.001)
    assert "Export 2 of 3. 00:12 left" in status.accessibleName()
    assert "now.mp4" in status.toolTip()
    status.show_rows((ROWS[0], replace(ROWS[1], state="paused")))
    assert status.text.text() == "Export 2 of 2, paused"
    status.show_rows((DONE, FAILED, CANCELLED))
    assert status.isHidden()


def test_the_time_left_is_unknown_while_a_length_or_the_speed_is() -> None:
    assert left_of(ROWS) == pytest.approx((200 + 400) / 50)
    assert left_of((ROWS[1], replace(WAITING, total=None))) is None
    assert left_of((replace(ROWS[1], frames_per_s=None),)) is None


def test_the_queue_is_opened_from_the_status_bar_by_mouse_and_keyboard(status: QueueStatus, qtbot: QtBot) -> None:
    status.show_rows(ROWS)
    status.show()
    with qtbot.waitSignal(status.clicked):
        qtbot.mouseClick(status, Qt.MouseButton.LeftButton)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(status.clicked):
            qtbot.keyClick(status, key)


@pytest.fixture
def told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> tuple[DoneNotice, list[str]]:
    """A notice without an active window, and what it says."""
    window = QWidget()
    qtbot.addWidget(window)
    notice, texts = DoneNotice(window, lambda: None), list[str]()
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    monkeypatch.setattr(QApplication, "alert", lambda _window: texts.append("alert"))
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
    monkeypatch.setattr(notice, "_show_message", texts.append)
    return notice, texts


def test_the_end_of_the_queue_is_told_once_with_what_is_done_and_what_failed(
    told: tuple[DoneNotice, list[str]],
) -> None:
    notice, texts = told
    done, failed = replace(DONE, number=4), replace(FAILED, number=5)
    notice.show_rows((DONE, RUNNING, WAITING))
    notice.show_rows((DONE, done, replace(WAITING, state="running")))
    assert texts == []
    notice.show_rows((DONE, done, failed))
    assert texts == ["alert", "1 export is done. 1 export failed."]
    notice.show_rows((DONE, done))
    assert len(texts) == 2


def test_what_was_cancelled_is_no_news(told: tuple[DoneNotice, list[str]]) -> None:
    notice, texts = told
    notice.show_rows((RUNNING,))
    notice.show_rows((replace(RUNNING, state="cancelled", outcome=Cancelled("")),))
    assert texts == []


def test_nothing_is_told_while_the_window_is_active(
    told: tuple[DoneNotice, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    notice, texts = told
    monkeypatch.setattr(QApplication, "activeWindow", lambda: object())
    notice.show_rows((RUNNING,))
    notice.show_rows((replace(DONE, number=RUNNING.number),))
    assert texts == []


# The panel

PRESENT = (DONE, FAILED, RUNNING, WAITING)


@pytest.fixture
def panel(qtbot: QtBot) -> QueuePanel:
    panel = QueuePanel()
    qtbot.addWidget(panel)
    panel.show_rows(PRESENT)
    panel.show()
    return panel


@pytest.mark.parametrize(
    ("row", "key", "modifier", "signal", "args"),
    [
        (0, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "session_wanted", [1]),
        (3, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "edit_wanted", [5]),
        (3, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, "move_wanted", [[5], -1]),
        (2, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, "move_wanted", [[4], 1]),
        (1, Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, "retry_wanted", [[2]]),
        (1, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "remove_wanted", [[2]]),
    ],
    ids=["session", "settings", "up", "down", "retry", "remove"],
)
def test_rows_are_handled_by_the_keyboard(
    row: int,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    signal: str,
    args: list[object],
    panel: QueuePanel,
    qtbot: QtBot,
) -> None:
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    choose(panel, row)
    with qtbot.waitSignal(getattr(panel, signal)) as emitted:
        qtbot.keyClick(panel.table, key, modifier)
    assert emitted.args == args


@pytest.mark.parametrize(("row", "signal", "args"), [(0, "session_wanted", [1]), (3, "edit_wanted", [5])])
def test_return_opens_what_a_double_click_opens_although_a_table_claims_that_key(
    row: int, signal: str, args: list[object], panel: QueuePanel, qtbot: QtBot, qapp: QApplication
) -> None:
    guard(qapp)
    try:
        panel.activateWindow()
        panel.table.setFocus()
        qtbot.waitUntil(panel.table.hasFocus)
        choose(panel, row)
        with qtbot.waitSignal(getattr(panel, signal)) as emitted:
            qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    finally:
        shiboken6.delete(qapp.findChildren(_Guard)[0])
    assert emitted.args == args


def test_the_row_with_the_keyboard_is_the_one_that_the_buttons_act_on(panel: QueuePanel, qtbot: QtBot) -> None:
    """Otherwise the first row would look selected while Cancel is grey."""
    panel.table.clearSelection()
    panel.activateWindow()
    panel.add_videos.setFocus()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    assert [index.row() for index in panel.table.selectionModel().selectedRows()] == [0]
    assert panel.remove.isEnabled()


def test_rows_can_be_dragged_to_another_place(panel: QueuePanel, qtbot: QtBot) -> None:
    model = panel.model
    data = model.mimeData([model.index(3, 0), model.index(3, 1), model.index(1, 0)])
    assert isinstance(data, QMimeData) and data.hasFormat(ROWS_TYPE)
    for row, before in ((0, 1), (4, None)):
        with qtbot.waitSignal(panel.placed) as emitted:
            model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, model.index(-1, -1))
        assert emitted.args == [[2, 5], before]


def test_the_files_that_are_written_and_the_preset_are_in_the_row(panel: QueuePanel) -> None:
    panel.show_rows([replace(WAITING, preset="Usual")])
    assert panel.model.index(0, SETTINGS).data() == "Usual"
    assert panel.model.index(0, 1).data() == "next.mp4"


def test_the_reason_of_a_failure_can_be_copied(panel: QueuePanel, qtbot: QtBot) -> None:
    reason = StudioError("The disk is full.", advice="Make room.")
    panel.show_rows([replace(FAILED, outcome=Failed(reason))])
    choose(panel, 0)
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == f"{FAILED.task.source}: The disk is full. Make room."


# With the window


class Answers:
    """Presses buttons of questions, as a user would."""

    def __init__(self, *titles: str) -> None:
        self.left = list(titles)
        self.texts: list[str] = []
        self._timer = QTimer(interval=20)
        self._timer.timeout.connect(self._answer)
        self._timer.start()

    def _answer(self) -> None:
        boxes = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]
        if boxes and self.left:
            self.texts.append(boxes[0].text())
            find(boxes[0], QPushButton, self.left.pop(0)).click()


def dialog_of(window: MainWindow) -> ExportDialog | None:
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, ExportDialog) and one.isVisible()]
    return shown[0] if shown else None


def videos(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(SAMPLE.read_bytes() if "broken" not in name else b"no video")


def test_a_dropped_folder_is_queued_with_its_subfolders_and_a_broken_video_stops_nothing(
    window: MainWindow, until: Until, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    videos(folder, "a.mp4", "broken.mp4", "deep/c.mp4")
    answers = Answers("Export all 3 videos")
    window.studio.queue.pause()
    window.exports.open([folder])
    until(lambda: dialog_of(window))
    assert answers.texts == ["films has 2 videos, and 1 more in folders inside it."]
    dialog = dialog_of(window)
    assert dialog is not None
    assert len(dialog.files.names) == 9 and "c-poses.json" in dialog.files.names
    dialog.range.part.setChecked(True)
    dialog.range.until.setValue(0.2)
    dialog.accept()
    until(lambda: len(window.studio.queue.rows) == 3)
    assert not window.exports.status.isHidden()
    window.studio.queue.resume()
    until(lambda: all(row.is_over for row in window.studio.queue.rows))
    assert [row.state for row in window.studio.queue.rows] == ["done", "failed", "done"]
    failed = window.studio.queue.rows[1].outcome
    assert isinstance(failed, Failed) and "broken.mp4" in str(failed.error)
    window.exports.open([folder])  # Its annotated copies are no new videos.
    answers.left.append("Cancel")
    until(lambda: len(answers.texts) == 2)
    assert answers.texts[1] == "films has 2 videos, and 1 more in folders inside it."


def test_videos_whose_files_exist_are_skipped(window: MainWindow, until: Until, tmp_path: Path) -> None:
    videos(tmp_path, "a.mp4", "b.mp4")
    (tmp_path / "a-poses.csv").touch()
    window.studio.queue.pause()
    window.exports.export([tmp_path / "a.mp4", tmp_path / "b.mp4"])
    until(lambda: dialog_of(window))
    dialog = dialog_of(window)
    assert dialog is not None and "1 of 2" in dialog.skip.text()
    answers = Answers("Skip those videos")
    dialog.accept()
    until(lambda: window.studio.queue.rows)
    assert [row.task.source.name for row in window.studio.queue.rows] == ["b.mp4"]
    assert "a-poses.csv already exists" in answers.texts[0]
    window.studio.queue.cancel_all()


def test_videos_that_are_in_the_queue_already_are_left_out(window: MainWindow, until: Until, tmp_path: Path) -> None:
    videos(tmp_path, "a.mp4", "b.mp4")
    window.studio.queue.pause()
    window.studio.queue.add(ExportTask(tmp_path / "a.mp4", tmp_path / "other.mp4"))
    window.exports.export([tmp_path / "a.mp4", tmp_path / "b.mp4", tmp_path / "." / "b.mp4"])
    until(lambda: dialog_of(window))
    dialog = dialog_of(window)
    assert dialog is not None and [one.source.name for one in dialog.tasks] == ["b.mp4"]
    dialog.reject()
    window.studio.queue.cancel_all()


def test_a_preset_is_saved_and_given_to_waiting_exports(window: MainWindow, until: Until, tmp_path: Path) -> None:
    videos(tmp_path, "a.mp4")
    queue = window.studio.queue
    queue.pause()
    boxes = DetectorChoice("boxes", DetectorOptions(region=Box(0, 0, 9, 9)), tmp_path / "boxes.txt")
    usual = ExportSettings(
        snapshot=window.studio.models.default_snapshot,
        video=False,
        table="jsonl",
        added="-x",
        detector=boxes,
        reference=Reference(HeadPose(1, 2, 3), Signs(yaw=-1)),
        style=Style(cube=True),
    )
    window.exports.presets.put("Usual", usual.for_any_source())
    until(lambda: presets_path().exists())
    kept = read_presets(presets_path())["Usual"]
    assert kept.detector == DetectorChoice() and kept.reference == Reference(signs=Signs(yaw=-1))
    tasks = (ExportTask(tmp_path / "a.mp4", tmp_path / name) for name in ("first.mp4", "second.mp4"))
    _, number = queue.add_rows(QueueRow(0, task) for task in tasks)
    window.exports.panel.preset_chosen.emit([number], "Usual")
    until(lambda: queue.rows[1].preset == "Usual", 10)
    changed = queue.rows[1].task
    assert (changed.video, changed.tables[0].path) == (None, tmp_path / "a-x.jsonl")
    assert changed.style == Style(cube=True)
    window.exports.panel.edit_wanted.emit(number)
    until(lambda: dialog_of(window))
    dialog = dialog_of(window)
    assert dialog is not None
    assert (dialog.preset_name, dialog.tasks[0]) == ("Usual", changed)
    dialog.name.setText("mine")
    assert dialog.preset_name == ""
    assert dialog.preset is not None
    dialog.preset.save.click()  # What is changed may be meant to become that preset.
    ask = only(dialog, QInputDialog)
    assert ask.textValue() == "Usual"
    ask.reject()
    dialog.accept()
    until(lambda: queue.rows[1].task.tables[0].path == tmp_path / "mine.jsonl")
    assert queue.rows[1].preset == ""
    queue.cancel_all()


def test_an_edited_row_keeps_the_name_of_its_preset_even_if_that_names_no_snapshot(
    window: MainWindow, until: Until, tmp_path: Path
) -> None:
    """Its annotated video has a container, which a preset for folders of pictures has too but does not use."""
    videos(tmp_path, "a.mp4")
    queue, models = window.studio.queue, window.studio.models
    until(lambda: models.default_snapshot)
    queue.pause()
    preset = ExportSettings(pictures=True, style=Style(cube=True, mirror=True))
    window.exports.presets.put("Plain", preset)
    (number,) = queue.add_rows([QueueRow(0, preset.task(ToExport(tmp_path / "a.mp4")), preset="Plain")])
    window.exports.panel.edit_wanted.emit(number)  # The first row of a queue that is paused has not begun.
    until(lambda: dialog_of(window))
    dialog = dialog_of(window)
    assert dialog is not None
    assert (dialog.preset_name, dialog.analysis.snapshot_key) == ("Plain", models.default_snapshot)
    dialog.accept()
    until(lambda: queue.rows[0].task.snapshot == models.default_snapshot)
    assert queue.rows[0].preset == "Plain"
    assert window.exports.status.text.text() == "Export 1 of 1, paused"
    queue.cancel_all()


def test_many_files_are_read_in_a_worker_that_can_be_stopped(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{number}.mp4" for number in range(1000)]
    reading: list[Path] = []
    monkeypatch.setattr("app.gui.export.adding._PATIENCE_MS", 0)

    def slow(path: Path) -> object:
        reading.append(path)
        if len(reading) > 3:
            until_cancelled.wait()
        raise StudioError("It cannot be read.")

    import threading

    until_cancelled = threading.Event()
    monkeypatch.setattr("app.export.finding.open_source", slow)
    window.exports.export(paths)
    until(lambda: len(reading) > 3)
    dialogs = [one for one in window.findChildren(QProgressDialog) if one.isVisible()]
    assert dialogs
    find(dialogs[0], QPushButton, "Cancel").click()
    until_cancelled.set()
    until(lambda: not [one for one in window.findChildren(QProgressDialog) if one.isVisible()])
    assert len(reading) < 10 and dialog_of(window) is None


def test_the_video_that_is_open_leads_to_its_session(
    window: MainWindow, until: Until, tmp_path: Path, qapp: QApplication
) -> None:
    videos(tmp_path, "a.mp4")
    action = window.action("open_own_session")
    window.studio.live_view.open(str(tmp_path / "a.mp4"))
    until(lambda: window.studio.live_view.state.facts is not None)
    assert not action.isEnabled()
    window.exports.export_open_video()
    until(lambda: dialog_of(window))
    dialog = dialog_of(window)
    assert dialog is not None
    dialog.outputs.video.setChecked(False)
    dialog.range.part.setChecked(True)
    dialog.range.until.setValue(0.3)
    dialog.range.since.setValue(0)
    dialog.accept()
    until(action.isEnabled)
    action.trigger()
    until(lambda: any("a-poses.csv" in one.windowTitle() for one in qapp.topLevelWidgets() if one.isVisible()))
    (viewer,) = [one for one in qapp.topLevelWidgets() if "a-poses.csv" in one.windowTitle()]
    assert viewer.windowTitle().startswith("a.mp4 · a-poses.csv")
