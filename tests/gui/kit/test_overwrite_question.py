"""Before files are replaced it is asked, once for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit.overwrite_question import replace_or_not


@pytest.mark.parametrize(
    ("answer", "told"), [("&Replace", ["replaced"]), ("Choose another &name", ["other"])], ids=["replace", "another"]
)
def test_it_is_asked_once_for_all_that_exist(qtbot: QtBot, tmp_path: Path, answer: str, told: list[str]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    paths = [tmp_path / name for name in ("a.mp4", "a.csv", "a.json")]
    for path in paths[:2]:
        path.touch()
    done: list[str] = []
    replace_or_not(window, paths, lambda: done.append("replaced"), lambda: done.append("other"))
    (asked,) = window.findChildren(QMessageBox)
    assert asked.text() == "a.mp4, a.csv exist already."
    assert done == []
    next(button for button in asked.buttons() if button.text() == answer).click()
    assert done == told


def test_nothing_is_asked_where_nothing_exists(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    done: list[str] = []
    replace_or_not(window, [tmp_path / "a.mp4"], lambda: done.append("replaced"))
    assert done == ["replaced"]
    assert not window.findChildren(QMessageBox)
