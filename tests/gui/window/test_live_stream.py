"""A live source in the real window: it comes, is lost, comes back, and never holds up the closing."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from app.gui.picture.transport_bar import TransportBar
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences
from app.watch.watcher import WatcherState

pytestmark = pytest.mark.usefixtures("blazeface")
Until = Callable[..., None]


@pytest.fixture(params=["ts_server", "mjpeg_server"], ids=["MPEG-TS", "MJPEG"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def statuses(window: MainWindow) -> list[str]:
    """Every status of the stage, as the window hears of it."""
    heard: list[str] = []
    window.live_view.watcher_changed.connect(lambda state: heard.append(state.status))
    return heard


def button(window: MainWindow, title: str) -> QPushButton:
    return next(one for one in window.notice.findChildren(QPushButton) if one.text() == title and one.isVisible())


def state(window: MainWindow) -> WatcherState:
    return window.live_view.watcher_state


def watched(window: MainWindow, address: str, until: Until) -> None:
    window.live_view.open(address)
    until(lambda: state(window).status == "watching" and window.live_view.newest is not None)


def test_a_stream_is_shown_with_its_faces(window: MainWindow, server: Any, until: Until) -> None:
    watched(window, server.address, until)
    until(lambda: window.live_view.newest is not None and window.live_view.newest.face is not None)
    newest = window.live_view.newest
    assert newest is not None
    assert newest.analysis.frame.image.std() > 20
    assert newest.pace.delay_ms is not None
    assert window.windowTitle() == f"{server.address} – Hopenet Studio"
    assert window.findChild(TransportBar).isVisible()
    assert not window.notice.isVisible()
    first = server.number_of(newest.analysis.frame.image)
    until(lambda: server.number_of(window.live_view.newest.analysis.frame.image) > first)


def test_a_stream_that_is_lost_is_told_and_comes_back_by_itself(
    window: MainWindow, server: Any, statuses: list[str], until: Until
) -> None:
    watched(window, server.address, until)
    last = window.live_view.newest
    server.cut()
    until(lambda: state(window).status == "lost" and window.notice.isVisible())
    assert "was lost" in window.notice.text or "cannot be opened" in window.notice.text
    assert "It is tried again in" in window.notice.text
    assert window.notice.text.count("\n") == 0
    assert button(window, "Try now")
    assert button(window, "Choose another…")
    assert window.live_view.newest is not None, "the last picture stays"
    server.back()
    until(lambda: state(window).status == "watching" and window.live_view.newest not in (None, last))
    assert not window.notice.isVisible()
    assert statuses[:3] == ["opening", "opening", "watching"]


def test_a_lost_stream_can_be_tried_at_once(
    window: MainWindow, server: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.watch.watcher.FIRST_RETRY_S", 3600.0)
    monkeypatch.setattr("app.watch.watcher.LONGEST_RETRY_S", 3600.0)
    watched(window, server.address, until)
    server.cut()
    until(lambda: state(window).status == "lost")
    server.back()
    button(window, "Try now").click()
    until(lambda: state(window).status == "watching" and window.live_view.newest is not None)


def test_a_stream_is_stopped_and_started_by_its_key(window: MainWindow, server: Any, until: Until) -> None:
    watched(window, server.address, until)
    window.actions_["play"].trigger()
    until(lambda: state(window).status == "stopped")
    assert window.live_view.newest is not None, "the last picture stays"
    window.actions_["play"].trigger()
    until(lambda: state(window).status == "watching")
    window.actions_["reconnect"].trigger()
    until(lambda: state(window).status == "opening")
    until(lambda: state(window).status == "watching")


def test_an_address_where_nobody_listens_is_refused_with_a_way_on(window: MainWindow, until: Until) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    window.live_view.open(f"tcp://127.0.0.1:{port}")
    until(lambda: window.notice.isVisible())
    assert state(window).status == "refused"
    assert "nobody listens" in window.notice.text
    assert button(window, "Try again")
    window.actions_["open_synthetic"].trigger()
    until(lambda: state(window).status == "watching" and window.live_view.newest is not None)
    assert not window.notice.isVisible()


def test_a_camera_that_is_not_there_is_refused_with_a_way_on(window: MainWindow, until: Until) -> None:
    window.live_view.open("camera:No such camera")
    until(lambda: window.notice.isVisible())
    assert state(window).status == "refused"
    assert "No such camera" in window.notice.text
    assert button(window, "Choose another…")


def test_the_synthetic_camera_runs_and_is_not_a_recent_source(window: MainWindow, until: Until) -> None:
    watched(window, "synthetic", until)
    until(lambda: window.live_view.newest is not None and window.live_view.newest.face is not None)
    assert window.windowTitle() == "Synthetic camera – Hopenet Studio"
    assert window.live_view.preferences.recent == ()


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["tcp", "http", "rtsp"])
def test_a_silent_server_does_not_hold_the_closing_up(
    scheme: str, silent: str, open_window: Any, end_window: Any, until: Until
) -> None:
    window = open_window(Preferences(detector="dlib-hog"))
    window.live_view.open(silent.replace("tcp", scheme, 1))
    until(lambda: state(window).status == "opening")
    began_s = time.monotonic()
    end_window(window)
    assert time.monotonic() - began_s < 8, "asked for are 3 s; a busy machine may take its time"


def test_a_stream_that_has_fallen_silent_does_not_hold_the_closing_up(
    window: MainWindow, server: Any, end_window: Any, until: Until
) -> None:
    watched(window, server.address, until)
    server.hush()
    began_s = time.monotonic()
    end_window(window)
    assert time.monotonic() - began_s < 8, "asked for are 3 s; a busy machine may take its time"
