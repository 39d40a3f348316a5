"""The detector's region: drawn, moved and resized in pixels of the picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui.picture.region import WHOLE, drawn, first_region, moved
from app.gui.picture.region_overlay import RegionOverlay
from detectors import Box
from tests.gui.find import find

SIZE = 320, 180


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param((10, 20), (110, 90), Box(10, 20, 110, 90), id="down and right"),
        pytest.param((110, 90), (10, 20), Box(10, 20, 110, 90), id="up and left"),
        pytest.param((-50, -50), (400, 300), Box(0, 0, 320, 180), id="beyond the picture"),
        pytest.param((10, 20), (300, 30), None, id="too flat for a face"),
        pytest.param((10, 20), (10, 20), None, id="a click"),
        pytest.param((400, 20), (500, 90), None, id="beside the picture"),
    ],
)
def test_a_drawn_region_is_inside_the_picture_and_large_enough_for_a_face(
    start: tuple[int, int], end: tuple[int, int], expected: Box | None
) -> None:
    assert drawn(start, end, SIZE) == expected


def test_edges_move_until_the_picture_ends_or_the_region_would_be_too_small() -> None:
    box = Box(100, 50, 200, 150)
    assert moved(box, WHOLE, (500, 500), SIZE) == Box(220, 80, 320, 180)
    assert moved(box, frozenset(("x1",)), (500, 0), SIZE) == Box(184, 50, 200, 150)
    assert moved(box, frozenset(("x2", "y2")), (500, -500), SIZE) == Box(100, 50, 320, 66)


class Place:
    """An overlay on a view that shows a picture twice its size."""

    def __init__(self, qtbot: QtBot, *, mirror: bool = False) -> None:
        self.view = QWidget()
        qtbot.addWidget(self.view)
        self.view.resize(2 * SIZE[0], 2 * SIZE[1])
        self.transform = QTransform(-2, 0, 0, 2, 2 * SIZE[0], 0) if mirror else QTransform(2, 0, 0, 2, 0, 0)
        self.overlay = RegionOverlay(self.view, lambda: self.transform, lambda: SIZE)
        self.chosen: list[Box | None] = []
        self.overlay.chosen.connect(self.chosen.append)
        self.view.show()
        self._qtbot = qtbot

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """From one pixel of the picture to another."""
        self._qtbot.mousePress(self.overlay, Qt.MouseButton.LeftButton, pos=self.at(start))
        self._qtbot.mouseMove(self.overlay, self.at(end))
        self._qtbot.mouseRelease(self.overlay, Qt.MouseButton.LeftButton, pos=self.at(end))

    def at(self, pixel: tuple[float, float]) -> QPoint:
        return self.transform.map(QPointF(*pixel)).toPoint()

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyPress(self.overlay, key, held)


@pytest.mark.parametrize("mirror", [False, True])
def test_dragging_beside_the_rectangle_draws_another_in_the_pixels_of_the_source(qtbot: QtBot, mirror: bool) -> None:
    place = Place(qtbot, mirror=mirror)
    place.overlay.draw()
    assert place.overlay.draft == first_region(*SIZE)
    place.drag((10, 10), (70, 60))
    place.press(Qt.Key.Key_Return)
    assert place.chosen == [Box(10, 10, 70, 60)]
    assert not place.overlay.is_drawing


@pytest.mark.parametrize("mirror", [False, True])
def test_a_handle_moves_its_corner_and_the_inside_moves_all_of_it(qtbot: QtBot, mirror: bool) -> None:
    place = Place(qtbot, mirror=mirror)
    place.overlay.show_region(Box(100, 50, 200, 150))
    place.overlay.draw()
    place.drag((100, 50), (90, 30))
    assert place.overlay.draft == Box(90, 30, 200, 150)
    place.drag((150, 100), (160, 110))
    assert place.overlay.draft == Box(100, 40, 210, 160)


def test_arrow_keys_move_it_and_with_shift_its_corner(qtbot: QtBot) -> None:
    place = Place(qtbot)
    place.overlay.show_region(Box(100, 50, 200, 150))
    place.overlay.draw()
    place.press(Qt.Key.Key_Right)
    place.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    place.press(Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert place.overlay.draft == Box(103, 51, 200, 151)
    assert place.overlay.accessibleDescription() == "97 × 100 pixels at 103, 51"


def test_escape_leaves_the_region_as_it_was_and_delete_means_the_whole_picture(qtbot: QtBot) -> None:
    place = Place(qtbot)
    place.overlay.show_region(Box(100, 50, 200, 150))
    place.overlay.draw()
    place.press(Qt.Key.Key_Right)
    place.press(Qt.Key.Key_Escape)
    assert place.chosen == [] and not place.overlay.is_drawing
    place.overlay.draw()
    place.press(Qt.Key.Key_Delete)
    assert place.chosen == [None]


def test_its_buttons_do_the_same_and_a_region_of_the_whole_picture_is_none(qtbot: QtBot) -> None:
    place = Place(qtbot)
    place.overlay.draw()
    find(place.overlay, QPushButton, "Cancel").click()
    assert place.chosen == []
    place.overlay.draw()
    find(place.overlay, QPushButton, "Use").click()
    place.overlay.draw()
    find(place.overlay, QPushButton, "Whole picture").click()
    place.overlay.draw()
    place.drag((319.5, 179.5), (-50, -50))
    find(place.overlay, QPushButton, "Use").click()
    assert place.chosen == [first_region(*SIZE), None, None]


def test_only_while_drawing_does_it_take_the_mouse(qtbot: QtBot) -> None:
    place = Place(qtbot)
    place.overlay.show_region(Box(100, 50, 200, 150))
    transparent = Qt.WidgetAttribute.WA_TransparentForMouseEvents
    assert place.overlay.isVisible() and place.overlay.testAttribute(transparent)
    place.overlay.draw()
    assert not place.overlay.testAttribute(transparent)
    place.overlay.show_region(None)
    place.overlay.cancel()
    assert not place.overlay.isVisible()
