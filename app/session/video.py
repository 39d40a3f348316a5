"""Plays a session's video, with what a table says of each frame drawn on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from app.errors import SourceError, StudioError
from app.frames import Analysis, Face, Frame
from app.outputs.table_data import PoseTableData
from app.threads.handoff import Stop, ahead
from app.video import open_source
from app.watch.painter import Painter
from app.watch.player import Player, PlayerState
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions

LOG = logging.getLogger(__name__)


class SessionVideo:
    """A video, opened and played in threads of its own; it begins still, on its first frame.

    `shown` is called for each drawn frame, `changed` when playing, pausing or the end changes the state, `failed` at
    most once: all in a worker's thread.
    Thread: any. `close` does not wait; `join` does.
    """

    def __init__(
        self,
        path: Path,
        options: ViewOptions,
        *,
        shown: Callable[[ShownFrame], None],
        changed: Callable[[PlayerState], None],
        failed: Callable[[StudioError], None],
    ) -> None:
        self.path = path
        self._told_shown, self._told_changed, self._told_failed = shown, changed, failed
        self._options = options
        self._stop = Stop()
        self._lock = threading.Lock()
        self._player: Player | None = None
        self._painter: Painter | None = None
        self._table: PoseTableData | None = None
        self._offset_s = 0.0
        self._last: Frame | None = None
        self._begin_s = 0.0
        self._thread = threading.Thread(target=self._run, name="session video", daemon=True)
        self._thread.start()

    @property
    def state(self) -> PlayerState | None:
        """None until the video is open."""
        player = self._player
        return player.state if player is not None else None

    def play(self) -> None:
        if (player := self._player) is not None:
            player.play()

    def pause(self) -> None:
        if (player := self._player) is not None:
            player.pause()

    def seek(self, time_s: float) -> None:
        """Goes there; a video that is still being opened will begin there."""
        self._begin_s = max(0.0, time_s)
        if (player := self._player) is not None:
            player.seek(self._begin_s)

    def step(self, frames: int) -> None:
        if (player := self._player) is not None:
            player.step(frames)

    def set_speed(self, speed: float) -> None:
        if (player := self._player) is not None:
            player.set_speed(speed)

    def set_options(self, options: ViewOptions) -> None:
        with self._lock:
            self._options = options
            if self._painter is not None:
                self._painter.set_options(options)

    def set_table(self, table: PoseTableData | None, offset_s: float = 0.0) -> None:
        """Whose faces are drawn, from the frame on that is shown now; None draws nothing. `offset_s` is the table's
        time at the video's start."""
        with self._lock:
            self._table, self._offset_s = table, offset_s
            self._show_last()

    def close(self) -> None:
        """Asks everything to end, and comes back at once."""
        self._stop.request()
        if (player := self._player) is not None:
            player.close()

    def join(self, timeout_s: float) -> bool:
        """Waits for the end after `close`; False where it has not come in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._play()
        except StudioError as error:
            self._told_failed(error)
        except Exception as error:
            LOG.exception("The video of a session broke off.")
            told = SourceError(f"{self.path.name} could not be played on: {error}.", advice="The log has the details.")
            self._told_failed(told)

    def _play(self) -> None:
        with open_source(self.path) as source:
            player = Player(source, changed=self._tell_changed)
            painter = Painter(self._options, self._told_shown)
            try:
                with self._lock:
                    self._painter = painter
                    painter.set_options(self._options)
                # The transport tells of changes with locks of its own held: none of ours may be.
                self._player = player
                player.pause()
                player.seek(self._begin_s)
                self._tell_changed()
                with ahead(player.frames(), capacity=1, overwrite=True, stop=self._stop) as frames:
                    try:
                        for frame in frames:
                            with self._lock:
                                self._last = frame
                                self._show_last()
                    finally:
                        player.close()  # Wakes the thread that leaving the block waits for.
            finally:
                with self._lock:
                    self._painter = None
                painter.close()

    def _show_last(self) -> None:
        if self._last is not None and self._painter is not None:
            self._painter.show(Analysis(self._last, self._faces(self._last)), None, Pace())

    def _faces(self, frame: Frame) -> tuple[Face, ...]:
        if self._table is None:
            return ()
        # The table numbers frames from the start of the video that was analysed, of which this may be a part.
        number = self._table.frame_at(frame.time_s + self._offset_s) if self._offset_s else frame.index
        return self._table.faces_at(number) if number is not None else ()

    def _tell_changed(self) -> None:
        state = self.state
        if state is not None and not self._stop.requested:
            self._told_changed(state)
