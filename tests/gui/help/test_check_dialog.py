"""“Check this computer”: the lines of `doctor` in the window, in its language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QProgressBar, QPushButton, QTextBrowser
from pytestqt.qtbot import QtBot

from app.doctor.finding import Finding, Report
from app.doctor.texts import TEXTS, TOPICS, WORDS
from app.gui.help import check_dialog
from app.gui.help.check_dialog import CheckDialog
from app.gui.help.check_texts import TEXTS as TRANSLATED
from app.gui.help.check_texts import translated
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.window.main_window import MainWindow
from app.threads.signals import Stop
from tests.gui.find import find, only
from tests.gui.languages import spoken

Until = Callable[..., None]

COMMANDS = ("python -m ", "sudo apt", "hopenet-studio ", "{")
REPORT = Report.of(
    "Hopenet Studio 0.1",
    [
        Finding("packages.missing", "failed", {"package": "av", "requirement": "av>=18,<19"}),
        Finding("window.no-display", "warning"),
        Finding("folders.fine", "ok", {"what": "settings", "folder": "~/<settings>", "free": "3.1"}),
    ],
)


class Files(FileDialogs):
    """Answers with a path instead of asking."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def save_file(self, *_arguments: object, **_named: object) -> Path | None:
        return self._path


@pytest.fixture
def _examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_dialog, "examine", lambda **_: REPORT)


def test_every_sentence_about_this_computer_can_be_translated() -> None:
    sentences = {text for one in TEXTS.values() for text in one if text and not text.startswith(COMMANDS)}
    words = {word for words in WORDS.values() for word in words}
    assert sentences | words | set(TOPICS.values()) <= set(TRANSLATED)


@pytest.mark.usefixtures("_examined")
def test_the_lines_are_shown_copied_and_saved(qtbot: QtBot, until: Until, tmp_path: Path) -> None:
    path = tmp_path / "computer.txt"
    dialog = CheckDialog(Files(path))
    qtbot.addWidget(dialog)
    assert not find(dialog, QPushButton, "Copy").isEnabled()
    until(lambda: find(dialog, QPushButton, "Copy").isEnabled())
    assert only(dialog, QProgressBar).isHidden()
    shown = only(dialog, QTextBrowser).toPlainText()
    for text in ("Packages", "av is not installed.", '→ python -m pip install "av>=18,<19"', "settings: ~/<settings>"):
        assert text in shown
    find(dialog, QPushButton, "Copy").click()
    copied = QApplication.clipboard().text()
    assert copied.startswith("Hopenet Studio 0.1\n")
    assert "  ✗ av is not installed.\n" in copied and copied.endswith("1 needed part does not work.\n")
    find(dialog, QPushButton, "Save").click()
    until(path.exists)
    assert path.read_text(encoding="utf-8") == copied


@pytest.mark.usefixtures("_examined")
def test_a_file_that_cannot_be_written_is_one_sentence_in_the_dialog(
    qtbot: QtBot, until: Until, tmp_path: Path
) -> None:
    dialog = CheckDialog(Files(tmp_path / "no folder" / "computer.txt"))
    qtbot.addWidget(dialog)
    until(lambda: find(dialog, QPushButton, "Save").isEnabled())
    find(dialog, QPushButton, "Save").click()
    until(lambda: "no folder" in dialog._note.text())


@pytest.fixture
def _german(qapp: QApplication) -> Iterator[None]:
    with spoken(qapp, "de"):
        yield


@pytest.mark.usefixtures("_examined", "_german")
def test_the_lines_are_german_in_a_german_window(qtbot: QtBot, until: Until) -> None:
    dialog = CheckDialog(Files(None))
    qtbot.addWidget(dialog)
    until(lambda: dialog.lines())
    assert "av ist nicht installiert." in dialog.lines()
    assert "Einstellungen: ~/<settings> (3.1 GB frei)" in dialog.lines()
    assert "1 benötigter Teil funktioniert nicht." in dialog.lines()
    assert translated("Packages") == "Pakete"


def test_closing_ends_the_checks(qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    stops: list[Stop] = []

    def waiting(*, stop: Stop) -> Report:
        stops.append(stop)
        stop.wait_until(float("inf"))
        return REPORT

    monkeypatch.setattr(check_dialog, "examine", waiting)
    dialog = CheckDialog(Files(None))
    qtbot.addWidget(dialog)
    dialog.show()
    until(lambda: stops)
    dialog.reject()
    assert stops[0].requested


@pytest.mark.usefixtures("_examined")
def test_the_help_menu_opens_it_once(window: MainWindow, until: Until) -> None:
    window.action("check").trigger()
    window.action("check").trigger()
    dialogs = window.findChildren(CheckDialog)
    assert len(dialogs) == 1
    until(lambda: dialogs[0].lines())
    dialogs[0].close()
