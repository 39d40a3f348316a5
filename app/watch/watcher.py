"""What is being watched: opens sources, watches them and lets go of them, one after another."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from app.errors import StudioError
from app.frames import Analysis
from app.models.loader import LoadedModels
from app.settings import AnalysisSettings
from app.video import SourceFacts, open_source
from app.video.live import is_live, open_live
from app.video.streams import without_password
from app.watch.player import Player
from app.watch.recording import Recording
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.view_loop import Ended, ViewLoop

LOG = logging.getLogger(__name__)

Status = Literal["empty", "opening", "watching", "stopped", "ended", "lost", "refused"]

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 15.0
"""A lost stream is tried again after a second, then after twice as long each time, up to this."""

_RETRIED = ("rtsp://", "rtmp://", "http://", "https://", "tcp://", "udp://")


@dataclass(frozen=True, slots=True)
class WatcherState:
    """What is on the stage. `address` is what the user named, `title` what a person calls it.

    `status`: empty; opening, until a live source has given its first frame; watching; stopped by the user; ended of
    itself (a stream); lost after it was there; refused at the opening. `error` says why it is lost or refused,
    `retry_in_s` when it will be tried again of itself.
    `facts` are those of a video, a folder or a picture, None for live sources.
    """

    status: Status = "empty"
    address: str = ""
    title: str = ""
    live: bool = False
    facts: SourceFacts | None = None
    error: StudioError | None = None
    retry_in_s: float | None = None


class Watcher:
    """Watches one source at a time. Every wish is fulfilled in a thread of its own, in the order of asking.

    `changed` is told each state, in the stage's thread; `shown` each frame and `failed` parts that broke, in others.
    Thread: any.
    """

    def __init__(
        self,
        *,
        models: Callable[[], LoadedModels | None],
        options: ViewOptions,
        settings: AnalysisSettings,
        shown: Callable[[ShownFrame], None],
        changed: Callable[[WatcherState], None],
        failed: Callable[[StudioError], None],
    ) -> None:
        self._models = models
        self._options = options
        self._settings = settings
        self._shown = shown
        self._changed = changed
        self._failed = failed
        self._state = WatcherState()
        self._view_loop: ViewLoop | None = None
        self._player: Player | None = None
        self._recording: Recording | None = None
        self._tries = 0
        self._seen = False
        """Whether the source on the stage has ever given a frame: only what was there can be lost."""
        self._requests: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    @property
    def state(self) -> WatcherState:
        return self._state

    @property
    def player(self) -> Player | None:
        """Of the video, folder or picture that is being watched; None else."""
        return self._player

    def open(self, address: str) -> None:
        """Watches this instead: a path, or an address as `open_live` takes it."""
        self._requests.put(lambda: self._open_anew(address))

    def close_source(self) -> None:
        """Lets go of the source; the stage is empty then."""
        self._requests.put(self._empty)

    def stop_live(self) -> None:
        """Lets go of a live source, but keeps it in mind for `reopen`."""
        self._requests.put(self._pause_live)

    def reopen(self) -> None:
        """Opens the source again that is on the stage: a lost one, a stopped one, or one to begin anew."""
        self._requests.put(self._reopen)

    def set_options(self, options: ViewOptions) -> None:
        self._options = options
        view_loop = self._view_loop
        if view_loop is not None:
            view_loop.set_options(options)

    def set_settings(self, settings: AnalysisSettings) -> None:
        self._settings = settings
        view_loop = self._view_loop
        if view_loop is not None:
            view_loop.set_settings(settings)
        self.look_again()

    def look_again(self) -> None:
        """Has the present frame analysed once more, where a video is paused and no other frame would come."""
        player = self._player
        if player is not None:
            player.repeat()

    def record_to(self, recording: Recording | None) -> None:
        """Offers each analysis from now on to this recording; None to none."""
        self._recording = recording

    def close(self) -> None:
        """Lets go of everything and waits for it."""
        self._requests.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                request = self._requests.get(timeout=self._state.retry_in_s)
            except queue.Empty:
                request = self._reopen
            if request is None:
                break
            request()
        self._let_go()

    def _open_anew(self, address: str) -> None:
        self._tries, self._seen = 0, False
        self._open(address)

    def _open(self, address: str) -> None:
        live = is_live(address)
        title = without_password(address) if "://" in address else address if live else Path(address).name
        self._let_go()
        self._tell(WatcherState("opening", address, title, live))
        try:
            if live:
                source = open_live(address)
                self._tell(replace(self._state, title=source.title))
                self._watch(source, live=True)
            else:
                opened = open_source(Path(address))
                self._player = Player(opened)
                self._tell(replace(self._state, status="watching", facts=opened.facts))
                self._watch(self._player, live=False)
        except StudioError as error:
            self._tell(replace(self._state, status="refused", error=error))
        except Exception as error:
            LOG.exception("The source could not be opened.")
            told = StudioError(f"{title} could not be opened: {error}.", advice="The log has the details.")
            self._tell(replace(self._state, status="refused", error=told))

    def _watch(self, source: object, *, live: bool) -> None:
        view_loop = self._view_loop = ViewLoop(
            source,  # type: ignore[arg-type]
            models=self._models,
            settings=self._settings,
            options=self._options,
            shown=self._see,
            ended=lambda ended: self._requests.put(lambda: self._end(source, ended)),
            failed=self._failed,
            analysed=self._record,
            again=self.look_again,
            live=live,
        )
        # What was wished between its making and now went past it.
        view_loop.set_options(self._options)
        view_loop.set_settings(self._settings)

    def _see(self, shown: ShownFrame) -> None:
        if self._state.status == "opening":
            self._requests.put(self._first_seen)
        self._shown(shown)

    def _first_seen(self) -> None:
        if self._state.status == "opening" and self._view_loop is not None:
            self._tries, self._seen = 0, True
            self._tell(replace(self._state, status="watching"))

    def _record(self, analysis: Analysis, options: ViewOptions) -> None:
        recording = self._recording
        if recording is not None:
            recording.offer(analysis, options)

    def _end(self, source: object, ended: Ended) -> None:
        if self._view_loop is None or not self._view_loop.watches(source):
            return
        self._let_go()
        if ended.error is None:
            self._tell(replace(self._state, status="ended"))
            return
        if self._state.live and not self._seen:
            self._tell(replace(self._state, status="refused", error=ended.error))
            return
        retry_in_s = None
        if self._state.address.startswith(_RETRIED):
            retry_in_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2**self._tries)
            self._tries += 1
        self._tell(replace(self._state, status="lost", error=ended.error, retry_in_s=retry_in_s))

    def _pause_live(self) -> None:
        if not self._state.live:
            return
        self._let_go()
        self._tell(replace(self._state, status="stopped", error=None, retry_in_s=None))

    def _empty(self) -> None:
        self._let_go()
        self._tell(WatcherState())

    def _reopen(self) -> None:
        if self._state.address:
            self._open(self._state.address)

    def _let_go(self) -> None:
        view_loop, self._view_loop, self._player = self._view_loop, None, None
        if view_loop is not None:
            view_loop.stop()

    def _tell(self, state: WatcherState) -> None:
        self._state = state
        self._changed(state)
