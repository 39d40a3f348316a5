"""Says what is going on with the source: opening, loading, looking for faces, lost, refused."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.gui.kit.qt_frame import QtFrame
from app.gui.kit.source_names import source_name
from app.gui.state.studio import Studio
from app.gui.window.status_line import StatusLine
from app.gui.window.workspace import Workspace
from app.models.loader import Loading
from app.settings import Reference
from app.watch.listener import WatcherState

_COUNT_EVERY_MS = 200
_SOURCE, _NEUTRAL = "source", "neutral"


class SourceMessages(QObject):
    """What is going on stands on the picture and in place of the faces; what went wrong, in the notice above them.

    Thread: the GUI's.
    """

    def __init__(
        self,
        parent: QObject,
        studio: Studio,
        *,
        workspace: Workspace,
        status: StatusLine,
        choose_another: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._workspace = workspace
        self._status = status
        self._choose_another = choose_another
        self._address = ""
        self._retry_at_s = 0.0
        self._countdown = QTimer(self, interval=_COUNT_EVERY_MS)
        self._countdown.timeout.connect(self._count_down)
        live_view = studio.live_view
        live_view.state_changed.connect(self._show_state)
        live_view.frame_shown.connect(self._show_frame)
        live_view.neutral_left.connect(self._offer_neutral)
        live_view.neutral_lapsed.connect(self._tell_lapsed)
        studio.models.load_reported.connect(lambda _event: self._show_activity())

    def _show_state(self, state: WatcherState) -> None:
        notice, view = self._workspace.notice, self._workspace.view
        self._countdown.stop()
        notice.dismiss_topic(_SOURCE)
        is_new, self._address = state.address != self._address, state.address
        if state.status == "refused":
            view.clear("")
            notice.say(str(state.error), self._refused_buttons(state), topic=_SOURCE)
        elif state.status == "opening":
            if is_new:
                view.clear(self._opening_text(state))
            if state.waiting:
                notice.say(state.waiting, topic=_SOURCE)
        elif state.status == "lost":
            self._show_loss(state)
        elif state.status == "ended":
            text = self.tr("{} has ended.").format(state.title)
            notice.say(text, [(self.tr("Open again"), self._reopen)], topic=_SOURCE)
        if state.status in ("lost", "ended", "stopped"):
            self._set_stale(True)
        elif state.status in ("empty", "refused") or is_new:
            self._set_stale(False)
        self._show_activity()

    def _show_frame(self, _qt_frame: QtFrame) -> None:
        if self._studio.live_view.state.status in ("opening", "watching"):
            self._set_stale(False)
        self._show_activity()

    def _set_stale(self, stale: bool) -> None:
        """Greys the picture and the angles of a live source that does not go on."""
        stale = stale and self._studio.live_view.state.live
        self._workspace.view.set_stale(stale)
        self._workspace.side.faces.set_stale(stale)

    def _show_activity(self) -> None:
        text = self._activity()
        self._workspace.view.set_activity(text)
        self._workspace.side.faces.set_activity(text)

    def _activity(self) -> str:
        """What is going on before the faces of the picture are known; empty once they are."""
        state, newest = self._studio.live_view.state, self._studio.live_view.newest
        if state.status == "opening" or (state.status == "watching" and newest is None):
            return self._opening_text(state)
        if state.status != "watching" or newest is None or not newest.pace.waiting_for:
            return ""
        if newest.pace.waiting_for == "faces":
            return self.tr("Looking for faces…")
        models = self._studio.models
        if isinstance(models.load_event, Loading):
            return self._status.loading_text(models.load_event)
        return self._status.models_text(None) if models.loaded is None else self.tr("Looking for faces…")

    def _opening_text(self, state: WatcherState) -> str:
        return self.tr("Opening {}…").format(state.title)

    # What went wrong

    def _show_loss(self, state: WatcherState) -> None:
        if state.retry_in_s is not None:
            self._retry_at_s = time.monotonic() + state.retry_in_s
            self._countdown.start()
        again = self.tr("Try now") if state.retry_in_s is not None else self.tr("Try again")
        buttons = [(again, self._reopen), (self.tr("Choose another…"), self._choose_another)]
        self._workspace.notice.say(self._loss_text(state), buttons, topic=_SOURCE)

    def _count_down(self) -> None:
        state = self._studio.live_view.state
        if state.status == "lost":
            self._workspace.notice.set_text(self._loss_text(state), topic=_SOURCE)

    def _loss_text(self, state: WatcherState) -> str:
        if state.retry_in_s is None:
            return str(state.error)
        left_s = max(0, math.ceil(self._retry_at_s - time.monotonic() - 0.05))
        return self.tr("{} Retrying in {} s.").format(state.error, left_s)

    def _refused_buttons(self, state: WatcherState) -> list[tuple[str, Callable[[], object]]]:
        buttons = [(self.tr("Try again"), self._reopen), (self.tr("Choose another…"), self._choose_another)]
        if state.address in self._studio.preferences.current.recent:
            buttons.append((self.tr("Remove from Recent"), partial(self._remove_recent, state.address)))
        return buttons

    def _remove_recent(self, address: str) -> None:
        self._studio.live_view.forget_recent(address)
        self._workspace.notice.dismiss_topic(_SOURCE)
        self._studio.live_view.close_source()

    def _reopen(self) -> None:
        self._studio.live_view.watcher.reopen()

    def _tell_lapsed(self, has_lapsed: bool) -> None:
        if not has_lapsed:
            self._workspace.notice.dismiss_topic(_NEUTRAL)
            return
        text = self.tr(
            "The neutral pose was set without this correction of perspective, so it does not count now. Set it again."
        )
        self._workspace.notice.say(text, topic=_NEUTRAL)

    def _offer_neutral(self, left: Reference) -> None:
        """A neutral pose belongs to one source: it says something about the head there, and about the camera."""
        text = self.tr("The neutral pose was taken in {}, so angles are measured from facing the camera again.")

        def keep() -> None:
            self._studio.live_view.keep_neutral(left)
            self._workspace.notice.dismiss_topic(_NEUTRAL)

        shown = text.format(source_name(left.neutral_source))
        self._workspace.notice.say(shown, [(self.tr("Keep it"), keep)], topic=_NEUTRAL)
