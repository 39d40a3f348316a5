"""Plays the sound of the video that is watched, and connects the controls of its volume."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.gui.kit.action_table import ActionTable
from app.gui.kit.bridge import LatestValue
from app.gui.kit.qt_frame import QtFrame
from app.gui.picture.volume_row import STEPS, VolumeRow
from app.gui.state.sound_process import SoundProcess
from app.gui.state.studio import Studio
from app.preferences import Preferences
from app.watch.listener import WatcherState
from app.watch.playback_sound import PlaybackSound, SoundStatus


class SoundControls(QObject):
    """Thread: the GUI's. The sound has a thread and a process of its own."""

    def __init__(self, parent: QObject, studio: Studio, row: VolumeRow, actions: ActionTable) -> None:
        super().__init__(parent)
        self._studio, self._row, self._actions = studio, row, actions
        self._statuses: LatestValue[SoundStatus] = LatestValue()
        self._statuses.on_value(row.show_status)
        watcher = studio.live_view.watcher
        self._process = SoundProcess()
        self._sound = PlaybackSound(
            lambda: watcher.player, lambda: watcher.state.facts, self._process.open, self._statuses.put
        )
        self._audible = False
        watcher.listeners.add(self._sound)
        studio.live_view.frame_shown.connect(self._start)
        row.volume_requested.connect(lambda volume: studio.preferences.change(volume=volume, muted=False))
        row.mute_requested.connect(lambda muted: studio.preferences.change(muted=muted))
        actions["mute"].triggered.connect(lambda muted: studio.preferences.change(muted=muted))
        actions.connect_calls({"louder": lambda: self._change_volume(1), "quieter": lambda: self._change_volume(-1)})
        studio.preferences.changed.connect(self._show_preferences)
        self._show_preferences(studio.preferences.current)

    def show_watcher(self, state: WatcherState) -> None:
        audible = state.facts is not None and state.facts.kind == "video" and state.facts.has_sound
        self._audible = audible
        self._row.setVisible(audible)
        for name in ("mute", "louder", "quieter"):
            self._actions[name].setEnabled(audible)

    def close(self) -> None:
        self._studio.live_view.watcher.listeners.remove(self._sound)
        self._process.close()  # Before the sound's thread, which may wait for it.
        self._sound.close()

    def _start(self, qt_frame: QtFrame) -> None:
        """Starts the sound with the first frame of a video that has sound and either plays or shows its faces.

        So nothing waits for the process of the sound.
        """
        shown = qt_frame.shown
        if self._audible and (shown.analysis.frame.index > 0 or not shown.pace.waiting_for):
            self._studio.live_view.frame_shown.disconnect(self._start)
            self._sound.start()

    def _change_volume(self, by: int) -> None:
        steps = round(self._studio.preferences.current.volume * STEPS) + by
        self._studio.preferences.change(volume=min(max(0, steps), STEPS) / STEPS, muted=False)

    def _show_preferences(self, preferences: Preferences) -> None:
        self._sound.set_volume(0.0 if preferences.muted else preferences.volume)
        self._row.show_volume(preferences.volume, muted=preferences.muted)
        self._actions["mute"].setChecked(preferences.muted)
