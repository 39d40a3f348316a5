"""Whatever runs, closing the window ends it, and leaves no thread and no half file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import logs
from app.export.task import TableOutput, Task
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE

Until = Callable[..., None]


def timed(end: Callable[[], None]) -> None:
    began_s = time.monotonic()
    end()
    assert time.monotonic() - began_s < 8, "asked for are 3 s; a busy machine may take its time"


def test_at_once_after_the_start(window: MainWindow, end_window: Any) -> None:
    timed(lambda: end_window(window))


@pytest.mark.parametrize("address", [str(SAMPLE), "synthetic", "camera:No such camera", str(SAMPLE.parent)])
def test_while_a_source_is_being_opened(address: str, window: MainWindow, end_window: Any) -> None:
    window.live_view.open(address)
    timed(lambda: end_window(window))


@pytest.mark.parametrize("playing", [True, False], ids=["playing", "paused"])
def test_while_a_video_is_watched(playing: bool, window: MainWindow, end_window: Any, until: Until) -> None:
    window.live_view.open(str(SAMPLE))
    until(lambda: window.live_view.newest is not None)
    if not playing:
        window.actions_["play"].trigger()
    timed(lambda: end_window(window))


def test_while_a_snapshot_is_loaded(window: MainWindow, end_window: Any, until: Until, snapshot: Path) -> None:
    until(lambda: window.live_view.loader.models is not None)
    window.live_view.choose_snapshot(str(snapshot))
    timed(lambda: end_window(window))


def test_while_a_file_of_the_users_is_described(window: MainWindow, end_window: Any, snapshot: Path) -> None:
    window.live_view.add_snapshot(snapshot)
    timed(lambda: end_window(window))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[logs.WindowLog]:
    """The log that the program keeps while the window is there, in a folder of this test."""
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path)
    kept = logs.start_window_log()
    yield kept
    kept.close()


def test_while_other_windows_are_open(log: logs.WindowLog, window: MainWindow, end_window: Any) -> None:
    for name in ("shortcuts", "show_log", "about", "open_camera", "open_address", "show_queue"):
        window.actions_[name].trigger()
    timed(lambda: end_window(window))


def answered(title: str) -> bool:
    """Presses this button of the question that is shown."""
    for asked in QApplication.topLevelWidgets():
        if isinstance(asked, QMessageBox) and asked.isVisible():
            next(button for button in asked.buttons() if title in button.text()).click()
            return True
    return False


def test_unfinished_exports_are_asked_for_and_given_up(
    window: MainWindow, end_window: Any, until: Until, tmp_path: Path
) -> None:
    video = tmp_path / "out.mp4"
    window.live_view.export([Task(SAMPLE, video=video, tables=(TableOutput(tmp_path / "out.csv"),))])
    until(lambda: any(tmp_path.glob("out.mp4*")) or any(row.is_over for row in window.live_view.queue.rows))
    answers = iter(["Keep open", "Give up"])
    wanted = next(answers)
    asks = QTimer(interval=20)

    def answer() -> None:
        nonlocal wanted
        if answered(wanted):
            wanted = next(answers, "")

    asks.timeout.connect(answer)
    asks.start()
    window.close()
    assert window.isVisible() or not wanted
    end_window(window)
    asks.stop()
    assert not list(tmp_path.glob("*.part"))
    assert not video.exists()
