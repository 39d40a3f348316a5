from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import logs
from app.gui.help.about_dialog import AboutDialog
from app.gui.help.log_viewer import LogViewer
from app.gui.help.shortcuts_dialog import ShortcutsDialog
from app.gui.help.unexpected_errors import UnexpectedErrors

LOG = logging.getLogger("app.some.part")
PATIENCE_MS = 20_000


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[logs.WindowLog]:
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path)
    log = logs.start_window_log()
    yield log
    log.close()


# About


def test_about_tells_parts_weights_and_how_to_cite(qtbot: QtBot) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    about.show()
    qtbot.waitUntil(lambda: about.parts_table.rowCount() > 0, timeout=PATIENCE_MS)
    titles = [about.weights_table.item(row, 0).text() for row in range(about.weights_table.rowCount())]
    assert any("bundled" in title for title in titles)
    for button in about.findChildren(QPushButton):
        if button.text() == "Copy &BibTeX":
            button.click()
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
    ("wanted", "found"),
    [("", 4), ("frame", 1), ("play", 2), ("SPACE", 1), ("view ax", 1), ("nothing like it", 0)],
    ids=["all", "a word", "a section", "a key, any case", "two words", "none"],
)
def test_shortcuts_are_found_by_any_words_of_theirs(qtbot: QtBot, wanted: str, found: int) -> None:
    dialog = ShortcutsDialog(ROWS)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.search, wanted)
    assert len(dialog.shown) == found


# Log


def test_the_log_is_shown_while_it_grows(qtbot: QtBot, log: logs.WindowLog) -> None:
    LOG.info("before")
    viewer = LogViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    assert "before" in viewer.text.toPlainText()
    threading.Thread(target=LOG.warning, args=("from a worker",)).start()
    qtbot.waitUntil(lambda: "warning: from a worker" in viewer.text.toPlainText(), timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("level", "search", "lines"),
    [(0, "", 3), (1, "", 2), (2, "", 1), (0, "VIDEO", 1), (2, "video", 0)],
    ids=["all", "warnings", "errors", "search", "nothing fits"],
)
def test_the_log_is_filtered(qtbot: QtBot, log: logs.WindowLog, level: int, search: str, lines: int) -> None:
    LOG.info("a video")
    LOG.warning("a warning")
    LOG.error("an error")
    viewer = LogViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.level.setCurrentIndex(level)
    viewer.search.setText(search)
    assert len(viewer.text.toPlainText().splitlines()) == lines


def test_the_log_names_nobody(qtbot: QtBot, log: logs.WindowLog) -> None:
    LOG.info("%s", Path.home() / "videos" / "a.mp4")
    viewer = LogViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    assert str(Path("~/videos/a.mp4")) in viewer.text.toPlainText()


def test_a_log_viewer_that_was_closed_hears_nothing_more(qtbot: QtBot, log: logs.WindowLog) -> None:
    viewer = LogViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    LOG.info("on its way")
    viewer.close()
    LOG.info("later")
    assert "later" not in viewer.text.toPlainText()
    viewer.show()
    assert "later" in viewer.text.toPlainText()


def test_a_report_is_copied(qtbot: QtBot, log: logs.WindowLog) -> None:
    LOG.info("the last thing")
    viewer = LogViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.settings = {"snapshot": "compact"}
    QGuiApplication.clipboard().clear()
    viewer.copy_button.click()
    qtbot.waitUntil(lambda: "the last thing" in QGuiApplication.clipboard().text(), timeout=PATIENCE_MS)
    assert "snapshot = compact" in QGuiApplication.clipboard().text()


# The unforeseen


def raised(error: BaseException) -> None:
    """What Qt does with an exception that leaves a slot."""
    sys.excepthook(type(error), error, error.__traceback__)


def test_many_unforeseen_errors_open_one_box(qtbot: QtBot, log: logs.WindowLog) -> None:
    with UnexpectedErrors() as unforeseen:
        for number in range(5):
            raised(RuntimeError(f"number {number}"))
        qtbot.waitUntil(lambda: unforeseen.box is not None and unforeseen.box.more == 4, timeout=PATIENCE_MS)
        assert unforeseen.box is not None
        assert unforeseen.box.text == "RuntimeError: number 0"
        unforeseen.box.reject()
        assert unforeseen.box is None
        raised(KeyError("again"))
        qtbot.waitUntil(lambda: unforeseen.box is not None, timeout=PATIENCE_MS)
    assert unforeseen.box is None
    assert [line.text.splitlines()[-1] for line in logs.recent()][-2:] == [
        "RuntimeError: number 4",
        "KeyError: 'again'",
    ]


def test_a_workers_error_is_told_in_the_gui_thread(qtbot: QtBot, log: logs.WindowLog) -> None:
    def fail() -> None:
        raise RuntimeError("in a worker")

    with UnexpectedErrors() as unforeseen:
        worker = threading.Thread(target=fail)
        worker.start()
        worker.join()
        qtbot.waitUntil(lambda: unforeseen.box is not None, timeout=PATIENCE_MS)
        assert unforeseen.box is not None
        assert "in a worker" in unforeseen.box.text
        QGuiApplication.clipboard().clear()
        unforeseen.box.copy_button.click()
        qtbot.waitUntil(lambda: "in a worker" in QGuiApplication.clipboard().text(), timeout=PATIENCE_MS)


def test_the_hooks_are_given_back_and_nothing_is_told_afterwards(qtbot: QtBot, log: logs.WindowLog) -> None:
    before = sys.excepthook, threading.excepthook
    unforeseen = UnexpectedErrors()
    unforeseen.install()
    unforeseen.install()
    assert sys.excepthook != before[0]
    raised(RuntimeError("on its way"))
    unforeseen.uninstall()
    unforeseen.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
    with qtbot.waitSignal(unforeseen.destroyed, timeout=PATIENCE_MS):
        unforeseen.deleteLater()
    assert unforeseen.box is None


def test_a_thread_that_ends_itself_is_no_error(qtbot: QtBot, log: logs.WindowLog) -> None:
    with UnexpectedErrors() as unforeseen:
        worker = threading.Thread(target=sys.exit)
        worker.start()
        worker.join()
    assert unforeseen.box is None
    assert logs.recent() == ()
