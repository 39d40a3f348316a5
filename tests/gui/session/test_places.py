"""Places in a session's video: frame numbers, going to them, and zooming."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.session.viewer import SessionViewer
from app.product import SAMPLE
from tests.gui.find import find, only

Until = Callable[..., None]


@pytest.fixture
def viewer(qtbot: QtBot, until: Until) -> Iterator[SessionViewer]:
    made = SessionViewer(SAMPLE)
    qtbot.addWidget(made)
    made.show()
    until(lambda: "#0" in position(made))
    yield made
    made.close_now()
    assert made.model.join()


def position(viewer: SessionViewer) -> str:
    return find(viewer, QLabel, "Position").text()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["to_end"], "00:07.9 / 00:08.0 · #239"),
        (["forward_10_s", "back_10_s"], "00:00.0 / 00:08.0 · #0"),
        (["next_frame", "next_frame"], "00:00.0 / 00:08.0 · #2"),
    ],
    ids=["end", "10 s", "steps"],
)
def test_the_frame_is_shown_beside_the_time(
    names: list[str], expected: str, viewer: SessionViewer, until: Until
) -> None:
    for name in names:
        viewer.action(name).trigger()
    until(lambda: position(viewer) == expected)


def test_a_frame_can_be_typed(viewer: SessionViewer, until: Until, qtbot: QtBot) -> None:
    viewer.action("go_to").trigger()
    dialog = only(viewer, GoToDialog)
    qtbot.keyClicks(only(dialog, QLineEdit), "#123")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    until(lambda: position(viewer).endswith("#123"))


def test_the_picture_can_be_enlarged(viewer: SessionViewer, until: Until) -> None:
    viewer.action("zoom_in").trigger()

    def shown() -> float:
        frame = viewer._picture._frame
        return 0.0 if frame is None else frame.shown.options.zoom.factor

    until(lambda: shown() == 1.25)
    viewer.action("zoom_fit").trigger()
    until(lambda: shown() == 1)
