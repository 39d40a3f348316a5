from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QMessageBox, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.kit.qt_frame import QtFrame
from app.gui.session.viewer import SessionViewer
from app.outputs.exclusions import Span, exclusions_path, read_exclusions
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.product import SAMPLE
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.find import find, only
from tests.video.videos import make_video

PATIENCE_MS = 10_000
FRAMES, RATE = 60, 30

Open = Callable[..., SessionViewer]
FRAMES_SHOWN: WeakKeyDictionary[SessionViewer, QtFrame] = WeakKeyDictionary()
"""The latest frame of each viewer."""


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
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name=video, kind="video", size=(320, 180), frame_count=FRAMES, since_s=since_s),
        models={"snapshot": {"name": path.stem}},
        counts=Counts(FRAMES, FRAMES, FRAMES),
    )
    return path


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    viewers: list[SessionViewer] = []

    def make(video: Path | None, *tables: Path) -> SessionViewer:
        viewer = SessionViewer(video, tables)
        viewer.model.frame_shown.connect(partial(FRAMES_SHOWN.__setitem__, viewer))
        viewers.append(viewer)
        qtbot.addWidget(viewer)
        viewer.show()
        viewer.activateWindow()
        if tables:
            qtbot.waitUntil(lambda: len(viewer.model.session.tables) == len(tables), timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: statistics(viewer).rowCount() > 3, timeout=PATIENCE_MS)
        if video is not None:
            qtbot.waitUntil(lambda: position(viewer) is not None, timeout=PATIENCE_MS)
        return viewer

    yield make
    for viewer in viewers:
        viewer.close_now()
        assert viewer.model.join(PATIENCE_MS / 1000)


def position(viewer: SessionViewer) -> float | None:
    """The time of the frame that is shown."""
    qt_frame = FRAMES_SHOWN.get(viewer)
    return qt_frame.shown.analysis.frame.time_s if qt_frame is not None else None


def drawn_faces(viewer: SessionViewer) -> tuple[Face, ...]:
    return FRAMES_SHOWN[viewer].shown.analysis.faces


def statistics(viewer: SessionViewer) -> QTableWidget:
    return find(viewer, QTableWidget, "Statistics")


def excluded_ranges(viewer: SessionViewer) -> QListWidget:
    return find(viewer, QListWidget, "Excluded ranges")


def heading(viewer: SessionViewer) -> str:
    """The first line of the statistics: the table, its frames, and their share."""
    item = statistics(viewer).item(0, 0)
    return item.text() if item is not None else ""


def choose(viewer: SessionViewer, name: str, row: int) -> None:
    """Chooses an entry as the user does; Qt does not emit `activated` for a change by the program."""
    choice = find(viewer, QComboBox, name)
    choice.setCurrentIndex(row)
    choice.activated.emit(row)


def canvas(viewer: SessionViewer) -> Any:
    """The pyqtgraph widget with the plots of yaw, pitch and roll."""
    return only(viewer, pg.GraphicsLayoutWidget)


def pitch_plot(viewer: SessionViewer) -> Any:
    return canvas(viewer).getItem(1, 0)


def cursor(viewer: SessionViewer) -> float:
    """The time of the cursor in the plot of pitch."""
    lines = [item for item in pitch_plot(viewer).box.childGroup.childItems() if isinstance(item, pg.InfiniteLine)]
    return float(next(line for line in lines if line.angle == 90).value())


def place(viewer: SessionViewer, time_s: float) -> QPoint:
    """The point of a time in the plot of pitch, on the view that receives the mouse."""
    box = pitch_plot(viewer).box
    (_, _), (low, high) = box.viewRange()
    return QPoint(canvas(viewer).mapFromScene(box.mapViewToScene(QPointF(time_s, (low + high) / 2))))


def drag(qtbot: QtBot, viewer: SessionViewer, start_s: float, end_s: float, modifier: Qt.KeyboardModifier) -> None:
    on, left = canvas(viewer).viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(on, left, modifier, place(viewer, start_s))
    for part in (0.1, 0.4, 0.7, 1.0):
        send_move(on, place(viewer, start_s + part * (end_s - start_s)), modifier)
    qtbot.mouseRelease(on, left, modifier, place(viewer, end_s))


def send_move(on: QWidget, where: QPoint, modifier: Qt.KeyboardModifier) -> None:
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, where, on.mapToGlobal(where), left, left, modifier)
    QCoreApplication.sendEvent(on, event)


