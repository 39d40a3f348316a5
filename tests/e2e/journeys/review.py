"""A session: faces are merged, split and named, events marked by key, a target set, files saved, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QTableView

from app.frames import Analysis, Face, Frame
from app.gui.session.event_dialogs import LabelDialog
from app.gui.session.viewer import SessionViewer
from app.gui.window.main_window import MainWindow
from app.outputs.tables import open_pose_table
from app.product import SAMPLE
from app.session.targets import Target, Targets
from benchmarks.driving import Step
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.e2e.journeys.journey import Journey, press, shown, the, type_text
from tests.gui.find import find, only

RATE, FRAMES = 30, 60


def table(path: Path) -> Path:
    """Faces 1 and 2 are one person, in the first and the second half; face 3 looks aside in every frame."""
    spread = PoseSpread(2, 3, 4)
    with open_pose_table(path) as rows:
        for index in range(FRAMES):
            first, third = HeadPose(index / 3, 0, 1), HeadPose(40, -5, 2)
            faces = (
                Face(1 if index < FRAMES // 2 else 2, Box(40, 30, 140, 150), 0.9, first, first, spread),
                Face(3, Box(200, 30, 300, 150), 0.9, third, third, spread),
            )
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, RATE)), faces))
    return path


def story(window: MainWindow, journey: Journey) -> Iterator[Step]:
    path = table(journey.folder / "sample.csv")
    journey.step("opening")
    window.dialogs.open_session(SAMPLE, path)
    yield lambda: shown(SessionViewer) is not None
    viewer = the(SessionViewer)
    yield lambda: sorted(viewer.model.session.face_ids) == [1, 2, 3] and viewer.model.state is not None
    yield from correct_faces(viewer, journey)
    yield from mark_events(viewer, journey)
    yield from measure(viewer, journey)
    journey.step("closing and finding it again")
    viewer.close()
    yield lambda: shown(SessionViewer) is None
    window.dialogs.open_session(SAMPLE, path)
    yield lambda: shown(SessionViewer) is not None
    model = the(SessionViewer).model
    yield lambda: bool(model.session.tables)
    edits = model.session.edits
    journey.told["found again"] = {
        "faces": [[face, model.session.name_of(face)] for face in sorted(model.session.face_ids)],
        "events": [[event.label, event.start_s, event.end_s] for event in edits.events],
        "targets": [target.name for target in model.attention.targets.targets],
    }


def correct_faces(viewer: SessionViewer, journey: Journey) -> Iterator[Step]:
    session = viewer.model
    journey.step("merging, splitting, undoing")
    listed = session.session.face_ids
    select(find(viewer, QTableView, "Faces"), listed.index(1), listed.index(2))
    viewer.action("merge_faces").trigger()
    yield lambda: sorted(session.session.face_ids) == [1, 3]
    track = session.session.tables[0].track(1)
    assert track is not None
    journey.told["merged"] = len(track)
    session.select_face(3)
    viewer.transport.seek(1.5)
    viewer.action("split_face").trigger()
    yield lambda: len(session.session.face_ids) == 3
    journey.told["split"] = sorted(len(own) for own in session.session.tables[0].tracks)
    viewer.action("undo").trigger()
    yield lambda: sorted(session.session.face_ids) == [1, 3]
    journey.step("naming")
    session.select_face(1)
    viewer.activateWindow()
    viewer.action("name_face").trigger()
    faces = find(viewer, QTableView, "Faces")
    yield lambda: bool(faces.findChildren(QLineEdit))
    editor = only(faces, QLineEdit)
    editor.setFocus()
    type_text("Anna")
    press(Qt.Key.Key_Return)
    yield lambda: session.session.name_of(1) == "Anna"


def select(view: QTableView, *rows: int) -> None:
    view.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows:
        view.selectionModel().select(view.model().index(row, 0), flags)


def mark_events(viewer: SessionViewer, journey: Journey) -> Iterator[Step]:
    journey.step("marking events by key")
    viewer.transport.seek(0.5)
    viewer.setFocus()
    press(Qt.Key.Key_1, window=viewer)
    yield lambda: bool(viewer.findChildren(LabelDialog))
    dialog = only(viewer, LabelDialog)
    only(dialog, QLineEdit).setText("talks")
    only(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    yield lambda: bool(viewer.model.session.edits.labels)
    yield lambda: not viewer.findChildren(LabelDialog)
    for time_s in (0.5, 1.5):
        viewer.activateWindow()
        yield viewer.isActiveWindow
        viewer.transport.seek(time_s)
        viewer.setFocus()
        press(Qt.Key.Key_1, window=viewer)
    yield lambda: bool(viewer.model.session.edits.events)
    yield lambda: not viewer.model.unsaved


def measure(viewer: SessionViewer, journey: Journey) -> Iterator[Step]:
    journey.step("target and statistics")
    attention = viewer.model.attention
    measured: list[object] = []
    attention.changed.connect(measured.append)
    attention.set_targets(Targets((Target("screen", 0, 0, 10), Target("partner", 40, -5, 8))), "add a target")
    yield lambda: bool(measured)
    for name, save in (("statistics", viewer.model.saving.statistics), ("attention", attention.save)):
        path = journey.folder / f"{name}.csv"
        save(path)
        yield path.exists
        journey.told[name] = str(path)
    yield lambda: not viewer.model.unsaved
