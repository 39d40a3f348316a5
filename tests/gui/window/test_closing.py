"""Closing the window ends whatever is running, and leaves no incomplete files.

That no thread, process, timer or window is left behind is checked after every test, see tests/leaks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from app import logs
from app.export.queue_rows import Done
from app.export.task import ExportTask, TableOutput
from app.gui.window.main_window import MainWindow
from app.preferences import read_preferences
from app.product import SAMPLE
from tests.gui.find import find

Until = Callable[..., None]


def test_closing_right_after_the_start_saves_the_layout(
    window: MainWindow, end_window: Any, settings_file: Path
) -> None:
    size = window.width(), window.height()
    end_window(window)
    assert read_preferences(settings_file).layout.size == size


@pytest.mark.parametrize("address", [str(SAMPLE), "camera:No such camera", str(SAMPLE.parent)])
def test_closing_while_a_source_is_being_opened_ends_it_and_does_not_list_it_as_seen(
    address: str, window: MainWindow, end_window: Any, settings_file: Path
) -> None:
    watcher = window.studio.live_view.watcher
    window.studio.live_view.open(address)
    end_window(window)
    assert watcher.player is None
    assert read_preferences(settings_file).recent == ()


@pytest.mark.parametrize("address", [str(SAMPLE), "synthetic"])
def test_nothing_is_shown_after_closing(address: str, window: MainWindow, end_window: Any, until: Until) -> None:
    shown: list[object] = []
    window.studio.live_view.frame_shown.connect(shown.append)
    window.studio.live_view.open(address)
    until(lambda: shown)
    end_window(window)
    count = len(shown)
    QApplication.processEvents()
    assert len(shown) == count


def session_viewers() -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if type(one).__name__ == "SessionViewer"]


@pytest.mark.parametrize("turns", range(4))
def test_closing_while_a_session_is_being_opened_shows_none(turns: int, window: MainWindow, end_window: Any) -> None:
    import_module("app.gui.session.viewer")
    window.dialogs.open_session(SAMPLE)
    for _ in range(turns):
        QApplication.processEvents()
    end_window(window)
    for _ in range(10):
        QApplication.processEvents()
    assert not [
        one for one in QApplication.topLevelWidgets() if type(one).__name__ == "SessionViewer" and one.isVisible()
    ]


def test_a_session_that_is_asked_for_twice_is_opened_once(window: MainWindow, end_window: Any, until: Until) -> None:
    window.dialogs.open_session(SAMPLE)
    window.dialogs.open_session(SAMPLE)
    until(lambda: [one for one in session_viewers() if one.isVisible()])
    window.dialogs.open_session(SAMPLE)
    QApplication.processEvents()
    assert len(session_viewers()) == 1
    end_window(window)


def test_closing_while_a_video_is_paused(window: MainWindow, end_window: Any, until: Until) -> None:
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    window.action("play").trigger()
    watcher = window.studio.live_view.watcher
    end_window(window)
    assert watcher.player is None


def test_closing_while_a_snapshot_is_loading_remembers_it(
    window: MainWindow, end_window: Any, until: Until, snapshot: Path, settings_file: Path
) -> None:
    until(lambda: window.studio.models.loaded is not None)
    window.studio.models.choose_snapshot(str(snapshot))
    end_window(window)
    assert read_preferences(settings_file).choice.snapshot == str(snapshot)


def test_closing_while_a_file_of_the_users_is_being_read_does_not_add_it(
    window: MainWindow, end_window: Any, snapshot: Path, settings_file: Path
) -> None:
    window.studio.models.add_snapshot(snapshot)
    end_window(window)
    assert read_preferences(settings_file).added_snapshots == ()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[logs.WindowLog]:
    """The window's log, in a folder of this test."""
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path)
    kept = logs.start_window_log()
    yield kept
    kept.close()


def test_closing_while_other_windows_are_open(log: logs.WindowLog, window: MainWindow, end_window: Any) -> None:
    for name in ("shortcuts", "show_log", "about", "open_camera", "open_address", "show_queue"):
        window.action(name).trigger()
    end_window(window)
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


class Answers:
    """Presses buttons of questions one after another, as a user would: one button for each question that appears."""

    def __init__(self, *titles: str) -> None:
        self.left = list(titles)
        self._timer = QTimer(interval=20)
        self._timer.timeout.connect(self._answer)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _answer(self) -> None:
        boxes = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]
        if boxes and self.left:
            find(boxes[0], QPushButton, self.left.pop(0)).click()


