"""Tables of a folder of pictures in the session viewer, and what concerns its last frame and its lists."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QTableView, QTableWidget
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.session.event_lanes import EventLanes
from app.gui.session.faces_page import FacesPage
from app.gui.session.viewer import SessionViewer
from app.gui.session.when import moment_text, span_text
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.session.events import Event, Label
from app.session.label_statistics import label_statistics
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.find import find, only

PATIENCE_MS = 10_000


def table(path: Path, kind: str = "folder") -> Path:
    with open_pose_table(path) as rows:
        for index, yaws in enumerate(((10, -20), (60, 30), (0,))):
            poses = [HeadPose(yaw, 0, 0) for yaw in yaws]
            faces = tuple(
                Face(number, Box(0, 0, 50 * number, 50), 1, pose, pose, PoseSpread(1, 1, 1))
                for number, pose in enumerate(poses, start=1)
            )
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 25)), faces))
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="photos", kind=kind, size=(320, 240), frame_count=3),
        models={"snapshot": {"name": path.stem}},
        counts=Counts(3, 5, 3),
        pictures=["ann.jpg", "bob.jpg", "dog.jpg"] if kind == "folder" else [],
    )
    return path


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path) -> SessionViewer:
    viewer = SessionViewer(None, [table(tmp_path / "photos.csv")])
    qtbot.addWidget(viewer, before_close_func=lambda viewer: viewer.close_now())
    viewer.show()
    statistics = find(viewer, QTableWidget, "Statistics")
    qtbot.waitUntil(lambda: statistics.rowCount() > 3, timeout=PATIENCE_MS)
    return viewer


def test_pictures_are_counted_and_named_in_place_of_times(viewer: SessionViewer, qtbot: QtBot) -> None:
    viewer.transport.seek(0.04)
    position = find(viewer, QLabel, "Position")
    qtbot.waitUntil(lambda: position.text() == "picture 2 of 3 · bob.jpg", timeout=PATIENCE_MS)
    faces = find(viewer, QTableView, "Faces").model()
    assert [faces.index(0, column).data() for column in (2, 3, 4)] == ["3", "picture 1", "picture 3"]


def test_statistics_of_pictures_say_that_they_are_of_all_faces(viewer: SessionViewer) -> None:
    statistics = find(viewer, QTableWidget, "Statistics")
    texts = [item.text() for column in range(2) if (item := statistics.item(1 if column else 0, column))]
    assert texts == ["photos: 5 faces in 3 pictures, 100.0 %", "16.0°"]
    assert any("numbered in each picture" in label.text() for label in viewer.findChildren(QLabel) if label.isVisible())


def test_what_takes_a_face_number_for_one_person_is_disabled_for_pictures(viewer: SessionViewer) -> None:
    for name in ("name_face", "merge_faces", "split_face", "move_face", "save_attention", "add_target"):
        assert not viewer.action(name).isEnabled(), name
    assert not find(viewer, QComboBox, "Angles").isEnabled()
    assert viewer.model.kind == "raw"


def test_no_line_joins_the_faces_of_pictures(viewer: SessionViewer, qtbot: QtBot) -> None:
    scene = only(viewer, pg.GraphicsLayoutWidget).scene()

    def points() -> list[list[float]]:
        return [item.getData()[1].tolist() for item in scene.items() if isinstance(item, pg.ScatterPlotItem)]

    qtbot.waitUntil(lambda: pytest.approx([10, 60, 0], abs=1e-4) in points(), timeout=PATIENCE_MS)
    lines = [item.getData()[1] for item in scene.items() if isinstance(item, pg.PlotCurveItem)]
    for line in lines:
        known = np.isfinite(np.zeros(0) if line is None else line)
        assert not (known[:-1] & known[1:]).any()


def test_ranges_of_pictures_are_counted_in_pictures(tmp_path: Path) -> None:
    photos, film = read_pose_table(table(tmp_path / "p.csv")), read_pose_table(table(tmp_path / "v.csv", "video"))
    assert moment_text(photos, 0.04) == "picture 2"
    assert span_text(photos, Span(0, 0.08), 1) == "pictures 1 – 2"
    assert moment_text(film, 0.04) == "00:00.0"
    assert span_text(film, Span(0.5, 2), 1) == "00:00.5 – 00:02.0 (1.5 s)"


def test_the_name_of_a_label_is_never_under_the_playhead(viewer: SessionViewer, qtbot: QtBot) -> None:
    label, event = Label("talks", "#E69F00", "1"), Event(0, 0.04, "talks")
    viewer.model.edit(lambda session: session.edits.with_label(label).adding(event), "label")
    lanes = only(viewer, EventLanes)
    qtbot.waitUntil(lanes.isVisible, timeout=PATIENCE_MS)
    width = lanes.fontMetrics().horizontalAdvance("talks")
    lanes.show_time(0.08)
    at_edge = lanes.name_x(width)
    lanes.show_time(0.0)
    beside = lanes.name_x(width)
    assert beside > at_edge


def opened(qtbot: QtBot, path: Path) -> SessionViewer:
    viewer = SessionViewer(None, [path])
    qtbot.addWidget(viewer, before_close_func=lambda viewer: viewer.close_now())
    viewer.show()
    qtbot.waitUntil(lambda: viewer.model.session.first is not None, timeout=PATIENCE_MS)
    return viewer


def test_a_range_that_ends_in_the_last_frame_contains_it(qtbot: QtBot, tmp_path: Path) -> None:
    viewer = opened(qtbot, table(tmp_path / "v.csv", "video"))
    viewer.model.edit(lambda session: session.edits.with_label(Label("talks", "#E69F00", "1")), "label")
    for time_s in (0.0, 0.08):
        viewer.transport.seek(time_s)
        viewer.action("mark_1").trigger()
    assert viewer.model.session.edits.events == (Event(0, 0.12, "talks"),)
    for time_s, mark in ((0.04, "mark_start"), (0.08, "mark_end")):
        viewer.transport.seek(time_s)
        viewer.action(mark).trigger()
    viewer.action("exclude_marked").trigger()
    assert [tuple(span) for span in viewer.model.session.excluded] == [pytest.approx((0.04, 0.12))]
    (label,) = label_statistics(viewer.model.session)
    assert label.share == pytest.approx(1.0)


def test_another_table_starts_with_its_own_face_selected_not_one_of_the_same_number(
    qtbot: QtBot, tmp_path: Path
) -> None:
    viewer = opened(qtbot, table(tmp_path / "a.csv", "video"))
    faces = only(viewer, FacesPage)
    qtbot.waitUntil(lambda: faces.selected == [1], timeout=PATIENCE_MS)
    other = tmp_path / "b.csv"
    lines = (tmp_path / "a.csv").read_text().splitlines()
    # Face 2, which is in two frames, remains longest if face 1 is only in the first.
    kept = [line for line in lines[1:] if line.split(",")[0] == "0" or line.split(",")[2] == "2"]
    other.write_text("\n".join([lines[0], *kept]) + "\n")
    viewer.open_table(other)
    qtbot.waitUntil(lambda: viewer.model.face_id == 2, timeout=PATIENCE_MS)
    assert faces.selected == [2]
