from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.drawing.zooming import Zoom, zoomed
from app.frames import Analysis, Face, Frame
from app.gui.kit.qt_frame import QtFrame
from app.gui.picture.video_view import VideoView
from app.settings import Style
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import Box

SIZE = 320, 180
ALL = Zoom()
INNER, OUTER = (
    Face(1, Box(40, 40, 80, 80), 1.0, None, None, None),
    Face(2, Box(20, 20, 140, 140), 1.0, None, None, None),
)


def qt_frame(*, mirror: bool = False, zoom: Zoom = ALL, size: Any = None) -> QtFrame:
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:, : SIZE[0] // 2] = (200, 30, 30)
    analysis = Analysis(Frame(picture, 0, Fraction(0)), (OUTER, INNER))
    shown = picture[:, ::-1].copy() if mirror else picture
    if zoom.factor != 1:
        shown = zoomed(analysis, size, zoom).frame.image
    return QtFrame.of(
        ShownFrame(analysis, shown, ViewOptions(Style(mirror=mirror), size=size, zoom=zoom), None, None, Pace())
    )


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
    qtbot.waitUntil(lambda: clicked == [expected])  # Outside all faces, a double click might still come of it.


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


def test_a_double_click_on_a_face_follows_it(view: VideoView, qtbot: QtBot) -> None:
    view.show_frame(qt_frame())
    with qtbot.waitSignal(view.face_clicked) as clicked:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(60, 60))
    assert clicked.args == [1]


def test_a_double_click_outside_the_faces_keeps_the_face_that_is_followed(view: VideoView, qtbot: QtBot) -> None:
    view.show_frame(qt_frame())
    clicked: list[object] = []
    view.face_clicked.connect(clicked.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(250, 90))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(250, 90))
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    assert clicked == []


def wheel(view: VideoView, place: QPoint, notches: int, modifiers: Qt.KeyboardModifier) -> None:
    position = QPointF(place)
    event = QWheelEvent(
        position,
        view.mapToGlobal(position),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


@pytest.fixture
def zooms(view: VideoView) -> list[Zoom]:
    """The zooms that the view wants, each shown at once as the painter would."""
    wanted: list[Zoom] = []

    def show(zoom: Zoom) -> None:
        wanted.append(zoom)
        view.show_frame(
            qt_frame(mirror=view.property("mirrored") is True, zoom=zoom, size=view.device_size().toTuple())
        )

    view.zoom_wanted.connect(show)
    return wanted


@pytest.mark.parametrize("mirror", [False, True], ids=["plain", "mirrored"])
def test_ctrl_and_the_wheel_zoom_at_the_pointer(mirror: bool, view: VideoView, zooms: list[Zoom], qtbot: QtBot) -> None:
    view.setProperty("mirrored", mirror)
    view.show_frame(qt_frame(mirror=mirror))
    x = SIZE[0] - 60 if mirror else 60
    for place, expected in (((x, 60), INNER), ((x, 41), INNER), ((x, 38), OUTER)):
        assert view.face_at(QPointF(at(*place))) is expected
    wheel(view, at(x, 60), 3, Qt.KeyboardModifier.NoModifier)
    assert zooms == []
    wheel(view, at(x, 60), 6, Qt.KeyboardModifier.ControlModifier)
    assert zooms[-1].factor == pytest.approx(1.25**6)
    assert view.face_at(QPointF(at(x, 60))) is INNER  # The point under the pointer has stayed.
    grown = 1.25**6
    for distance, expected in ((18, INNER), (22, OUTER)):
        assert view.face_at(QPointF(at(x, 60) + QPoint(0, -round(2 * distance * grown)))) is expected
    wheel(view, at(x, 60), -30, Qt.KeyboardModifier.ControlModifier)
    assert zooms[-1].factor == pytest.approx(0.5)  # Each pixel as one of the display: the picture is smaller than it.
    view.zoom_fit()
    assert zooms[-1] == Zoom()


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton], ids=["left", "middle"])
@pytest.mark.parametrize("mirror", [False, True], ids=["plain", "mirrored"])
def test_dragging_moves_the_part_that_is_shown_and_is_not_a_click(
    button: Qt.MouseButton, mirror: bool, view: VideoView, zooms: list[Zoom], qtbot: QtBot
) -> None:
    view.setProperty("mirrored", mirror)
    view.show_frame(qt_frame(mirror=mirror))
    clicked: list[object] = []
    view.face_clicked.connect(clicked.append)
    view.zoom_by(4)
    start, end = QPoint(300, 200), QPoint(340, 230)
    qtbot.mousePress(view, button, pos=start)
    for place in (start + QPoint(20, 15), end):
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(place),
            QPointF(view.mapToGlobal(place)),
            Qt.MouseButton.NoButton,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, event)
    qtbot.mouseRelease(view, button, pos=end)
    scale = 8  # Twice to fill the view, and four times that.
    across = 40 / scale / SIZE[0] * (1 if mirror else -1)
    assert zooms[-1].centre == pytest.approx((0.5 + across, 0.5 - 30 / scale / SIZE[1]))
    assert clicked == []


def test_keys_move_the_part_and_a_new_source_shows_all(view: VideoView, zooms: list[Zoom]) -> None:
    view.show_frame(qt_frame())
    view.zoom_original()
    assert zooms[-1].factor == pytest.approx(0.5)
    view.zoom_by(16)
    view.pan_by(0.1, 0)
    assert zooms[-1].centre == pytest.approx((0.5 + 0.1 * 640 / 16 / SIZE[0], 0.5))
    for _ in range(99):
        view.pan_by(0.1, 0.1)
    assert view.face_at(QPointF(1, 1)) is None
    view.pan_by(-0.1, 0)  # It goes no further than the picture, so one press leads back at once.
    assert zooms[-1].centre[0] == pytest.approx(1 - 640 / 16 / 2 / SIZE[0] - 0.1 * 640 / 16 / SIZE[0])
    view.clear("Opening…")
    assert zooms[-1] == Zoom()


def test_the_context_menu_is_about_the_face_under_the_pointer(view: VideoView) -> None:
    view.show_frame(qt_frame())
    wanted: list[object] = []
    view.menu_wanted.connect(lambda _place, face: wanted.append(face))
    for place in (at(60, 60), at(250, 90)):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
        QApplication.sendEvent(view, event)
    assert wanted == [INNER, None]


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


def test_dropped_files_are_reported(view: VideoView, qtbot: QtBot, tmp_path: Path) -> None:
    paths = [tmp_path / "ä video.mp4", tmp_path / "b.png"]
    dropped = QMimeData()
    dropped.setUrls([*(QUrl.fromLocalFile(str(path)) for path in paths), QUrl("https://example.org/video.mp4")])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(view.files_dropped, timeout=5000) as taken:
        view.dropEvent(event)
    assert taken.args == [[str(path) for path in paths]]
