from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTreeWidget,
    QTreeWidgetItemIterator,
)
from pytestqt.qtbot import QtBot

from app import logs
from app.gui.help.about_dialog import AboutDialog
from app.gui.help.log_viewer import LogViewer
from app.gui.help.shortcuts_dialog import ShortcutsDialog
from app.gui.help.unexpected_errors import UnexpectedErrorBox, UnexpectedErrors
from tests.gui.find import find

LOG = logging.getLogger("app.some.part")
PATIENCE_MS = 20_000


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[logs.WindowLog]:
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path)
    log = logs.start_window_log()
    yield log
    log.close()


# About


def test_about_shows_libraries_and_models_and_how_to_cite(qtbot: QtBot) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    about.show()
    libraries = find(about, QTableWidget, "Libraries and their licences")
    models = find(about, QTableWidget, "Models and their licences")
    qtbot.waitUntil(lambda: libraries.rowCount() > 0, timeout=PATIENCE_MS)
    titles = [item.text() for row in range(models.rowCount()) if (item := models.item(row, 0)) is not None]
    assert any("bundled" in title for title in titles)
    find(about, QPushButton, "Copy BibTeX").click()
    assert QGuiApplication.clipboard().text().startswith("@inproceedings{ruiz2018hopenet,")


def test_about_may_be_closed_before_its_worker_is_done(qtbot: QtBot) -> None:
    about = AboutDialog()
    about.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    about.show()
    with qtbot.waitSignal(about.destroyed, timeout=PATIENCE_MS):
        about.close()


# Shortcuts

ROWS = [
    ("Playback", "Play or pause", "Space"),
    ("Playback", "Next frame", "."),
    ("View", "Axis", "1"),
    ("View", "Reset", ""),
]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Play or pause", "Next frame", "Axis", "Reset"]),
        ("frame", ["Next frame"]),
        ("play", ["Play or pause", "Next frame"]),
        ("SPACE", ["Play or pause"]),
        ("view ax", ["Axis"]),
        ("nothing like it", []),
    ],
    ids=["all", "a word", "a section", "a key, any case", "two words", "none"],
)
def test_shortcuts_are_found_by_words_in_any_column(qtbot: QtBot, search: str, found: list[str]) -> None:
    dialog = ShortcutsDialog(ROWS)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(find(dialog, QLineEdit, "Search actions and keys"), search)
    tree, shown = find(dialog, QTreeWidget, "Keyboard shortcuts"), []
    every = QTreeWidgetItemIterator(tree, QTreeWidgetItemIterator.IteratorFlag.NotHidden)
    while (item := every.value()) is not None:
        if item.parent() is not None:
            shown.append(item.text(0))
        every += 1
    assert shown == found
    assert find(dialog, QLabel, "No matching shortcuts.").isVisible() is not bool(found)


# Log


def lines(viewer: LogViewer) -> list[str]:
    return find(viewer, QPlainTextEdit, "Log").toPlainText().splitlines()


@pytest.fixture
def viewer(qtbot: QtBot, log: logs.WindowLog) -> LogViewer:
    """A log viewer that is not shown yet."""
    viewer = LogViewer({"snapshot": "compact"})
    qtbot.addWidget(viewer)
    return viewer


def test_the_log_is_shown_as_it_grows(qtbot: QtBot, viewer: LogViewer) -> None:
    LOG.info("before")
    viewer.show()
    assert "before" in lines(viewer)[0]
    threading.Thread(target=LOG.warning, args=("from a worker",)).start()
    qtbot.waitUntil(lambda: "warning: from a worker" in lines(viewer)[-1], timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("level", "search", "expected"),
    [
        ("Everything", "", ["a video", "a warning", "an error"]),
        ("Warnings and errors", "", ["a warning", "an error"]),
        ("Errors", "", ["an error"]),
        ("Everything", "VIDEO", ["a video"]),
        ("Errors", "video", []),
    ],
    ids=["all", "warnings", "errors", "search", "no match"],
)
def test_the_log_is_filtered(viewer: LogViewer, level: str, search: str, expected: list[str]) -> None:
    LOG.info("a video")
    LOG.warning("a warning")
    LOG.error("an error")
    viewer.show()
    find(viewer, QComboBox, "Minimum level").setCurrentText(level)
    find(viewer, QLineEdit, "Search the log").setText(search)
    assert [line.rpartition("  ")[2].rpartition(": ")[2] for line in lines(viewer)] == expected
    notes = [label.text() for label in viewer.findChildren(QLabel)]
    assert ("No matching log entries." in notes) is not bool(expected)


