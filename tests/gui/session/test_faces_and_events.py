from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QTableWidget,
)
from pytestqt.qtbot import QtBot

from app.gui.picture.video_view import VideoView
from app.gui.session.event_dialogs import EventDialog, LabelDialog
from app.gui.session.event_lanes import EventLanes
from app.gui.session.faces_page import FacesPage
from app.gui.session.move_face_dialog import MoveFaceDialog
from app.gui.session.plots import value_at
from app.gui.session.viewer import SessionViewer
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.product import SAMPLE
from app.session.event_files import events_path
from app.session.events import Event, Label
from app.session.faces import name_face
from app.session.identity_files import session_path
from app.session.storage import read_session
from app.session.video_curves import FaceCurve
from tests.gui.find import find, only
from tests.gui.session.test_viewer import (
    FRAMES,
    PATIENCE_MS,
    RATE,
    Open,
    canvas,
    choose,
    drag,
    drawn_faces,
    heading,
    opened,
    pitch_plot,
    statistics,
    table,
)
from tests.session.test_faces import table as faces_of

__all__ = ["opened"]


@pytest.fixture(autouse=True)
def _own_labels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOPENET_SETTINGS", str(tmp_path / "settings" / "settings.toml"))


def faces(viewer: SessionViewer) -> QTableView:
    return find(viewer, QTableView, "Faces")


