"""Connects the transport bar and the playback actions to the player."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.gui.kit import number_format
from app.gui.kit.action_table import ActionTable
from app.gui.kit.places import Place
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.picture.previews import Previews
from app.gui.picture.transport_bar import SPEEDS, TransportBar
from app.gui.state.marks import Marks
from app.gui.state.studio import Studio
from app.gui.window.sound_controls import SoundControls
from app.watch.listener import WatcherState
from app.watch.player import Player

_SHOW_EVERY_MS = 66
_SKIPS_S = {
    "back_1_s": -1.0,
    "forward_1_s": 1.0,
    "skip_back": -5.0,
    "skip_forward": 5.0,
    "back_10_s": -10.0,
    "forward_10_s": 10.0,
}
_SEEKING = (
    *("previous_frame", "next_frame", "pause", "play_faster", "to_start", "to_end", "go_to", *_SKIPS_S),
    *("mark_start", "mark_end", "slower", "faster", "loop"),
)
"""Actions that only a video or a folder of pictures has."""
_BEYOND = 1 << 40
"""More frames than any video has."""


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
        self._address = ""
        self._previews = Previews(self._show_preview)
        self._sound = SoundControls(self, studio, bar.volume, actions)
        self._timer = QTimer(self, interval=_SHOW_EVERY_MS)
        self._timer.timeout.connect(self._show)
        self._connect()
        self.show_watcher(studio.live_view.state)

    def show_watcher(self, state: WatcherState) -> None:
        """Shows and enables the controls that the source has."""
        video = state.facts is not None and state.facts.kind != "picture"
        live = state.live and state.status != "empty"
        self._bar.set_available(video or live)
        for name in _SEEKING:
            self._actions[name].setEnabled(video)
        self._actions["play"].setEnabled(video or live)
        self._actions["reconnect"].setEnabled(live)
        self._actions["close_source"].setEnabled(state.status != "empty")
        self._previews.open(state.facts.path if video and state.facts is not None else None)
        if state.address != self._address:
            self._address = state.address
            self._studio.marks.clear()
        self._show_marks(self._studio.marks.current)
        self._sound.show_watcher(state)
        watching = state.status == "watching"
        if live:
            self._live_since = (self._live_since or time.monotonic()) if watching else None
            self._bar.show_live(watching, self._elapsed_s(), lost=state.status == "lost")
        if watching:
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    def close(self) -> None:
        self._timer.stop()
        self._sound.close()
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
        bar.place_requested.connect(actions["go_to"].trigger)
        bar.damage_requested.connect(lambda: self.damage_wanted.emit(self._damage or ""))
        actions.connect_calls(
            {
                "play": self._play_or_pause,
                "previous_frame": lambda: self._command(lambda player: player.step(-1)),
                "next_frame": lambda: self._command(lambda player: player.step(1)),
                **{name: partial(self._skip, by_s) for name, by_s in _SKIPS_S.items()},
                "to_start": lambda: self._command(lambda player: player.seek(0.0)),
                "to_end": lambda: self._command(_to_end),
                "go_to": self._ask_where_to,
                "pause": lambda: self._command(Player.pause),
                "play_faster": self._play_faster,
                "mark_start": self._mark_start,
                "mark_end": self._mark_end,
                "clear_start": self._studio.marks.clear_start,
                "clear_end": self._studio.marks.clear_end,
                "slower": lambda: self._change_speed(-1),
                "faster": lambda: self._change_speed(1),
                "reconnect": watcher.reopen,
            }
        )
        self._studio.marks.changed.connect(self._show_marks)
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

    def _play_faster(self) -> None:
        player = self._studio.live_view.watcher.player
        if player is not None and player.state.playing:
            self._change_speed(1)
        else:
            self._command(Player.play)

    def _ask_where_to(self) -> None:
        player, facts = self._studio.live_view.watcher.player, self._studio.live_view.state.facts
        if player is None or facts is None:
            return
        state = player.state
        present = number_format.clock(state.position_s, tenths=True)
        dialog = GoToDialog(present, state.duration_s, facts.frame_count, self._bar.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.place_chosen.connect(self._go_to)
        dialog.open()

    def _go_to(self, place: Place) -> None:
        if place.frame is not None:
            frame = place.frame
            self._command(lambda player: player.seek_frame(frame))
        elif place.time_s is not None:
            time_s = place.time_s
            self._command(lambda player: player.seek(time_s))

    def _mark_start(self) -> None:
        time_s = self._marked_s()
        if time_s is not None:
            self._studio.marks.set_start(time_s)

    def _mark_end(self) -> None:
        time_s, facts = self._marked_s(), self._studio.live_view.state.facts
        if time_s is not None and facts is not None:
            self._studio.marks.set_end(time_s, float(1 / facts.frame_rate))

    def _marked_s(self) -> float | None:
        """The time of the frame that the user sees: while a video plays, the player is already further."""
        player, newest = self._studio.live_view.watcher.player, self._studio.live_view.newest
        if player is not None and player.state.playing and newest is not None:
            return newest.analysis.frame.time_s
        return player.state.position_s if player is not None else None

    def _show_marks(self, marks: Marks) -> None:
        self._bar.show_marks(marks.start_s, marks.end_s)
        player = self._studio.live_view.watcher.player
        if player is not None:
            player.set_loop_range(marks.start_s, marks.end_s)
        self._actions["clear_start"].setEnabled(marks.start_s is not None)
        self._actions["clear_end"].setEnabled(marks.end_s is not None)

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
            self._bar.show_state(state, pictures=facts.file_names if is_folder and facts is not None else ())
            self._actions["loop"].setChecked(state.loop)
            self._show_damage(state.damage)
            running = watching and state.playing
        elif live_view.state.live:
            self._bar.show_live(watching, self._elapsed_s(), lost=live_view.state.status == "lost")
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


def _to_end(player: Player) -> None:
    if player.state.duration_s is not None:
        player.seek(player.state.duration_s)
    else:
        player.seek_frame(_BEYOND)
