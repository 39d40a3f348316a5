"""Connects the transport bar and the playback actions to the player."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.gui.kit.action_table import ActionTable
from app.gui.picture.previews import Previews
from app.gui.picture.transport_bar import SPEEDS, TransportBar
from app.gui.state.studio import Studio
from app.watch.listener import WatcherState
from app.watch.player import Player

_SHOW_EVERY_MS = 66
_SKIP_S = 5.0
_SEEKING = ("previous_frame", "next_frame", "skip_back", "skip_forward", "to_start", "slower", "faster", "loop")
"""Actions that only a video or a folder of pictures has."""


class Playback(QObject):
    """Plays, pauses and seeks in videos, and starts and stops live sources.

    Thread: the GUI's. The player takes commands without blocking.
    """

    running_changed = Signal(bool)
    """Whether frames follow one another: a video plays, or a live source is connected."""
    damage_found = Signal(str)
    """What is unusual about the source, as far as it was read."""
    damage_wanted = Signal(str)
    """The user wants to read it."""

    def __init__(self, parent: QObject, studio: Studio, bar: TransportBar, actions: ActionTable) -> None:
        super().__init__(parent)
        self._studio = studio
        self._bar = bar
        self._actions = actions
        self._live_since: float | None = None
        self._running = False
        self._damage: str | None = None
        self._previews = Previews(self._show_preview)
        self._timer = QTimer(self, interval=_SHOW_EVERY_MS)
        self._timer.timeout.connect(self._show)
        self._connect()
        self.show_watcher(studio.live_view.state)

    def show_watcher(self, state: WatcherState) -> None:
        """Shows and enables the controls that the source has."""
        video = state.facts is not None and state.facts.kind != "picture"
        live = state.live and state.status != "empty"
        self._bar.setVisible(video or live)
        for name in _SEEKING:
            self._actions[name].setEnabled(video)
        self._actions["play"].setEnabled(video or live)
        self._actions["reconnect"].setEnabled(live)
        self._actions["close_source"].setEnabled(state.status != "empty")
        self._previews.open(state.facts.path if video and state.facts is not None else None)
        watching = state.status == "watching"
        if live:
            self._live_since = (self._live_since or time.monotonic()) if watching else None
            self._bar.show_live(watching, self._elapsed_s())
        if watching:
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def close(self) -> None:
        self._timer.stop()
        self._previews.close()

    def _connect(self) -> None:
        bar, actions, watcher = self._bar, self._actions, self._studio.live_view.watcher
        bar.play_requested.connect(lambda: self._command(Player.play))
        bar.pause_requested.connect(lambda: self._command(Player.pause))
        bar.seek_requested.connect(lambda time_s: self._command(lambda player: player.seek(time_s)))
        bar.step_requested.connect(lambda frames: self._command(lambda player: player.step(frames)))
        bar.speed_requested.connect(lambda speed: self._command(lambda player: player.set_speed(speed)))
        bar.loop_requested.connect(lambda wanted: self._command(lambda player: player.set_loop(wanted)))
        bar.start_requested.connect(watcher.reopen)
        bar.stop_requested.connect(watcher.stop_live)
        bar.reconnect_requested.connect(watcher.reopen)
        bar.preview_requested.connect(self._previews.request)
        bar.damage_requested.connect(lambda: self.damage_wanted.emit(self._damage or ""))
        actions.connect_calls(
            {
                "play": self._play_or_pause,
                "previous_frame": lambda: self._command(lambda player: player.step(-1)),
                "next_frame": lambda: self._command(lambda player: player.step(1)),
                "skip_back": lambda: self._skip(-_SKIP_S),
                "skip_forward": lambda: self._skip(_SKIP_S),
                "to_start": lambda: self._command(lambda player: player.seek(0.0)),
                "slower": lambda: self._change_speed(-1),
                "faster": lambda: self._change_speed(1),
                "reconnect": watcher.reopen,
            }
        )
        actions["loop"].triggered.connect(lambda wanted: self._command(lambda player: player.set_loop(wanted)))

    def _command(self, command: Callable[[Player], None]) -> None:
        """Gives the player a command, if a video is open."""
        player = self._studio.live_view.watcher.player
        if player is not None:
            command(player)
            self._show()

    def _play_or_pause(self) -> None:
        watcher, state = self._studio.live_view.watcher, self._studio.live_view.state
        player = watcher.player
        if player is not None:
            self._command(Player.pause if player.state.playing else Player.play)
        elif state.live:
            (watcher.stop_live if state.status in ("watching", "opening") else watcher.reopen)()

    def _skip(self, by_s: float) -> None:
        self._command(lambda player: player.seek(max(0.0, player.state.position_s + by_s)))

    def _change_speed(self, by: int) -> None:
        def change(player: Player) -> None:
            nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - player.state.speed))
            player.set_speed(SPEEDS[min(max(0, nearest + by), len(SPEEDS) - 1)])

        self._command(change)

    def _show(self) -> None:
        live_view = self._studio.live_view
        player, watching = live_view.watcher.player, live_view.state.status == "watching"
        running = False
        if player is not None:
            state, facts = player.state, live_view.state.facts
            is_folder = facts is not None and facts.kind == "folder"
            self._bar.show_state(state, pictures=facts.frame_count if is_folder and facts is not None else None)
            self._actions["loop"].setChecked(state.loop)
            self._show_damage(state.damage)
            running = watching and state.playing
        elif live_view.state.live:
            self._bar.show_live(watching, self._elapsed_s())
            running = watching
        if running != self._running:
            self._running = running
            self.running_changed.emit(running)

    def _show_damage(self, damage: str | None) -> None:
        before, self._damage = self._damage, damage
        if damage is not None and damage != before:
            self.damage_found.emit(damage)

    def _elapsed_s(self) -> float:
        return 0.0 if self._live_since is None else time.monotonic() - self._live_since

    def _show_preview(self, time_s: float, image: QImage) -> None:
        self._bar.show_preview(time_s, image)
