"""What the window keeps: settings, pictures and recordings; through the real window, read back."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.errors import StudioError
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences, WindowLayout, read_preferences
from app.product import SAMPLE
from app.settings import Signs, Style
from app.video import read_back

Until = Callable[..., None]
OpenWindow = Callable[..., MainWindow]


def told(window: MainWindow) -> list[str]:
    """Every failure, as it is told."""
    failures: list[str] = []
    window.live_view.failed.connect(lambda error: failures.append(str(error)))
    return failures


def saved(window: MainWindow) -> list[tuple[str, Path]]:
    kept: list[tuple[str, Path]] = []
    window.live_view.saved.connect(lambda text, path: kept.append((text, path)))
    return kept


def names_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """The user names this file in the next dialog."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))


# Settings


def test_a_box_file_serves_its_own_video_only_and_is_not_remembered(
    open_window: OpenWindow, until: Until, blazeface: Path, tmp_path: Path
) -> None:
    boxes, other = tmp_path / "boxes.txt", tmp_path / "other.mp4"
    boxes.write_text("".join(f"{frame} 200 60 420 300 1.0\n" for frame in range(1, 241)), encoding="utf-8")
    other.write_bytes(SAMPLE.read_bytes())
    window = open_window(Preferences(detector="boxes", snapshot="squeezenet-1.1"))
    live_view = window.live_view
    assert (live_view.choice.detector.name, live_view.choice.snapshot) == ("auto", "squeezenet-1.1")
    live_view.open(str(SAMPLE))
    live_view.choose_detector("boxes", boxes)
    until(lambda: live_view.loader.models is not None and live_view.loader.models.detector.detector.name == "boxes")
    live_view.open(str(SAMPLE))
    assert live_view.choice.detector.boxes == boxes
    until(lambda: live_view.watcher_state.address == str(SAMPLE))
    live_view.open(str(other))
    assert live_view.choice.detector.boxes is None
    until(lambda: live_view.loader.models.detector.detector.name != "boxes")


def test_the_window_comes_back_as_it_was_left(open_window: OpenWindow, end_window: Any, settings_file: Path) -> None:
    first = open_window(Preferences(detector="dlib-hog"))
    first.resize(760, 620)
    first.side.set_open_sections(["faces", "overlay"])
    first.live_view.set_style(replace(first.live_view.preferences.style, cube=True, mirror=True))
    first.live_view.set_smoothing(0.25)
    first.live_view.set_signs(Signs(yaw=-1))
    end_window(first)
    document = tomllib.loads(settings_file.read_text(encoding="utf-8"))
    assert (document["smoothing"], document["style"]["cube"], document["signs"]["yaw"]) == (0.25, True, -1)
    second = open_window()
    assert (second.width(), second.height()) == (760, 620)
    assert second.side.open_sections() == ("faces", "overlay")
    assert second.actions_["cube"].isChecked()
    assert second.actions_["mirror"].isChecked()
    assert second.live_view.options.style.mirror
    assert second.live_view.options.reference.signs == Signs(yaw=-1)
    assert second.live_view.settings.smoothing == 0.25
    assert second.live_view.choice.detector.name == "dlib-hog"
    assert second.live_view.preferences == read_preferences(settings_file)


def test_panels_keep_their_sizes(
    open_window: OpenWindow, end_window: Any, blazeface: Path, until: Until, settings_file: Path
) -> None:
    if QApplication.primaryScreen().availableSize().width() < 1200:
        pytest.skip("needs a screen on which panels have room")
    layout = WindowLayout(size=(1150, 700), side_width=400, chart_height=200)
    first = open_window(Preferences(detector="mediapipe", layout=layout))
    first.actions_["open_sample"].trigger()
    until(lambda: first.live_view.newest is not None and first.side.isVisible())
    widths = first.side.width(), first.chart.height()
    assert widths[0] == pytest.approx(400, abs=12)
    assert widths[1] == pytest.approx(200, abs=60)
    end_window(first)
    kept = read_preferences(settings_file).layout
    assert kept.side_width == pytest.approx(widths[0], abs=2)
    assert kept.chart_height == pytest.approx(widths[1], abs=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('of_tomorrow = 1\nsmoothing = 0.75\n[layout]\nsize = [10, "x"]\n', 0.75),
        ("smoothing = 17\n", 0.5),
        ("this is = = not TOML", 0.5),
        ("", 0.5),
    ],
    ids=["of a newer version", "out of range", "broken", "empty"],
)
def test_settings_that_do_not_fit_keep_no_window_shut(
    text: str, expected: float, open_window: OpenWindow, end_window: Any, settings_file: Path
) -> None:
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text(text, encoding="utf-8")
    window = open_window()
    assert window.isVisible()
    assert window.live_view.settings.smoothing == expected
    end_window(window)
    assert read_preferences(settings_file).smoothing == expected
    aside = settings_file.with_name("settings.toml.unreadable")
    assert aside.exists() is ("=" in text and "= =" in text)


def test_a_settings_place_that_cannot_be_written_keeps_no_window_open(
    open_window: OpenWindow, end_window: Any, settings_file: Path
) -> None:
    window = open_window(Preferences(detector="dlib-hog"))
    settings_file.parent.write_text("in the way", encoding="utf-8")
    window.live_view.set_smoothing(0.1)
    end_window(window)
    assert settings_file.parent.read_text(encoding="utf-8") == "in the way"


def test_a_change_is_written_soon(window: MainWindow, settings_file: Path, until: Until) -> None:
    window.live_view.set_style(Style(trail=True))
    until(lambda: settings_file.exists() and read_preferences(settings_file).style.trail)


