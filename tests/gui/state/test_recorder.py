"""Pictures and recordings that the real window saves, read back."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from app.errors import StudioError
from app.gui.window.main_window import MainWindow
from app.video import read_back
from app.watch.unfinished import Unfinished, find_unfinished, journal_folder
from tests.watch.test_unfinished import killed

Until = Callable[..., None]


def failures_of(window: MainWindow) -> list[str]:
    """Every failure, as it is reported."""
    failures: list[str] = []
    window.studio.failed.connect(lambda error: failures.append(str(error)))
    return failures


def saved(window: MainWindow) -> list[tuple[str, Path]]:
    """What is saved from now on: the sentence for the user, and the path."""
    kept: list[tuple[str, Path]] = []
    window.studio.recorder.saved.connect(lambda text, path: kept.append((text, path)))
    return kept


def names_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """The user names this file in the next dialog."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))


def test_a_picture_is_saved_as_shown_in_its_own_size(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = saved(window)
    window.action("open_sample").trigger()
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    names_file(monkeypatch, tmp_path / "ä picture")
    window.action("save_picture").trigger()
    until(lambda: bool(kept))
    assert kept[0][1] == tmp_path / "ä picture.png"
    assert "ä picture.png" in window.notice.text
    picture = cv2.imdecode(np.fromfile(kept[0][1], np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (360, 640, 3)
    assert window.studio.preferences.current.folder == str(tmp_path)


def test_a_picture_that_cannot_be_saved_is_reported(window: MainWindow, until: Until, tmp_path: Path) -> None:
    failures = failures_of(window)
    window.action("open_sample").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    window.studio.recorder.save_picture(tmp_path / "no" / "folder" / "picture.png")
    until(lambda: bool(failures))
    assert window.notice.text == failures[0]
    window.studio.recorder.save_picture(tmp_path / "picture.docx")
    until(lambda: len(failures) == 2)
    assert "picture.docx" in failures[1]


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_recording_is_a_video_and_a_table_relative_to_the_neutral_pose(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = saved(window)
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    window.action("set_neutral").trigger()
    neutral = window.studio.live_view.options.reference.neutral
    assert neutral is not None
    video, table = tmp_path / "seen.mp4", tmp_path / "seen.csv"
    names_file(monkeypatch, video)
    until(window.action("record").isEnabled)  # A moment after the first frame.
    window.action("record").trigger()
    until(lambda: window.studio.recorder.recording is not None and window.studio.recorder.recording.frames >= 15)
    assert window.action("record").isChecked()
    window.action("record").trigger()
    until(lambda: bool(kept))
    assert not window.action("record").isChecked()
    frames = read_back(video).times
    rows, record = rows_of(table), json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))
    assert kept[0][1] == video
    assert f"{len(frames)} frames" in kept[0][0]
    assert record["counts"]["frames"] == len(frames)
    assert {int(row["frame"]) for row in rows} <= set(range(len(frames)))
    assert record["reference"]["neutral"]["yaw"] == pytest.approx(neutral.yaw)
    smooth = [abs(float(row["yaw_smooth_deg"])) for row in rows if row["yaw_smooth_deg"]]
    assert smooth[0] < 12, "the head was straight ahead a moment ago"
    assert {path.suffix for path in tmp_path.iterdir() if path.is_file()} == {".mp4", ".csv", ".json"}


def test_dropped_frames_of_a_recording_are_reported(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.watch.recording.WAITING_FRAMES", 1)
    kept = saved(window)
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    window.studio.recorder.start(tmp_path / "seen.mp4", tmp_path / "seen.csv")
    until(lambda: window.studio.recorder.recording is not None and window.studio.recorder.recording.frames > 3)
    recording = window.studio.recorder.recording
    assert recording is not None
    shown, request = window.studio.live_view.newest, window.studio.live_view.request()
    assert shown is not None
    for _ in range(50):  # A source that is faster than any encoder.
        recording.on_analysed(shown.analysis, request)
    dropped = recording.dropped
    assert dropped > 0
    window.studio.recorder.stop()
    until(lambda: bool(kept))
    record = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert record["source"]["frames_dropped"] >= dropped
    assert f"{record['source']['frames_dropped']} frames were dropped" in kept[0][0]


def test_a_recording_that_cannot_start_is_reported(window: MainWindow, until: Until, tmp_path: Path) -> None:
    failures = failures_of(window)
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    window.studio.recorder.start(tmp_path / "no" / "seen.mp4", None)
    until(lambda: bool(failures))
    assert window.studio.recorder.recording is None
    assert not window.action("record").isChecked()


@pytest.mark.parametrize("action", ["open_sample", "close_source"])
def test_a_recording_ends_with_its_source(action: str, window: MainWindow, until: Until, tmp_path: Path) -> None:
    kept = saved(window)
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    title = window.studio.live_view.state.title
    window.studio.recorder.start(tmp_path / "seen.mp4", tmp_path / "seen.csv")
    until(lambda: window.studio.recorder.recording is not None and window.studio.recorder.recording.frames >= 5)
    window.action(action).trigger()
    until(lambda: bool(kept))
    assert window.studio.recorder.recording is None
    assert "The recording ended because its source was closed." in window.notice.text
    record = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert record["source"]["name"] == title
    assert record["counts"]["frames"] == len(read_back(tmp_path / "seen.mp4").times)


def test_an_earlier_recording_that_ends_late_does_not_end_the_present_one(
    window: MainWindow, until: Until, tmp_path: Path
) -> None:
    recorder = window.studio.recorder
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    recorder.start(tmp_path / "first.mp4", None)
    until(lambda: recorder.recording is not None and recorder.recording.frames >= 2)
    first = recorder.recording
    assert first is not None
    recorder.stop()
    recorder.start(tmp_path / "second.mp4", None)
    until(lambda: recorder.recording is not None and recorder.recording.frames >= 2)
    first.end_with_source()  # Reports late that it has ended.
    frames = recorder.recording.frames  # type: ignore[union-attr]
    until(lambda: recorder.recording is not None and recorder.recording.frames > frames + 2)


def test_a_second_start_does_not_begin_a_second_recording(window: MainWindow, until: Until, tmp_path: Path) -> None:
    recorder = window.studio.recorder
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    recorder.start(tmp_path / "first.mp4", None)
    recorder.start(tmp_path / "second.mp4", None)
    until(lambda: recorder.recording is not None and recorder.recording.frames >= 2)
    assert not list(tmp_path.glob("second*"))


def test_closing_while_it_records_leaves_a_whole_video(
    window: MainWindow, until: Until, end_window: Any, tmp_path: Path
) -> None:
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    window.studio.recorder.start(tmp_path / "seen.mp4", tmp_path / "seen.csv")
    until(lambda: window.studio.recorder.recording is not None and window.studio.recorder.recording.frames >= 5)
    end_window(window)
    assert len(read_back(tmp_path / "seen.mp4").times) >= 5
    assert rows_of(tmp_path / "seen.csv")


def test_failures_are_shown_in_one_line(window: MainWindow) -> None:
    window.studio.failed.emit(StudioError("That failed.", advice="Try again."))
    assert window.notice.isVisible()
    assert window.notice.text == "That failed. Try again."
    window.notice.dismiss()
    assert not window.notice.isVisible()


@pytest.fixture
def found(window: MainWindow, until: Until, tmp_path: Path) -> Unfinished:
    """A recording of another process that was killed, as the window finds it."""
    if sys.platform == "win32":
        pytest.skip("there is no SIGKILL on Windows")
    killed(tmp_path, 100, video=False)
    shutil.copytree(tmp_path / "journal", journal_folder(), dirs_exist_ok=True)
    offered: list[Unfinished] = []
    window.studio.recorder.unfinished_found.connect(offered.extend)
    window.find_unfinished()
    until(lambda: bool(offered))
    return offered[0]


def questions(kind: type[QMessageBox] = QMessageBox) -> list[QMessageBox]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


def press(title: str) -> None:
    (box,) = questions()
    (button,) = [one for one in box.buttons() if one.text() == title]
    button.click()


def test_an_unfinished_recording_is_offered_and_finished(
    found: Unfinished, window: MainWindow, until: Until, tmp_path: Path
) -> None:
    kept = saved(window)
    (box,) = questions()
    assert box.text() == "A recording was not finished."
    assert "seen.csv: 00:03, 100 frames" in box.informativeText()
    press("&Finish")
    until(lambda: bool(kept))
    assert kept == [("Recovered seen.csv: 100 frames.", tmp_path / "seen.csv")]
    assert len(rows_of(tmp_path / "seen.csv")) == 100 and not found.folder.exists()
    assert find_unfinished(journal_folder()) == ()


def test_a_recording_that_cannot_be_finished_is_named_beside_one_that_is(
    found: Unfinished, window: MainWindow, until: Until, tmp_path: Path
) -> None:
    press("&Later")
    second = tmp_path / "second"
    second.mkdir()
    killed(second, 50, video=False)
    shutil.copytree(second / "journal", journal_folder(), dirs_exist_ok=True)
    one, other = sorted(find_unfinished(journal_folder()), key=lambda unfinished: second in unfinished.folder.parents)
    for path in other.folder.iterdir():
        path.unlink()
    failures = failures_of(window)
    window.studio.recorder.finish_unfinished([other, one])
    until(lambda: bool(failures))
    assert failures == [
        f"There is nothing to recover in {other.folder}. Delete the folder. Recovered seen.csv: 100 frames."
    ]
    assert window.notice.text == failures[0]


@pytest.mark.parametrize("answer", ["later", "escape", "keep", "delete"])
def test_an_unfinished_recording_is_deleted_only_after_two_answers(
    answer: str, found: Unfinished, until: Until, tmp_path: Path
) -> None:
    if answer == "later":
        press("&Later")
    elif answer == "escape":
        questions()[0].reject()
    else:
        press("&Delete…")
        press("&Delete" if answer == "delete" else "&Keep")
    if answer == "delete":
        until(lambda: not found.folder.exists())
        assert not list(tmp_path.glob("seen*"))
        return
    if answer == "keep":
        press("&Later")
    (again,) = find_unfinished(journal_folder())
    assert again.folder == found.folder
    again.leave()
