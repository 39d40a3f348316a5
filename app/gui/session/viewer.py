"""The session viewer: a video with its pose tables as curves, ranges to exclude, and two tables to compare."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QToolBar, QVBoxLayout, QWidget

from app.errors import StudioError
from app.gui.kit.notice import Notice
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.gui.kit.qt_frame import QtFrame
from app.gui.kit.theme import FRAME
from app.gui.picture.video_view import ZOOM_STEP, VideoView
from app.gui.session.actions import SessionActions
from app.gui.session.attention_controller import AttentionController
from app.gui.session.attention_lane import AttentionLane
from app.gui.session.attention_page import AttentionPage
from app.gui.session.bar import SessionBar
from app.gui.session.curves import SessionCurves
from app.gui.session.event_lanes import EventLanes
from app.gui.session.events_controller import EventsController
from app.gui.session.events_page import EventsPage
from app.gui.session.faces_controller import FacesController
from app.gui.session.faces_page import FacesPage
from app.gui.session.files import SessionFiles
from app.gui.session.marks import Marks
from app.gui.session.model import SessionModel
from app.gui.session.side import SessionSide
from app.gui.session.statistics_page import StatisticsPage
from app.gui.session.transport import Transport
from app.gui.session.when import position_text
from app.outputs.exclusions import Span
from app.outputs.table_data import PICTURES_PER_S, PoseTableData
from app.outputs.tables import READABLE_SUFFIXES
from app.session.belonging import RECORD_SUFFIX, SessionPaths
from app.session.events import KEYS
from app.session.label_statistics import range_end
from app.session.session import Session
from app.session.statistics import FaceStatistics
from app.session.video_curves import FaceCurve
from app.watch.player import PlayerState

_MESSAGE_MS = 6000


class SessionViewer(QMainWindow):
    """A window of its own, which needs nothing from the main window. Closing it ends the threads that it started."""

    def __init__(
        self,
        video: Path | None = None,
        tables: Sequence[Path] = (),
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        """`at_once`: else the caller takes the steps of `building`, shows the window, and opens the files."""
        super().__init__(parent)
        self.model = SessionModel(self)
        self.building = self._build()
        if at_once:
            deque(self.building, maxlen=0)
            self.open(video, tables)

    def _build(self) -> Iterator[None]:
        """Makes the window in steps, each of which takes at most two hundredths of a second."""
        self.notice = Notice()
        self._files = SessionFiles(self, self.model)
        self._picture = VideoView()
        self._picture.set_hint(self._missing_video())
        yield
        self._curves = SessionCurves()
        self._lanes = EventLanes(self._curves.time_box)
        self._lane = AttentionLane(self._curves.time_box)
        yield
        statistics = StatisticsPage()
        yield
        faces = FacesPage()
        yield
        events = EventsPage()
        yield
        self._side = SessionSide(statistics, faces, events)
        yield
        self._attention_page = AttentionPage()
        yield
        self._attention = AttentionController(self.model, self._attention_page, self._lane, self._files)
        self._marks = Marks(self)
        self.transport = Transport(self.model, self)
        self._faces = FacesController(self.model, faces, self.transport.now, lambda: self._marks.span)
        self._events = EventsController(self.model, events, self._lanes, self._marks, self.transport.now)
        self._tables: tuple[PoseTableData, ...] = ()
        self._clock: Paced[float] = Paced(self, TEXT_EVERY_MS, self._show_time)
        self._actions = self._make_actions()
        yield
        self._bar = SessionBar(self._actions)
        self._add_tool_bar()
        yield
        self._lay_out()
        yield
        self._connect()
        self.resize(QSize(1280, 860).boundedTo(self.screen().availableSize() - FRAME))
        self.setFocus()  # Otherwise the first button has the focus, as if it had been chosen.
        self.setAcceptDrops(True)
        self.statusBar()  # Made now, so that the first message does not move the curves.
        self._show_session(self.model.session)

    def open(self, video: Path | None, tables: Sequence[Path]) -> None:
        """Opens a video and its tables, as far as there are any."""
        if video is not None:
            self.open_video(video)
        if tables:
            self.model.open_tables(tables)

    def action(self, name: str) -> QAction:
        """An action by its name in the table of actions."""
        return self._actions[name]

    def open_video(self, path: Path) -> None:
        for topic in ("video", "failure"):
            self.notice.dismiss_topic(topic)
        self._picture.clear(self.tr("Opening {}…").format(path.name))
        self.model.open_video(path)
        self._show_session(self.model.session)

    def open_table(self, path: Path) -> None:
        self._events.end_running()
        self._marks.clear()
        self._files.when_saved(partial(self.model.open_tables, (path,)))

    def close_now(self) -> None:
        """Closes without asking whether to save."""
        self.model.close()
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self._open_files([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self._events.end_running()
        if self.model.unsaved and not self.model.closed:
            event.ignore()
            self._files.when_saved(self.close_now)
            return
        self.model.close()
        super().closeEvent(event)

    # Parts of the window

    def _make_actions(self) -> SessionActions:
        model, files, transport = self.model, self._files, self.transport
        return SessionActions(
            self,
            {
                "open_video": lambda: files.choose_video(lambda path: self._open_files([str(path)])),
                "open_table": lambda: files.choose_table(lambda path: self._open_files([str(path)])),
                "compare": files.choose_second_table,
                "stop_comparing": model.stop_comparing,
                "save_changes": lambda: model.editing.save(partial(self.notice.dismiss_topic, "failure"), anyway=True),
                "save_table": files.save_table,
                "save_filtered": files.save_filtered,
                "save_plot": files.save_plot,
                "save_statistics": files.save_statistics,
                "save_attention": files.save_attention,
                "load_targets": files.load_targets,
                "save_targets": files.save_targets,
                "add_target": self._attention_page.add_from_frame,
                "close": self.close,
                "exclude": self._switch_excluding,
                "undo": model.editing.undo,
                "redo": model.editing.redo,
                "exclude_marked": self._exclude_marked,
                "mark_start": lambda: self._marks.set_start(self.transport.time_s),
                "mark_end": lambda: self._marks.set_end(range_end(self.model.session, self.transport.time_s)),
                "drop": self._drop,
                "name_face": self._name_face,
                "merge_faces": self._faces.merge,
                "split_face": self._faces.split,
                "move_face": self._faces.ask_move,
                "restore_faces": self._faces.restore,
                "next_face": partial(self._faces.select_next, 1),
                "previous_face": partial(self._faces.select_next, -1),
                "add_label": self._events.add_label,
                "edit_event": self._side.events.edit_selected,
                "next_event": partial(self._events.jump, forward=True),
                "previous_event": partial(self._events.jump, forward=False),
                **{f"mark_{key}": partial(self._events.press_key, key) for key in KEYS},
                "include": self._delete_here,
                "include_all": model.include_all,
                "play": transport.play_or_pause,
                "previous_frame": partial(transport.step, -1),
                "next_frame": partial(transport.step, 1),
                "second_back": partial(transport.skip, -1.0),
                "second_forward": partial(transport.skip, 1.0),
                "back_10_s": partial(transport.skip, -10.0),
                "forward_10_s": partial(transport.skip, 10.0),
                "to_start": partial(transport.seek, 0.0),
                "to_end": transport.to_end,
                "go_to": transport.ask_where_to,
                "zoom_in": lambda: self._picture.zoom_by(ZOOM_STEP),
                "zoom_out": lambda: self._picture.zoom_by(1 / ZOOM_STEP),
                "zoom_fit": self._picture.zoom_fit,
                "zoom_full": self._picture.zoom_original,
                "show_all": self._curves.show_all,
            },
        )

    def _add_tool_bar(self) -> None:
        bar = QToolBar(self.tr("Session"))
        bar.setObjectName("sessionBar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(18, 18))
        for name in ["open_video", "open_table", "compare", "|", "save_changes", "save_plot"]:
            bar.addSeparator() if name == "|" else bar.addAction(self._actions[name])
        self.addToolBar(bar)

    def _lay_out(self) -> None:
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self._picture, 1)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self._bar)
        below.addWidget(self._curves, 1)
        below.addWidget(self._lanes)
        below.addWidget(self._lane)
        # From the outside inwards: each time that a widget gets a parent, Qt styles all of its content anew.
        whole, left = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
        self.setCentralWidget(whole)
        whole.addWidget(left)
        whole.addWidget(self._side)
        left.addWidget(picture)
        left.addWidget(lower)
        left.setSizes([350, 450])
        left.setCollapsible(1, False)
        self._side.add_page(self.tr("Attention"), self._attention_page)
        whole.setStretchFactor(0, 1)
        whole.setSizes([930, 350])

    def _connect(self) -> None:
        model, side, curves = self.model, self._side, self._curves
        model.session_changed.connect(self._show_session)
        model.curves_changed.connect(self._show_curves)
        model.statistics_changed.connect(self._show_statistics)
        model.frame_shown.connect(self._show_frame)
        self.transport.moved.connect(self._move)
        model.video_changed.connect(self._show_state)
        model.warnings_changed.connect(self._show_warnings)
        model.failed.connect(self._show_failure)
        model.saving.saved.connect(lambda message: self.statusBar().showMessage(message, _MESSAGE_MS))
        self._picture.size_wanted.connect(lambda width, height: model.set_size((width, height)))
        self._picture.zoom_wanted.connect(model.set_zoom)
        self._picture.files_dropped.connect(self._open_files)
        self._picture.face_clicked.connect(model.select_drawn_face)
        curves.seek_requested.connect(self.transport.seek)
        curves.range_dragged.connect(model.exclude)
        curves.include_requested.connect(self._include_at)
        curves.range_marked.connect(lambda start_s, end_s: self._marks.set_span(Span(start_s, end_s)))
        self._marks.changed.connect(curves.show_marked)
        self._events.seek_requested.connect(self.transport.seek)
        self._events.said.connect(lambda message: self.statusBar().showMessage(message, _MESSAGE_MS))
        side.statistics.label_chosen.connect(model.select_label)
        model.face_changed.connect(side.show_face)
        model.face_changed.connect(side.faces.show_face)
        side.events.seek_requested.connect(self.transport.seek)
        side.events.include_requested.connect(model.include)
        side.face_chosen.connect(model.select_face)
        side.kind_chosen.connect(model.select_kind)
        side.strength_chosen.connect(lambda strength: model.select_kind("zero-lag", strength))
        side.spread_switched.connect(curves.show_spread)
        self._lane.seek_requested.connect(self.transport.seek)
        self._attention.refused.connect(lambda reason: self.notice.say(reason, topic="failure"))
        side.drawn_chosen.connect(model.draw_table)
        model.drawn_changed.connect(side.show_drawn)
        self._bar.speed_chosen.connect(self.transport.set_speed)

    # Showing

    def _show_session(self, session: Session) -> None:
        self._side.show_session(session, self.model.face_id, self.model.drawn, video=self.model.video is not None)
        self._side.statistics.show_labels([label.name for label in session.edits.labels], self.model.label)
        self._actions.show_labels(session.edits.labels)
        self._curves.show_excluded(session.excluded)
        if session.tables != self._tables:
            self._tables = session.tables
            if self.model.video is None:
                self._picture.set_hint(self._missing_video())
            self._curves.show_pictures(PICTURES_PER_S if session.stands_alone else 0.0)
            self._lanes.show_table(session.first)
            self._curves.set_length(self.model.length_s)
        self._actions.enable(
            table=session.first is not None,
            faces=bool(session.face_ids),
            persons=bool(session.face_ids) and not session.stands_alone,
            unsaved=self.model.unsaved,
            compared=session.second is not None,
            excluded=bool(session.excluded),
            corrected=bool(session.edits.identities.assigned),
            events=bool(session.edits.events),
        )
        self._actions.show_steps(session.done, session.undone)
        self._show_title()

    def _missing_video(self) -> str:
        first = self.model.session.first
        if first is None or first.source_name is None or first.stands_alone:
            return self.tr("Open a video to see it together with its curves.")
        return self.tr("{} was not found. Open it to see it together with its curves.").format(first.source_name)

    def _show_curves(self, curves: tuple[FaceCurve, ...]) -> None:
        self._curves.show_curves(curves, self.model.session.titles)

    def _show_statistics(self, face_statistics: FaceStatistics | None) -> None:
        self._side.show_statistics(face_statistics, self.model.session)

    def _show_frame(self, qt_frame: QtFrame) -> None:
        self._picture.show_frame(qt_frame)
        self.transport.show_frame(qt_frame)

    def _move(self, time_s: float) -> None:
        self._curves.move_cursor(time_s)
        self._clock.offer(time_s)

    def _show_state(self, state: PlayerState) -> None:
        self._actions.show_playing(playing=state.playing and not state.ended)
        self._curves.set_length(self.model.length_s)
        if state.damage:
            self.notice.say(state.damage, topic="video")
        self._clock.offer(self.transport.time_s)

    def _show_warnings(self, warnings: tuple[str, ...]) -> None:
        if warnings:
            self.notice.say(" ".join(warnings), topic="warnings")
        else:
            self.notice.dismiss_topic("warnings")

    def _show_failure(self, error: StudioError) -> None:
        self.notice.say(str(error), topic="failure")
        if self.model.state is None and self.model.video is not None:
            self._picture.clear(self.tr("The video cannot be shown."))

    def _show_title(self) -> None:
        video = self.model.video
        names = [table.name for table in self.model.session.tables]
        names = [*([video.path.name] if video is not None else []), *names]
        self.setWindowTitle(" · ".join([*names, self.tr("Session")]) + "[*]")
        self.setWindowModified(self.model.unsaved)

    def _show_time(self, time_s: float) -> None:
        self._attention.show_time(time_s)
        self._lanes.show_time(time_s)
        first = self.model.session.first
        if first is not None and first.stands_alone:
            self._bar.show_picture(position_text(first, time_s))
            return
        self._bar.show_time(time_s, self.model.length_s, self.transport.frame)

    # Actions
    def _switch_excluding(self) -> None:
        self._curves.excluding = self._actions["exclude"].isChecked()

    def _delete_here(self) -> None:
        """Deletes what is selected, the exclusions first if their list has the focus; else the exclusion shown."""
        events = self._side.events
        ways = (events.delete_selected, events.include_selected)
        if not any(delete() for delete in (reversed(ways) if events.is_in_exclusions else ways)):
            self._include_at(self.transport.time_s)

    def _exclude_marked(self) -> None:
        if (span := self._marks.span) is None:
            self.statusBar().showMessage(self.tr("Mark a range first: its start with I, its end with O."), _MESSAGE_MS)
            return
        self._marks.clear()
        self.model.exclude(*span)

    def _drop(self) -> None:
        if not self._events.drop_running():
            self._marks.clear()

    def _name_face(self) -> None:
        if self.model.face_id is not None:
            self._side.show_page(self._side.faces)
            self._side.faces.edit_name(self.model.face_id)

    def _include_at(self, time_s: float) -> None:
        span = self.model.session.excluded_at(time_s)
        if span is not None:
            self.model.include(span)

    def _open_files(self, files: Sequence[str]) -> None:
        """Opens these files. One alone in an empty viewer brings the others of its session; a record always does."""
        paths = [Path(file) for file in files]
        empty = self.model.video is None and not self.model.session.tables
        if len(paths) == 1 and (empty or paths[0].suffix.lower() == RECORD_SUFFIX):
            self.model.find_session(paths[0], partial(self._open_session, paths[0]))
            return
        for path in paths:
            if path.suffix.lower() in READABLE_SUFFIXES:
                self.open_table(path)
            else:
                self.open_video(path)

    def _open_session(self, path: Path, found: SessionPaths) -> None:
        if found.video is None and found.table is None:
            self.notice.say(self.tr("{} is not the record of a pose table.").format(path.name), topic="failure")
        if found.video is not None:
            self.open_video(found.video)
        if found.table is not None:
            self.open_table(found.table)
