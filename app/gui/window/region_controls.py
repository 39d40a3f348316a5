"""Connects the region that is drawn on the picture to the detector."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.gui.kit.action_table import ActionTable
from app.gui.kit.qt_frame import QtFrame
from app.gui.picture.region_overlay import RegionOverlay
from app.gui.picture.video_view import VideoView
from app.gui.state.studio import Studio
from app.preferences import Preferences
from app.watch.listener import WatcherState


class RegionControls(QObject):
    """Thread: the GUI's."""

    def __init__(self, parent: QObject, studio: Studio, view: VideoView, actions: ActionTable) -> None:
        super().__init__(parent)
        self._studio = studio
        self._actions = actions
        self._address = studio.live_view.state.address
        self.overlay = RegionOverlay(view, view.picture_transform, view.picture_size)
        self.overlay.chosen.connect(studio.models.set_region)
        actions.connect_calls({"region": self.overlay.draw, "clear_region": lambda: studio.models.set_region(None)})
        studio.preferences.changed.connect(self._show)
        studio.live_view.state_changed.connect(self._show_watcher)
        studio.live_view.frame_shown.connect(self._show_frame)
        actions["region"].setEnabled(False)
        self._show(studio.preferences.current)

    def _show(self, preferences: Preferences) -> None:
        region = preferences.choice.detector.options.region
        self.overlay.show_region(region)
        self._actions["clear_region"].setEnabled(region is not None)

    def _show_watcher(self, state: WatcherState) -> None:
        if state.status in ("empty", "refused") or state.address != self._address:
            self.overlay.cancel()
            self._actions["region"].setEnabled(False)
        self._address = state.address

    def _show_frame(self, _frame: QtFrame) -> None:
        self._actions["region"].setEnabled(True)
