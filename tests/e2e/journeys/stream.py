"""A network camera that is recorded, lost, and comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from app.gui.window.main_window import MainWindow
from benchmarks.driving import Step, after
from tests.e2e.journeys.journey import Journey
from tests.live_server import MjpegServer


def story(window: MainWindow, journey: Journey) -> Iterator[Step]:
    server = MjpegServer()
    try:
        yield from _watch(window, journey, server)
    finally:
        window.studio.live_view.close_source()
        server.cut()


def _watch(window: MainWindow, journey: Journey, server: MjpegServer) -> Iterator[Step]:
    view, recorder = window.studio.live_view, window.studio.recorder
    saved: list[str] = []
    recorder.saved.connect(lambda text, _path: saved.append(text))
    recorder.failed.connect(lambda error: saved.append(str(error)))
    journey.step("connecting")
    view.open(server.address)
    yield lambda: view.state.status == "watching" and view.newest is not None and view.newest.face is not None
    journey.step("recording")
    recorder.start(journey.folder / "live.mp4", journey.folder / "live.csv")
    yield lambda: recorder.recording is not None and recorder.recording.frames >= 15
    yield lambda: window.action("record").iconText().startswith("Stop 00:0")
    journey.step("losing and finding it")
    cutting = threading.Thread(target=server.cut)  # It waits for the server's threads.
    cutting.start()
    yield lambda: view.state.status == "lost" and window.notice.isVisible() and not cutting.is_alive()
    journey.told["notice"] = window.notice.text
    journey.told["stop button"] = window.action("record").iconText()
    before = view.newest
    server.back()
    yield lambda: view.state.status == "watching" and view.newest is not before
    yield after(0.5)
    journey.told["notice after"] = window.notice.text if window.notice.isVisible() else ""
    journey.step("ending the recording")
    if recorder.recording is not None:
        window.action("record").trigger()
    yield lambda: bool(saved)
    journey.end()  # What follows waits for the server.
    journey.told["saved"] = saved[0]
