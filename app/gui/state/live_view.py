"""What is watched and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drawing.zooming import Zoom
from app.errors import StudioError
from app.frames import Face
from app.gui.kit.bridge import GuiCalls, LatestValue
from app.gui.kit.qt_frame import QtFrame
from app.gui.state.known_cameras import KnownCamera, known_camera, with_camera
from app.gui.state.model_selection import ModelSelection
from app.gui.state.preference_store import PreferenceStore
from app.models.loader import LoadEvent, Ready
from app.settings import AnalysisSettings, Reference
from app.video.live_addresses import is_live
from app.video.streams import without_password
from app.watch.listener import ViewListener, ViewRequest, WatcherState
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.watcher import Watcher


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
    neutral_lapsed = Signal(bool)
    """The correction of perspective has changed. Whether the present source had a neutral pose and has none that was
    set with it."""
    neutral_left = Signal(object)
    """Reference: a neutral pose does not count in the source that has just been opened."""

    def __init__(self, preferences: PreferenceStore, models: ModelSelection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._models = models
        self._followed: int | None = None
        self._neutral_poses: dict[tuple[str, KnownCamera | None], Reference] = {}
        """For each source that has one, the neutral pose and where it was taken."""
        self._neutral_wanted = False
        """A neutral pose was asked for, and the numbers of the present frame are about to settle."""
        self._address = ""
        self._remembered = ""
        """The address that is the latest of the recent sources because a frame of it was shown."""
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
        reference = replace(self._neutral_poses.get(self._neutral_key, Reference()), signs=kept.signs)
        return ViewOptions(kept.style, reference, self._followed, self._size, self._zoom)

    @property
    def settings(self) -> AnalysisSettings:
        kept = self._preferences.current
        settings, camera = AnalysisSettings(smoothing=kept.smoothing, keep_turned_s=kept.keep_turned_s), self.camera
        return settings if camera is None else camera.applied(settings, correct=kept.correct_perspective)

    @property
    def address(self) -> str:
        """Of the present source, the same for each way to write it; empty without one."""
        return self._address

    @property
    def camera(self) -> KnownCamera | None:
        """What is known of the camera of the present source."""
        return known_camera(self._preferences.current, self._address) if self._address else None

    def use_camera(self, camera: KnownCamera | None, *, correct: bool, address: str | None = None) -> None:
        """Remembers the camera of the source with this address (None: of the present one), and whether to correct
        perspective, there and in all sources whose camera is known."""
        before = self.options.reference.neutral
        changed = with_camera(self._preferences.current, self._address if address is None else address, camera)
        self._preferences.change(cameras=changed.cameras, correct_perspective=correct)
        after = self.options.reference.neutral
        if before != after:
            self.neutral_lapsed.emit(after is None)

    @property
    def _neutral_key(self) -> tuple[str, KnownCamera | None]:
        """The source, and the camera if perspective is corrected: then angles count from another direction, so a
        neutral pose from before would be wrong by the angle between them."""
        return self._address, self.camera if self.settings.correct_perspective else None

    def request(self) -> ViewRequest:
        """Everything that is wanted of the view now. Thread: any."""
        return ViewRequest(self.options, self.settings, self._models.loaded)

    def open(self, address: str) -> None:
        """Watches a path, or an address of a camera or stream. Its own neutral pose counts, and no other source's.

        It becomes one of the recent sources when its first frame is shown.
        """
        self._models.source_opened(address)
        self.follow(None)
        before = self.options.reference
        self._address, self._neutral_wanted = _same_name(address), False
        if before.neutral is not None and self.options.reference.neutral is None:
            self.neutral_left.emit(before)
        self.watcher.open(address)

    def forget_recent(self, address: str) -> None:
        """Takes a source out of the recent ones."""
        others = tuple(one for one in self._preferences.current.recent if one != address)
        self._preferences.change(recent=others)

    def keep_neutral(self, reference: Reference) -> None:
        """Makes a neutral pose that was taken in another source count in the present one."""
        self._neutral_poses[self._neutral_key] = reference
        self._redraw_if_changed()

    def close_source(self) -> None:
        self._address, self._neutral_wanted = "", False
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
        if self.newest is not None and self.newest.pace.rest == "settling":
            self._neutral_wanted = True
            return
        shown = without_password(self.state.address) if self.state.live else self.state.address
        self._neutral_poses[self._neutral_key] = Reference(face.smoothed, neutral_source=shown)
        self._redraw_if_changed()

    def reset_neutral(self) -> None:
        self._neutral_wanted = False
        self._neutral_poses.pop(self._neutral_key, None)
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
        if self._neutral_wanted and self.newest.pace.rest != "settling":
            self._neutral_wanted = False
            if self.newest.face is not None:
                self.set_neutral()
        self._remember_source()
        self.frame_shown.emit(qt_frame)

    def _remember_source(self) -> None:
        address = self.state.address
        if self.state.status == "opening":
            return  # The frame may still be one of the source before.
        if address and address not in (self._remembered, "synthetic"):
            self._preferences.change(recent=self._preferences.current.with_recent(address).recent)
        self._remembered = address

    def _take_state(self, state: WatcherState) -> None:
        if state.status in ("opening", "empty"):
            self.newest = None
        if state.address != self.state.address or state.status == "empty":
            self._remembered = ""
        self.state = state
        self.state_changed.emit(state)


def _same_name(address: str) -> str:
    """One name for each source: the absolute path of a file, and the address of anything else."""
    return address if is_live(address) else str(Path(address).absolute())


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
