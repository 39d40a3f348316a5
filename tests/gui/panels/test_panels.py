"""Panels show what they are told, ask for what is pressed, and look as they looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.kit.number_format import angle, clock
from app.gui.panels.faces_panel import FacesPanel
from app.gui.panels.head_view import HeadView
from app.gui.panels.network_view import NetworkView
from app.gui.panels.numbers_panel import NumbersPanel
from app.gui.panels.overlay_panel import OverlayPanel
from app.gui.panels.side_panel import SidePanel
from app.gui.panels.timings_panel import TimingsPanel
from app.settings import Reference, Signs, Style
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import Box
from hopenet import HeadPose, PoseSpread

P = TypeVar("P", bound=QWidget)
Same = Callable[[QWidget, str], None]

_POSE, _SPREAD = HeadPose(-12.34, 4.0, 0.74), PoseSpread(2.14, 1.8, 1.2)
_LOOK, _PACE = ViewOptions(), Pace()
_TIMINGS = {"track": 0.8, "detect": 14.2, "crop": 0.6, "infer": 8.31, "draw": 2.0}


def face(track_id: int, side: float = 100.0, pose: HeadPose | None = _POSE) -> Face:
    spread = None if pose is None else _SPREAD
    return Face(track_id, Box(0, 0, side, side), 0.9, pose, pose, spread)


def shown(*faces: Face, options: ViewOptions = _LOOK, pace: Pace = _PACE) -> ShownFrame:
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


@pytest.mark.parametrize(
    ("degrees", "told"),
    [(-12.34, "−12.3°"), (4.0, "4.0°"), (-0.04, "0.0°"), (-179.96, "−180.0°")],
    ids=["a true minus", "no plus", "no negative nought", "rounded"],
)
def test_an_angle_is_told_with_one_decimal(degrees: float, told: str) -> None:
    assert angle(degrees) == told


@pytest.mark.parametrize(
    ("time_s", "how", "told"),
    [
        (12.39, {}, "00:12"),
        (12.39, {"tenths": True}, "00:12.3"),
        (3723.0, {}, "1:02:03"),
        (59.999, {"hours": True}, "0:00:59"),
        (0.3, {"tenths": True}, "00:00.3"),
    ],
    ids=["seconds", "tenths", "hours where there are any", "hours where they are asked for", "no tenth is lost"],
)
def test_time_is_told_like_a_clock(time_s: float, how: dict[str, bool], told: str) -> None:
    assert clock(time_s, **how) == told


def test_the_largest_face_is_told_of_and_the_others_are_listed(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show_frame(shown(face(1, 50), face(2, 90), face(3, 70, None)))
    assert panel._title.text() == "Face 2"
    assert [value.text() for value in panel._numbers._values] == ["−12.3°", "4.0°", "0.7°"]
    assert [track_id for track_id, _ in panel._table._faces.rows] == [3, 1]
    assert panel._table._faces.index(0, 1).data() == "–"


def test_angles_are_told_relative_to_the_neutral_pose_and_by_the_chosen_signs(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    reference = Reference(neutral=_POSE, signs=Signs(yaw=-1))
    panel.show_frame(shown(face(1), options=ViewOptions(reference=reference)))
    assert [value.text() for value in panel._numbers._values] == ["0.0°", "0.0°", "0.0°"]
    panel.clear()
    panel.show_frame(shown(face(1), options=ViewOptions(reference=Reference(signs=Signs(yaw=-1)))))
    panel._text.flush()
    assert panel._numbers._values[0].text() == "12.3°"


def test_following_is_asked_for_and_given_up_by_the_same_button(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show_frame(shown(face(7)))
    with qtbot.waitSignal(panel.follow_requested) as asked:
        panel._follow.click()
    assert asked.args == [7]
    panel.show_frame(shown(face(7), options=ViewOptions(followed=7)))
    panel._text.flush()
    with qtbot.waitSignal(panel.follow_requested) as asked:
        panel._follow.click()
    assert asked.args == [None]


def test_a_followed_face_that_left_stays_named(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show_frame(replace(shown(face(1), options=ViewOptions(followed=9)), face=None))
    assert panel._title.text() == "Face 9" and panel._follow.isChecked()
    assert [track_id for track_id, _ in panel._table._faces.rows] == [1]


def test_a_row_is_followed_by_mouse_and_by_key(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_frame(shown(face(1, 90), face(2, 50)))
    table = panel._table
    with qtbot.waitSignal(panel.follow_requested) as asked:
        place = table.visualRect(table._faces.index(0, 2)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [2]
    table.setCurrentIndex(table._faces.index(0, 0))
    with qtbot.waitSignal(panel.follow_requested) as asked:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert asked.args == [2]


def test_the_last_frame_is_shown_even_where_many_come_at_once(qtbot: QtBot) -> None:
    panel = FacesPanel()
    qtbot.addWidget(panel)
    for number in range(50):
        panel.show_frame(shown(face(number)))
    qtbot.waitUntil(lambda: panel._title.text() == "Face 49")


def test_controls_of_the_overlay_tell_the_whole_style_and_are_set_silently(qtbot: QtBot) -> None:
    panel = OverlayPanel()
    qtbot.addWidget(panel)
    told: list[Style] = []
    panel.style_changed.connect(told.append)
    panel.show_style(Style(cube=True, size=1.5, opacity=0.5))
    assert not told
    panel._toggles["trail"].click()
    panel._sliders["width"].slider.setValue(40)
    assert told == [
        Style(cube=True, size=1.5, opacity=0.5, trail=True),
        Style(cube=True, size=1.5, opacity=0.5, trail=True, width=2.0),
    ]


def test_every_place_of_the_sliders_is_a_style(qtbot: QtBot) -> None:
    panel = OverlayPanel()
    qtbot.addWidget(panel)
    for slider in panel._sliders.values():
        slider.slider.setValue(slider.slider.minimum())
        slider.slider.setValue(slider.slider.maximum())


def test_signs_smoothing_and_neutral_are_asked_for(qtbot: QtBot) -> None:
    panel = NumbersPanel()
    qtbot.addWidget(panel)
    panel.show_signs(Signs(pitch=-1))
    panel.show_smoothing(0.3)
    with qtbot.waitSignal(panel.signs_changed) as signs:
        panel._choices["yaw"].setCurrentIndex(1)
    assert signs.args == [Signs(yaw=-1, pitch=-1)]
    with qtbot.waitSignal(panel.smoothing_changed) as smoothing:
        panel._smoothing.slider.setValue(16)
    assert smoothing.args == [0.8]
    panel.show_frame(shown(face(1), options=ViewOptions(reference=Reference(neutral=_POSE))))
    assert "−12.3°" in panel._neutral_told.text()
    with qtbot.waitSignals([panel.neutral_requested, panel.neutral_reset_requested]):
        panel._set.click()
        panel._reset.click()
    panel.show_frame(shown())
    assert not panel._set.isEnabled() and not panel._reset.isEnabled()


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (shown(), "No face to look at"),
        (shown(face(1, pose=None)), "The face is too small or too far outside"),
        (replace(shown(face(1)), network_view=np.zeros((96, 128, 3), np.uint8)), "128 × 96 px"),
    ],
    ids=["no face", "no pose", "a view"],
)
def test_the_network_view_says_its_size_or_why_it_is_empty(qtbot: QtBot, frame: ShownFrame, text: str) -> None:
    view = NetworkView()
    qtbot.addWidget(view)
    view.show_frame(frame)
    assert view.text == text


def test_the_head_is_mirrored_with_the_picture(qtbot: QtBot) -> None:
    plain, mirrored = HeadView(), HeadView()
    for view, style in ((plain, Style()), (mirrored, Style(mirror=True))):
        qtbot.addWidget(view)
        view.resize(100, 100)
        view.show_frame(shown(face(1, pose=HeadPose(60.0, 0.0, 0.0)), options=ViewOptions(style=style)))
    plain.show_pose(HeadPose(-60.0, 0.0, 0.0))
    assert plain.grab().toImage() == mirrored.grab().toImage()


def test_sections_are_remembered_by_name(qtbot: QtBot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    assert panel.open_sections() == ("faces", "head", "overlay", "numbers", "timings")
    panel.set_open_sections(("timings", "faces", "from another version"))
    assert panel.open_sections() == ("faces", "timings")
    assert panel.overlay.isHidden() and not panel.faces.isHidden()


def test_every_control_is_reached_by_tab_and_has_a_name(qtbot: QtBot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.show_frame(shown(face(1), face(2)))
    for control in panel.findChildren(QWidget):
        if control.window() is panel and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            named = control.accessibleName() or (control.text() if hasattr(control, "text") else "")
            assert named, f"{control} has no name"


# What they look like


def test_faces_look_as_they_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = _sized(qtbot, FacesPanel(), 300)
    panel.show_frame(shown(*crowd(30)))
    same_picture(_fitted(panel), "faces-thirty")
    panel.clear()
    panel.show_frame(shown(face(3), options=ViewOptions(followed=3)))
    panel._text.flush()
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


def test_numbers_look_as_they_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = _sized(qtbot, NumbersPanel(), 300)
    panel.show_frame(shown(face(1), options=ViewOptions(reference=Reference(neutral=_POSE))))
    same_picture(_fitted(panel), "numbers")


def test_timings_look_as_they_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = _sized(qtbot, TimingsPanel(), 300)
    panel.show_frame(shown(face(1), pace=Pace(29.8, 30.0, 41.2, 1234567, _TIMINGS)))
    panel._text.flush()
    same_picture(_fitted(panel), "timings")


def test_the_side_panel_looks_as_it_did(qtbot: QtBot, same_picture: Same) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.resize(panel.minimumWidth(), 700)
    panel.show_frame(shown(*crowd(2), pace=Pace(29.8, 30.0, None, 0, _TIMINGS)))
    panel.set_open_sections(("faces", "head", "timings"))
    panel.timings._text.flush()
    panel.faces._text.flush()
    same_picture(panel, "side")


def _sized(qtbot: QtBot, panel: P, width: int) -> P:
    qtbot.addWidget(panel)
    panel.resize(width, 100)
    return panel


def _fitted(panel: QWidget) -> QWidget:
    panel.layout().activate()
    panel.resize(panel.width(), panel.sizeHint().height())
    return panel
