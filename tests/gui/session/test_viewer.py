from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.session.viewer import SessionViewer
from app.outputs.exclusions import Span, exclusions_path, read_exclusions
from app.outputs.reading import read_pose_table
from app.outputs.record import record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.product import SAMPLE
from detectors import Box
from hopenet import HeadPose, PoseSpread

PATIENCE_MS = 10_000
FRAMES, RATE = 60, 30

Open = Callable[..., SessionViewer]


def table(path: Path, *, yaw: float = 0.0, face_id: int = 1, video: str = "sample.mp4", since_s: float = 0.0) -> Path:
    with open_pose_table(path) as rows:
        for index in range(FRAMES):
            pose = HeadPose(yaw + index / 3, -index / 6, 1)
            faces = [Face(face_id, Box(40, 30, 140, 150), 0.9, pose, pose, PoseSpread(2, 3, 4))]
            if index < FRAMES // 2:
                faces.append(Face(face_id + 1, Box(200, 30, 260, 100), 0.9, pose, pose, PoseSpread(2, 3, 4)))
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, RATE)), tuple(faces)))
    write_record(
        record_path(path),
        product_version="1",
        table=table_format(path),
        source={"name": video, "since_s": since_s},
        snapshot={"name": path.stem},
        detector={},
        settings={},
        counts={"frames": FRAMES},
    )
    return path


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    viewers: list[SessionViewer] = []

    def make(video: Path | None, *tables: Path) -> SessionViewer:
        viewer = SessionViewer(video, tables)
        viewers.append(viewer)
        qtbot.addWidget(viewer)
        viewer.show()
        viewer.activateWindow()
        if tables:
            wanted = len(tables)
            qtbot.waitUntil(lambda: len(viewer.model.session.tables) == wanted, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: viewer.side.face_statistics.rowCount() > 3, timeout=PATIENCE_MS)
        if video is not None:
            qtbot.waitUntil(lambda: position(viewer) is not None, timeout=PATIENCE_MS)
        return viewer

    yield make
    for viewer in viewers:
        viewer.close_now()
        assert viewer.model.join(PATIENCE_MS / 1000)


def position(viewer: SessionViewer) -> float | None:
    """The time of the frame that is shown."""
    qt_frame = viewer.picture._framed
    return qt_frame.shown.analysis.frame.time_s if qt_frame is not None else None


def place(viewer: SessionViewer, time_s: float) -> QPoint:
    """Where a time lies in the middle plot, on the view that takes the mouse."""
    box = viewer.curves._panels[1].box
    (_, _), (low, high) = box.viewRange()
    return viewer.curves._view.mapFromScene(box.mapViewToScene(QPointF(time_s, (low + high) / 2)))


def drag(qtbot: QtBot, viewer: SessionViewer, start_s: float, end_s: float, modifier: Qt.KeyboardModifier) -> None:
    on, left = viewer.curves._view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(on, left, modifier, place(viewer, start_s))
    for part in (0.1, 0.4, 0.7, 1.0):
        between = place(viewer, start_s + part * (end_s - start_s))
        send_move(on, between, modifier)
    qtbot.mouseRelease(on, left, modifier, place(viewer, end_s))


def send_move(on: QWidget, where: QPoint, modifier: Qt.KeyboardModifier) -> None:
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, where, on.mapToGlobal(where), left, left, modifier)
    QCoreApplication.sendEvent(on, event)


def test_the_video_and_the_cursor_go_together(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    assert position(viewer) == 0
    assert [face.track_id for face in viewer.picture._framed.shown.analysis.faces] == [1, 2]  # type: ignore[union-attr]
    viewer.seek(1.01)
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(1.0, abs=0.03), timeout=PATIENCE_MS)
    assert viewer.curves._panels[0].cursor.value() == position(viewer)
    before = position(viewer)
    assert before is not None
    qtbot.waitUntil(viewer.isActiveWindow, timeout=PATIENCE_MS)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(before + 1 / RATE, abs=0.02), timeout=PATIENCE_MS)
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: position(viewer) == before, timeout=PATIENCE_MS)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: (position(viewer) or 0) > before + 0.2, timeout=PATIENCE_MS)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.model.state is not None and not viewer.model.state.playing, timeout=PATIENCE_MS)


def test_clicking_the_curves_seeks_the_video(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    qtbot.mouseClick(viewer.curves._view.viewport(), Qt.MouseButton.LeftButton, pos=place(viewer, 1.5))
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(1.5, abs=0.1), timeout=PATIENCE_MS)


