"""The queue panel: rows, buttons, and what it reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QIcon, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.errors import Cancelled, OutputError, SourceError
from app.export.queue_rows import Done, Failed, QueueRow
from app.export.run import ExportResult
from app.export.task import ExportTask
from app.gui.export.queue_model import FRACTION, LEFT, OUTCOME, PROGRESS, SETTINGS, SPEED, VIDEO
from app.gui.export.queue_panel import QueuePanel
from app.outputs.record import Counts


def task(name: str, snapshot: str | None = None) -> ExportTask:
    return ExportTask(Path("videos") / name, Path("out") / name, snapshot=snapshot)


DONE = QueueRow(
    1, task("done.mp4"), "done", 240, 240, 31.25, None, Done(ExportResult(Counts(240, 250, 238), "It is incomplete."))
)
BROKEN = SourceError("bad.mp4 is not a video.", advice="Choose another file.")
FAILED = QueueRow(2, task("bad.mp4"), "failed", outcome=Failed(BROKEN))
CANCELLED = QueueRow(3, task("off.mp4"), "cancelled", 20, 300, outcome=Cancelled("The export was cancelled."))
RUNNING = QueueRow(4, task("now.mp4", "resnet50"), "running", 75, 300, 12.25, 83.0)
WAITING = QueueRow(5, task("next.mp4", "own/mine.safetensors"))
ROWS = (DONE, FAILED, CANCELLED, RUNNING, WAITING)


@pytest.fixture
def panel(qtbot: QtBot) -> QueuePanel:
    panel = QueuePanel()
    qtbot.addWidget(panel)
    panel.show_rows(ROWS)
    panel.show()
    return panel


def text(panel: QueuePanel, row: int, column: int) -> str:
    return str(panel.model.index(row, column).data())


def choose(panel: QueuePanel, *rows: int) -> None:
    panel.table.clearSelection()
    for row in rows:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        panel.table.selectionModel().select(panel.model.index(row, 0), flags)


@pytest.mark.parametrize(
    ("row", "column", "shown"),
    [
        (0, VIDEO, "done.mp4"),
        (0, OUTCOME, "240 frames, 238 with a face. It is incomplete."),
        (1, OUTCOME, "bad.mp4 is not a video. Choose another file."),
        (1, PROGRESS, ""),
        (2, OUTCOME, "Cancelled."),
        (3, SETTINGS, "resnet50"),
        (3, PROGRESS, "75 of 300"),
        (3, SPEED, "12.2"),
        (3, LEFT, "01:23"),
        (3, OUTCOME, "running"),
        (4, SETTINGS, "mine.safetensors"),
        (4, OUTCOME, "waiting"),
    ],
)
def test_each_row_shows_its_state(row: int, column: int, shown: str, panel: QueuePanel) -> None:
    assert text(panel, row, column) == shown


def test_videos_of_the_same_name_are_told_apart_by_their_folders(panel: QueuePanel) -> None:
    sources = (
        "talks/ann/1.mp4",
        "talks/ben/1.mp4",
        "talks/ben/2.mp4",
        "ann/cam/3.mp4",
        "ben/cam/3.mp4",
        "ben/cam/3.mp4",
    )
    rows = [QueueRow(n, ExportTask(Path(source), Path(f"{n}.mp4"))) for n, source in enumerate(sources, start=1)]
    panel.show_rows(rows)
    shown = [Path(text(panel, row, VIDEO)).as_posix() for row in range(len(rows))]
    assert shown == ["ann/1.mp4", "ben/1.mp4", "2.mp4", "ann/cam/3.mp4", "ben/cam/3.mp4", "ben/cam/3.mp4"]
    panel.show_rows(rows[1:])
    assert text(panel, 0, VIDEO) == "1.mp4"


def test_a_bar_shows_the_progress(panel: QueuePanel) -> None:
    fractions = [panel.model.index(row, PROGRESS).data(FRACTION) for row in range(5)]
    assert fractions == [1, None, pytest.approx(20 / 300), 0.25, None]


def test_the_whole_result_of_the_last_failed_or_the_selected_export_is_readable(panel: QueuePanel) -> None:
    assert panel.result.text() == "bad.mp4 is not a video. Choose another file." and panel.result.isVisible()
    choose(panel, 0)
    assert panel.result.text() == "240 frames, 238 with a face. It is incomplete."
    choose(panel, 3)
    assert not panel.result.isVisible()


def test_a_result_is_short_in_the_table_and_has_the_folder_below_it(panel: QueuePanel) -> None:
    reason = f"{FAILED.task.video} cannot be written: the disk is full."
    panel.show_rows([replace(FAILED, outcome=Failed(OutputError(reason)))])
    assert text(panel, 0, OUTCOME) == "bad.mp4 cannot be written: the disk is full."
    assert panel.result.text() == reason


@pytest.mark.parametrize(
    ("chosen", "enabled"),
    [
        ((), set()),
        ((0,), {"remove", "reveal"}),
        ((1,), {"retry", "remove", "reveal"}),
        ((3,), {"cancel", "reveal"}),
        ((4,), {"cancel", "remove", "reveal"}),
        ((2, 3), {"cancel", "retry", "remove", "reveal"}),
    ],
    ids=["none", "done", "failed", "running", "waiting", "cancelled and running"],
)
def test_only_buttons_that_can_act_are_enabled(chosen: tuple[int, ...], enabled: set[str], panel: QueuePanel) -> None:
    choose(panel, *chosen)
    names = ("cancel", "retry", "remove", "reveal")
    assert {name for name in names if getattr(panel, name).isEnabled()} == enabled


@pytest.mark.parametrize(
    ("button", "signal", "numbers"),
    [("cancel", "cancel_wanted", [4, 5]), ("retry", "retry_wanted", [2, 3]), ("remove", "remove_wanted", [1, 2, 3, 5])],
)
def test_a_button_reports_the_selected_rows_that_it_can_act_on(
    button: str, signal: str, numbers: list[int], panel: QueuePanel, qtbot: QtBot
) -> None:
    choose(panel, *range(5))
    with qtbot.waitSignal(getattr(panel, signal)) as emitted:
        qtbot.mouseClick(getattr(panel, button), Qt.MouseButton.LeftButton)
    assert emitted.args == [numbers]


def test_pause_becomes_resume(panel: QueuePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.pause_wanted):
        panel.pause.click()
    assert panel.pause.text() == "&Resume"
    panel.show_rows([replace(RUNNING, state="paused")])
    with qtbot.waitSignal(panel.resume_wanted):
        panel.pause.click()
    assert panel.pause.text() == "&Pause"


def test_an_export_stays_selected_while_rows_come_and_go(panel: QueuePanel, qtbot: QtBot) -> None:
    choose(panel, 3)
    panel.show_rows((DONE, replace(RUNNING, done=80), WAITING))
    with qtbot.waitSignal(panel.cancel_wanted) as emitted:
        panel.cancel.click()
    assert emitted.args == [[4]]


def test_finished_ones_can_be_cleared(panel: QueuePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.clear_wanted):
        panel.clear.click()
    panel.show_rows((RUNNING,))
    assert not panel.clear.isEnabled()


def test_dropped_videos_are_reported(panel: QueuePanel, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.mp4")), QUrl("https://example.org/b.mp4")])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(panel.files_dropped) as emitted:
        panel.dropEvent(event)
    assert [Path(path) for path in emitted.args[0]] == [tmp_path / "a.mp4"]


def test_the_folder_of_the_selected_export_is_opened(panel: QueuePanel, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("app.gui.export.queue_panel.show_in_folder", lambda path, _parent: shown.append(path))
    choose(panel, 0)
    panel.reveal.click()
    assert [path.parent.name for path in shown] == ["out"]


def test_an_empty_queue_looks_different_from_a_full_one(panel: QueuePanel, qtbot: QtBot) -> None:
    full = panel.grab().toImage()
    panel.show_rows(())
    assert not panel.pause.isEnabled()
    empty = panel.grab().toImage()
    assert full != empty


def test_the_end_of_all_exports_is_summed_up(panel: QueuePanel) -> None:
    panel.show_rows((DONE, replace(DONE, number=6), FAILED, CANCELLED))
    assert panel.result.text() == ("2 exports are done. 1 export failed. bad.mp4 is not a video. Choose another file.")
    panel.show_rows((DONE, replace(DONE, number=6)))
    assert panel.result.text() == "2 exports are done."


def test_nothing_is_summed_up_while_an_export_waits(panel: QueuePanel) -> None:
    panel.show_rows((DONE, WAITING))
    assert panel.result.isHidden()


def test_home_and_end_select_the_first_and_the_last_export(panel: QueuePanel, qtbot: QtBot) -> None:
    panel.table.selectRow(2)
    qtbot.keyClick(panel.table, Qt.Key.Key_End)
    assert [index.row() for index in panel.table.selectionModel().selectedRows()] == [4]
    qtbot.keyClick(panel.table, Qt.Key.Key_Home)
    assert [index.row() for index in panel.table.selectionModel().selectedRows()] == [0]


def test_the_icon_of_a_selected_row_has_the_colour_of_its_text(panel: QueuePanel) -> None:
    """The check mark of the light theme would be black on blue."""
    option = QStyleOptionViewItem()
    option.initFrom(panel.table)
    option.decorationSize = QSize(16, 16)
    option.state = QStyle.StateFlag.State_Selected
    cells = panel.table.itemDelegate()
    assert isinstance(cells, QStyledItemDelegate)
    cells.initStyleOption(option, panel.model.index(0, OUTCOME))
    drawn = option.icon.pixmap(QSize(16, 16), QIcon.Mode.Selected).toImage()
    pixels = [drawn.pixelColor(x, y) for x in range(drawn.width()) for y in range(drawn.height())]
    assert max(pixels, key=QColor.alpha).rgb() == option.palette.color(QPalette.ColorRole.HighlightedText).rgb()
