"""Panels show frames, emit requests, and look as they did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QSlider,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.kit import theme
from app.gui.panels import head_view
from app.gui.panels.angles_panel import AnglesPanel
from app.gui.panels.faces_panel import FacesPanel
from app.gui.panels.head_view import HeadView
from app.gui.panels.network_view import NetworkView
from app.gui.panels.overlay_panel import OverlayPanel
from app.gui.panels.side_panel import SidePanel
from app.gui.panels.timings_panel import TimingsPanel
from app.settings import Reference, Signs, Style
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.find import find

P = TypeVar("P", bound=QWidget)
Same = Callable[[QWidget, str], None]

_POSE, _SPREAD = HeadPose(-12.34, 4.0, 0.74), PoseSpread(2.14, 1.8, 1.2)
_OPTIONS, _PACE = ViewOptions(), Pace()
_TIMINGS = {"track": 0.8, "detect": 14.2, "crop": 0.6, "infer": 8.31, "draw": 2.0}


def face(track_id: int, side: float = 100.0, pose: HeadPose | None = _POSE) -> Face:
    spread = None if pose is None else _SPREAD
    return Face(track_id, Box(0, 0, side, side), 0.9, pose, pose, spread)


def shown(*faces: Face, options: ViewOptions = _OPTIONS, pace: Pace = _PACE) -> ShownFrame:
    analysis = Analysis(Frame(np.zeros((4, 4, 3), np.uint8), 0, Fraction(0)), faces)
    largest = max(faces, key=lambda one: one.box.area, default=None)
    return ShownFrame(analysis, np.zeros((4, 4, 3), np.uint8), options, largest, None, pace)


def crowd(count: int) -> list[Face]:
    return [
        face(
            number + 95, 400.0 - number, None if number % 4 == 3 else HeadPose(7.7 * number - 99, -3.1 * number, 170.0)
        )
        for number in range(count)
    ]


def title(panel: FacesPanel) -> str:
    return find(panel, QLabel, "selectedFace").text()


def angles(panel: FacesPanel) -> list[str]:
    return [find(panel, QLabel, name).text() for name in ("yawValue", "pitchValue", "rollValue")]


def listed(panel: FacesPanel) -> list[str]:
    """The ids of the faces in the table."""
    rows = find(panel, QTableView, "Other faces").model()
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def follow_button(panel: FacesPanel) -> QToolButton:
    return find(panel, QToolButton, "Follow this face")


def test_the_largest_face_is_selected_and_the_others_are_listed(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show_frame(shown(face(1, 50), face(2, 90), face(3, 70, None)))
    assert title(panel) == "Face 2"
    assert angles(panel) == ["−12.3°", "4.0°", "0.7°"]
    assert listed(panel) == ["3", "1"]
    assert find(panel, QTableView, "Other faces").model().index(0, 1).data() == "–"


def test_angles_are_relative_to_the_neutral_pose_and_have_the_chosen_signs(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    reference = Reference(neutral=_POSE, signs=Signs(yaw=-1))
    panel.show_frame(shown(face(1), options=ViewOptions(reference=reference)))
    assert angles(panel) == ["0.0°", "0.0°", "0.0°"]
    panel.show_frame(shown(face(1), options=ViewOptions(reference=Reference(signs=Signs(yaw=-1)))))
    qtbot.waitUntil(lambda: angles(panel)[0] == "12.3°")


def test_one_button_requests_to_follow_a_face_and_to_stop_following_it(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show_frame(shown(face(7)))
    with qtbot.waitSignal(panel.follow_requested) as requested:
        follow_button(panel).click()
    assert requested.args == [7]
    panel.show_frame(shown(face(7), options=ViewOptions(followed=7)))
    qtbot.waitUntil(lambda: "Esc" in follow_button(panel).toolTip())
    with qtbot.waitSignal(panel.follow_requested) as requested:
        follow_button(panel).click()
    assert requested.args == [None]


def test_a_followed_face_that_left_is_still_named(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show_frame(replace(shown(face(1), options=ViewOptions(followed=9)), face=None))
    assert title(panel) == "Face 9" and follow_button(panel).isChecked()
    assert listed(panel) == ["1"]


def test_a_face_in_the_table_is_followed_by_mouse_and_by_key(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_frame(shown(face(1, 90), face(2, 50)))
    table = find(panel, QTableView, "Other faces")
    with qtbot.waitSignal(panel.follow_requested) as requested:
        place = table.visualRect(table.model().index(0, 2)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert requested.args == [2]
    table.setCurrentIndex(table.model().index(0, 0))
    with qtbot.waitSignal(panel.follow_requested) as requested:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert requested.args == [2]


def test_the_last_of_many_frames_is_shown(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    for number in range(50):
        panel.show_frame(shown(face(number)))
    qtbot.waitUntil(lambda: title(panel) == "Face 49")


def test_the_overlay_panel_emits_the_whole_style_but_only_for_changes_by_the_user(qtbot: QtBot) -> None:
    panel = OverlayPanel()
    qtbot.addWidget(panel)
    styles: list[Style] = []
    panel.style_changed.connect(styles.append)
    panel.show_style(Style(cube=True, size=1.5, opacity=0.5))
    assert not styles
    find(panel, QCheckBox, "Trail").click()
    find(panel, QSlider, "Width").setValue(200)
    assert styles == [
        Style(cube=True, size=1.5, opacity=0.5, trail=True),
        Style(cube=True, size=1.5, opacity=0.5, trail=True, width=2.0),
    ]


@pytest.mark.parametrize("name", ["Size", "Width", "Opacity"])
def test_both_ends_of_a_slider_are_valid_styles(qtbot: QtBot, name: str) -> None:
    panel = OverlayPanel()
    qtbot.addWidget(panel)
    styles: list[Style] = []
    panel.style_changed.connect(styles.append)
    slider = find(panel, QSlider, name)
    slider.setValue(slider.minimum())
    slider.setValue(slider.maximum())
    low, high = (getattr(style, name.lower()) for style in styles)
    assert 0 < low < getattr(Style(), name.lower()) <= high


def test_signs_smoothing_and_neutral_pose_are_requested(qtbot: QtBot) -> None:
    panel = AnglesPanel()
    qtbot.addWidget(panel)
    panel.show_signs(Signs(pitch=-1))
    panel.show_smoothing(0.3)
    with qtbot.waitSignal(panel.signs_changed) as signs:
        find(panel, QComboBox, "Positive yaw").setCurrentIndex(1)
    assert signs.args == [Signs(yaw=-1, pitch=-1)]
    with qtbot.waitSignal(panel.smoothing_changed) as smoothing:
        find(panel, QSlider, "Smoothing").setValue(80)
    assert smoothing.args == [0.8]
    set_neutral = find(panel, QPushButton, "Set neutral pose")
    reset = find(panel, QPushButton, "Reset the neutral pose")
    panel.show_frame(shown(face(1), options=ViewOptions(reference=Reference(neutral=_POSE))))
    assert find(panel, QLabel, "Neutral pose: −12.3°  4.0°  0.7°")
    with qtbot.waitSignals([panel.neutral_requested, panel.neutral_reset_requested]):
        set_neutral.click()
        reset.click()
    panel.show_frame(shown())
    assert not set_neutral.isEnabled() and not reset.isEnabled()


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (shown(), "No face in the picture"),
        (shown(face(1, pose=None)), "The face is too small or too far outside the picture"),
        (shown(face(1)), "Not available for this network"),
        (replace(shown(face(1)), network_view=np.zeros((96, 128, 3), np.uint8)), "128 × 96 px"),
    ],
    ids=["no face", "no pose", "no crop", "a crop"],
)
def test_the_network_view_describes_the_crop_or_why_there_is_none(qtbot: QtBot, frame: ShownFrame, text: str) -> None:
    view = NetworkView()
    qtbot.addWidget(view)
    view.show_frame(frame)
    assert view.accessibleDescription() == text


def test_the_head_is_mirrored_with_the_picture(qtbot: QtBot) -> None:
    plain, mirrored = HeadView(), HeadView()
    for view, style in ((plain, Style()), (mirrored, Style(mirror=True))):
        qtbot.addWidget(view)
        view.resize(100, 100)
        view.show_frame(shown(face(1, pose=HeadPose(60.0, 0.0, 0.0)), options=ViewOptions(style=style)))
    plain.show_pose(HeadPose(-60.0, 0.0, 0.0))
    assert plain.grab().toImage() == mirrored.grab().toImage()


def test_a_head_that_stands_still_is_drawn_once_for_each_scheme(qtbot: QtBot, qapp: QApplication) -> None:
    pose = HeadPose(31.25, -7.5, 2.0)
    pictures: dict[theme.Scheme, QImage] = {}
    schemes: tuple[theme.Scheme, ...] = ("light", "dark", "light")
    for scheme in schemes:
        theme.apply(qapp, scheme)
        for _ in range(3):
            view = HeadView()
            qtbot.addWidget(view)
            view.resize(120, 120)
            view.show_pose(pose)
            drawn = head_view._head_image.cache_info().misses
            picture = view.grab().toImage()
            new = head_view._head_image.cache_info().misses - drawn
            assert new == (scheme not in pictures)
            assert pictures.setdefault(scheme, picture) == picture
    assert pictures["light"] != pictures["dark"]
    theme.apply(qapp, "system")


def test_open_sections_are_restored_by_name(qtbot: QtBot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    assert {"faces", "overlay", "timings"} < set(panel.open_sections())
    panel.set_open_sections(("timings", "faces", "from another version"))
    assert panel.open_sections() == ("faces", "timings")
    assert panel.overlay.isHidden() and not panel.faces.isHidden()


def test_every_control_can_be_reached_by_tab_and_has_a_name(qtbot: QtBot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.show_frame(shown(face(1), face(2)))
    for control in panel.findChildren(QWidget):
        if control.window() is panel and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            named = control.accessibleName() or (control.text() if hasattr(control, "text") else "")
            assert named, f"{control} has no name"


# Pictures


def test_faces_look_as_they_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = _sized(qtbot, FacesPanel(), 300)
    panel.show_frame(shown(*crowd(30)))
    same_picture(_fitted(panel), "faces-thirty")
    panel.clear()
    panel.show_frame(shown(face(3), options=ViewOptions(followed=3)))
    qtbot.waitUntil(lambda: title(panel) == "Face 3")
    same_picture(_fitted(panel), "faces-one-followed")
    panel.clear()
    same_picture(_fitted(panel), "faces-none")


@pytest.mark.parametrize(
    ("name", "pose"),
    [
        ("ahead", HeadPose(0.0, 0.0, 0.0)),
        ("left", HeadPose(60.0, 0.0, 0.0)),
        ("profile", HeadPose(-90.0, 0.0, 0.0)),
        ("tilted", HeadPose(-25.0, 20.0, 30.0)),
        ("none", None),
    ],
)
def test_heads_look_as_they_did(qtbot: QtBot, same_picture: Same, name: str, pose: HeadPose | None) -> None:
    view = HeadView()
    qtbot.addWidget(view)
    view.resize(140, 140)
    view.show_pose(pose)
    same_picture(view, f"head-{name}")


def test_the_overlay_looks_as_it_did(qtbot: QtBot, same_picture: Same) -> None:
    same_picture(_fitted(_sized(qtbot, OverlayPanel(), 300)), "overlay")


def test_the_angles_panel_looks_as_it_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = _sized(qtbot, AnglesPanel(), 300)
    panel.show_frame(shown(face(1), options=ViewOptions(reference=Reference(neutral=_POSE))))
    same_picture(_fitted(panel), "angles")


def test_timings_look_as_they_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = _sized(qtbot, TimingsPanel(), 300)
    panel.show_frame(shown(face(1), pace=Pace(29.8, 30.0, 41.2, 1234567, _TIMINGS)))
    qtbot.waitUntil(lambda: find(panel, QLabel, "Analysis rate").text() == "29.8 frames/s")
    same_picture(_fitted(panel), "timings")


def test_the_side_panel_looks_as_it_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.resize(panel.minimumSizeHint().width(), 700)
    panel.show_frame(shown(*crowd(2), pace=Pace(29.8, 30.0, None, 0, _TIMINGS)))
    panel.set_open_sections(("faces", "head", "timings"))
    qtbot.waitUntil(lambda: find(panel.timings, QLabel, "Analysis rate").text() == "29.8 frames/s")
    same_picture(panel, "side")


def _sized(qtbot: QtBot, panel: P, width: int) -> P:
    qtbot.addWidget(panel)
    panel.resize(width, 100)
    return panel


def _fitted(panel: QWidget) -> QWidget:
    layout = panel.layout()
    assert layout is not None
    layout.activate()
    panel.resize(panel.width(), panel.sizeHint().height())
    return panel


@pytest.fixture
def side(qtbot: QtBot) -> SidePanel:
    panel = SidePanel()
    panel.resize(320, 1200)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_frame(shown(face(1)))
    return panel


def places(side: SidePanel) -> list[tuple[int, int, int]]:
    """Left edge, top and width of everything below the faces."""
    titles = [button for button in side.findChildren(QToolButton) if button.objectName() == "sectionHead"]
    sliders = side.findChildren(QSlider)
    corners = [(part, part.mapTo(side, QPoint(0, 0))) for part in (*titles, *sliders)]
    return [(corner.x(), corner.y(), part.width()) for part, corner in corners]


@pytest.mark.parametrize(
    "frame",
    [
        lambda: shown(face(1, pose=None)),
        lambda: shown(),
        lambda: shown(face(1, pose=HeadPose(-179.96, 100.04, -123.4))),
    ],
    ids=["without a pose", "without a face", "with long numbers"],
)
def test_nothing_in_the_side_panel_moves_when_a_frame_differs(
    side: SidePanel, qtbot: QtBot, frame: Callable[[], ShownFrame]
) -> None:
    qtbot.wait(200)
    before = places(side)
    side.show_frame(frame())
    qtbot.wait(200)
    assert places(side) == before


def test_faces_that_appear_do_not_move_what_is_under_the_pointer(
    side: SidePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slider = find(side, QSlider, "Width")
    monkeypatch.setattr(QCursor, "pos", lambda: slider.mapToGlobal(QPoint(5, 5)))
    qtbot.wait(200)
    before = places(side)
    side.show_frame(shown(face(1), face(2), face(3)))
    qtbot.wait(200)
    assert places(side) == before
    monkeypatch.setattr(QCursor, "pos", lambda: QPoint(-500, -500))
    side.show_frame(shown(face(1), face(2), face(3)))
    table = find(side, QTableView, "Other faces")
    qtbot.waitUntil(table.isVisible)
    assert places(side) != before
