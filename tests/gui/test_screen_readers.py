"""What screen readers get of every window: walks the accessibility tree as they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QSizeGrip,
    QSlider,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.export.dialog import ExportDialog
from app.gui.session.viewer import SessionViewer
from app.gui.window.main_window import MainWindow
from app.outputs.tables import open_pose_table
from app.product import SAMPLE
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.conftest import Until

_INTERACTIVE = {
    QAccessible.Role.Button,
    QAccessible.Role.ButtonMenu,
    QAccessible.Role.ButtonDropDown,
    QAccessible.Role.CheckBox,
    QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.List,
    QAccessible.Role.MenuItem,
    QAccessible.Role.PageTab,
    QAccessible.Role.ProgressBar,
    QAccessible.Role.RadioButton,
    QAccessible.Role.Slider,
    QAccessible.Role.SpinBox,
    QAccessible.Role.Table,
    QAccessible.Role.Tree,
}
_OF_QT = (QScrollBar, QSizeGrip)
"""Widgets that Qt makes itself, and that are not reached by the keyboard."""

_WITH_ITEMS = {QAccessible.Role.Table, QAccessible.Role.Tree, QAccessible.Role.List, QAccessible.Role.ComboBox}
"""Their items are not interactive widgets of their own."""


@dataclass(frozen=True)
class Heard:
    """What a screen reader can say of one widget."""

    role: QAccessible.Role
    kind: str
    label: str
    value: str

    def __str__(self) -> str:
        return f"{self.label} {self.value}"


def heard(widget: QWidget) -> list[Heard]:
    """Everything that is visible in a window, in the tree's order."""
    return list(_walk(QAccessible.queryAccessibleInterface(widget)))


def _walk(interface: object) -> Iterator[Heard]:
    for place in range(interface.childCount()):  # type: ignore[attr-defined]
        child = interface.child(place)  # type: ignore[attr-defined]
        if child is None or not child.isValid() or child.state().invisible:
            continue
        own = child.object()
        if not isinstance(own, _OF_QT):
            yield _heard(child, own)
        # Below a plot there is nothing with a name, and PySide deletes its viewport with what `object` returned of it.
        if child.role() not in _WITH_ITEMS and not isinstance(own, QGraphicsView):
            yield from _walk(child)


def _heard(child: object, own: object) -> Heard:
    name = child.text(QAccessible.Text.Name)  # type: ignore[attr-defined]
    value = child.text(QAccessible.Text.Value)  # type: ignore[attr-defined]
    description = child.text(QAccessible.Text.Description)  # type: ignore[attr-defined]
    labels = [
        label.text(QAccessible.Text.Name)
        for label, flag in child.relations(QAccessible.RelationFlag.AllRelations)  # type: ignore[attr-defined]
        if flag & QAccessible.RelationFlag.Label
    ]
    if isinstance(own, QComboBox) and name == value:
        name = ""  # On Linux it is the text that is chosen, and says nothing about what it is for.
    label = " ".join(dict.fromkeys(part for part in (*labels, name) if part)) or description
    return Heard(child.role(), type(own).__name__, label, f"{value} {description}")  # type: ignore[attr-defined]


def nameless(widgets: list[Heard]) -> list[Heard]:
    return [one for one in widgets if one.role in _INTERACTIVE and not one.label.strip()]


def table(path: Path) -> Path:
    with open_pose_table(path) as rows:
        for index in range(60):
            pose = HeadPose(index / 3, -index / 6, 1)
            face = Face(1, Box(40, 30, 140, 150), 0.9, pose, pose, PoseSpread(2, 3, 4))
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 30)), (face,)))
    return path


@pytest.fixture
def playing(window: MainWindow, until: Until) -> MainWindow:
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    window.studio.live_view.watcher.player.pause()  # type: ignore[union-attr]
    until(lambda: any("Yaw: " in str(one) and "°" in str(one) for one in heard(window)))
    return window


def test_every_control_of_the_main_window_has_a_name(playing: MainWindow) -> None:
    widgets = heard(playing)
    assert {one.role for one in widgets} > {QAccessible.Role.Slider, QAccessible.Role.ComboBox}
    assert nameless(widgets) == []


def test_the_button_for_what_a_narrow_tool_bar_leaves_out_has_a_name(window: MainWindow) -> None:
    # Whether Qt shows it depends on the font and on the names of snapshot and detector.
    (more,) = window.menus.tools.findChildren(QToolButton, "qt_toolbar_ext_button")
    assert more.accessibleName() == "More tools"


def test_every_control_of_the_chart_of_the_whole_video_has_a_name(playing: MainWindow, until: Until) -> None:
    playing.action("analyse_video").trigger()
    until(lambda: playing.studio.whole_video.state.curves is not None)
    until(lambda: any(one.kind == "WholePlots" for one in heard(playing)))
    assert nameless(heard(playing)) == []
    until(lambda: any(re.search(r"Face \d: yaw −?\d+\.\d°", one.value) for one in heard(playing)))


def test_an_angle_is_read_with_its_name_and_side(playing: MainWindow) -> None:
    told = [one.label for one in heard(playing)]
    for name in ("Yaw", "Pitch", "Roll"):
        sides = "to the picture's (left|right)|up|down|(counter-)?clockwise"
        assert [one for one in told if re.fullmatch(rf"{name}: −?\d+\.\d°(, ({sides}))?", one)], told


def test_a_time_and_a_percentage_are_read(playing: MainWindow) -> None:
    widgets = heard(playing)
    seek = next(one for one in widgets if one.label == "Position in the video")
    assert re.search(r"\d\d:\d\d\.\d", seek.value)
    smoothing = next(one for one in widgets if one.role == QAccessible.Role.Slider and one.label == "Smoothing")
    assert smoothing.value.split() == ["50", "50", "%"]


def test_the_picture_is_described(playing: MainWindow, until: Until) -> None:
    def described() -> bool:
        told = next(one for one in heard(playing) if one.kind == "VideoView")
        return told.label == "Picture" and bool(re.search(r"1 face\. Face 1: yaw .*°", told.value))

    until(described)


def test_every_control_of_the_export_dialog_has_a_name(playing: MainWindow, until: Until, qapp: QApplication) -> None:
    playing.action("export").trigger()
    until(lambda: any(dialog.isVisible() for dialog in playing.findChildren(ExportDialog)))
    (dialog,) = playing.findChildren(ExportDialog)
    assert nameless(heard(dialog)) == []
    assert any("%" in str(one) for one in heard(dialog))
    dialog.close()


def test_every_control_of_the_session_viewer_has_a_name(qtbot: QtBot, tmp_path: Path, until: Until) -> None:
    viewer = SessionViewer(SAMPLE, (table(tmp_path / "sample.csv"),))
    qtbot.addWidget(viewer)
    viewer.show()
    until(lambda: len(viewer.model.session.tables) == 1)
    try:
        assert nameless(heard(viewer)) == []
    finally:
        viewer.close_now()
        assert viewer.model.join(10)


@pytest.mark.parametrize("make", [QSlider, QComboBox, QPushButton, QLineEdit], ids=lambda kind: kind.__name__)
def test_a_control_without_a_name_would_be_found(qtbot: QtBot, make: type[QWidget]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    control = make(window)
    window.show()
    assert len(nameless(heard(window))) == 1
    control.setAccessibleName("Strength")
    control.setToolTip("How strong")
    assert nameless(heard(window)) == []
