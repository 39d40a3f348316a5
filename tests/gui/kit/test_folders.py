from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit.folders import show_in_folder
from app.gui.kit.picture_box import PictureBox


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def shown(parent: QWidget) -> list[str]:
    return [message.text() for message in parent.findChildren(QMessageBox)]


def test_the_folder_of_a_file_is_opened(parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def note(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    show_in_folder(tmp_path / "a.csv", parent)
    show_in_folder(tmp_path, parent)
    assert [Path(one) for one in opened] == [tmp_path, tmp_path]
    assert shown(parent) == []


def test_a_folder_that_cannot_be_shown_says_where_the_files_are(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    show_in_folder(tmp_path / "a.csv", parent)
    assert shown(parent) == [f"No file manager could be opened. The files are in {tmp_path}."]


def test_a_folder_that_is_gone_says_so(parent: QWidget, tmp_path: Path) -> None:
    show_in_folder(tmp_path / "gone" / "a.csv", parent)
    folder = tmp_path / "gone"
    assert shown(parent) == [f"The folder {folder} is not there any more. It may have been moved, renamed or deleted."]


def test_pictures_count_from_one_and_the_last_one_is_included(qtbot: QtBot) -> None:
    first, last = PictureBox("From", "start", 12), PictureBox("To", "end", 12)
    for box in (first, last):
        qtbot.addWidget(box)
    assert (first.text(), last.text()) == ("1", "1")
    assert (float(first.time), float(last.time)) == (0.0, 0.04)
    first.setValue(first.valueFromText("3"))
    last.setValue(last.valueFromText("12"))
    assert (first.text(), last.text()) == ("3", "12")
    assert (float(first.time), float(last.time)) == (0.08, 0.48)
    first.stepUp()
    assert first.text() == "4"
    last.setValue(99)
    assert last.text() == "12"
