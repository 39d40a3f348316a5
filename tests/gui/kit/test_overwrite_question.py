"""Existing files are overwritten only if the user agrees, and one question asks for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit.overwrite_question import confirm_overwrite
from tests.gui.find import find


@pytest.mark.parametrize("answer", ["Replace", "Choose another name"])
def test_one_question_asks_for_all_existing_files(qtbot: QtBot, tmp_path: Path, answer: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    paths = [tmp_path / name for name in ("a.mp4", "a.csv", "a.json")]
    for path in paths[:2]:
        path.touch()
    called: list[str] = []
    confirm_overwrite(
        window, paths, lambda: called.append("Replace"), lambda: called.append("Choose another name"), note="A note."
    )
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "a.mp4, a.csv already exist."
    assert box.informativeText() == "A note."
    assert called == []
    find(box, QPushButton, answer).click()
    assert called == [answer]


def test_many_files_are_counted_and_listed_on_request(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    paths = [tmp_path / f"{number}.mp4" for number in range(5)]
    for path in paths:
        path.touch()
    confirm_overwrite(window, paths, lambda: None)
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "5 of the files already exist."
    assert box.detailedText() == "\n".join(map(str, paths))
    box.close()


def test_without_existing_files_nothing_is_asked(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    called: list[str] = []
    confirm_overwrite(window, [tmp_path / "a.mp4"], lambda: called.append("Replace"))
    assert called == ["Replace"]
    assert not window.findChildren(QMessageBox)
