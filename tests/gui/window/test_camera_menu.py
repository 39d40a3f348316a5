"""File › Cameras: the cameras of this machine by their names, searched for when the menu opens."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from app.gui.window.camera_menu import CameraMenu
from app.gui.window.main_window import MainWindow
from app.video.camera import Camera, CameraMode, with_labels

Until = Callable[..., None]

CAMERAS = with_labels(
    [
        Camera("/dev/video0", "HD Webcam", (CameraMode(1920, 1080, 30.0, ("mjpeg",)),), "USB 1-4"),
        Camera("/dev/video2", "HD Webcam", (), "USB 1-9"),
        Camera("/dev/video4", "Black & white", ()),
    ]
)


def texts(menu: CameraMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_cameras_are_listed_by_name_and_open_by_address(qtbot: QtBot) -> None:
    menu = CameraMenu(QAction("Open &camera…"))
    qtbot.addWidget(menu)
    chosen: list[str] = []
    menu.chosen.connect(chosen.append)
    assert texts(menu) == ["Searching for cameras…", "Open &camera…"]
    menu.show_cameras(CAMERAS)
    assert texts(menu) == ["HD Webcam [USB 1-4]", "HD Webcam [USB 1-9]", "Black && white", "Open &camera…"]
    assert menu.actions()[0].toolTip() == "Up to 1920 × 1080"
    for action in menu.actions()[:3]:
        action.trigger()
    assert chosen == ["camera:HD Webcam [USB 1-4]", "camera:HD Webcam [USB 1-9]", "camera:Black & white"]
    menu.show_cameras(())
    assert texts(menu) == ["No camera found", "Open &camera…"]
    assert not menu.actions()[0].isEnabled()


def test_the_menu_searches_in_a_worker_each_time_it_opens(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[int] = []

    def found() -> tuple[Camera, ...]:
        searches.append(threading.get_ident())
        return CAMERAS

    monkeypatch.setattr("app.gui.window.dialogs.cameras", found)
    menu = window.menus.cameras
    menu.aboutToShow.emit()
    until(lambda: len(texts(menu)) == 4)
    menu.aboutToShow.emit()
    until(lambda: len(searches) == 2)
    assert threading.get_ident() not in searches