def test_the_latest_source_is_the_first_of_the_recent_ones(window: MainWindow, until: Until, tmp_path: Path) -> None:
    for address in (str(SAMPLE), "synthetic", str(SAMPLE.parent), str(SAMPLE)):
        window.live_view.open(address)
    assert window.live_view.preferences.recent == (str(SAMPLE), str(SAMPLE.parent))


# Pictures


def test_a_picture_is_saved_as_it_is_shown_in_its_own_size(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = saved(window)
    window.actions_["open_sample"].trigger()
    until(lambda: window.live_view.newest is not None and window.live_view.newest.face is not None)
    names_file(monkeypatch, tmp_path / "ä picture")
    window.actions_["save_picture"].trigger()
    until(lambda: bool(kept))
    assert kept[0][1] == tmp_path / "ä picture.png"
    assert "ä picture.png" in window.notice.text
    picture = cv2.imdecode(__import__("numpy").fromfile(kept[0][1], "uint8"), cv2.IMREAD_COLOR)
    assert picture.shape == (360, 640, 3)
    assert window.live_view.preferences.folder == str(tmp_path)


def test_a_picture_that_cannot_be_saved_is_told(window: MainWindow, until: Until, tmp_path: Path) -> None:
    failures = told(window)
    window.actions_["open_sample"].trigger()
    until(lambda: window.live_view.newest is not None)
    window.live_view.save_still(tmp_path / "no" / "folder" / "picture.png")
    until(lambda: bool(failures))
    assert window.notice.text == failures[0]
    window.live_view.save_still(tmp_path / "picture.docx")
    until(lambda: len(failures) == 2)
    assert "picture.docx" in failures[1]


# Recordings


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_recording_is_a_video_and_a_table_told_by_the_neutral_pose(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = saved(window)
    window.actions_["open_synthetic"].trigger()
    until(lambda: window.live_view.newest is not None and window.live_view.newest.face is not None)
    window.actions_["set_neutral"].trigger()
    neutral = window.live_view.options.reference.neutral
    assert neutral is not None
    video, table = tmp_path / "seen.mp4", tmp_path / "seen.csv"
    names_file(monkeypatch, video)
    window.actions_["record"].trigger()
    until(lambda: window.live_view.recording is not None and window.live_view.recording.frames >= 15)
    assert window.actions_["record"].isChecked()
    window.actions_["record"].trigger()
    until(lambda: bool(kept))
    assert not window.actions_["record"].isChecked()
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


def test_dropped_frames_of_a_recording_are_told(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.watch.recording.WAITING_FRAMES", 1)
    kept = saved(window)
    window.actions_["open_synthetic"].trigger()
    until(lambda: window.live_view.newest is not None)
    window.live_view.start_recording(tmp_path / "seen.mp4", tmp_path / "seen.csv")
    until(lambda: window.live_view.recording is not None and window.live_view.recording.frames > 3)
    recording = window.live_view.recording
    assert recording is not None
    analysis, options = window.live_view.newest.analysis, window.live_view.options  # type: ignore[union-attr]
    for _ in range(50):  # As from a source that is faster than any encoder.
        recording.offer(analysis, options)
    dropped = recording.dropped
    assert dropped > 0
    window.live_view.stop_recording()
    until(lambda: bool(kept))
    record = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert record["source"]["frames_dropped"] >= dropped
    assert f"{record['source']['frames_dropped']} were dropped" in kept[0][0]


def test_a_recording_that_cannot_begin_is_told(window: MainWindow, until: Until, tmp_path: Path) -> None:
    failures = told(window)
    window.actions_["open_synthetic"].trigger()
    until(lambda: window.live_view.newest is not None)
    window.live_view.start_recording(tmp_path / "no" / "seen.mp4", None)
    until(lambda: bool(failures))
    assert window.live_view.recording is None
    assert not window.actions_["record"].isChecked()


def test_a_recording_goes_on_through_another_source(window: MainWindow, until: Until, tmp_path: Path) -> None:
    kept = saved(window)
    window.actions_["open_synthetic"].trigger()
    until(lambda: window.live_view.newest is not None)
    window.live_view.start_recording(tmp_path / "seen.mp4", None)
    until(lambda: window.live_view.recording is not None and window.live_view.recording.frames >= 5)
    window.actions_["open_sample"].trigger()
    until(lambda: window.live_view.watcher_state.facts is not None and window.live_view.newest is not None)
    frames = window.live_view.recording.frames  # type: ignore[union-attr]
    until(lambda: window.live_view.recording.frames > frames + 5)  # type: ignore[union-attr]
    window.live_view.stop_recording()
    until(lambda: bool(kept))
    times = read_back(tmp_path / "seen.mp4").times
    assert list(times) == sorted(set(times))


def test_closing_while_it_records_leaves_a_whole_video(
    window: MainWindow, until: Until, end_window: Any, tmp_path: Path
) -> None:
    window.actions_["open_synthetic"].trigger()
    until(lambda: window.live_view.newest is not None)
    window.live_view.start_recording(tmp_path / "seen.mp4", tmp_path / "seen.csv")
    until(lambda: window.live_view.recording is not None and window.live_view.recording.frames >= 5)
    end_window(window)
    assert len(read_back(tmp_path / "seen.mp4").times) >= 5
    assert rows_of(tmp_path / "seen.csv")


def test_failures_are_told_in_one_line(window: MainWindow) -> None:
    window.live_view.failed.emit(StudioError("That failed.", advice="Try again."))
    assert window.notice.isVisible()
    assert window.notice.text == "That failed. Try again."
    window.notice.dismiss()
    assert not window.notice.isVisible()
