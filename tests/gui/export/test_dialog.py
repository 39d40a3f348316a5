"""The export dialog: settings, checks, and the exports that it gives."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.export.export_settings import ExportSettings, ToExport
from app.export.pipeline import RunControl
from app.export.run import run_task
from app.export.task import TableOutput
from app.gui.export.dialog import ExportDialog
from app.gui.export.dialog_frame import Around
from app.gui.export.preset_store import PresetStore
from app.gui.kit.time_box import TimeBox
from app.gui.kit.workers import Workers
from app.outputs.collisions import output_key
from app.product import SAMPLE
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Reference, Signs, Style
from app.video import SourceFacts, VideoOptions, open_source, read_back
from app.weights import ModelStore
from detectors import DetectorOptions
from hopenet import HeadPose
from tests.gui.find import find

SNAPSHOTS = (("compact", "Compact"), ("resnet50", "ResNet-50"))
LIMITED = DetectorChoice("mediapipe", DetectorOptions(minimum_score=0.7))

Make = Callable[..., ExportDialog]


def to_export(path: Path, *, seconds: float | None = 8.0, sound: bool = True) -> ToExport:
    end = None if seconds is None else Fraction(seconds)
    facts = SourceFacts(path, "video", 640, 360, Fraction(25), Fraction(1, 25), 200, seconds, has_sound=sound, end=end)
    return ToExport(path, facts)


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def make(*videos: ToExport, **options: object) -> ExportDialog:
        around: dict[str, Any] = {
            name: options.pop(name) for name in ("present_s", "marked", "presets", "workers") if name in options
        }
        promised = frozenset(map(output_key, options.pop("promised", ())))  # type: ignore[call-overload]
        rest: dict[str, Any] = {name: options.pop(name) for name in ("edited", "preset", "note") if name in options}
        given = {
            "snapshot": "resnet50",
            "detector": LIMITED,
            "settings": AnalysisSettings(detect_every=3, smoothing=0.3),
            "style": Style(cube=True),
            **options,
        }
        settings = ExportSettings(**given)  # type: ignore[arg-type]
        surroundings = Around(snapshots=SNAPSHOTS, settings=settings, promised=promised, **around)
        dialog = ExportDialog(videos, surroundings, **rest)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


@pytest.fixture
def dialog(make: Make, tmp_path: Path) -> ExportDialog:
    return make(to_export(tmp_path / "talk.mp4"), engine=EngineChoice("cpu"))


class _Windows(QObject):
    """Collects the windows that appear."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.mark.usefixtures("settings_file")
def test_no_part_of_the_dialog_appears_as_a_window_of_its_own(make: Make, tmp_path: Path, qapp: QApplication) -> None:
    windows, workers = _Windows(), Workers("presets", print, threads=1)
    presets = PresetStore(workers)
    qapp.installEventFilter(windows)
    make(to_export(tmp_path / "talk.mp4"), presets=presets)
    qapp.removeEventFilter(windows)
    workers.close(wait=True)
    assert windows.shown == ["ExportDialog"]


def export_button(dialog: ExportDialog) -> QPushButton:
    return find(dialog, QPushButton, "Export")


def test_by_default_the_whole_video_is_exported_with_the_windows_settings(dialog: ExportDialog, tmp_path: Path) -> None:
    (task,) = dialog.tasks
    assert task.source == tmp_path / "talk.mp4"
    assert task.video == tmp_path / "talk-poses.mp4"
    assert task.tables == (TableOutput(tmp_path / "talk-poses.csv"),)
    assert (task.since, task.until) == (Fraction(0), None)
    assert (task.snapshot, task.detector, task.engine) == ("resnet50", LIMITED, EngineChoice("cpu"))
    assert task.settings == AnalysisSettings(detect_every=3, smoothing=0.3)
    assert (task.style, task.reference) == (Style(cube=True), Reference())
    assert (task.video_options, task.overwrite) == (VideoOptions("h264", sound=True), False)
    assert dialog.problem == ""
    assert export_button(dialog).isEnabled()


