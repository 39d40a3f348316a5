"""Attention in the session viewer: targets by mouse, keyboard and typing; numbers that follow; undo; saved files."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QDoubleSpinBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.kit.theme import quiet_font
from app.gui.session.attention_lane import AttentionLane
from app.gui.session.attention_tables import MeasuresTable, TargetsTable
from app.gui.session.direction_map import DirectionMap
from app.gui.session.viewer import SessionViewer
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.session.targets import Target, Targets, read_targets, targets_path, write_targets
from app.settings import Reference, Signs
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.find import find, only

PATIENCE_MS = 10_000

Open = Callable[[Path], SessionViewer]


def table(path: Path, yaws: list[float], reference: Reference | None = None) -> Path:
    """A face with these yaws, 10 frames per second; the smoothed angles are 0."""
    reference = reference or Reference()
    with open_pose_table(path, reference=reference) as rows:
        for index, yaw in enumerate(yaws):
            pose = HeadPose(yaw, 0, 0)
            face = Face(1, Box(0, 0, 9, 9), 1, pose, pose, PoseSpread(1, 1, 1))
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 10)), (face,)))
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="x.mp4", kind="video", size=(9, 9), frame_count=len(yaws)),
        models={"snapshot": {"name": "x"}},
        counts=Counts(len(yaws), len(yaws), len(yaws)),
        reference=reference,
    )
    return path


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    viewers: list[SessionViewer] = []

    def make(path: Path) -> SessionViewer:
        viewer = SessionViewer(None, (path,))
        viewers.append(viewer)
        qtbot.addWidget(viewer)
        viewer.show()
        viewer._side._pages.setCurrentIndex(viewer._side._pages.count() - 1)
        qtbot.waitUntil(lambda: cells(viewer, "Shares of time") != [], timeout=PATIENCE_MS)
        return viewer

    yield make
    for viewer in viewers:
        viewer.close_now()
        assert viewer.model.join(PATIENCE_MS / 1000)


def cells(viewer: SessionViewer, name: str) -> list[list[str]]:
    shown = find(viewer, MeasuresTable, name)
    items = [[shown.item(row, column) for column in range(shown.columnCount())] for row in range(shown.rowCount())]
    return [[item.text() if item is not None else "" for item in row] for row in items]


def until_share(qtbot: QtBot, viewer: SessionViewer, row: int, share: str) -> None:
    qtbot.waitUntil(lambda: len(cells(viewer, "Shares of time")) > row, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: cells(viewer, "Shares of time")[row][1] == share, timeout=PATIENCE_MS)


def targets_of(viewer: SessionViewer) -> tuple[Target, ...]:
    return viewer.model.attention.targets.targets


def drag(chart: DirectionMap, start: tuple[float, float], end: tuple[float, float]) -> None:
    first, last = chart.point_of(*start).toPoint(), chart.point_of(*end).toPoint()
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(chart, (first + last) / 2)
    QTest.mouseMove(chart, last)
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=last)


def test_the_cone_straight_ahead_is_measured_at_once_and_nothing_is_written(opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10 + [40.0] * 10))
    assert cells(viewer, "Shares of time")[0] == ["Straight ahead", "50.0 %", "50.0–50.0 %"]
    assert cells(viewer, "Looks")[0][1:] == ["1", "30.0", "1.00 s", "1.00 s"]
    assert cells(viewer, "Looks away")[0][1:] == ["1", "30.0", "1.00 s", "1.00 s"]
    assert not targets_path(tmp_path / "t.csv").exists()


def test_dragging_a_circle_and_its_edge_changes_the_target_its_numbers_and_its_file(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 5 + [30.0] * 15))
    chart = only(viewer, DirectionMap)
    drag(chart, (3, 0), (31, 0))
    (target,) = targets_of(viewer)
    assert (target.yaw_deg, target.pitch_deg) == pytest.approx((28, 0), abs=1)
    until_share(qtbot, viewer, 0, "75.0 %")
    edge = target.yaw_deg - target.radius_deg
    drag(chart, (edge, 0), (edge + 11, 0))
    assert targets_of(viewer)[0].radius_deg == pytest.approx(4, abs=1)
    viewer.action("undo").trigger()
    assert targets_of(viewer) == (target,)
    viewer.action("undo").trigger()
    assert targets_of(viewer) == Targets().targets
    viewer.action("redo").trigger()
    path = targets_path(tmp_path / "t.csv")
    qtbot.waitUntil(lambda: path.exists() and read_targets(path).targets.targets == (target,), timeout=PATIENCE_MS)


def test_left_in_the_map_is_left_in_the_picture_whatever_the_signs_are(opened: Open, tmp_path: Path) -> None:
    flipped = Reference(None, Signs(-1, -1, 1))
    for name, reference, sign in (("a.csv", Reference(), 1), ("b.csv", flipped, -1)):
        viewer = opened(table(tmp_path / name, [0.0] * 10, reference))
        chart = only(viewer, DirectionMap)
        middle, left, up = (chart.point_of(*angles) for angles in ((0, 0), (20 * sign, 0), (0, 20 * sign)))
        assert left.x() < middle.x()
        assert up.y() < middle.y()
        assert chart.direction_at(left) == pytest.approx((20 * sign, 0))


def test_the_keyboard_moves_resizes_and_removes_the_chosen_circle(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 20))
    chart = only(viewer, DirectionMap)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    (target,) = targets_of(viewer)
    assert (target.yaw_deg, target.pitch_deg, target.radius_deg) == (1, 5, 16)
    assert chart.accessibleDescription() == "Straight ahead: 1.0°, 5.0°, 16.0°"
    QTest.keyClick(chart, Qt.Key.Key_Delete)
    assert targets_of(viewer) == ()
    qtbot.waitUntil(lambda: cells(viewer, "Shares of time") == [["Elsewhere", "100.0 %", ""]], timeout=PATIENCE_MS)


def test_a_double_click_adds_a_target_there(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [-25.0] * 20))
    chart = only(viewer, DirectionMap)
    QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=chart.point_of(-25, 0).toPoint())
    added = targets_of(viewer)[1]
    assert (added.name, added.radius_deg) == ("Target", 12)
    assert added.yaw_deg == pytest.approx(-25, abs=1)
    assert added.colour != targets_of(viewer)[0].colour
    until_share(qtbot, viewer, 1, "100.0 %")


def test_the_direction_of_the_present_frame_becomes_a_target(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10 + [33.0] * 10))
    viewer.transport.seek(1.5)
    qtbot.waitUntil(lambda: viewer._attention_page._direction == (33.0, 0.0), timeout=PATIENCE_MS)
    viewer.action("add_target").trigger()
    assert (targets_of(viewer)[1].yaw_deg, targets_of(viewer)[1].pitch_deg) == (33, 0)
    until_share(qtbot, viewer, 1, "50.0 %")


def test_after_the_last_frame_there_is_no_direction_to_take(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [10.0] * 10))
    qtbot.waitUntil(lambda: viewer._attention_page._direction == (10.0, 0.0), timeout=PATIENCE_MS)
    viewer._attention.show_time(9.0)
    assert viewer._attention_page._direction is None
    viewer.action("add_target").trigger()
    assert len(targets_of(viewer)) == 1


def type_number(shown: TargetsTable, row: int, column: int, text: str) -> None:
    shown.setCurrentCell(row, column)
    shown.edit(shown.model().index(row, column))
    editor = only(shown, QDoubleSpinBox)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def test_fields_of_the_table_can_be_typed_and_what_is_not_valid_is_said(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    viewer = opened(table(tmp_path / "t.csv", [40.0] * 20))
    shown = only(viewer, TargetsTable)
    type_number(shown, 0, 1, "38.5")
    qtbot.waitUntil(lambda: targets_of(viewer)[0].yaw_deg == 38.5, timeout=PATIENCE_MS)
    until_share(qtbot, viewer, 0, "100.0 %")
    item = shown.item(0, 0)
    assert item is not None
    item.setText("screen")
    assert targets_of(viewer)[0].name == "screen"
    item = shown.item(0, 0)
    assert item is not None
    item.setText("=1+1")
    assert targets_of(viewer)[0].name == "screen"
    qtbot.waitUntil(lambda: cells(viewer, "Shares of time")[0][0] == "screen", timeout=PATIENCE_MS)
    assert "must begin with a letter or digit" in viewer.notice.text


def test_del_in_the_table_removes_the_target_and_no_exclusion(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 20))
    viewer.model.exclude(0, 1)
    shown = only(viewer, TargetsTable)
    viewer.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus, timeout=PATIENCE_MS)
    QTest.keyClick(shown, Qt.Key.Key_Delete)
    assert targets_of(viewer) == ()
    assert len(viewer.model.session.excluded) == 1


def test_bridging_and_the_error_are_saved_with_the_targets(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [0.0] * 10 + [40.0] + [0.0] * 9)
    viewer = opened(path)
    assert cells(viewer, "Looks")[0][1] == "1"
    find(viewer, QDoubleSpinBox, "Bridge interruptions below").setValue(0)
    qtbot.waitUntil(lambda: cells(viewer, "Looks")[0][1] == "2", timeout=PATIENCE_MS)
    find(viewer, QDoubleSpinBox, "Error of the direction").setValue(20)
    until_share(qtbot, viewer, 0, "95.0 %")
    qtbot.waitUntil(
        lambda: (
            targets_path(path).exists()
            and (read_targets(targets_path(path)).targets.bridge_s, read_targets(targets_path(path)).targets.error_deg)
            == (0, 20)
        ),
        timeout=PATIENCE_MS,
    )
    again = opened(path)
    assert cells(again, "Looks")[0][1] == "2"


def test_attention_can_be_restricted_to_a_label(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [0.0] * 10 + [40.0] * 10)
    path.with_name("t.events.csv").write_text("start_s,end_s,label,face,note\n0.5,1,talks,,\n", encoding="utf-8")
    viewer = opened(path)
    labels = find(viewer, QComboBox, "Part of the video")
    labels.setCurrentIndex(labels.findData("talks"))
    labels.activated.emit(labels.currentIndex())
    until_share(qtbot, viewer, 0, "100.0 %")


def test_excluding_changes_attention(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10 + [40.0] * 10))
    viewer.model.exclude(0, 0.5)
    until_share(qtbot, viewer, 0, "33.3 %")


def test_attention_and_targets_are_saved_and_loaded(
    qtbot: QtBot, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10 + [40.0] * 10))
    out, copy = tmp_path / "attention.csv", tmp_path / "copy.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    viewer.action("save_attention").trigger()
    qtbot.waitUntil(out.exists, timeout=PATIENCE_MS)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    (share,) = [row for row in rows if (row["target"], row["measure"]) == ("Straight ahead", "share")]
    assert float(share["value"]) == 0.5
    write_targets(copy, Targets((Target("side", 40, 0, 5),)), Reference())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(copy), ""))
    viewer.action("load_targets").trigger()
    qtbot.waitUntil(lambda: targets_of(viewer) == (Target("side", 40, 0, 5),), timeout=PATIENCE_MS)
    saved = tmp_path / "again.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    viewer.action("save_targets").trigger()
    qtbot.waitUntil(saved.exists, timeout=PATIENCE_MS)
    assert json.loads(saved.read_text(encoding="utf-8"))["targets"][0]["name"] == "side"


def test_a_broken_file_of_targets_is_said_and_leaves_the_targets(
    qtbot: QtBot, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10))
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "x.json"), ""))
    viewer.action("load_targets").trigger()
    qtbot.waitUntil(lambda: "“targets” is missing" in viewer.notice.text, timeout=PATIENCE_MS)
    assert targets_of(viewer) == Targets().targets


def test_the_strip_says_what_the_face_does_and_a_click_seeks(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10 + [40.0] * 10))
    lane = only(viewer, AttentionLane)
    assert lane.isVisible()
    assert lane.text_at(0.5) == "Straight ahead: 00:00.0 – 00:01.0 (1.00 s)"
    assert lane.text_at(1.5) == "Elsewhere: 00:01.0 – 00:02.0 (1.00 s)"
    assert lane.text_at(99) == ""
    left, width, start_s, end_s = lane._scale()
    place = QPointF(left + (1.5 - start_s) / (end_s - start_s) * width, 5).toPoint()
    with qtbot.waitSignal(lane.seek_requested) as sought:
        QTest.mouseClick(lane, Qt.MouseButton.LeftButton, pos=place)
    assert sought.args[0] == pytest.approx(1.5, abs=0.02)
    picture = lane.grab().toImage()
    ratio = picture.devicePixelRatio()
    assert picture.pixelColor(round((place.x() - width / 2) * ratio), round(9 * ratio)).name().upper() == "#E69F00"


def test_the_strip_has_its_name_beside_it(opened: Open, tmp_path: Path) -> None:
    lane = only(opened(table(tmp_path / "t.csv", [0.0] * 10)), AttentionLane)
    picture = lane.grab().toImage()
    ratio, background = picture.devicePixelRatio(), picture.pixelColor(0, 0)
    margin = range(int((lane._scale()[0] - 2) * ratio))
    inked = [x for x in margin if any(picture.pixelColor(x, y) != background for y in range(picture.height()))]
    name = QFontMetrics(quiet_font(lane.font())).horizontalAdvance("Targets")
    assert name * 0.8 <= (inked[-1] - inked[0]) / ratio <= name  # The whole name.


def test_angles_smoothed_without_lag_are_used_by_statistics_attention_and_saved_tables(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    yaws = [15 + (12 if index % 2 else -12) for index in range(120)]
    viewer = opened(table(tmp_path / "t.csv", [float(yaw) for yaw in yaws]))
    until_share(qtbot, viewer, 0, "50.0 %")
    kinds = find(viewer, QComboBox, "Angles")
    kinds.setCurrentIndex(kinds.findData("zero-lag"))
    kinds.activated.emit(kinds.currentIndex())
    assert viewer.model.kind == "zero-lag"
    viewer._side._strength.slider.setValue(viewer._side._strength.slider.maximum())
    assert viewer.model.strength == 1
    qtbot.waitUntil(lambda: bool(viewer._curves._curves), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: float(np.ptp(viewer._curves._curves[0].angles[30:-30, 0])) < 5, timeout=PATIENCE_MS)
    saved = tmp_path / "s.csv"
    viewer.model.saving.filtered(saved)
    qtbot.waitUntil(lambda: record_path(saved).exists(), timeout=PATIENCE_MS)
    record = json.loads(record_path(saved).read_text(encoding="utf-8"))
    assert record["settings"]["filter"] == "zero-lag"
    assert record["settings"]["smoothing"] == 1


def test_buttons_without_a_target_are_disabled(opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10))
    page = viewer._attention_page
    remove = next(button for button in page.findChildren(QPushButton) if button.text() == "Re&move")
    remove.click()
    assert targets_of(viewer) == ()
    assert not remove.isEnabled()
    page._add_straight_ahead()
    assert targets_of(viewer)[0].name == "Straight ahead"
    assert remove.isEnabled()


def test_the_map_reaches_to_all_targets(opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10))
    chart = only(viewer, DirectionMap)
    for yaw in (20.0, 50.0, 80.0):
        viewer.model.attention.set_targets(Targets((Target("side", yaw, 0, 5),)), "x")
        middle = chart.point_of(yaw, 0)
        assert chart.rect().contains(middle.toPoint())
        assert chart.direction_at(middle) == pytest.approx((yaw, 0))
        assert not math.isnan(chart.grab().toImage().pixelColor(middle.toPoint()).redF())


def test_the_table_of_targets_can_be_reached_by_the_keyboard(opened: Open, tmp_path: Path) -> None:
    viewer = opened(table(tmp_path / "t.csv", [0.0] * 10))
    for kind in (DirectionMap, TargetsTable):
        assert only(viewer, kind).focusPolicy() & Qt.FocusPolicy.TabFocus
    assert only(viewer, TargetsTable).editTriggers() & QAbstractItemView.EditTrigger.EditKeyPressed
