"""Leads the transport's controls and keys to the video, and shows where the video is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.gui.picture.previews import Previews
from app.gui.picture.transport_bar import SPEEDS, TransportBar
from app.gui.state.live_view import LiveView
from app.gui.window.actions import Actions
from app.watch.player import Player
from app.watch.watcher import WatcherState

_SHOW_EVERY_MS = 66
SKIP_S = 5.0


class Playback(QObject):
    """Thread: the GUI's. A video's transport takes commands without waiting."""

    running_changed = Signal(bool)
    """Whether frames come of themselves: a video is played, a live source watched."""

    def __init__(self, parent: QObject, live_view: LiveView, bar: TransportBar, actions: Actions) -> None:
        super().__init__(parent)
        self._live_view = live_view
        self._bar = bar
        self._actions = actions
        self._live_since: float | None = None
        self._running = False
        self._previews = Previews(self._show_preview)
        self._timer = QTimer(self, interval=_SHOW_EVERY_MS)
        self._timer.timeout.connect(self._show)
        self._connect()
        self.show_watcher(live_view.watcher_state)

    def show_watcher(self, state: WatcherState) -> None:
        """Suits the controls to the source."""
        video = state.facts is not None and state.facts.kind != "picture"
        live = state.live and state.status != "empty"
        self._bar.setVisible(video or live)
        for name in ("back", "forward", "skip_back", "skip_forward", "to_start", "slower", "faster", "loop"):
            self._actions[name].setEnabled(video)
        self._actions["play"].setEnabled(video or live)
        self._actions["reconnect"].setEnabled(live)
        self._actions["close_source"].setEnabled(state.status != "empty")
        self._previews.open(state.facts.path if video and state.facts is not None else None)
        watching = state.status == "watching"
        if live:
            self._live_since = (self._live_since or time.monotonic()) if watching else None
            self._bar.show_live(watching, self._elapsed_s())
        if watching and (video or live):
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def close(self) -> None:
        self._timer.stop()
        self._previews.close()

    def _connect(self) -> None:
        bar, act, watcher = self._bar, self._actions, self._live_view.watcher
        bar.play_requested.connect(lambda: self._on_video(Player.play))
        bar.pause_requested.connect(lambda: self._on_video(Player.pause))
        bar.seek_requested.connect(lambda time_s: self._on_video(lambda video: video.seek(time_s)))
        bar.step_requested.connect(lambda frames: self._on_video(lambda video: video.step(frames)))
        bar.speed_requested.connect(lambda speed: self._on_video(lambda video: video.set_speed(speed)))
        bar.loop_requested.connect(lambda wanted: self._on_video(lambda video: video.set_loop(wanted)))
        bar.start_requested.connect(watcher.reopen)
        bar.stop_requested.connect(watcher.stop_live)
        bar.reconnect_requested.connect(watcher.reopen)
        bar.preview_requested.connect(self._previews.ask)
        act["play"].triggered.connect(self._play_or_pause)
        act["back"].triggered.connect(lambda: self._on_video(lambda video: video.step(-1)))
        act["forward"].triggered.connect(lambda: self._on_video(lambda video: video.step(1)))
        act["skip_back"].triggered.connect(lambda: self._skip(-SKIP_S))
        act["skip_forward"].triggered.connect(lambda: self._skip(SKIP_S))
        act["to_start"].triggered.connect(lambda: self._on_video(lambda video: video.seek(0.0)))
        act["slower"].triggered.connect(lambda: self._change_speed(-1))
        act["faster"].triggered.connect(lambda: self._change_speed(1))
        act["loop"].triggered.connect(lambda wanted: self._on_video(lambda video: video.set_loop(wanted)))
        act["reconnect"].triggered.connect(watcher.reopen)

    def _on_video(self, command: Callable[[Player], None]) -> None:
        video = self._live_view.watcher.player
        if video is not None:
            command(video)
            self._show()

    def _play_or_pause(self) -> None:
        watcher, state = self._live_view.watcher, self._live_view.watcher_state
        video = watcher.player
        if video is not None:
            self._on_video(Player.pause if video.state.playing else Player.play)
        elif state.live:
            (watcher.stop_live if state.status in ("watching", "opening") else watcher.reopen)()

    def _skip(self, by_s: float) -> None:
        self._on_video(lambda video: video.seek(max(0.0, video.state.position_s + by_s)))

    def _change_speed(self, by: int) -> None:
        def change(video: Player) -> None:
            nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - video.state.speed))
            video.set_speed(SPEEDS[min(max(0, nearest + by), len(SPEEDS) - 1)])

        self._on_video(change)

    def _show(self) -> None:
        video, watching = self._live_view.watcher.player, self._live_view.watcher_state.status == "watching"
        running = False
        if video is not None:
            state = video.state
            facts = self._live_view.watcher_state.facts
            folder = facts is not None and facts.kind == "folder"
            self._bar.show_state(state, pictures=facts.frame_count if folder and facts is not None else None)
            self._actions["loop"].setChecked(state.loop)
            running = watching and state.playing
        elif self._live_view.watcher_state.live:
            self._bar.show_live(watching, self._elapsed_s())
            running = watching
        if running != self._running:
            self._running = running
            self.running_changed.emit(running)

    def _elapsed_s(self) -> float:
        return 0.0 if self._live_since is None else time.monotonic() - self._live_since

    def _show_preview(self, time_s: float, image: QImage) -> None:
        self._bar.show_preview(time_s, image)
