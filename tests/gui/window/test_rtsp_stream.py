"""A camera with a password in the real window: it is found again after a cut, and its password is nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app import logs
from app.doctor.finding import Report
from app.gui.help.fault_report import fault_report
from app.gui.sources.source_dialogs import AddressDialog
from app.gui.window.main_window import MainWindow
from app.watch.shown_frame import ShownFrame
from tests.gui.find import only
from tests.rtsp.server import PACKAGES, USER, RtspServer, python_with_gstreamer

Until = Callable[..., None]

SECRET = "s3cr3tw0rd"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RtspServer]:
    if python_with_gstreamer() is None:
        pytest.skip(f"needs GStreamer's RTSP server with its Python bindings: {PACKAGES}")
    made = RtspServer(tmp_path, "--user", USER, "--password", SECRET)
    yield made
    made.cut()


def with_face(window: MainWindow, until: Until) -> ShownFrame:
    """The newest frame, once it has a face."""

    def found() -> bool:
        newest = window.studio.live_view.newest
        return window.studio.live_view.state.status == "watching" and newest is not None and newest.face is not None

    until(found)
    newest = window.studio.live_view.newest
    assert newest is not None
    return newest


def recorded(window: MainWindow, until: Until, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The contents of the files of a short recording, as text."""
    kept: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(folder / "kept.mp4"), ""))
    window.studio.recorder.saved.connect(lambda text, _path: kept.append(text))
    window.action("record").trigger()
    until(lambda: window.studio.recorder.recording is not None)
    start = with_face(window, until).analysis.frame.time
    until(lambda: with_face(window, until).analysis.frame.time > start + 1)
    window.action("record").trigger()
    until(lambda: bool(kept))
    files = [path for path in folder.iterdir() if path.name.startswith("kept")]
    assert len(files) >= 3, "a video, a table and its record"
    return [path.read_bytes().decode("latin-1") for path in files]


@pytest.mark.slow
@pytest.mark.usefixtures("blazeface")
def test_a_camera_that_was_cut_is_found_again_with_its_faces_and_new_times(
    window: MainWindow,
    server: RtspServer,
    until: Until,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    window.studio.live_view.open(server.address_for(USER, SECRET))
    before = with_face(window, until)
    until(lambda: (newest := window.studio.live_view.newest) is not None and newest.analysis.frame.time > 1)
    server.cut()
    until(lambda: window.studio.live_view.state.status == "lost")
    assert window.notice.isVisible()
    texts = [window.notice.text]
    server.back()
    until(lambda: window.studio.live_view.state.status == "watching" and not window.notice.isVisible())
    after = with_face(window, until)
    assert before.face is not None and after.face is not None
    centre, centre_after = (
        (one.box.x1 + one.box.x2) / 2 / frame.analysis.frame.size[0]
        for one, frame in ((before.face, before), (after.face, after))
    )
    assert abs(centre - centre_after) < 0.15, "the same face, about where it was"
    texts += recorded(window, until, tmp_path, monkeypatch)
    texts += [window.windowTitle(), caplog.text, *(action.text() for action in window.actions())]
    report = fault_report(
        asdict(window.studio.preferences.current),
        lines=[logs.LogLine(1, 0.0, logging.ERROR, "x", f"“{server.address_for(USER, SECRET)}” failed")],
        checks=lambda: Report("Program", ()),
    )
    assert server.address in report, "the address itself helps whoever reads the report"
    texts.append(report)
    assert not [text for text in texts if SECRET in text]


@pytest.mark.parametrize("end", ["", "#transport=udp"])
def test_the_proposed_address_hides_its_password_and_keeps_it(qtbot: QtBot, end: str) -> None:
    address = f"rtsp://{USER}:{SECRET}@10.0.0.2/1{end}"
    dialog = AddressDialog((address,))
    qtbot.addWidget(dialog)
    edit, transport = only(dialog, QLineEdit), only(dialog, QComboBox)
    assert edit.text() == "rtsp://10.0.0.2/1"
    assert transport.currentText() == ("UDP" if end else "TCP")
    assert dialog.address == address
    edit.setText("rtsp://10.0.0.3/1")
    assert dialog.address == f"rtsp://10.0.0.3/1{end}"


def test_a_transport_is_chosen_for_rtsp_only(qtbot: QtBot) -> None:
    dialog = AddressDialog(())
    qtbot.addWidget(dialog)
    edit, transport = only(dialog, QLineEdit), only(dialog, QComboBox)
    edit.setText("http://10.0.0.2/video")
    assert not transport.isEnabled()
    edit.setText("rtsp://10.0.0.2/1")
    assert transport.isEnabled()
    transport.setCurrentIndex(transport.findData("udp"))
    assert dialog.address == "rtsp://10.0.0.2/1#transport=udp"
    edit.setText("rtsp://10.0.0.2/1#transport=http")
    assert dialog.address == "rtsp://10.0.0.2/1#transport=http", "what is written is meant"