def test_the_log_does_not_name_the_user(viewer: LogViewer) -> None:
    LOG.info("%s", Path.home() / "videos" / "a.mp4")
    viewer.show()
    assert str(Path("~/videos/a.mp4")) in lines(viewer)[0]


def test_a_closed_log_viewer_shows_new_lines_when_it_is_opened_again(viewer: LogViewer) -> None:
    viewer.show()
    LOG.info("on its way")
    viewer.close()
    LOG.info("later")
    assert not any("later" in line for line in lines(viewer))
    viewer.show()
    assert "later" in lines(viewer)[-1]


def test_a_report_is_copied(qtbot: QtBot, viewer: LogViewer) -> None:
    LOG.info("the last thing")
    viewer.show()
    QGuiApplication.clipboard().clear()
    find(viewer, QPushButton, "Copy report").click()
    qtbot.waitUntil(lambda: "the last thing" in QGuiApplication.clipboard().text(), timeout=PATIENCE_MS)
    assert "snapshot = compact" in QGuiApplication.clipboard().text()


# Unexpected errors


def raised(error: BaseException) -> None:
    """Does what Qt does with an exception that leaves a slot."""
    sys.excepthook(type(error), error, error.__traceback__)


def boxes() -> list[UnexpectedErrorBox]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, UnexpectedErrorBox) and one.isVisible()]


def texts(box: UnexpectedErrorBox) -> list[str]:
    return [label.text() for label in box.findChildren(QLabel)]


def test_many_errors_open_one_box(qtbot: QtBot, log: logs.WindowLog) -> None:
    with UnexpectedErrors():
        for number in range(5):
            raised(RuntimeError(f"number {number}"))
        qtbot.waitUntil(lambda: len(boxes()) == 1 and "4 more errors have been logged since." in texts(boxes()[0]))
        (box,) = boxes()
        assert find(box, QLabel, "summary").text() == "RuntimeError: number 0"
        box.reject()
        assert boxes() == []
        raised(KeyError("again"))
        qtbot.waitUntil(lambda: len(boxes()) == 1)
    assert boxes() == []
    assert [line.text.splitlines()[-1] for line in logs.recent()][-2:] == [
        "RuntimeError: number 4",
        "KeyError: 'again'",
    ]


def test_an_error_in_a_worker_is_shown_in_the_gui_thread(qtbot: QtBot, log: logs.WindowLog) -> None:
    def fail() -> None:
        raise RuntimeError("in a worker")

    with UnexpectedErrors():
        worker = threading.Thread(target=fail)
        worker.start()
        worker.join()
        qtbot.waitUntil(lambda: len(boxes()) == 1)
        (box,) = boxes()
        assert find(box, QLabel, "summary").text() == "RuntimeError: in a worker"
        QGuiApplication.clipboard().clear()
        find(box, QPushButton, "Copy report").click()
        qtbot.waitUntil(lambda: "in a worker" in QGuiApplication.clipboard().text(), timeout=PATIENCE_MS)


def test_uninstalling_restores_the_hooks_and_shows_nothing_more(qtbot: QtBot, log: logs.WindowLog) -> None:
    before = sys.excepthook, threading.excepthook
    errors = UnexpectedErrors()
    errors.install()
    errors.install()
    assert sys.excepthook != before[0] and threading.excepthook != before[1]
    raised(RuntimeError("on its way"))
    errors.uninstall()
    errors.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
    with qtbot.waitSignal(errors.destroyed, timeout=PATIENCE_MS):
        errors.deleteLater()
    assert boxes() == []


def test_a_thread_that_exits_is_not_an_error(qtbot: QtBot, log: logs.WindowLog) -> None:
    with UnexpectedErrors():
        worker = threading.Thread(target=sys.exit)
        worker.start()
        worker.join()
    assert boxes() == []
    assert logs.recent() == ()
