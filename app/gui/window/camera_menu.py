"""The menu of the cameras of this machine, by their names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.video.camera import Camera


class CameraMenu(QMenu):
    """Lists cameras whenever it opens: those found last until the new search is done.

    It does not search itself: on `search_requested`, search and show what was found. `chosen` has the address of a
    camera.
    """

    search_requested = Signal()
    chosen = Signal(str)

    def __init__(self, more: QAction, parent: QWidget | None = None) -> None:
        """`more`: the action that opens a camera with a mode of its own."""
        super().__init__(parent)
        self.setTitle(self.tr("Cameras"))
        self.setObjectName("cameras")
        self.setToolTipsVisible(True)
        self._more = more
        self._cameras: tuple[Camera, ...] | None = None
        self._show_text(self.tr("Searching for cameras…"))
        self.aboutToShow.connect(self.search_requested)

    def show_cameras(self, cameras: Sequence[Camera]) -> None:
        if tuple(cameras) == self._cameras:
            return
        self._cameras = tuple(cameras)
        if not cameras:
            self._show_text(self.tr("No camera found"))
            return
        self.clear()
        for camera in cameras:
            action = self.addAction(camera.shown_name.replace("&", "&&"))
            if camera.modes:
                largest = camera.modes[0]
                action.setToolTip(self.tr("Up to {} × {}").format(largest.width, largest.height))
            action.triggered.connect(lambda _checked=False, address=camera.address: self.chosen.emit(address))
        self.addSeparator()
        self.addAction(self._more)

    def _show_text(self, text: str) -> None:
        self.clear()
        self.addAction(text).setEnabled(False)
        self.addSeparator()
        self.addAction(self._more)
