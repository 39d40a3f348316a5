from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui.sources.detector_settings import DetectorSettingsDialog
from app.gui.sources.source_dialogs import AddressDialog, CameraDialog
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.settings import DetectorChoice, ModelChoice
from app.video.camera import Camera, CameraMode
from detectors import Box, DetectorOptions
from tests.gui.find import find, only

Until = Callable[..., None]
W = TypeVar("W", bound=QWidget)


def shown(kind: type[W]) -> W | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)


def open_button(dialog: QWidget) -> QPushButton:
    return only(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open)


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("rtsp://192.168.1.20/stream", True),
        ("rtsps://192.168.1.20/stream", True),
        ("  tcp://127.0.0.1:5000 ", True),
        ("http://10.0.0.1:8080/video", True),
        ("", False),
        ("rtsp://", False),
        ("192.168.1.20", False),
        ("video.mp4", False),
        ("ftp://host/video", False),
    ],
)
def test_only_the_address_of_a_stream_can_be_opened(address: str, valid: bool, qtbot: QtBot) -> None:
    dialog = AddressDialog(())
    qtbot.addWidget(dialog)
    only(dialog, QLineEdit).setText(address)
    assert open_button(dialog).isEnabled() is valid
    assert valid or "rtsp://" in open_button(dialog).toolTip()
    assert dialog.address == address.strip()


def test_the_latest_stream_is_proposed(qtbot: QtBot) -> None:
    dialog = AddressDialog(("video.mp4", "camera:0", "rtsp://10.0.0.2/1", "tcp://10.0.0.3:5000"))
    qtbot.addWidget(dialog)
    assert dialog.address == "rtsp://10.0.0.2/1"


def test_without_a_camera_the_dialog_says_what_to_do(qtbot: QtBot) -> None:
    dialog = CameraDialog()
    qtbot.addWidget(dialog)
    assert not open_button(dialog).isEnabled()
    dialog.show_cameras(())
    assert not open_button(dialog).isEnabled()
    assert any("No camera found" in label.text() for label in dialog.findChildren(QLabel))


def choices(box: QComboBox) -> list[str]:
    return [box.itemText(row) for row in range(box.count())]


def test_a_camera_is_chosen_by_its_name_and_mode(qtbot: QtBot) -> None:
    dialog = CameraDialog()
    qtbot.addWidget(dialog)
    modes = (CameraMode(640, 480, 30.0, ("mjpeg", "yuyv422")), CameraMode(1280, 720, None, ("mjpeg",)))
    dialog.show_cameras((Camera("0", "Built in", ()), Camera("2", "On the wall", modes)))
    camera, mode = dialog.findChildren(QComboBox)
    assert choices(camera) == ["Built in", "On the wall"]
    assert choices(mode) == ["Camera default"]
    camera.setCurrentIndex(1)
    assert choices(mode) == [
        "Camera default",
        "640 × 480   30 frames/s   MJPEG",
        "640 × 480   30 frames/s   YUYV422",
        "1280 × 720   MJPEG",
    ]
    assert dialog.address == "camera:On the wall"
    mode.setCurrentIndex(2)
    assert dialog.address == "camera:On the wall?size=640x480&format=yuyv422&rate=30"
    assert open_button(dialog).isEnabled()


def test_the_window_searches_for_cameras_in_a_worker_and_outlives_the_dialog(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int] = []

    def no_cameras() -> tuple[Camera, ...]:
        searches.append(threading.get_ident())
        return ()

    monkeypatch.setattr("app.gui.window.dialogs.cameras", no_cameras)
    window.action("open_camera").trigger()
    dialog = shown(CameraDialog)
    assert dialog is not None
    until(lambda: any("No camera found" in label.text() for label in dialog.findChildren(QLabel)))
    find(dialog, QPushButton, "Search again").click()
    dialog.reject()
    until(lambda: len(searches) == 2 and shown(CameraDialog) is None)
    assert threading.get_ident() not in searches


def test_an_address_that_is_accepted_is_opened(window: MainWindow, until: Until, mjpeg_server: Any) -> None:
    window.action("open_address").trigger()
    dialog = shown(AddressDialog)
    assert dialog is not None
    only(dialog, QLineEdit).setText(mjpeg_server.address)
    open_button(dialog).click()
    until(lambda: window.studio.live_view.state.status == "watching")
    assert window.studio.live_view.state.address == mjpeg_server.address


@pytest.mark.parametrize("action", ["open_video", "open_folder"])
def test_a_chosen_video_or_folder_is_opened_and_its_folder_is_remembered(
    action: str, window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = next((Path(__file__).parents[1] / "pictures").glob("*.png"))
    (tmp_path / "1.png").write_bytes(picture.read_bytes())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([str(SAMPLE)], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path))
    window.action(action).trigger()
    until(lambda: window.studio.live_view.newest is not None)
    expected = SAMPLE if action == "open_video" else tmp_path
    assert window.studio.live_view.state.address == str(expected)
    assert window.studio.preferences.current.folder == str(SAMPLE.parent if action == "open_video" else tmp_path)


@pytest.mark.parametrize("action", ["open_video", "open_folder", "save_picture", "record", "open_session"])
def test_a_cancelled_dialog_changes_nothing(
    action: str, window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.action("open_synthetic").trigger()
    until(lambda: window.studio.live_view.newest is not None and window.studio.live_view.state.status == "watching")
    before = window.studio.preferences.current
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    window.action(action).trigger()
    assert window.studio.preferences.current == before
    assert window.studio.recorder.recording is None
    assert not window.action("record").isChecked()
    assert window.studio.live_view.state.status == "watching"


@pytest.mark.parametrize("action", ["shortcuts", "about"])
def test_a_window_that_is_already_open_comes_to_the_front(action: str, window: MainWindow) -> None:
    def others() -> set[QWidget]:
        return {one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window}

    before = others()
    window.action(action).trigger()
    first = others() - before
    window.action(action).trigger()
    assert others() - before == first
    assert len(first) == 1
    first.pop().close()


def test_detector_settings_show_the_preferences_and_give_the_edited_values(qtbot: QtBot) -> None:
    choice = ModelChoice(
        detector=DetectorChoice("mediapipe", DetectorOptions(largest_faces=3, tiles=2, region=Box(1, 2, 300, 400))),
        detect_every=5,
    )
    dialog = DetectorSettingsDialog(choice)
    qtbot.addWidget(dialog)
    assert dialog.applied(choice) == choice
    score, (faces, every) = only(dialog, QDoubleSpinBox), dialog.findChildren(QSpinBox)
    assert score.text().startswith("default (")
    score.setValue(0.7)
    faces.setValue(0)
    assert faces.text() == "all"
    every.setValue(1)
    only(dialog, QCheckBox).click()
    options = DetectorOptions(minimum_score=0.7, region=Box(1, 2, 300, 400))
    assert dialog.applied(choice) == ModelChoice(detector=DetectorChoice("mediapipe", options))
