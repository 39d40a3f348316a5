"""The model of the session viewer: reads, plays and computes in workers, and reports with Qt signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.drawing.zooming import Zoom
from app.gui.kit.bridge import LatestValue
from app.gui.kit.qt_frame import QtFrame
from app.gui.kit.workers import Workers
from app.gui.session.attention_model import AttentionModel
from app.gui.session.editing import Editing
from app.gui.session.saving import SessionSaving
from app.outputs.exclusions import Span
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.belonging import SessionPaths, session_paths
from app.session.edits import Edits
from app.session.label_statistics import LabelStatistics, label_statistics
from app.session.session import Kind, Session, is_original, warnings_about
from app.session.smoothing import Smoother
from app.session.statistics import FaceStatistics, angles_of, face_statistics
from app.session.storage import Saved, read_for_comparison, read_session
from app.session.video import SessionVideo
from app.session.video_curves import FaceCurve
from app.settings import Reference
from app.watch.player import PlayerState
from app.watch.shown_frame import ShownFrame, ViewOptions

T = TypeVar("T")


class SessionModel(QObject):
    """A session and its video, without a window.

    Thread: the GUI's. `close` requests all workers to stop and does not wait; `join` waits.
    """

    drawn_changed = Signal(object)
    """Which table is drawn on the video: 0, 1 or None"""
    session_changed = Signal(object)
    """Session"""
    face_changed = Signal(object)
    """The ID of the face that was selected, or None."""
    tracks_changed = Signal(object)
    """tuple[FaceTrack, …]: the selected face in each table."""
    curves_changed = Signal(object)
    """tuple[FaceCurve, …]: its angles, to be drawn."""
    statistics_changed = Signal(object)
    """FaceStatistics of the selected face, or None if no face is selected."""
    labels_changed = Signal(object)
    """tuple[LabelStatistics, …] of the selected face."""
    frame_shown = Signal(object)
    """QtFrame"""
    video_changed = Signal(object)
    """PlayerState"""
    warnings_changed = Signal(object)
    """tuple[str, …]: why the video and the tables may not belong together."""
    failed = Signal(object)
    """StudioError"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = Session()
        self.kind: Kind = "smoothed"
        self.face_id: int | None = None
        self.label = ""
        """Statistics are only about events with this label; empty: about everything."""
        self.video: SessionVideo | None = None
        self.drawn: int | None = 0
        """The table whose faces are drawn on the video: 0 for the first, 1 for the second, None for neither."""
        self._options = ViewOptions()
        self._checked_length_s: float | None = None
        self._workers = Workers("session", self.failed.emit, threads=1)
        self.strength: float | None = None
        """Of zero-lag smoothing; None: that with which the table was smoothed."""
        self.editing = Editing(self)
        self._smoother = Smoother(lambda: self._workers.stop.requested)
        self.saving = SessionSaving(self, self._workers)
        self.attention = AttentionModel(self, self._workers)
        self._old_videos: list[SessionVideo] = []
        self._frames: LatestValue[QtFrame] = LatestValue()
        self._frames.on_value(self._emit_frame)
        self._states: LatestValue[PlayerState] = LatestValue()
        self._states.on_value(self._emit_state)

    @property
    def unsaved(self) -> bool:
        """Whether there are changes that are not on disk."""
        return self.editing.unsaved

    @property
    def closed(self) -> bool:
        return self._workers.stop.requested

    @property
    def state(self) -> PlayerState | None:
        return self.video.state if self.video is not None else None

    @property
    def length_s(self) -> float:
        """The length of the time axis: that of the video or the longest table, whichever is longer."""
        lengths = [table.duration_s for table in self.session.tables]
        state = self.state
        if state is not None and state.duration_s is not None:
            lengths.append(state.duration_s + self.offset_s)
        return max(lengths, default=0.0)

    @property
    def offset_s(self) -> float:
        """The table's time at the start of the video: more than 0 for an annotated part of a longer video."""
        first = self.session.first
        if first is None or self.video is None or is_original(self.video.path, first):
            return 0.0
        return first.since_s

    # Opening

    def open_video(self, path: Path) -> None:
        if self.video is not None:
            self.video.close()
            self._old_videos.append(self.video)
        self._old_videos = [video for video in self._old_videos if not video.join(0)]
        self.video = SessionVideo(
            path,
            lambda: self._options,
            on_shown=partial(self._put_frame, path),
            on_changed=self._states.put,
            on_failed=lambda error: self._workers.post(partial(self.failed.emit, error)),
        )
        self._draw_default_table()
        self._check_match()

    def find_session(self, path: Path, then: Callable[[SessionPaths], object]) -> None:
        """Looks for the other files of the session that this one belongs to, and calls `then` with all of them."""
        self._workers.run(partial(session_paths, path), then)

    def open_tables(self, paths: Sequence[Path]) -> None:
        """Reads one table, or two to compare, and what was changed in them before."""
        paths = tuple(paths)
        if paths:
            self._workers.run(partial(read_session, paths, lambda: self._workers.stop.requested), self._set_opened)

    def compare_with(self, path: Path) -> None:
        """Reads a second table to compare with the first."""
        first = self.session.first
        if first is None:
            self.open_tables((path,))
            return

        def read() -> PoseTableData:
            return read_for_comparison(path, lambda: self._workers.stop.requested)

        def show(second: PoseTableData) -> None:
            self.editing.change(lambda session: session.compared_with(second), heavy=True)

        self._workers.run(read, show)

    def stop_comparing(self) -> None:
        self.editing.change(Session.alone, heavy=False)

    # Selecting

    def select_face(self, face_id: int | None) -> None:
        if face_id != self.face_id:
            self.face_id = face_id
            self.face_changed.emit(face_id)
            self._update_tracks()
            self._update_statistics()

    def select_drawn_face(self, drawn_id: int | None) -> None:
        """Selects a face by its ID in the table that is drawn; the background, None, leaves the selection."""
        own = self.session.face_ids
        partners = self.session.partners or {}
        drawn = [face for face in own if (partners.get(face) if self.drawn == 1 else face) == drawn_id]
        if drawn and drawn_id is not None:
            self.select_face(drawn[0])

    def select_kind(self, kind: Kind, strength: float | None = None) -> None:
        """`strength`: of zero-lag smoothing; None: that with which the table was smoothed."""
        self.kind, self.strength = kind, strength
        self._update_tracks()
        self._update_statistics()
        self._draw_on_video()

    def select_label(self, label: str) -> None:
        """Restricts the statistics to events with this label; empty: to none."""
        self.label = label
        self._update_statistics()

    def prepared(self) -> Callable[[], Session]:
        """A function for a worker: the present session, whose smoothed angles are those that the user chose."""
        return partial(self._smoother.prepared, self.session, self.kind, self.strength)

    def draw_table(self, which: int | None) -> None:
        """Draws the faces of the first table (0), of the second table (1), or of neither (None) on the video."""
        self.drawn = which
        tables = self.session.tables
        table = tables[which] if which is not None and which < len(tables) else None
        self._set_options(replace(self._options, reference=table.reference if table is not None else Reference()))
        self._draw_on_video()
        self.drawn_changed.emit(which)

    def set_size(self, size: tuple[int, int]) -> None:
        """Sets the available width and height for the video in device pixels."""
        self._set_options(replace(self._options, size=size))

    def set_zoom(self, zoom: Zoom) -> None:
        """Sets what part of the picture is shown."""
        self._set_options(replace(self._options, zoom=zoom))

    # Changing

    def exclude(self, start_s: float, end_s: float) -> None:
        if self.session.first is not None:
            span = Span(start_s, end_s)
            self.edit(lambda session: session.edits.excluding(span), self.tr("exclude a range"))

    def include(self, span: Span) -> None:
        self.edit(lambda session: session.edits.including(span), self.tr("remove an exclusion"))

    def include_all(self) -> None:
        self.edit(lambda session: replace(session.edits, excluded=()), self.tr("remove all exclusions"))

    def edit(self, make: Callable[[Session], Edits], title: str, *, heavy: bool = False) -> None:
        """Changes the session to the edits that `make` returns; `title` names the change in the menu.

        `heavy`: in a worker, because faces change. An error of `make` is reported, and changes nothing.
        """
        self.editing.change(lambda session: session.edited(make(session), title), heavy=heavy)

    def close(self) -> None:
        """Requests everything to stop. May be called twice."""
        self.editing.close()
        self._workers.close(wait=False)
        if self.video is not None:
            self.video.close()

    def join(self, timeout_s: float = 2.0) -> bool:
        """Waits for the video's threads after `close`; returns False if they have not ended in time."""
        videos = [*self._old_videos, *([self.video] if self.video is not None else [])]
        return all(video.join(timeout_s) for video in videos)

    # From the workers

    def _put_frame(self, path: Path, shown: ShownFrame) -> None:
        """Thread: the painter's."""
        if self.video is not None and self.video.path == path:
            self._frames.put(QtFrame.of(shown))

    def _emit_frame(self, qt_frame: QtFrame) -> None:
        if not self._workers.stop.requested:
            self.frame_shown.emit(qt_frame)

    def _emit_state(self, state: PlayerState) -> None:
        if not self._workers.stop.requested:
            self.video_changed.emit(state)
            if state.duration_s != self._checked_length_s:
                self._check_match()

    def _set_opened(self, opened: tuple[Session, Saved]) -> None:
        session, saved = opened
        self.face_id = self.strength = None
        if session.stands_alone:
            self.kind = "raw"  # Pictures are not smoothed.
        self.editing.start(saved)
        self.show_changed(Session(), session)
        for error in saved.errors:
            self.failed.emit(error)

    def show_changed(self, before: Session, session: Session) -> None:
        """Shows a session after a change, or another one."""
        self.session = session
        if self.label not in {label.name for label in session.edits.labels}:
            self.label = ""
        if self.face_id not in session.face_ids:
            moved = {part.track_id: part.face_id for part in session.edits.identities.assigned}
            heir = moved.get(self.face_id) if self.face_id is not None else None
            self.face_id = heir if heir in session.face_ids else next(iter(session.face_ids), None)
        if session.originals[:1] != before.originals[:1]:
            self._draw_default_table()
        elif session.tables != before.tables:
            self.draw_table(self.drawn if self.drawn is None or self.drawn < len(session.tables) else 0)
        self.session_changed.emit(session)
        if session.tables != before.tables:
            self._check_match()
            self._update_tracks()
        self._update_statistics()

    def _update_tracks(self) -> None:
        session, prepared, chosen = self.session, self.prepared(), (self.face_id, self.kind, self.strength)

        def compute() -> tuple[tuple[FaceTrack, ...], tuple[FaceCurve, ...]]:
            tracks = prepared().tracks(chosen[0]) if chosen[0] is not None else ()
            curves = (
                FaceCurve.of(track, angles_of(track, chosen[1]), track.spread, stands_alone=session.stands_alone)
                for track in tracks
                if len(track)
            )
            return tracks, tuple(curves)

        def show(computed: tuple[tuple[FaceTrack, ...], tuple[FaceCurve, ...]]) -> None:
            if session.tables == self.session.tables and chosen == (self.face_id, self.kind, self.strength):
                self.tracks_changed.emit(computed[0])
                self.curves_changed.emit(computed[1])

        self._workers.run(compute, show)

    def _update_statistics(self) -> None:
        session, prepared, face_id = self.session, self.prepared(), self.face_id
        chosen = face_id, self.kind, self.strength, self.label
        if face_id is None:
            self.statistics_changed.emit(None)
            self.labels_changed.emit(label_statistics(session))
            return

        def compute() -> tuple[FaceStatistics, tuple[LabelStatistics, ...]]:
            ready = prepared()
            return face_statistics(ready, face_id, chosen[1], chosen[3]), label_statistics(ready, face_id)

        def show(statistics: tuple[FaceStatistics, tuple[LabelStatistics, ...]]) -> None:
            if session is self.session and chosen == (self.face_id, self.kind, self.strength, self.label):
                self.statistics_changed.emit(statistics[0])
                self.labels_changed.emit(statistics[1])

        self._workers.run(compute, show)

    def _draw_on_video(self) -> None:
        which, prepared = self.drawn, self.prepared()

        def show(session: Session) -> None:
            if which == self.drawn and self.video is not None and chosen == (self.session, self.kind, self.strength):
                table = session.tables[which] if which is not None and which < len(session.tables) else None
                self.video.set_table(table, self.offset_s)

        chosen = self.session, self.kind, self.strength
        if self.kind == "zero-lag":
            self._workers.run(prepared, show)
        else:
            show(prepared())

    def _draw_default_table(self) -> None:
        """Draws on the original video, but not on an annotated copy, which has its poses already."""
        first = self.session.first
        original = first is not None and self.video is not None and is_original(self.video.path, first)
        self.draw_table(0 if original else None)

    def _check_match(self) -> None:
        state = self.state
        self._checked_length_s = state.duration_s if state is not None else None
        end_s = None if self._checked_length_s is None else self._checked_length_s + self.offset_s
        path, rate = (self.video.path, self.video.rate) if self.video is not None else (None, None)
        self.warnings_changed.emit(warnings_about(self.session, path, end_s, rate))

    def _set_options(self, options: ViewOptions) -> None:
        if options != self._options:
            self._options = options
            if self.video is not None:
                self.video.redraw()
