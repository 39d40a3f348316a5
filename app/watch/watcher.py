"""Opens sources, watches them and closes them again, one after another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from app.errors import StudioError
from app.threads.workers import SerialWorker
from app.video import open_source
from app.video.live_addresses import is_live, open_live
from app.video.streams import PROTOCOLS, without_password
from app.watch.listener import Listeners, ViewListener, ViewRequest, WatcherState
from app.watch.player import Player
from app.watch.shown_frame import ShownFrame
from app.watch.view_loop import Ended, ViewLoop, Watched

LOG = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 15.0
"""A lost stream is opened again after a second, then after twice as long each time, up to this."""

_RETRIED = tuple(f"{protocol}://" for protocol in PROTOCOLS)


class Watcher(ViewListener):
    """Watches one source at a time. Requests are carried out in a thread of its own, in their order.

    `request` gives what is wanted of the view; it is called at each frame, in threads of the view.
    Thread: any.
    """

    def __init__(self, request: Callable[[], ViewRequest]) -> None:
        self.listeners = Listeners()
        self._request = request
        self._state = WatcherState()
        self._view_loop: ViewLoop | None = None
        self._player: Player | None = None
        self._tries = 0
        self._seen = False
        """Whether the present source has given a frame: only a source that was there can be lost."""
        self._worker = SerialWorker("watcher", on_idle=self._reopen, idle_after_s=lambda: self._state.retry_in_s)

    @property
    def state(self) -> WatcherState:
        return self._state

    @property
    def player(self) -> Player | None:
        """The player of the video, folder or picture being watched; None for live sources and without a source."""
        return self._player

    def open(self, address: str) -> None:
        """Watches this instead of what is watched now: a path, or an address that `open_live` takes."""
        self._worker.submit(lambda: self._open_first(address))

    def close_source(self) -> None:
        """Closes the source and watches nothing."""
        self._worker.submit(self._empty)

    def stop_live(self) -> None:
        """Closes a live source, but remembers it for `reopen`."""
        self._worker.submit(self._stop_live)

    def reopen(self) -> None:
        """Opens the present source again, whether it was lost, stopped, or is to start over."""
        self._worker.submit(self._reopen)

    def redraw(self) -> None:
        """Shows the present frame as requested now; it is analysed again only if models or settings have changed."""
        view_loop = self._view_loop
        if view_loop is not None:
            view_loop.redraw()

    def close(self) -> None:
        """Closes the source and ends the thread, and waits for both."""
        self._worker.submit(self._end_view)
        self._worker.close()

    def on_shown(self, shown: ShownFrame) -> None:  # noqa: ARG002 — that there is one is enough
        if self._state.status == "opening":
            self._worker.submit(self._first_shown)

    def _open_first(self, address: str) -> None:
        self._tries, self._seen = 0, False
        self._open(address)

    def _open(self, address: str) -> None:
        live = is_live(address)
        title = without_password(address) if "://" in address else address if live else Path(address).name
        self._end_view()
        self._change(WatcherState("opening", address, title, live))
        try:
            if live:
                source = open_live(address, self._report_waiting)
                self._change(replace(self._state, title=source.title))
                self._watch(source)
            else:
                opened = open_source(Path(address))
                self._player = Player(opened, open_again=lambda: open_source(Path(address)))
                self._change(replace(self._state, status="watching", facts=opened.facts))
                self._watch(self._player, self._player)
        except StudioError as error:
            self._change(replace(self._state, status="refused", error=error))
        except Exception as error:
            LOG.exception("The source could not be opened.")
            refusal = StudioError(f"{title} could not be opened: {error}.", advice="The log has the details.")
            self._change(replace(self._state, status="refused", error=refusal))

    def _watch(self, source: Watched, player: Player | None = None) -> None:
        listeners = Listeners()
        listeners.add(self)
        listeners.add(self.listeners)
        self._view_loop = ViewLoop(
            source,
            request=self._request,
            listener=listeners,
            ended=partial(self._report_ended, source),
            video=player,
            open_again=player.open_again if player is not None else None,
        )

    def _report_ended(self, source: Watched, ended: Ended) -> None:
        self._worker.submit(lambda: self._ended(source, ended))

    def _report_waiting(self, sentence: str) -> None:
        self._worker.submit(lambda: self._waiting(sentence))

    def _waiting(self, sentence: str) -> None:
        if self._state.status == "opening":
            self._change(replace(self._state, waiting=sentence))

    def _first_shown(self) -> None:
        if self._state.status == "opening" and self._view_loop is not None:
            self._tries, self._seen = 0, True
            self._change(replace(self._state, status="watching", waiting=""))

    def _ended(self, source: Watched, ended: Ended) -> None:
        if self._view_loop is None or not self._view_loop.watches(source):
            return
        self._end_view()
        if ended.error is None:
            self._change(replace(self._state, status="ended"))
            return
        if self._state.live and not self._seen:
            self._change(replace(self._state, status="refused", error=ended.error))
            return
        retry_in_s = None
        if self._state.address.lower().startswith(_RETRIED):
            retry_in_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2**self._tries)
            self._tries += 1
        self._change(replace(self._state, status="lost", error=ended.error, retry_in_s=retry_in_s))

    def _stop_live(self) -> None:
        if not self._state.live:
            return
        self._end_view()
        self._change(replace(self._state, status="stopped", error=None, retry_in_s=None))

    def _empty(self) -> None:
        self._end_view()
        self._change(WatcherState())

    def _reopen(self) -> None:
        if self._state.address:
            self._open(self._state.address)

    def _end_view(self) -> None:
        view_loop, self._view_loop, self._player = self._view_loop, None, None
        if view_loop is not None:
            view_loop.stop()

    def _change(self, state: WatcherState) -> None:
        self._state = state
        self.listeners.on_state(state)
