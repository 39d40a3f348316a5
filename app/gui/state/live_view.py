"""What is watched and how it is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.drawing.zooming import Zoom
from app.errors import StudioError
from app.frames import Face
from app.gui.kit.bridge import GuiCalls, LatestValue
from app.gui.kit.qt_frame import QtFrame
from app.gui.state.model_selection import ModelSelection
from app.gui.state.preference_store import PreferenceStore
from app.models.loader import LoadEvent, Ready
from app.settings import AnalysisSettings, Reference
from app.watch.listener import ViewListener, ViewRequest, WatcherState
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.watcher import Watcher
from hopenet import HeadPose


class LiveView(QObject):
    """Watches a source with the models in use, and shows it by the user's preferences.

    Thread: the GUI's. The watcher's threads pull `request`.
    """

    state_changed = Signal(object)
    """WatcherState"""
    frame_shown = Signal(object)
    """QtFrame"""
    models_failed = Signal(object)
    """StudioError: the snapshot or detector failed while it was used."""
    failed = Signal(object)
    """StudioError: something that the user asked for was not possible."""

    def __init__(self, preferences: PreferenceStore, models: ModelSelection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._models = models
        self._followed: int | None = None
        self._neutral: HeadPose | None = None
        self._size: tuple[int, int] | None = None
        self._zoom = Zoom()
        self.state = WatcherState()
        self.newest: ShownFrame | None = None
        self.watcher = Watcher(self.request)
        self.watcher.listeners.add(_Listener(self))
        self._shown_as = self.options, self.settings
        preferences.changed.connect(lambda _preferences: self._redraw_if_changed())
        models.load_reported.connect(self._use_loaded)

    @property
    def options(self) -> ViewOptions:
        kept = self._preferences.current
        return ViewOptions(kept.style, Reference(self._neutral, kept.signs), self._followed, self._size, self._zoom)

    @property
    def settings(self) -> AnalysisSettings:
        return AnalysisSettings(smoothing=self._preferences.current.smoothing)

    def request(self) -> ViewRequest:
        """Everything that is wanted of the view now. Thread: any."""
        return ViewRequest(self.options, self.settings, self._models.loaded)

    def open(self, address: str) -> None:
        """Watches a path, or an address of a camera or stream."""
        self._models.source_opened(address)
        self.follow(None)
        if address != "synthetic":
            self._preferences.change(recent=self._preferences.current.with_recent(address).recent)
        self.watcher.open(address)

    def close_source(self) -> None:
        self.watcher.close_source()

    def set_picture_size(self, width: int, height: int) -> None:
        """The size of the place for the picture, in device pixels."""
        self._size = (width, height)
        self._redraw_if_changed()

    def set_zoom(self, zoom: Zoom) -> None:
        """What part of the picture is shown."""
        self._zoom = zoom
        self._redraw_if_changed()

    def follow(self, track_id: int | None) -> None:
        """Selects a face by its track id; None selects the largest."""
        self._followed = track_id
        self._redraw_if_changed()

    def follow_next(self) -> None:
        """Selects the face with the next higher track id, and after the last the first."""
        if self.newest is None:
            return
        ids = sorted(face.track_id for face in self.newest.analysis.faces)
        selected = self.newest.face.track_id if self.newest.face is not None else -1
        higher = [track_id for track_id in ids if track_id > selected]
        if ids:
            self.follow((higher or ids)[0])

    def set_neutral(self, face: Face | None = None) -> None:
        """Makes the pose of this face, or the present one of the selected face, the neutral pose."""
        if face is None and self.newest is not None:
            face = self.newest.face
        if face is None or face.smoothed is None:
            message = "There is no face to take a neutral pose from."
            self.failed.emit(StudioError(message, advice="Wait until a face is shown."))
            return
        self._neutral = face.smoothed
        self._redraw_if_changed()

    def reset_neutral(self) -> None:
        self._neutral = None
        self._redraw_if_changed()

    def close(self) -> None:
        """Ends the watcher and waits for its threads."""
        self.watcher.close()

    def _redraw_if_changed(self) -> None:
        wanted = self.options, self.settings
        if wanted != self._shown_as:
            self._shown_as = wanted
            self.watcher.redraw()

    def _use_loaded(self, event: LoadEvent) -> None:
        if isinstance(event, Ready):
            self.watcher.redraw()

    def _take_frame(self, qt_frame: QtFrame) -> None:
        if self.state.status in ("empty", "refused"):
            return  # It came late, from a source that has been closed.
        self.newest = qt_frame.shown
        self.frame_shown.emit(qt_frame)

    def _take_state(self, state: WatcherState) -> None:
        if state.status in ("opening", "empty"):
            self.newest = None
        self.state = state
        self.state_changed.emit(state)


class _Listener(ViewListener):
    """Carries what the watcher reports into the GUI thread."""

    def __init__(self, live_view: LiveView) -> None:
        self._live_view = live_view
        self._gui_calls = GuiCalls(live_view)
        self._frames: LatestValue[QtFrame] = LatestValue()
        self._frames.on_value(live_view._take_frame)

    def on_state(self, state: WatcherState) -> None:
        self._gui_calls.post(partial(self._live_view._take_state, state))

    def on_shown(self, shown: ShownFrame) -> None:
        self._frames.put(QtFrame.of(shown))

    def on_models_failed(self, error: StudioError) -> None:
        self._gui_calls.post(partial(self._live_view.models_failed.emit, error))
