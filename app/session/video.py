"""Plays a session's video with the faces of a pose table drawn on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from app.errors import SourceError, StudioError
from app.frames import Analysis, Face, Frame
from app.outputs.table_data import PoseTableData
from app.threads.handoff import ahead
from app.threads.signals import Stop
from app.threads.workers import Monitor, Worker
from app.video import open_source
from app.watch.painter import Painter
from app.watch.player import Player, PlayerState
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions

LOG = logging.getLogger(__name__)


class SessionVideo(Monitor):
    """A video that opens and plays in threads of its own. It starts paused, on its first frame.

    `options` says how frames are shown; it is called at each of them. `on_shown` is called for each drawn frame,
    `on_changed` when playing, pausing or the end changes the state, `on_failed` at most once: all in worker threads.
    Thread: any. `close` does not wait; `join` does.
    """

    def __init__(
        self,
        path: Path,
        options: Callable[[], ViewOptions],
        *,
        on_shown: Callable[[ShownFrame], None],
        on_changed: Callable[[PlayerState], None],
        on_failed: Callable[[StudioError], None],
    ) -> None:
        super().__init__()
        self.path = path
        self._on_shown, self._on_changed, self._on_failed = on_shown, on_changed, on_failed
        self._options = options
        self._stop = Stop()
        self._player: Player | None = None
        self._rate: float | None = None
        self._painter: Painter | None = None
        self._table: PoseTableData | None = None
        self._offset_s = 0.0
        self._last: Frame | None = None
        self._start_s = 0.0
        self._worker = Worker("session video", self._run)

    @property
    def state(self) -> PlayerState | None:
        """None until the video is open."""
        player = self._player
        return player.state if player is not None else None

    @property
    def rate(self) -> float | None:
        """Its frames per second, on average; None until the video is open, and for pictures."""
        return self._rate

    def play(self) -> None:
        if (player := self._player) is not None:
            player.play()

    def pause(self) -> None:
        if (player := self._player) is not None:
            player.pause()

    def seek(self, time_s: float) -> None:
        """Goes there; a video that is still being opened will start there."""
        self._start_s = max(0.0, time_s)
        if (player := self._player) is not None:
            player.seek(self._start_s)

    def seek_frame(self, number: int) -> None:
        """Goes to the frame of this number, counted from 0."""
        if (player := self._player) is not None:
            player.seek_frame(number)

    def step(self, frames: int) -> None:
        if (player := self._player) is not None:
            player.step(frames)

    def set_speed(self, speed: float) -> None:
        if (player := self._player) is not None:
            player.set_speed(speed)

    def redraw(self) -> None:
        """Shows the present frame by the options of now."""
        with self._monitor:
            if self._painter is not None:
                self._painter.redraw()

    def set_table(self, table: PoseTableData | None, offset_s: float = 0.0) -> None:
        """Draws the faces of this table, from the present frame on; None draws nothing. `offset_s` is the table's time
        at the video's start."""
        with self._monitor:
            self._table, self._offset_s = table, offset_s
            self._show_last()

    def close(self) -> None:
        """Asks everything to end, and returns at once."""
        self._stop.request()
        if (player := self._player) is not None:
            player.close()

    def join(self, timeout_s: float) -> bool:
        """Waits for the end after `close`; False if it has not come in time."""
        return self._worker.join(timeout_s)

    def _run(self) -> None:
        try:
            self._play()
        except StudioError as error:
            self._on_failed(error)
        except Exception as error:
            LOG.exception("Playback in the session viewer failed.")
            stopped = SourceError(f"Playback of {self.path.name} stopped: {error}.", advice="The log has the details.")
            self._on_failed(stopped)

    def _play(self) -> None:
        with open_source(self.path) as source:
            player = Player(source, on_changed=self._report_changed)
            painter = Painter(self._options, self._on_shown)
            if source.facts.kind == "video":
                self._rate = float(source.facts.frame_rate)
            try:
                with self._monitor:
                    self._painter = painter
                # The player reports changes while it holds its own lock: ours must not be held here.
                self._player = player
                player.pause()
                player.seek(self._start_s)
                self._report_changed()
                with ahead(player.frames(), capacity=1, overwrite=True, stop=self._stop) as frames:
                    try:
                        for frame in frames:
                            with self._monitor:
                                self._last = frame
                                self._show_last()
                    finally:
                        player.close()  # Wakes the thread that the end of the block waits for.
            finally:
                with self._monitor:
                    self._painter = None
                painter.close()

    def _show_last(self) -> None:
        if self._last is not None and self._painter is not None:
            self._painter.show(Analysis(self._last, self._faces(self._last)), None, Pace())

    def _faces(self, frame: Frame) -> tuple[Face, ...]:
        if self._table is None:
            return ()
        # The table counts frames from the start of the analysed video; this one may be only a part of it.
        time_s = frame.time_s + self._offset_s
        number = self._table.frame_shown(self._table.frame_at(time_s) if self._offset_s else frame.index, time_s)
        return self._table.faces_at(number) if number is not None else ()

    def _report_changed(self) -> None:
        state = self.state
        if state is not None and not self._stop.requested:
            self._on_changed(state)