def listed(view: QTableView) -> list[list[str]]:
    model = view.model()
    return [
        [str(model.data(model.index(row, column))) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def select(view: QTableView, *rows: int) -> None:
    view.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows:
        view.selectionModel().select(view.model().index(row, 0), flags)


def until_saved(qtbot: QtBot, viewer: SessionViewer) -> None:
    qtbot.waitUntil(lambda: not viewer.isWindowModified(), timeout=PATIENCE_MS)


def press(qtbot: QtBot, viewer: SessionViewer, key: Qt.Key) -> None:
    viewer.setFocus()
    qtbot.waitUntil(viewer.isActiveWindow, timeout=PATIENCE_MS)
    qtbot.keyClick(viewer, key)


def accept(dialog: LabelDialog | EventDialog | MoveFaceDialog) -> None:
    only(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()


def with_labels(viewer: SessionViewer, *labels: Label) -> None:
    viewer.model.edit(lambda session: replace(session.edits, labels=labels), "labels")


def events(viewer: SessionViewer) -> list[Event]:
    return list(viewer.model.session.edits.events)


def excluded(viewer: SessionViewer) -> list[Span]:
    return list(viewer.model.session.excluded)


TALK, NOD = Label("talks", "#E69F00", "1"), Label("nod", "#56B4E9", "2", ranges=False)


def test_a_name_that_is_typed_is_shown_everywhere_and_survives_a_crash(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(SAMPLE, path)
    press(qtbot, viewer, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(faces(viewer).findChildren(QLineEdit)), timeout=PATIENCE_MS)
    editor = only(faces(viewer), QLineEdit)
    qtbot.keyClicks(editor, "Anna")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: listed(faces(viewer))[0][0] == "Anna", timeout=PATIENCE_MS)
    assert find(viewer, QComboBox, "Face").currentText() == "Anna (face 1), 60 frames"
    qtbot.waitUntil(lambda: "Anna" in [face.name for face in drawn_faces(viewer)], timeout=PATIENCE_MS)
    until_saved(qtbot, viewer)
    session, _ = read_session([path])  # As after a crash: the viewer was not closed.
    assert session.name_of(1) == "Anna"


def test_selected_faces_become_one_person_which_is_undone_by_its_name(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    viewer.transport.seek(1.0)
    viewer.action("split_face").trigger()
    qtbot.waitUntil(lambda: len(listed(faces(viewer))) == 3, timeout=PATIENCE_MS)
    assert sorted(row[1:3] for row in listed(faces(viewer))) == [["1", "30"], ["2", "30"], ["3", "30"]]
    assert viewer.action("undo").text() == "&Undo split face 1"
    select(faces(viewer), 1, 2)
    viewer.action("merge_faces").trigger()
    qtbot.waitUntil(lambda: len(listed(faces(viewer))) == 2, timeout=PATIENCE_MS)
    assert viewer.action("undo").text() == "&Undo merge face 2 and face 3"
    viewer.action("undo").trigger()
    qtbot.waitUntil(lambda: len(listed(faces(viewer))) == 3, timeout=PATIENCE_MS)
    assert viewer.action("redo").text() == "Red&o merge face 2 and face 3"
    viewer.action("redo").trigger()
    qtbot.waitUntil(lambda: len(listed(faces(viewer))) == 2, timeout=PATIENCE_MS)
    until_saved(qtbot, viewer)
    assert session_path(path).exists() and read_pose_table(path).track(1) is not None


def test_faces_in_the_same_frame_are_not_merged_and_the_reason_is_shown(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    select(faces(viewer), 0, 1)
    find(viewer, QPushButton, "Same person").click()
    qtbot.waitUntil(lambda: "both in 30 frames" in viewer.notice.text, timeout=PATIENCE_MS)
    assert not viewer.model.session.done


def test_a_marked_range_of_a_face_is_swapped_with_another(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    drag(qtbot, viewer, 0.3, 0.7, Qt.KeyboardModifier.ControlModifier)
    assert excluded(viewer) == []
    viewer.action("move_face").trigger()
    dialog = only(viewer, MoveFaceDialog)
    find(dialog, QComboBox, "To").setCurrentIndex(1)
    only(dialog, QCheckBox).setChecked(True)
    accept(dialog)
    qtbot.waitUntil(lambda: bool(viewer.model.session.done), timeout=PATIENCE_MS)
    (first, second) = viewer.model.session.edits.identities.assigned
    assert (first.face_id, second.face_id) == (2, 1) and first.frames == second.frames
    assert (first.frames.first / RATE, first.frames.last / RATE) == pytest.approx((0.3, 0.7), abs=0.06)


def test_keys_mark_ranges_and_moments_while_the_video_is_shown(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    with_labels(viewer, TALK, NOD)
    viewer.transport.seek(0.5)
    press(qtbot, viewer, Qt.Key.Key_1)
    assert events(viewer) == []
    viewer.transport.seek(1.0)
    find(viewer, QCheckBox, "Mark events of the selected face").setChecked(True)
    press(qtbot, viewer, Qt.Key.Key_2)
    viewer.transport.seek(1.5)
    press(qtbot, viewer, Qt.Key.Key_1)
    assert events(viewer) == [Event(0.5, 1.5, "talks"), Event(1.0, 1.0, "nod", 1)]
    until_saved(qtbot, viewer)
    with events_path(path).open(encoding="utf-8", newline="") as file:
        rows = [(row["label"], row["start_frame"], row["end_frame"]) for row in csv.DictReader(file)]
    assert rows == [("talks", "15", "44"), ("nod", "30", "")]
    qtbot.waitUntil(lambda: find(viewer, QTableWidget, "Labels").rowCount() == 2, timeout=PATIENCE_MS)
    labels = find(viewer, QTableWidget, "Labels")
    assert [labels.item(0, column).text() for column in range(5)] == ["1", "talks", "1", "00:01.0", "50.0 %"]  # type: ignore[union-attr]


def test_a_range_that_was_started_is_dropped_with_escape_or_ended_by_closing(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    with_labels(viewer, TALK)
    press(qtbot, viewer, Qt.Key.Key_1)
    press(qtbot, viewer, Qt.Key.Key_Escape)
    viewer.transport.seek(0.5)
    press(qtbot, viewer, Qt.Key.Key_1)
    viewer.transport.seek(1.0)
    viewer.close()
    qtbot.waitUntil(lambda: not viewer.isVisible(), timeout=PATIENCE_MS)
    session, _ = read_session([path])
    assert session.edits.events == (Event(0.5, 1.0, "talks"),)


def test_marks_become_an_event_or_an_exclusion_without_the_mouse(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    with_labels(viewer, TALK)
    for key in (Qt.Key.Key_1, Qt.Key.Key_X):
        viewer.transport.seek(0.5)
        press(qtbot, viewer, Qt.Key.Key_I)
        viewer.transport.seek(1.25)
        press(qtbot, viewer, Qt.Key.Key_O)
        press(qtbot, viewer, key)
    assert events(viewer) == [Event(0.5, 1.25, "talks")]
    assert excluded(viewer) == [Span(0.5, 1.25)]
    press(qtbot, viewer, Qt.Key.Key_Delete)
    assert events(viewer) == []
    press(qtbot, viewer, Qt.Key.Key_Delete)
    viewer.transport.seek(1.0)
    press(qtbot, viewer, Qt.Key.Key_Delete)
    assert excluded(viewer) == []
    for _ in range(2):
        viewer.action("undo").trigger()
    assert len(events(viewer)) == len(excluded(viewer)) == 1


def test_a_digit_without_a_label_asks_for_one(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    press(qtbot, viewer, Qt.Key.Key_4)
    dialog = only(viewer, LabelDialog)
    qtbot.keyClicks(only(dialog, QLineEdit), "smiles")
    accept(dialog)
    assert [(label.name, label.key) for label in viewer.model.session.edits.labels] == [("smiles", "4")]
    assert viewer.action("mark_4").text() == "Mark “smiles”"


def test_an_event_is_edited_and_found_again(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    with_labels(viewer, TALK, NOD)
    viewer.model.edit(lambda session: session.edits.adding(Event(0.5, 1.5, "talks"), Event(1.1, 1.1, "nod")), "events")
    viewer.transport.seek(0.7)
    viewer.action("next_event").trigger()
    viewer.action("edit_event").trigger()
    dialog = only(viewer, EventDialog)
    find(dialog, QLineEdit, "Note").setText("twice")
    accept(dialog)
    assert Event(1.1, 1.1, "nod", None, "twice") in viewer.model.session.edits.events
    viewer.transport.seek(1.9)
    viewer.action("previous_event").trigger()
    viewer.action("previous_event").trigger()
    assert listed(find(viewer, QTableView, "Events"))[0][:3] == ["00:00.5", "1.00 s", "talks"]
    assert viewer.model.session.done[-1].title == "edit “nod”"


def test_statistics_are_restricted_to_a_label(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    with_labels(viewer, TALK)
    viewer.model.edit(lambda session: session.edits.adding(Event(0.5, 1.0, "talks")), "event")
    choose(viewer, "Statistics of", 1)
    qtbot.waitUntil(lambda: heading(viewer).startswith("a: 15 frames, 100.0 %"), timeout=PATIENCE_MS)
    choose(viewer, "Statistics of", 0)
    qtbot.waitUntil(lambda: heading(viewer).startswith("a: 60 frames"), timeout=PATIENCE_MS)


def test_the_lanes_show_what_is_at_a_place_and_go_there(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    with_labels(viewer, TALK, NOD)
    viewer.model.edit(lambda session: session.edits.adding(Event(0.5, 1.5, "talks", None, "loud")), "event")
    lanes = only(viewer, EventLanes)
    qtbot.waitUntil(lanes.isVisible, timeout=PATIENCE_MS)
    box: Any = pitch_plot(viewer).box
    area, (start, end) = box.sceneBoundingRect(), box.viewRange()[0]
    x = area.left() + area.width() * (1.0 - start) / (end - start)
    lanes.grab()
    point = lanes.rect().topLeft()
    point.setX(int(x))
    point.setY(8)
    assert lanes.text_at(point.toPointF()) == "talks: 00:00.5 – 00:01.5 (1.00 s)\nloud"
    qtbot.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=point)
    assert cursor_time(viewer) == pytest.approx(0.5)


def cursor_time(viewer: SessionViewer) -> float:
    lines = [
        item for item in canvas(viewer).getItem(0, 0).box.childGroup.childItems() if isinstance(item, pg.InfiniteLine)
    ]
    return float(next(line for line in lines if line.angle == 90).value())


def test_a_legend_has_values_only_in_frames_that_have_the_face(tmp_path: Path) -> None:
    track = read_pose_table(table(tmp_path / "a.csv")).track(2)
    assert track is not None
    torn = track.kept(~np.isin(track.frame, [10, 11, 12]))
    curve = FaceCurve.of(torn, torn.raw, torn.spread)
    shown = {frame: value_at(curve, 0, frame / RATE) != "–" for frame in (0, 9, 10, 12, 13, 28, 29, 30, 59)}
    assert shown == {0: True, 9: True, 10: False, 12: False, 13: True, 28: True, 29: True, 30: False, 59: False}
    assert value_at(curve, 0, 9.5 / RATE) == value_at(curve, 0, 9 / RATE)
    assert value_at(curve, 0, -0.1) == "–"


def test_two_tables_of_one_snapshot_have_different_names(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first, second = (table(tmp_path / folder / "a.csv") for folder in ("one", "two"))
    viewer = opened(None, first, second)
    assert viewer.model.session.titles == (str(first), str(second))
    third = table(tmp_path / "one" / "b.csv")
    record = third.with_suffix(".json")
    record.write_text(record.read_text(encoding="utf-8").replace('"name": "b"', '"name": "a"'), encoding="utf-8")
    viewer.model.compare_with(third)
    qtbot.waitUntil(lambda: viewer.model.session.titles == ("a.csv", "b.csv"), timeout=PATIENCE_MS)
    drawn = find(viewer, QComboBox, "Draw on video")
    assert [drawn.itemText(place) for place in range(drawn.count())] == ["Nothing", "a.csv", "b.csv"]


def test_it_is_said_that_only_the_faces_of_the_first_table_can_be_corrected(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"), table(tmp_path / "b.csv"))
    hint = only(viewer, FacesPage).findChild(QLabel, "quiet")
    assert isinstance(hint, QLabel)
    assert hint.text().startswith("These are the faces of a.csv. To correct those of b.csv, open that table alone.")
    viewer.action("stop_comparing").trigger()
    qtbot.waitUntil(lambda: hint.text().startswith("Select the faces of one person"), timeout=PATIENCE_MS)


def test_large_numbers_of_frames_have_grouped_digits(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    faces_of(tmp_path / "a.csv", {1: range(1200)})
    viewer = opened(None, tmp_path / "a.csv")
    assert find(viewer, QComboBox, "Face").currentText() == "Face 1, 1,200 frames"
    qtbot.waitUntil(lambda: heading(viewer) == "a.csv: 1,200 frames, 100.0 %", timeout=PATIENCE_MS)


def test_a_click_on_a_face_in_the_video_selects_it(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    faces_of(tmp_path / "a.csv", {1: range(10), 2: range(5)})
    faces_of(tmp_path / "b.csv", {2: range(10)})
    viewer = opened(SAMPLE, tmp_path / "a.csv", tmp_path / "b.csv")
    chosen, picture = find(viewer, QComboBox, "Face"), only(viewer, VideoView)
    for clicked, face_id in ((2, 2), (None, 2), (1, 1)):
        picture.face_clicked.emit(clicked)
        assert (viewer.model.face_id, chosen.currentData()) == (face_id, face_id)
    viewer.model.draw_table(1)
    assert viewer.model.session.partners == {2: 2}
    picture.face_clicked.emit(1)  # Not in the second table.
    assert viewer.model.face_id == 1
    picture.face_clicked.emit(2)
    picture.face_clicked.emit(None)
    assert viewer.model.face_id == 2


def test_what_is_drawn_stays_as_chosen_until_it_is_no_longer_there(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    viewer = opened(SAMPLE, table(tmp_path / "a.csv"))
    drawn = find(viewer, QComboBox, "Draw on video")
    choose(viewer, "Draw on video", 0)
    viewer.model.compare_with(table(tmp_path / "b.csv", yaw=3))
    qtbot.waitUntil(lambda: drawn.count() == 3, timeout=PATIENCE_MS)
    assert drawn.currentText() == "Nothing"
    choose(viewer, "Draw on video", 2)
    viewer.action("stop_comparing").trigger()
    assert drawn.currentText() == "a" and viewer.model.drawn == 0
    assert statistics(viewer).rowCount() > 3 and FRAMES == 60


def test_nothing_is_said_to_be_drawn_without_a_video(opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    assert not find(viewer, QComboBox, "Draw on video").isEnabled()
    viewer.open_video(SAMPLE)
    assert find(viewer, QComboBox, "Draw on video").isEnabled()


def test_a_table_with_faces_is_saved_in_every_format_and_opened_again(
    qtbot: QtBot, opened: Open, tmp_path: Path
) -> None:
    viewer = opened(None, table(tmp_path / "a.csv"))
    viewer.model.edit(lambda session: name_face(session, 2, "Anna"), "name", heavy=True)
    qtbot.waitUntil(lambda: viewer.model.session.name_of(2) == "Anna", timeout=PATIENCE_MS)
    for name, format_name in (("b.csv", None), ("b.jsonl", None), ("b.parquet", None), ("b-openface.csv", "openface")):
        with qtbot.waitSignal(viewer.model.saving.saved, timeout=PATIENCE_MS):
            viewer.model.saving.table(tmp_path / name, format_name)
        if format_name is None:
            assert read_pose_table(tmp_path / name).names == {2: "Anna"}
    assert "pose_Rx" in (tmp_path / "b-openface.csv").read_text(encoding="utf-8")
    viewer.open_table(tmp_path / "b.parquet")
    qtbot.waitUntil(lambda: "b.parquet" in viewer.windowTitle(), timeout=PATIENCE_MS)
    assert viewer.model.session.name_of(2) == "Anna"


def test_a_started_range_ends_when_another_table_is_opened(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    path, other = table(tmp_path / "a.csv"), table(tmp_path / "b.csv")
    viewer = opened(None, path)
    with_labels(viewer, TALK)
    press(qtbot, viewer, Qt.Key.Key_1)
    viewer.transport.seek(1.0)
    viewer.open_table(other)
    qtbot.waitUntil(lambda: "b.csv" in viewer.windowTitle(), timeout=PATIENCE_MS)
    assert events(viewer) == []
    assert read_session([path])[0].edits.events == (Event(0.0, 1.0, "talks"),)


def test_no_letter_is_on_two_menus_or_two_entries_of_a_menu(opened: Open) -> None:
    viewer = opened(None)
    bar = viewer.menuBar()
    menus = [bar.actions(), *(menu.actions() for menu in bar.findChildren(QMenu))]
    menus += [menu.actions() for action in bar.actions() if isinstance(menu := action.menu(), QMenu)]
    for actions in menus:
        texts = [action.text().replace("&&", "") for action in actions if "&" in action.text().replace("&&", "")]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), texts


def test_changes_are_saved_although_labels_cannot_be_remembered(
    qtbot: QtBot, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOPENET_SETTINGS", str(tmp_path / "file" / "settings.toml"))
    path = table(tmp_path / "a.csv")
    viewer = opened(None, path)
    with_labels(viewer, TALK)
    until_saved(qtbot, viewer)
    assert read_session([path])[0].edits.labels == (TALK,)


def test_a_click_on_a_button_of_a_page_leaves_space_to_the_video(opened: Open, tmp_path: Path) -> None:
    viewer = opened(None, table(tmp_path / "buttons.csv"))
    words = {"Add label…", "Mark", "Edit label…", "Remove label", "Edit event…", "Merge", "Split", "Add", "Colour…"}
    buttons = [button for button in viewer.findChildren(QPushButton) if button.text().replace("&", "") in words]
    assert len(buttons) >= 7
    assert [button.text() for button in buttons if button.focusPolicy() != Qt.FocusPolicy.TabFocus] == []