def test_the_video_and_the_cursor_move_together(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    assert position(viewer) == 0
    qtbot.waitUntil(lambda: [face.track_id for face in drawn_faces(viewer)] == [1, 2], timeout=PATIENCE_MS)
    viewer.transport.seek(1.01)
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(1.0, abs=0.03), timeout=PATIENCE_MS)
    assert cursor(viewer) == position(viewer)
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
    qtbot.mouseClick(canvas(viewer).viewport(), Qt.MouseButton.LeftButton, pos=place(viewer, 1.5))
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(1.5, abs=0.1), timeout=PATIENCE_MS)


def test_playing_does_not_change_the_zoom(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    pitch_plot(viewer).box.setXRange(0.5, 1.5, padding=0)
    viewer.transport.seek(1.0)
    viewer.transport.play_or_pause()
    qtbot.waitUntil(lambda: (position(viewer) or 0) > 1.1, timeout=PATIENCE_MS)
    viewer.transport.play_or_pause()
    start, end = pitch_plot(viewer).box.viewRange()[0]
    assert end - start == pytest.approx(1.0)


@pytest.mark.parametrize("switched", [False, True], ids=["Shift held", "switched on"])
def test_dragging_excludes_a_range_and_updates_the_statistics(
    qtbot: QtBot, opened: Open, tmp_path: Path, switched: bool
) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    if switched:
        viewer.action("exclude").trigger()
    modifier = Qt.KeyboardModifier.NoModifier if switched else Qt.KeyboardModifier.ShiftModifier
    drag(qtbot, viewer, 0.5, 1.5, modifier)
    (span,) = viewer.model.session.excluded
    assert span == pytest.approx((0.5, 1.5), abs=0.05)
    assert excluded_ranges(viewer).count() == 1
    left = sum(not span.start_s <= index / RATE < span.end_s for index in range(FRAMES))
    qtbot.waitUntil(lambda: heading(viewer).startswith(f"a: {left} frames"), timeout=PATIENCE_MS)
    viewer.action("undo").trigger()
    assert viewer.model.session.excluded == ()
    qtbot.waitUntil(lambda: heading(viewer).startswith("a: 60 frames"), timeout=PATIENCE_MS)


def test_an_exclusion_is_removed_by_button_key_or_right_click(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    for start in (0.2, 0.8, 1.4):
        viewer.model.exclude(start, start + 0.4)
    excluded_ranges(viewer).setCurrentRow(0)
    find(viewer, QPushButton, "Remove exclusion").click()
    assert viewer.model.session.excluded == (Span(0.8, 1.2), Span(1.4, 1.8))
    viewer.transport.seek(1.5)
    viewer.action("include").trigger()
    assert len(viewer.model.session.excluded) == 1
    qtbot.mouseClick(canvas(viewer).viewport(), Qt.MouseButton.RightButton, pos=place(viewer, 1.0))
    assert viewer.model.session.excluded == ()


def test_two_tables_are_compared_face_by_face(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "first.csv"))
    viewer.model.compare_with(table(tmp_path / "second.parquet", yaw=-3, face_id=5))
    differences = find(viewer, QTableWidget, "Differences")
    qtbot.waitUntil(differences.isVisible, timeout=PATIENCE_MS)
    assert find(viewer, QLabel, "Difference (second − first) over 60 shared frames").isVisible()
    assert find(viewer, QComboBox, "Face").itemText(0) == "Face 1, 60 frames, face 5 in the second table"
    cell = differences.item(0, 1)
    assert cell is not None and cell.text() == "−3.0°"
    choose(viewer, "Face", 1)
    qtbot.waitUntil(lambda: heading(viewer).startswith("first: 30 frames, 50.0 %"), timeout=PATIENCE_MS)
    viewer.action("stop_comparing").trigger()
    qtbot.waitUntil(lambda: not differences.isVisible(), timeout=PATIENCE_MS)


def test_nothing_is_drawn_on_an_annotated_video_until_a_table_is_chosen(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    annotated = tmp_path / "sample-poses.mp4"
    shutil.copy(SAMPLE, annotated)
    viewer = opened(annotated, table(tmp_path / "a.csv"))
    qtbot.waitUntil(lambda: drawn_faces(viewer) == (), timeout=PATIENCE_MS)
    assert find(viewer, QComboBox, "Draw on video").currentText() == "Nothing"
    choose(viewer, "Draw on video", 1)
    qtbot.waitUntil(lambda: len(drawn_faces(viewer)) == 2, timeout=PATIENCE_MS)


def test_what_is_drawn_is_named_if_the_video_is_opened_after_its_table(opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "poses.csv", video=SAMPLE.name))
    assert find(viewer, QComboBox, "Draw on video").currentText() == "Nothing"
    viewer.model.open_video(SAMPLE)
    assert find(viewer, QComboBox, "Draw on video").currentText() == "poses"


def test_an_annotated_part_of_a_video_starts_at_the_start_of_its_table(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    part = tmp_path / "sample-poses.mp4"
    shutil.copy(SAMPLE, part)
    viewer = opened(part, table(tmp_path / "a.csv", since_s=0.5))
    viewer.transport.seek(1.5)
    qtbot.waitUntil(lambda: position(viewer) == pytest.approx(1.0, abs=0.02), timeout=PATIENCE_MS)
    assert cursor(viewer) == pytest.approx(1.5, abs=0.02)


def test_faces_are_drawn_at_the_right_time_on_an_annotated_part_of_a_video(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    part = tmp_path / "sample-poses.mp4"
    shutil.copy(SAMPLE, part)
    viewer = opened(part, table(tmp_path / "a.csv", since_s=0.5))
    viewer.model.draw_table(0)
    viewer.transport.seek(1.5)

    def drawn_yaw() -> float:
        poses = [face.smoothed for face in drawn_faces(viewer) if face.smoothed is not None]
        return poses[0].yaw if poses else 0.0

    expected = round(1.5 * RATE) / 3  # Of the frame at this time in the table, not in the part.
    qtbot.waitUntil(lambda: drawn_yaw() == pytest.approx(expected, abs=0.01), timeout=PATIENCE_MS)


def test_each_change_is_saved_at_once_and_read_back(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    viewer.model.exclude(0.5, 1.0)
    assert viewer.isWindowModified()
    qtbot.waitUntil(lambda: not viewer.isWindowModified(), timeout=PATIENCE_MS)
    assert read_exclusions(path) == (Span(0.5, 1.0),)
    again = opened(None, path)
    assert again.model.session.excluded == (Span(0.5, 1.0),)
    assert not again.isWindowModified()


def test_what_is_saved_can_be_opened(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"), table(tmp_path / "b.csv", yaw=4))
    viewer.model.exclude(0.5, 1.5)
    for save, name in (
        (viewer.model.saving.filtered, "kept.csv"),
        (viewer.model.saving.plot, "plot.png"),
        (viewer.model.saving.plot, "plot.svg"),
        (viewer.model.saving.statistics, "statistics.csv"),
    ):
        with qtbot.waitSignal(viewer.model.saving.saved, timeout=PATIENCE_MS):
            save(tmp_path / name)
    assert len(read_pose_table(tmp_path / "kept.csv").tracks[0]) == 30
    assert cv2.imread(str(tmp_path / "plot.png")) is not None
    assert "<svg" in (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert "difference_mean_deg" in (tmp_path / "statistics.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["a.csv", "b.csv", "b.json", "linked.csv"])
def test_what_is_saved_never_replaces_a_file_of_the_session(
    qtbot: QtBot, opened: Open, tmp_path: Path, name: str
) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"), table(tmp_path / "b.csv", yaw=4))
    try:
        (tmp_path / "linked.csv").hardlink_to(tmp_path / "b.csv")
    except OSError:
        pytest.skip("needs a disk with hard links")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for save in (viewer.model.saving.filtered, viewer.model.saving.statistics):
        with qtbot.waitSignal(viewer.model.failed, timeout=PATIENCE_MS):
            save(tmp_path / name)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("a.csv", "x,y\n1,2\n", "a.csv is not a pose table"), ("a.mp4", "no video", "a.mp4")],
    ids=["table", "video"],
)
def test_a_file_that_cannot_be_opened_is_reported(
    qtbot: QtBot, opened: Open, tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    viewer = opened(None)
    drop(viewer, tmp_path / name)
    qtbot.waitUntil(lambda: message in viewer.notice.text, timeout=PATIENCE_MS)
    assert viewer.notice.isVisible()


def test_an_invalid_exclusions_file_is_reported_and_not_changed(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    exclusions_path(path).write_text("mine", encoding="utf-8")
    viewer = opened(None, path)
    qtbot.waitUntil(lambda: "a-excluded.json" in viewer.notice.text, timeout=PATIENCE_MS)
    viewer.close()
    assert exclusions_path(path).read_text(encoding="utf-8") == "mine"


def test_a_table_of_another_video_is_reported(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv", video="walk.mp4"))
    qtbot.waitUntil(lambda: "of the video walk.mp4" in viewer.notice.text, timeout=PATIENCE_MS)


def test_a_video_of_another_frame_rate_than_its_table_is_reported(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    video = make_video(tmp_path / "talk.mp4", time_base=Fraction(1, 50), rate=Fraction(50))
    viewer = opened(video, table(tmp_path / "talk.csv"))
    qtbot.waitUntil(lambda: "but talk.mp4 has 50." in viewer.notice.text, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("answer", "closed", "kept"),
    [
        (QMessageBox.StandardButton.Save, True, (Span(0.5, 1.0),)),
        (QMessageBox.StandardButton.Discard, True, None),
        (QMessageBox.StandardButton.Cancel, False, None),
    ],
    ids=["save", "discard", "cancel"],
)
def test_closing_asks_what_to_do_with_changes_that_cannot_be_saved(
    qtbot: QtBot,
    opened: Open,
    tmp_path: Path,
    answer: QMessageBox.StandardButton,
    closed: bool,
    kept: tuple[Span, ...] | None,
) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    exclusions_path(path).write_text("of another program", encoding="utf-8")
    viewer.model.exclude(0.5, 1.0)
    qtbot.waitUntil(lambda: "was changed by another program" in viewer.notice.text, timeout=PATIENCE_MS)
    assert viewer.isWindowModified()
    assert not viewer.close()
    qtbot.waitUntil(lambda: bool(viewer.findChildren(QMessageBox)), timeout=PATIENCE_MS)
    question = only(viewer, QMessageBox)
    assert not viewer.close() and only(viewer, QMessageBox) is question
    question.button(answer).click()
    qtbot.waitUntil(lambda: not viewer.findChildren(QMessageBox) and viewer.isVisible() != closed, timeout=PATIENCE_MS)
    if kept is None:
        assert exclusions_path(path).read_text(encoding="utf-8") == "of another program"
    else:
        assert read_exclusions(path) == kept
        assert (tmp_path / "a-excluded.former.json").read_text(encoding="utf-8") == "of another program"


def test_saving_anyway_takes_back_that_nothing_was_saved(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    exclusions_path(path).write_text("of another program", encoding="utf-8")
    viewer.model.exclude(0.5, 1.0)
    qtbot.waitUntil(lambda: "is not replaced" in viewer.notice.text, timeout=PATIENCE_MS)
    viewer.action("save_changes").trigger()
    qtbot.waitUntil(lambda: not viewer.notice.isVisible(), timeout=PATIENCE_MS)
    assert read_exclusions(path) == (Span(0.5, 1.0),)


def test_closing_right_after_a_change_saves_it(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    viewer.model.exclude(0.5, 1.0)
    viewer.close()
    qtbot.waitUntil(lambda: not viewer.isVisible(), timeout=PATIENCE_MS)
    assert read_exclusions(path) == (Span(0.5, 1.0),)


def test_closing_while_the_video_plays_ends_all_threads(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    viewer.transport.play_or_pause()
    viewer.transport.seek(0.7)
    viewer.close()
    assert viewer.model.join(PATIENCE_MS / 1000)


def test_another_video_replaces_the_first(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    shutil.copy(SAMPLE, other)
    viewer = opened(SAMPLE)
    viewer.open_video(other)
    qtbot.waitUntil(lambda: viewer.model.state is not None and position(viewer) == 0, timeout=PATIENCE_MS)
    assert "other.mp4" in viewer.windowTitle()


@pytest.mark.parametrize("name", ["play", "previous_frame", "save_plot", "undo", "include", "show_all", "to_start"])
def test_actions_do_nothing_in_an_empty_viewer(opened: Open, name: str) -> None:
    viewer = opened(None)
    before = viewer.model.session
    viewer.action(name).trigger()
    assert viewer.model.session is before and viewer.model.video is None
    assert not viewer.notice.isVisible()


def drop(viewer: SessionViewer, path: Path) -> None:
    """Drops a file on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    viewer.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