def test_every_choice_is_in_the_task(dialog: ExportDialog, tmp_path: Path) -> None:
    outputs = dialog.outputs
    dialog.range.part.setChecked(True)
    dialog.range.since.setValue(1.5)
    dialog.range.until.setValue(3.25)
    dialog.analysis.snapshot.setCurrentIndex(0)
    dialog.analysis.detector.setCurrentIndex(dialog.analysis.detector.findData("dlib-hog"))
    dialog.analysis.smoothing.set_value(0.8)
    dialog.analysis.every.setValue(5)
    dialog.as_in_window.setChecked(False)
    find(dialog.overlay, QCheckBox, "Trail").click()
    outputs.container.setCurrentIndex(outputs.container.findData(".mkv"))
    outputs.format.setCurrentIndex(outputs.format.findData("openface"))
    outputs.quality.setCurrentIndex(outputs.quality.findData("small"))
    outputs.sound.setChecked(False)
    outputs.text.setChecked(True)
    dialog.name.setText("mine")
    dialog.folder.edit.setText(str(tmp_path / "other"))
    (task,) = dialog.tasks
    place = tmp_path / "other"
    assert task.video == place / "mine.mkv"
    assert task.tables == (TableOutput(place / "mine.csv", "openface"), TableOutput(place / "mine.txt"))
    assert (task.since, task.until) == (Fraction(3, 2), Fraction(13, 4))
    assert (task.snapshot, task.detector.name, task.settings.smoothing) == ("compact", "dlib-hog", 0.8)
    assert task.settings.measure_every == 5
    assert task.detector.options == LIMITED.options
    assert task.style == Style(cube=True, trail=True)
    quality = task.video_options.quality
    assert quality is not None and quality > 20
    assert not task.video_options.sound


def test_a_title_that_is_too_long_for_its_box_is_whole_in_the_tool_tip(dialog: ExportDialog) -> None:
    for box in (dialog.analysis.snapshot, dialog.analysis.detector):
        for place in (1, 0):
            box.setCurrentIndex(place)
            assert box.toolTip() == box.itemText(place)


def test_a_range_up_to_the_end_has_no_end_of_its_own(dialog: ExportDialog) -> None:
    dialog.range.part.setChecked(True)
    dialog.range.since.setValue(2)
    assert dialog.tasks[0].until is None
    assert dialog.problem == ""


@pytest.mark.parametrize(
    ("do", "problem"),
    [
        (lambda d: (d.outputs.video.setChecked(False), d.outputs.table.setChecked(False)), "No output is chosen"),
        (
            lambda d: (d.range.part.setChecked(True), d.range.since.setValue(5), d.range.until.setValue(5)),
            "is empty",
        ),
        (lambda d: d.analysis.detector.setCurrentIndex(d.analysis.detector.findData("boxes")), "box file"),
        (lambda d: d.name.setText("  "), "need a name"),
        (lambda d: d.name.setText("a/b"), "cannot contain “/”"),
        (lambda d: d.name.setText("talk"), "overwritten by its own export"),
        (lambda d: d.folder.edit.setText("/gone/for/ever"), "There is no folder /gone/for/ever"),
        (lambda d: d.folder.edit.setText("a\0b"), "There is no folder"),
    ],
    ids=["nothing", "empty part", "no box file", "no name", "a slash", "the video itself", "no folder", "no path"],
)
def test_impossible_settings_disable_the_button_which_says_why(
    do: Callable[[ExportDialog], object], problem: str, dialog: ExportDialog
) -> None:
    do(dialog)
    assert problem in dialog.problem
    assert not export_button(dialog).isEnabled()
    assert export_button(dialog).toolTip() == dialog.problem


def test_a_folder_that_cannot_be_written_is_said_before_every_export_of_many_fails(
    dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator may write everywhere, so the system's answer is given here."""
    can_be_written = os.access
    locked = tmp_path / "locked"
    locked.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked and can_be_written(path, mode))
    dialog.folder.edit.setText(str(locked))
    assert dialog.problem == f"The folder {locked} is read-only. Choose another one."
    assert not export_button(dialog).isEnabled()
    dialog.folder.edit.setText(str(tmp_path))
    assert dialog.problem == ""


def test_of_several_folders_each_must_be_one_that_can_be_written(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    can_be_written = os.access
    first, locked = tmp_path / "first", tmp_path / "locked"
    for folder in (first, locked):
        folder.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked and can_be_written(path, mode))
    dialog = make(to_export(first / "a.mp4"), to_export(locked / "b.mp4"))
    assert dialog.problem == f"The folder {locked} is read-only. Choose one folder for the files of all videos."
    assert not export_button(dialog).isEnabled()
    dialog.folder.edit.setText(str(first))
    assert dialog.problem == ""


def test_a_dialog_knows_its_tasks_before_it_is_laid_out(qtbot: QtBot, tmp_path: Path) -> None:
    around = Around(snapshots=SNAPSHOTS, settings=ExportSettings(reference=Reference(HeadPose(1, 2, 3))))
    dialog = ExportDialog([to_export(tmp_path / "talk.mp4")], around)
    qtbot.addWidget(dialog)
    assert dialog.layout() is None
    assert not [part for part in (dialog.outputs, dialog.use_reference, dialog.range) if part.isVisible()]
    before = dialog.tasks
    dialog.show()
    assert dialog.isAncestorOf(dialog.outputs) and dialog.outputs.isVisible() and dialog.use_reference.isVisible()
    assert dialog.tasks == before


