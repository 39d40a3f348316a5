from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.gui.sources.source_dialogs import AddressDialog, CameraDialog
from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from app.video.cameras import Camera

Until = Callable[..., None]
W = TypeVar("W", bound=QWidget)


def shown(kind: type[W]) -> W | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)


def opens(dialog: QWidget) -> QPushButton:
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open)


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("rtsp://192.168.1.20/stream", True),
        ("  tcp://127.0.0.1:5000 ", True),
        ("http://10.0.0.1:8080/video", True),
        ("", False),
        ("rtsp://", False),
        ("192.168.1.20", False),
        ("video.mp4", False),
        ("ftp://host/video", False),
    ],
)
def test_only_an_address_of_a_stream_can_be_opened(address: str, fits: bool, qtbot: Any) -> None:
    dialog = AddressDialog(())
    qtbot.addWidget(dialog)
    dialog.findChild(QLineEdit).setText(address)
    assert opens(dialog).isEnabled() is fits
    assert fits or "rtsp://" in opens(dialog).toolTip()
    assert dialog.address == address.strip()


def test_the_latest_stream_is_offered_again(qtbot: Any) -> None:
    dialog = AddressDialog(("video.mp4", "camera:0", "rtsp://10.0.0.2/1", "tcp://10.0.0.3:5000"))
    qtbot.addWidget(dialog)
    assert dialog.address == "rtsp://10.0.0.2/1"


def test_without_a_camera_the_dialog_says_what_to_do(qtbot: Any) -> None:
    dialog = CameraDialog()
    qtbot.addWidget(dialog)
    assert not opens(dialog).isEnabled()
    dialog.show_cameras(())
    assert not opens(dialog).isEnabled()
    assert any("No camera was found" in label.text() for label in dialog.findChildren(QLabel))


def test_a_camera_is_chosen_by_its_name(qtbot: Any) -> None:
    dialog = CameraDialog()
    qtbot.addWidget(dialog)
    dialog.show_cameras((Camera("0", "Built in", ()), Camera("2", "On the wall", ())))
    names = dialog.findChild(QComboBox)
    assert [names.itemText(row) for row in range(names.count())] == ["Built in", "On the wall"]
    names.setCurrentIndex(1)
    assert dialog.address == "camera:2"
    assert opens(dialog).isEnabled()


def test_the_window_looks_for_cameras_in_a_worker_and_outlives_the_dialog(window: MainWindow, until: Until) -> None:
    window.actions_["open_camera"].trigger()
    dialog = shown(CameraDialog)
    assert dialog is not None
    until(lambda: not any("Looking" in label.text() for label in dialog.findChildren(QLabel)))
    dialog.findChild(QDialogButtonBox).findChildren(QPushButton)[-1].click()
    dialog.reject()
    until(lambda: shown(CameraDialog) is None)


def test_an_address_that_is_accepted_is_opened(window: MainWindow, until: Until, mjpeg_server: Any) -> None:
    window.actions_["open_address"].trigger()
    dialog = shown(AddressDialog)
    assert dialog is not None
    dialog.findChild(QLineEdit).setText(mjpeg_server.address)
    opens(dialog).click()
    until(lambda: window.live_view.watcher_state.status == "watching")
    assert window.live_view.watcher_state.address == mjpeg_server.address


@pytest.mark.parametrize("action", ["open_video", "open_folder"])
def test_a_chosen_video_or_folder_is_opened_and_its_folder_remembered(
    action: str, window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = next((Path(__file__).parents[1] / "pictures").glob("*.png"))
    (tmp_path / "1.png").write_bytes(picture.read_bytes())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(SAMPLE), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path))
    window.actions_[action].trigger()
    until(lambda: window.live_view.newest is not None)
    expected = SAMPLE if action == "open_video" else tmp_path
    assert window.live_view.watcher_state.address == str(expected)
    assert window.live_view.preferences.folder == str(SAMPLE.parent if action == "open_video" else tmp_path)


@pytest.mark.parametrize("action", ["open_video", "open_folder", "save_picture", "record", "open_session"])
def test_a_dialog_that_is_left_changes_nothing(
    action: str, window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.actions_["open_synthetic"].trigger()
    until(lambda: window.live_view.newest is not None and window.live_view.watcher_state.status == "watching")
    before = window.live_view.preferences
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    window.actions_[action].trigger()
    assert window.live_view.preferences == before
    assert window.live_view.recording is None
    assert not window.actions_["record"].isChecked()
    assert window.live_view.watcher_state.status == "watching"


@pytest.mark.parametrize("action", ["shortcuts", "about"])
def test_a_window_that_is_open_comes_to_the_front_instead_of_a_second(action: str, window: MainWindow) -> None:
    def others() -> set[QWidget]:
        return {one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window}

    before = others()
    window.actions_[action].trigger()
    first = others() - before
    window.actions_[action].trigger()
    assert others() - before == first
    assert len(first) == 1
    first.pop().close()
