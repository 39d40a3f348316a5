"""The explanation of the numbers: it shows the user's own signs, and agrees with how poses are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.drawing.geometry import head_axes
from app.gui.guide.numbers_dialog import NumbersDialog
from app.gui.guide.signs_picture import TURN_DEG, SignsPicture, arc, turned
from app.gui.window.main_window import MainWindow
from app.settings import Reference, Signs
from hopenet.pose import ANGLES
from tests.gui.find import find, only

Until = Callable[..., None]

ALL_SIGNS = [Signs(), Signs(-1, 1, 1), Signs(1, -1, 1), Signs(1, 1, -1), Signs(-1, -1, -1)]


@pytest.mark.parametrize("signs", ALL_SIGNS)
@pytest.mark.parametrize("name", ANGLES)
def test_each_head_has_the_pose_that_is_shown_as_the_positive_angle(name: str, signs: Signs) -> None:
    shown = Reference(signs=signs).apply(turned(name, signs))
    assert getattr(shown, name) == TURN_DEG
    assert [getattr(shown, other) for other in ANGLES if other != name] == [0, 0]


@pytest.mark.parametrize("signs", ALL_SIGNS)
def test_arrows_words_and_heads_point_the_same_way(signs: Signs, qtbot: QtBot) -> None:
    picture = SignsPicture(signs)
    qtbot.addWidget(picture)
    said = dict(zip(ANGLES, (words for _title, words in picture.texts()), strict=True))
    noses = {name: head_axes(turned(name, signs))[2] for name in ANGLES}
    assert ("left" in said["yaw"]) == (noses["yaw"][0] < 0)
    assert ("up" in said["pitch"]) == (noses["pitch"][1] < 0)
    top = -head_axes(turned("roll", signs))[1]
    assert ("counter" in said["roll"]) == (top[0] < 0)
    ends = {name: (arc(name, signs)[0], arc(name, signs)[-1]) for name in ANGLES}
    assert (ends["yaw"][1][0] < ends["yaw"][0][0]) == ("left" in said["yaw"])
    assert (ends["pitch"][1][1] < ends["pitch"][0][1]) == ("up" in said["pitch"])
    assert (ends["roll"][1][0] < ends["roll"][0][0]) == ("counter" in said["roll"])
    assert all(abs(x) < 1 and abs(y) < 1 for name in ANGLES for x, y in arc(name, signs))
    assert all(one != other for name in ANGLES for one, other in pairwise(arc(name, signs)))


def test_the_dialog_follows_the_signs_and_the_snapshot(window: MainWindow, until: Until) -> None:
    until(lambda: window.studio.models.loaded is not None)
    find(window.side, QToolButton, "What do the numbers mean?").click()
    dialog = only(window, NumbersDialog)

    def texts() -> str:
        return " ".join(label.text() for label in dialog.findChildren(QLabel))

    assert "the picture's left" in dialog.picture.accessibleDescription()
    assert "compact is calibrated" in texts()
    assert "flipped" not in texts()
    preferences = window.studio.preferences
    preferences.change(signs=replace(preferences.current.signs, yaw=-1))
    assert "the picture's right" in dialog.picture.accessibleDescription()
    assert "You have flipped: yaw." in texts()
    dialog.close()


def test_it_opens_from_the_help_menu(window: MainWindow) -> None:
    window.action("numbers").trigger()
    assert only(window, NumbersDialog).isVisible()