def test_several_videos_are_exported_alike_each_next_to_itself(make: Make, tmp_path: Path) -> None:
    videos = (ToExport(tmp_path / "a" / "one.mp4"), ToExport(tmp_path / "b" / "two.mov"))
    dialog = make(*videos)
    assert [task.video for task in dialog.tasks] == [
        tmp_path / "a" / "one-poses.mp4",
        tmp_path / "b" / "two-poses.mp4",
    ]
    dialog.range.part.setChecked(True)
    dialog.range.since.setValue(1)
    assert {(task.since, task.until) for task in dialog.tasks} == {(Fraction(1), None)}
    assert dialog.problem == ""


def test_videos_of_the_same_name_cannot_go_into_one_folder(make: Make, tmp_path: Path) -> None:
    dialog = make(ToExport(tmp_path / "a" / "one.mp4"), ToExport(tmp_path / "b" / "one.mp4"))
    assert dialog.problem == ""
    dialog.folder.edit.setText(str(tmp_path))
    assert "Several videos" in dialog.problem


def test_a_box_file_belongs_to_one_video(make: Make, tmp_path: Path) -> None:
    boxes = DetectorChoice("boxes", boxes=tmp_path / "boxes.txt")
    one, two = ToExport(tmp_path / "one.mp4"), ToExport(tmp_path / "two.mp4")
    assert make(one, detector=boxes).tasks[0].detector == boxes
    assert "belongs to one video" in make(one, two, detector=boxes).problem


def test_a_picture_is_exported_as_a_picture(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    facts = SourceFacts(path, "picture", 640, 360, Fraction(25), Fraction(1, 25), 1)
    dialog = make(ToExport(path, facts))
    (task,) = dialog.tasks
    assert task.video == tmp_path / "photo-poses.jpg"
    assert not dialog.outputs.encoder.isVisible()
    assert not dialog.outputs.sound.isVisible()


def test_a_folder_of_pictures_keeps_its_whole_name(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "shots.2024"
    facts = SourceFacts(path, "folder", 640, 360, Fraction(25), Fraction(1, 25), 3)
    dialog = make(ToExport(path, facts))
    (task,) = dialog.tasks
    assert (task.video, task.as_pictures) == (tmp_path / "shots.2024-poses", True)
    assert dialog.files.names == ["shots.2024-poses/", "shots.2024-poses.csv", "shots.2024-poses.json"]
    dialog.outputs.container.setCurrentIndex(dialog.outputs.container.findData(".mp4"))
    (task,) = dialog.tasks
    assert (task.video, task.as_pictures) == (tmp_path / "shots.2024-poses.mp4", False)


def test_the_range_of_a_folder_counts_its_pictures_and_nothing_is_smoothed(make: Make, tmp_path: Path) -> None:
    facts = SourceFacts(tmp_path / "shots", "folder", 640, 360, Fraction(25), Fraction(1, 25), 12, 0.48)
    dialog = make(ToExport(tmp_path / "shots", facts))
    dialog.range.part.setChecked(True)
    assert (dialog.range.since.text(), dialog.range.until.text()) == ("1", "12")
    dialog.range.since.setValue(dialog.range.since.valueFromText("3"))
    dialog.range.until.setValue(dialog.range.until.valueFromText("5"))
    assert (dialog.tasks[0].since, dialog.tasks[0].until) == (Fraction(2, 25), Fraction(5, 25))
    assert not dialog.analysis.smoothing.slider.isEnabled()


def test_a_neutral_pose_says_which_video_it_is_from(make: Make, tmp_path: Path) -> None:
    reference = Reference(HeadPose(1, 2, 3), neutral_source="/studies/baseline.mp4")
    dialog = make(to_export(tmp_path / "talk.mp4"), reference=reference)
    assert dialog.use_reference.text() == "Use the neutral pose taken in baseline.mp4"
    assert dialog.tasks[0].reference.neutral_source == "/studies/baseline.mp4"


def test_a_silent_video_has_no_sound_to_export(make: Make, tmp_path: Path) -> None:
    dialog = make(to_export(tmp_path / "talk.mp4", sound=False))
    assert not dialog.outputs.sound.isEnabled()
    assert not dialog.outputs.sound.isChecked()


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (Reference(HeadPose(1, 2, 3)), ["neutral pose"]),
        (Reference(signs=Signs(yaw=-1, roll=-1)), ["yaw, roll"]),
        (Reference(HeadPose(1, 2, 3), Signs(pitch=-1)), ["neutral pose", "pitch"]),
    ],
    ids=["neutral", "signs", "both"],
)
def test_the_windows_reference_is_described_and_can_be_left_out(
    reference: Reference, words: list[str], make: Make, tmp_path: Path
) -> None:
    dialog = make(to_export(tmp_path / "talk.mp4"), reference=reference)
    assert dialog.use_reference.isVisible()
    assert all(word in dialog.use_reference.text() for word in words)
    assert dialog.tasks[0].reference == reference
    dialog.use_reference.setChecked(False)
    assert dialog.tasks[0].reference == Reference()


