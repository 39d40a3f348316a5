from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.kit.qt_frame import QtFrame
from app.gui.picture.video_view import VideoView
from app.gui.window.welcome_page import WelcomePage
from app.settings import Style
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import Box

SIZE = 320, 180
INNER, OUTER = (
    Face(1, Box(40, 40, 80, 80), 1.0, None, None, None),
    Face(2, Box(20, 20, 140, 140), 1.0, None, None, None),
)


def qt_frame(*, mirror: bool = False) -> QtFrame:
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:, : SIZE[0] // 2] = (200, 30, 30)
    analysis = Analysis(Frame(picture, 0, Fraction(0)), (OUTER, INNER))
    shown = picture[:, ::-1].copy() if mirror else picture
    return QtFrame.of(ShownFrame(analysis, shown, ViewOptions(Style(mirror=mirror)), None, None, Pace()))


@pytest.fixture
def view(qtbot: QtBot) -> VideoView:
    made = VideoView()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def at(x: float, y: float) -> QPoint:
    """A point of the picture, which fills the width of the view and has stripes of 60 above and below."""
    return QPoint(round(2 * x), round(2 * y) + 60)


@pytest.mark.parametrize(
    ("place", "mirror", "expected"),
    [
        ((60, 60), False, 1),
        ((30, 30), False, 2),
        ((120, 120), False, 2),
        ((250, 90), False, None),
        ((SIZE[0] - 60, 60), True, 1),
        ((60, 60), True, None),
        ((60, -20), False, None),
        ((60, 190), False, None),
    ],
    ids=["inner", "outer", "corner of outer", "outside", "mirrored", "not mirrored", "above", "below"],
)
def test_a_click_reports_the_smallest_face_under_it_or_none(
    place: tuple[int, int], mirror: bool, expected: int | None, view: VideoView, qtbot: QtBot
) -> None:
    view.show_frame(qt_frame(mirror=mirror))
    clicked: list[object] = []
    view.face_clicked.connect(clicked.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(*place))
    assert clicked == [expected]


def test_a_click_without_a_picture_does_nothing(view: VideoView, qtbot: QtBot) -> None:
    view.clear("Opening…")
    with qtbot.assertNotEmitted(view.face_clicked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(60, 60))


@pytest.mark.parametrize(("place", "expected"), [((250, 90), 1), ((60, 60), 0)], ids=["outside the faces", "on a face"])
def test_a_double_click_outside_the_faces_requests_full_screen(
    place: tuple[int, int], expected: int, view: VideoView, qtbot: QtBot
) -> None:
    view.show_frame(qt_frame())
    asked: list[int] = []
    view.double_clicked.connect(lambda: asked.append(1))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(*place))
    assert len(asked) == expected


def test_the_picture_is_centred_with_bars_around_it(view: VideoView) -> None:
    view.show_frame(qt_frame())
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()

    def colour(x: float, y: float) -> tuple[int, int, int]:
        pixel = image.pixelColor(round(x * ratio), round(y * ratio))
        return pixel.blue(), pixel.green(), pixel.red()

    assert colour(160, 240) == (200, 30, 30)
    assert colour(480, 240) == (0, 0, 0)
    assert colour(160, 30) == colour(160, 450)
    assert colour(160, 30) not in ((200, 30, 30), (0, 0, 0))


def test_a_new_size_is_requested_once_it_has_settled(view: VideoView, qtbot: QtBot) -> None:
    sizes: list[tuple[int, int]] = []
    view.size_wanted.connect(lambda width, height: sizes.append((width, height)))
    ratio = view.devicePixelRatioF()
    for width in range(300, 400, 10):
        view.resize(width, 200)
    qtbot.waitUntil(lambda: bool(sizes), timeout=20_000)
    assert sizes[-1] == (round(390 * ratio), round(200 * ratio))
    assert len(sizes) < 5


@pytest.mark.parametrize("kind", [VideoView, WelcomePage])
def test_dropped_files_are_reported(kind: type[QWidget], qtbot: QtBot, tmp_path: Path) -> None:
    place: Any = kind()
    qtbot.addWidget(place)
    paths = [tmp_path / "ä video.mp4", tmp_path / "b.png"]
    dropped = QMimeData()
    dropped.setUrls([*(QUrl.fromLocalFile(str(path)) for path in paths), QUrl("https://example.org/video.mp4")])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(place.files_dropped, timeout=5000) as taken:
        place.dropEvent(event)
    assert taken.args == [[str(path) for path in paths]]