@pytest.fixture
def exporting(window: MainWindow, until: Until, tmp_path: Path) -> MainWindow:
    """The window while an export is writing; `tmp_path` is where it writes."""
    task = ExportTask(SAMPLE, video=tmp_path / "out.mp4", tables=(TableOutput(tmp_path / "out.csv"),))
    window.studio.queue.add(task)
    until(lambda: any(tmp_path.glob("*out.mp4*")))
    window.studio.queue.pause()
    return window


def test_closing_asks_about_unfinished_exports_and_the_window_can_stay_open(exporting: MainWindow) -> None:
    answers = Answers("Keep open")
    exporting.close()
    answers.stop()
    assert not answers.left
    assert exporting.isVisible()
    assert [row.is_over for row in exporting.studio.queue.rows] == [False]
    exporting.close_without_asking()


def test_unfinished_exports_can_be_cancelled_and_leave_no_files(
    exporting: MainWindow, end_window: Any, tmp_path: Path
) -> None:
    answers = Answers("Cancel exports and close")
    exporting.close()
    answers.stop()
    assert not answers.left
    assert not exporting.isVisible()
    end_window(exporting)
    assert not list(tmp_path.glob("*out*"))


def test_the_question_disappears_when_the_exports_finish(exporting: MainWindow, until: Until, tmp_path: Path) -> None:
    exporting.studio.queue.resume()
    exporting.close()  # Without an answer, this returns only when the exports have finished.
    assert not exporting.isVisible()
    assert (tmp_path / "out.mp4").exists() and (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("asked", [True, False], ids=["the user's choice", "a request to end"])
def test_exports_continue_in_the_next_window_after_the_program_was_closed(
    asked: bool,
    exporting: MainWindow,
    end_window: Any,
    open_window: Callable[..., MainWindow],
    until: Until,
    tmp_path: Path,
) -> None:
    """Only of finished files is anything visible; what was analysed waits in a folder beside the video."""
    queue = exporting.studio.queue
    queue.resume()
    until(lambda: queue.rows[0].done > 5)
    queue.pause()
    if asked:
        answers = Answers("Pause and continue next time")
        exporting.close()
        answers.stop()
        assert not answers.left
    else:
        exporting.close_without_asking()
    assert not exporting.isVisible()
    end_window(exporting)
    assert [path.name for path in tmp_path.glob("*out*")] == ["out.mp4.resume"]
    window = open_window()
    answers = Answers("Continue")
    window.find_unfinished()
    until(lambda: any(row.state == "done" for row in window.studio.queue.rows))
    answers.stop()
    (row,) = window.studio.queue.rows
    assert isinstance(row.outcome, Done)
    assert [note.kind for note in row.outcome.result.notes if note.kind == "resumed"] == ["resumed"]
    assert sorted(path.name for path in tmp_path.glob("*out*")) == ["out.csv", "out.json", "out.mp4"]
    until(lambda: len(list((tmp_path / "settings" / "export-queues").glob("*.jsonl"))) == 1)  # The new one's.


@pytest.mark.parametrize(("answer", "kept"), [("Later", ["out.mp4.resume"]), ("Discard", [])])
def test_exports_of_the_last_time_can_wait_or_be_discarded(
    answer: str,
    kept: list[str],
    exporting: MainWindow,
    end_window: Any,
    open_window: Callable[..., MainWindow],
    until: Until,
    tmp_path: Path,
) -> None:
    queue = exporting.studio.queue
    queue.resume()
    until(lambda: queue.rows[0].done > 5)
    queue.pause()
    exporting.close_without_asking()
    end_window(exporting)
    window = open_window()
    answers = Answers(answer)
    window.find_unfinished()
    until(lambda: not answers.left)
    answers.stop()
    until(lambda: [path.name for path in tmp_path.glob("*out*")] == kept)
    assert window.studio.queue.rows == ()
    queues = tmp_path / "settings" / "export-queues"
    until(lambda: len(list(queues.glob("*.jsonl"))) == len(kept))


def test_a_signal_closes_the_window_although_it_asks_about_an_export(exporting: MainWindow) -> None:
    QTimer.singleShot(500, exporting.close_without_asking)
    exporting.close()  # Returns once the question is answered, or closed.
    assert not exporting.isVisible()
    assert not exporting.studio.queue.rows[0].is_over