def question(dialog: ExportDialog) -> QMessageBox:
    return next(box for box in dialog.findChildren(QMessageBox) if box.isVisible())


def press(box: QMessageBox, text: str) -> None:
    find(box, QPushButton, text).click()


def test_an_existing_file_is_only_replaced_after_asking(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "talk-poses.csv").write_text("older", encoding="utf-8")
    qtbot.mouseClick(export_button(dialog), Qt.MouseButton.LeftButton)
    box = question(dialog)
    assert "talk-poses.csv already exists" in box.text()
    press(box, "Choose another name")
    assert dialog.isVisible() and not dialog.tasks[0].overwrite
    qtbot.mouseClick(export_button(dialog), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.accepted):
        press(question(dialog), "Replace")
    assert dialog.tasks[0].overwrite
    assert (tmp_path / "talk-poses.csv").read_text(encoding="utf-8") == "older"


def test_a_file_that_appears_while_an_export_waits_is_not_replaced(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert not dialog.tasks[0].overwrite


def test_an_export_is_never_mirrored_because_its_table_is_not(make: Make, tmp_path: Path) -> None:
    dialog = make(to_export(tmp_path / "talk.mp4"), style=Style(cube=True, mirror=True))
    assert dialog.tasks[0].style == Style(cube=True)
    assert not any("Mirror" in box.text() for box in dialog.findChildren(QCheckBox) if box.isVisible())


@pytest.mark.skipif(os.name == "nt", reason="links need rights of their own there")
def test_a_link_to_a_folder_does_not_hide_what_a_queued_export_writes(make: Make, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    promised = [tmp_path / "real" / "talk-poses.csv"]
    assert "already writes talk-poses.csv" in make(to_export(tmp_path / "link" / "talk.mp4"), promised=promised).problem


def test_without_existing_files_the_dialog_is_accepted_at_once(dialog: ExportDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(export_button(dialog), Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_every_control_has_a_name(dialog: ExportDialog) -> None:
    boxes = (dialog.range.since, dialog.range.until, dialog.folder.edit, dialog.folder.choose)
    outputs = (dialog.outputs.container, dialog.outputs.encoder, dialog.outputs.quality, dialog.outputs.format)
    assert all(widget.accessibleName() for widget in (*boxes, *outputs))


@pytest.mark.parametrize(
    ("typed", "seconds", "shown"),
    [
        ("75.5", 75.5, "1:15.500"),
        ("1:15.5", 75.5, "1:15.500"),
        ("0:01:15.5", 75.5, "1:15.500"),
        ("1:02:03", 3723, "1:02:03.000"),
        ("0", 0, "0:00.000"),
    ],
)
def test_times_can_be_typed_in_any_common_form(typed: str, seconds: float, shown: str, qtbot: QtBot) -> None:
    box = TimeBox("From")
    qtbot.addWidget(box)
    box.show()
    box.selectAll()
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert (box.value(), box.text(), box.time) == (seconds, shown, Fraction(seconds))


def test_the_task_of_the_dialog_can_be_run(make: Make, tmp_path: Path) -> None:
    """Exports 0.2 s of the sample video with the default snapshot."""
    with open_source(SAMPLE) as source:
        facts = source.facts
    dialog = make(ToExport(SAMPLE, facts), snapshot="compact", detector=DetectorChoice("dlib-hog"), style=Style())
    dialog.range.part.setChecked(True)
    dialog.range.since.setValue(3)
    dialog.range.until.setValue(3.2)
    dialog.folder.edit.setText(str(tmp_path))
    (task,) = dialog.tasks
    result = run_task(task, store=ModelStore.standard(), control=RunControl())
    assert task.video is not None
    assert len(read_back(task.video).times) == result.counts.frames > 0


def test_a_file_of_a_queued_export_cannot_be_exported_again(make: Make, tmp_path: Path) -> None:
    dialog = make(to_export(tmp_path / "talk.mp4"), promised=[tmp_path / "talk-poses.csv"])
    assert "talk-poses.csv" in dialog.problem
    assert not export_button(dialog).isEnabled()
    dialog.name.setText("talk-again")
    assert dialog.problem == ""
