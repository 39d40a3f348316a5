"""A live source in the real window: it is shown, lost and found again, and never delays closing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import av
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.gui.picture.transport_bar import TransportBar
from app.gui.window.main_window import MainWindow
from app.watch.listener import WatcherState
from tests.gui.choices import with_detector
from tests.gui.find import find, only
from tests.live_server import LiveServer

pytestmark = pytest.mark.usefixtures("blazeface")
Until = Callable[..., None]


@pytest.fixture(params=["ts_server", "mjpeg_server"], ids=["MPEG-TS", "MJPEG"])
def server(request: pytest.FixtureRequest) -> LiveServer:
    made: LiveServer = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def statuses(window: MainWindow) -> list[str]:
    """Every status of the watcher, as it is reported to the window."""
    reported: list[str] = []
    window.studio.live_view.state_changed.connect(lambda state: reported.append(state.status))
    return reported


def button(window: MainWindow, title: str) -> QPushButton:
    return next(one for one in window.notice.findChildren(QPushButton) if one.text() == title and one.isVisible())


def state(window: MainWindow) -> WatcherState:
    return window.studio.live_view.state


def watched(window: MainWindow, address: str, until: Until) -> None:
    window.studio.live_view.open(address)
    until(lambda: state(window).status == "watching" and window.studio.live_view.newest is not None)


def test_a_stream_is_shown_with_its_faces(window: MainWindow, server: LiveServer, until: Until) -> None:
    watched(window, server.address, until)
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    newest = window.studio.live_view.newest
    assert newest is not None
    assert newest.analysis.frame.image.std() > 20
    assert newest.pace.delay_ms is not None
    assert window.windowTitle() == f"{server.address} — Hopenet Studio"
    assert only(window, TransportBar).isVisible()
    assert not window.notice.isVisible()
    first = server.number_of(newest.analysis.frame.image)

    def later_frame_is_shown() -> bool:
        shown = window.studio.live_view.newest
        return shown is not None and server.number_of(shown.analysis.frame.image) > first

    until(later_frame_is_shown)


def test_a_lost_stream_is_reported_and_opened_again(
    window: MainWindow, server: LiveServer, statuses: list[str], until: Until
) -> None:
    watched(window, server.address, until)
    last = window.studio.live_view.newest
    server.cut()
    until(lambda: state(window).status == "lost" and window.notice.isVisible())
    assert "was lost" in window.notice.text or "cannot be opened" in window.notice.text
    assert "Retrying in" in window.notice.text
    assert not find(window.workspace.transport, QLabel, "LOST").isEnabled()
    assert window.notice.text.count("\n") == 0
    assert button(window, "Try now")
    assert button(window, "Choose another…")
    assert window.studio.live_view.newest is not None, "the last picture stays"
    server.back()
    until(lambda: state(window).status == "watching" and window.studio.live_view.newest not in (None, last))
    assert not window.notice.isVisible()
    assert statuses[:3] == ["opening", "opening", "watching"]


def test_a_lost_stream_can_be_retried_at_once(
    window: MainWindow, server: LiveServer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.watch.watcher.FIRST_RETRY_S", 3600.0)
    monkeypatch.setattr("app.watch.watcher.LONGEST_RETRY_S", 3600.0)
    watched(window, server.address, until)
    server.cut()
    until(lambda: state(window).status == "lost")
    server.back()
    button(window, "Try now").click()
    until(lambda: state(window).status == "watching" and window.studio.live_view.newest is not None)


def test_a_stream_can_be_stopped_started_and_reconnected(window: MainWindow, server: LiveServer, until: Until) -> None:
    watched(window, server.address, until)
    window.action("play").trigger()
    until(lambda: state(window).status == "stopped")
    assert window.studio.live_view.newest is not None, "the last picture stays"
    window.action("play").trigger()
    until(lambda: state(window).status == "watching")
    window.action("reconnect").trigger()
    until(lambda: state(window).status == "opening")
    until(lambda: state(window).status == "watching")


def test_an_address_where_nobody_listens_is_refused_with_buttons(window: MainWindow, until: Until) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    window.studio.live_view.open(f"tcp://127.0.0.1:{port}")
    until(lambda: window.notice.isVisible())
    assert state(window).status == "refused"
    assert "nothing is listening" in window.notice.text
    assert button(window, "Try again")
    window.action("open_synthetic").trigger()
    until(lambda: state(window).status == "watching" and window.studio.live_view.newest is not None)
    assert not window.notice.isVisible()


def test_a_camera_that_does_not_exist_is_refused_with_buttons(window: MainWindow, until: Until) -> None:
    window.studio.live_view.open("camera:No such camera")
    until(lambda: window.notice.isVisible())
    assert state(window).status == "refused"
    assert "No such camera" in window.notice.text
    assert button(window, "Choose another…")


def test_the_synthetic_camera_runs_and_is_not_a_recent_source(window: MainWindow, until: Until) -> None:
    watched(window, "synthetic", until)
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.newest.face is not None)
    assert window.windowTitle() == "Synthetic camera — Hopenet Studio"
    assert window.studio.preferences.current.recent == ()


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts connections and never sends anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["tcp", "http", "rtsp"])
def test_closing_does_not_wait_for_a_silent_server(
    scheme: str, silent: str, open_window: Any, end_window: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, ended = threading.Event(), threading.Event()
    connect = av.open

    def watched_connect(*arguments: Any, **options: Any) -> Any:
        began.set()
        try:
            return connect(*arguments, **options)
        finally:
            ended.set()

    # FFmpeg would wait for this long. The connection is cut when the fixture closes the server.
    monkeypatch.setattr("app.video.streams.OPEN_S", 60.0)
    monkeypatch.setattr("app.video.streams.READ_S", 60.0)
    monkeypatch.setattr(av, "open", watched_connect)
    window = open_window(with_detector("dlib-hog"))
    window.studio.live_view.open(silent.replace("tcp", scheme, 1))
    until(began.is_set)
    end_window(window)
    assert not ended.is_set()


def test_the_window_can_be_closed_after_a_stream_has_fallen_silent(
    window: MainWindow, server: LiveServer, end_window: Any, until: Until
) -> None:
    watched(window, server.address, until)
    server.hush()
    end_window(window)
    assert not window.studio.live_view.watcher.state.error