def test_playing_leaves_the_zoom_as_it_is(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    viewer.curves._panels[0].box.setXRange(0.5, 1.5, padding=0)
    viewer.seek(1.0)
    viewer.play_or_pause()
    qtbot.waitUntil(lambda: (position(viewer) or 0) > 1.1, timeout=PATIENCE_MS)
    viewer.play_or_pause()
    start, end = viewer.curves.shown_range
    assert end - start == pytest.approx(1.0)


@pytest.mark.parametrize("marking", [False, True], ids=["Shift held", "marking"])
def test_a_drag_excludes_a_range_and_figures_follow(qtbot: QtBot, opened: Open, tmp_path: Path, marking: bool) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    viewer.actions_["mark"].setChecked(marking)
    viewer._mark()
    modifier = Qt.KeyboardModifier.NoModifier if marking else Qt.KeyboardModifier.ShiftModifier
    drag(qtbot, viewer, 0.5, 1.5, modifier)
    (span,) = viewer.model.session.excluded
    assert span == pytest.approx((0.5, 1.5), abs=0.05)
    assert viewer.side.ranges.count() == 1
    left = sum(not span.start_s <= index / RATE < span.end_s for index in range(FRAMES))
    qtbot.waitUntil(lambda: heading(viewer, 0).startswith(f"a: {left} frames"), timeout=PATIENCE_MS)
    assert viewer.isWindowModified()
    viewer.actions_["undo"].trigger()
    assert viewer.model.session.excluded == ()
    qtbot.waitUntil(lambda: heading(viewer, 0).startswith("a: 60 frames"), timeout=PATIENCE_MS)


def heading(viewer: SessionViewer, row: int) -> str:
    item = viewer.side.face_statistics.item(row, 0)
    return item.text() if item is not None else ""


def test_a_range_is_taken_back_by_the_list_the_key_or_a_right_click(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    for start in (0.2, 0.8, 1.4):
        viewer.model.exclude(start, start + 0.4)
    viewer.side.ranges.setCurrentRow(0)
    viewer.side.remove.click()
    assert viewer.model.session.excluded == (Span(0.8, 1.2000000000000002), Span(1.4, 1.7999999999999998))
    viewer.seek(1.5)
    viewer.actions_["include"].trigger()
    assert len(viewer.model.session.excluded) == 1
    qtbot.mouseClick(viewer.curves._view.viewport(), Qt.MouseButton.RightButton, pos=place(viewer, 1.0))
    assert viewer.model.session.excluded == ()


def test_two_tables_are_compared_face_by_face(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "first.csv"))
    viewer.model.compare_with(table(tmp_path / "second.parquet", yaw=-3, face_id=5))
    qtbot.waitUntil(viewer.side.differences.isVisible, timeout=PATIENCE_MS)
    assert viewer.side.face.itemText(0) == "Face 1, 60 frames, 5 in the second"
    assert viewer.side.differences.item(0, 1).text() == "−3.0°"  # type: ignore[union-attr]
    viewer.side.face.setCurrentIndex(1)
    viewer.side.face.activated.emit(1)
    qtbot.waitUntil(lambda: heading(viewer, 0).startswith("first: 30 frames, 50 %"), timeout=PATIENCE_MS)
    viewer.actions_["stop_comparing"].trigger()
    qtbot.waitUntil(lambda: not viewer.side.differences.isVisible(), timeout=PATIENCE_MS)


def test_nothing_is_drawn_over_an_annotated_video(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    annotated = tmp_path / "sample-poses.mp4"
    shutil.copy(SAMPLE, annotated)
    viewer = opened(annotated, table(tmp_path / "a.csv"))
    qtbot.waitUntil(lambda: viewer.model.drawn is None, timeout=PATIENCE_MS)
    assert viewer.side.drawn.currentText() == "Nothing"
    viewer.side.drawn.setCurrentIndex(1)
    viewer.side.drawn.activated.emit(1)

    def drawn() -> int:
        return len(viewer.picture._framed.shown.analysis.faces)  # type: ignore[union-attr]

    qtbot.waitUntil(lambda: drawn() == 2, timeout=PATIENCE_MS)


def test_an_annotated_part_of_a_video_lies_where_its_table_begins(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    part = tmp_path / "sample-poses.mp4"
    shutil.copy(SAMPLE, part)
    viewer = opened(part, table(tmp_path / "a.csv", since_s=0.5))
    viewer.seek(1.5)
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(1.0, abs=0.02), timeout=PATIENCE_MS)
    assert viewer.curves._panels[0].cursor.value() == pytest.approx(1.5, abs=0.02)


def test_faces_are_drawn_where_an_annotated_part_of_a_video_has_them(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    part = tmp_path / "sample-poses.mp4"
    shutil.copy(SAMPLE, part)
    viewer = opened(part, table(tmp_path / "a.csv", since_s=0.5))
    viewer.model.draw_table(0)
    viewer.seek(1.5)

    def drawn_yaw() -> float:
        faces = viewer.picture._framed.shown.analysis.faces  # type: ignore[union-attr]
        return faces[0].smoothed.yaw if faces else 0.0

    expected = round(1.5 * RATE) / 3  # The table's own frame of that time, not the part's.
    qtbot.waitUntil(lambda: drawn_yaw() == pytest.approx(expected, abs=0.01), timeout=PATIENCE_MS)


def test_exclusions_are_saved_and_read_back(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    viewer.model.exclude(0.5, 1.0)
    viewer.actions_["save_exclusions"].trigger()
    qtbot.waitUntil(lambda: not viewer.isWindowModified(), timeout=PATIENCE_MS)
    assert read_exclusions(path) == (Span(0.5, 1.0),)
    again = opened(None, path)
    assert again.model.session.excluded == (Span(0.5, 1.0),)
    assert not again.isWindowModified()


def test_what_is_saved_can_be_opened(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"), table(tmp_path / "b.csv", yaw=4))
    viewer.model.exclude(0.5, 1.5)
    for save, name in (
        (viewer.model.save_filtered, "kept.csv"),
        (viewer.model.save_plot, "plot.png"),
        (viewer.model.save_plot, "plot.svg"),
        (viewer.model.save_figures, "figures.csv"),
    ):
        with qtbot.waitSignal(viewer.model.said, timeout=PATIENCE_MS):
            save(tmp_path / name)
    assert len(read_pose_table(tmp_path / "kept.csv").tracks[0]) == 30
    assert cv2.imread(str(tmp_path / "plot.png")) is not None
    assert "<svg" in (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert "difference_mean_deg" in (tmp_path / "figures.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("a.csv", "x,y\n1,2\n", "a.csv is no pose table"), ("a.mp4", "no video", "a.mp4")],
    ids=["table", "video"],
)
def test_what_cannot_be_opened_is_told_over_the_picture(
    qtbot: QtBot, opened: Open, tmp_path: Path, name: str, content: str, told: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    viewer = opened(None)
    viewer._take_files([str(tmp_path / name)])
    qtbot.waitUntil(lambda: told in viewer.notice.text, timeout=PATIENCE_MS)
    assert viewer.notice.isVisible()


def test_a_broken_file_of_exclusions_is_told_and_left_alone(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    exclusions_path(path).write_text("mine", encoding="utf-8")
    viewer = opened(None, path)
    qtbot.waitUntil(lambda: "a-excluded.json" in viewer.notice.text, timeout=PATIENCE_MS)
    viewer.close()
    assert exclusions_path(path).read_text(encoding="utf-8") == "mine"


def test_a_table_of_another_video_is_doubted(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv", video="walk.mp4"))
    qtbot.waitUntil(lambda: "of the video walk.mp4" in viewer.notice.text, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("answer", "closed", "kept"),
    [
        (QMessageBox.StandardButton.Save, True, (Span(0.5, 1.0),)),
        (QMessageBox.StandardButton.Discard, True, ()),
        (QMessageBox.StandardButton.Cancel, False, ()),
    ],
    ids=["save", "discard", "cancel"],
)
def test_closing_asks_after_exclusions_that_are_not_saved(
    qtbot: QtBot,
    opened: Open,
    tmp_path: Path,
    answer: QMessageBox.StandardButton,
    closed: bool,
    kept: tuple[Span, ...],
) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    viewer.model.exclude(0.5, 1.0)
    assert not viewer.close()
    box = viewer.files.asking
    assert box is not None
    box.button(answer).click()
    qtbot.waitUntil(lambda: viewer.files.asking is None and viewer.isVisible() != closed, timeout=PATIENCE_MS)
    assert read_exclusions(path) == kept


def test_closing_while_the_video_plays_ends_all_threads(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    viewer.play_or_pause()
    viewer.seek(0.7)
    viewer.close()
    assert viewer.model.join(PATIENCE_MS / 1000)


def test_another_video_takes_the_place_of_the_first(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    shutil.copy(SAMPLE, other)
    viewer = opened(SAMPLE)
    viewer.open_video(other)
    qtbot.waitUntil(lambda: viewer.model.state is not None and position(viewer) == 0, timeout=PATIENCE_MS)
    assert "other.mp4" in viewer.windowTitle()


@pytest.mark.parametrize("name", ["play", "back", "save_plot", "undo", "include", "show_all", "to_start"])
def test_an_empty_viewer_takes_every_key(qtbot: QtBot, opened: Open, name: str) -> None:
    opened(None).actions_[name].trigger()
