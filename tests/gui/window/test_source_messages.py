"""What the window says about its source: what is going on, what went wrong, and whose neutral pose counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton

from app.errors import SourceError
from app.gui.kit.qt_frame import QtFrame
from app.gui.panels.faces_panel import FacesPanel
from app.gui.window.main_window import MainWindow
from app.models.loader import Loading
from app.product import SAMPLE
from app.watch.listener import WatcherState
from app.watch.shown_frame import ShownFrame
from tests.gui.choices import with_detector
from tests.gui.find import only

Until = Callable[..., None]


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    return {one.text(): one for one in window.notice.findChildren(QPushButton) if not one.isHidden()}


def newest(window: MainWindow) -> ShownFrame:
    shown = window.studio.live_view.newest
    assert shown is not None
    return shown


def rest(window: MainWindow, source: Path, until: Until) -> None:
    """Opens a video, pauses it, and waits until the numbers of its frame are final."""
    live_view = window.studio.live_view
    live_view.open(str(source))
    until(lambda: live_view.state.address == str(source) and live_view.newest is not None and live_view.newest.face)
    assert live_view.watcher.player is not None
    live_view.watcher.player.pause()
    until(lambda: newest(window).pace.rest == "settled")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLE, tmp_path / "copy.mp4"))


def test_it_says_what_is_going_on_until_the_faces_are_known(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    panel, set_activity = only(window, FacesPanel), window.view.set_activity

    def note(activity: str) -> None:
        said.append(activity)
        set_activity(activity)

    monkeypatch.setattr(window.view, "set_activity", note)
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None and newest(window).face is not None)
    assert next(text for text in said if text) == "Opening sample.mp4…"
    assert said[-1] == ""
    live_view, models = window.studio.live_view, window.studio.models
    assert live_view.watcher.player is not None
    live_view.watcher.player.pause()
    until(lambda: newest(window).pace.rest == "settled")
    shown = newest(window)
    for waiting_for, event, text in (
        ("models", Loading("converting", "Thorough"), "Converting Thorough for this computer (only this once)…"),
        ("faces", models.load_event, "Looking for faces…"),
        ("", models.load_event, ""),
    ):
        models.load_event = event
        analysis = replace(shown.analysis, faces=())
        pace = replace(shown.pace, waiting_for=waiting_for)  # type: ignore[arg-type]
        live_view._take_frame(QtFrame.of(replace(shown, analysis=analysis, face=None, pace=pace)))
        assert said[-1] == text
        assert window.view.accessibleDescription() == text
        until(lambda text=text: panel._title.text() == (text or "No face in the picture"))


def test_a_lost_stream_counts_down_and_is_grey_until_it_is_back(window: MainWindow, until: Until) -> None:
    rest(window, SAMPLE, until)
    live_view, shown = window.studio.live_view, newest(window)
    coloured = _middle(window)
    assert len({coloured.red(), coloured.green(), coloured.blue()}) > 1
    state = WatcherState("watching", "rtsp://camera", "rtsp://camera", live=True)
    live_view._take_state(state)
    live_view._take_frame(QtFrame.of(shown))
    lost = SourceError("The stream has ended.")
    live_view._take_state(replace(state, status="lost", error=lost, retry_in_s=3.0))
    texts = [window.notice.text]
    kept = buttons(window)["Try now"]

    def counted_to_one() -> bool:
        texts.append(window.notice.text)
        return "Retrying in 1 s." in texts[-1]

    until(counted_to_one)
    assert list(dict.fromkeys(texts)) == [f"The stream has ended. Retrying in {left} s." for left in (3, 2, 1)]
    assert buttons(window)["Try now"] is kept  # So that it keeps the focus.
    grey = _middle(window)
    assert grey.red() == grey.green() == grey.blue()
    assert not only(window, FacesPanel)._angles.isEnabled()
    live_view._take_state(replace(state, status="opening"))
    assert _middle(window).red() == _middle(window).blue()
    live_view._take_state(state)
    live_view._take_frame(QtFrame.of(shown))
    assert _middle(window) == coloured
    until(lambda: only(window, FacesPanel)._angles.isEnabled())


def _middle(window: MainWindow) -> QColor:
    image = window.view.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 3)


def test_only_what_was_seen_is_a_recent_source(window: MainWindow, tmp_path: Path, until: Until) -> None:
    live_view, preferences = window.studio.live_view, window.studio.preferences
    live_view.open(str(tmp_path / "missing.mp4"))
    until(lambda: live_view.state.status == "refused")
    assert not preferences.current.recent
    assert "Remove from Recent" not in buttons(window)
    live_view.open(str(SAMPLE))
    until(lambda: list(preferences.current.recent) == [str(SAMPLE)])


def test_a_recent_source_that_is_gone_can_be_removed(
    open_window: Callable[..., MainWindow], blazeface: Path, tmp_path: Path, until: Until
) -> None:
    gone = str(tmp_path / "gone.mp4")
    window = open_window(with_detector("mediapipe", recent=(gone, str(SAMPLE))))
    window.studio.live_view.open(gone)
    until(lambda: "Remove from Recent" in buttons(window))
    assert list(window.studio.preferences.current.recent) == [gone, str(SAMPLE)]
    buttons(window)["Remove from Recent"].click()
    assert list(window.studio.preferences.current.recent) == [str(SAMPLE)]
    until(lambda: window.studio.live_view.state.status == "empty")
    assert window.notice.isHidden()


def test_a_neutral_pose_belongs_to_the_source_it_was_taken_in(window: MainWindow, copy: Path, until: Until) -> None:
    live_view = window.studio.live_view
    rest(window, SAMPLE, until)
    live_view.set_neutral()
    taken = live_view.options.reference
    assert taken.neutral == newest(window).face.smoothed  # type: ignore[union-attr]
    assert taken.neutral_source == str(SAMPLE)
    until(lambda: "Taken in sample.mp4" in window.side.angles._neutral_text.text())
    rest(window, copy, until)
    assert live_view.options.reference.neutral is None
    assert window.notice.text.startswith("The neutral pose was taken in sample.mp4")
    rest(window, SAMPLE, until)
    assert live_view.options.reference == taken


def test_a_neutral_pose_can_be_kept_for_another_source_and_says_where_it_is_from(
    window: MainWindow, copy: Path, until: Until
) -> None:
    live_view = window.studio.live_view
    rest(window, SAMPLE, until)
    live_view.set_neutral()
    taken = live_view.options.reference
    rest(window, copy, until)
    buttons(window)["Keep it"].click()
    assert live_view.options.reference == taken
    assert window.notice.isHidden()
    until(lambda: "Taken in sample.mp4" in window.side.angles._neutral_text.text())
    live_view.reset_neutral()
    assert live_view.options.reference.neutral is None


def test_a_neutral_pose_that_is_asked_for_early_is_the_final_pose_of_the_frame(
    window: MainWindow, until: Until
) -> None:
    live_view = window.studio.live_view
    rest(window, SAMPLE, until)
    shown = newest(window)
    settling = replace(shown, pace=replace(shown.pace, rest="settling"))
    live_view._take_frame(QtFrame.of(settling))
    live_view.set_neutral()
    assert live_view.options.reference.neutral is None
    live_view._take_frame(QtFrame.of(shown))
    assert live_view.options.reference.neutral == shown.face.smoothed  # type: ignore[union-attr]
