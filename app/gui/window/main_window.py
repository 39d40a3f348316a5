"""The window: it lays out its parts, and leads what the user does to the studio, and what the studio tells to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from app import product
from app.errors import StudioError
from app.gui.kit import theme
from app.gui.kit.qt_frame import QtFrame
from app.gui.state.live_view import LiveView
from app.gui.window.actions import Actions
from app.gui.window.dialogs import Dialogs
from app.gui.window.menus import Menus
from app.gui.window.playback import Playback
from app.gui.window.saving import SavingController
from app.gui.window.status_line import StatusLine
from app.gui.window.workspace import Workspace
from app.models.loader import LoadEvent, Loading, Ready, Refused
from app.preferences import Scheme, WindowLayout
from app.product import SAMPLE
from app.watch.watcher import WatcherState

_FIRST_SIZE = QSize(1280, 800)
_OVERLAYS = ("axis", "cube", "box", "face_id", "angles", "trail", "mirror")


class MainWindow(QMainWindow):
    """Closing it ends the program; `live_view` is closed by whoever made it."""

    def __init__(self, live_view: LiveView) -> None:
        super().__init__()
        self.live_view = live_view
        self.setWindowTitle(product.TITLE)
        self.actions_ = Actions(self)
        self.space = space = Workspace()
        self.view, self.notice, self.chart, self.side = space.view, space.notice, space.chart, space.side
        self.status = StatusLine()
        self.menus = Menus(self, self.actions_, open_source=live_view.open, choose_scheme=self._choose_scheme)
        self.dialogs = Dialogs(self, live_view)
        self.keeping = SavingController(self, live_view, self.dialogs)
        self.playback = Playback(self, live_view, space.player, self.actions_)
        self.setCentralWidget(space)
        self.setStatusBar(self.status)
        self._connect_studio()
        self._connect_parts()
        self._connect_choices()
        self._connect_actions()
        self._restore(live_view.preferences.layout)
        self._show_preferences()
        self._show_stage(live_view.watcher_state)
        self._show_load(live_view.load_event)
        self.setFocus()  # Else the first button has it, as if something had been chosen.

    # From the studio

    def _connect_studio(self) -> None:
        live_view = self.live_view
        live_view.frame_shown.connect(self._show_frame)
        live_view.watcher_changed.connect(self._show_stage)
        live_view.load_told.connect(self._show_load)
        live_view.models_failed.connect(self._show_broken_parts)
        live_view.fell_back.connect(lambda error: self.notice.say(str(error), topic="start"))
        live_view.catalogue_changed.connect(self._show_snapshots)
        live_view.preferences_changed.connect(lambda _preferences: self._show_preferences())
        self.playback.running_changed.connect(self.status.show_running)
        self.playback.running_changed.connect(self.side.timings.show_running)
        live_view.failed.connect(lambda error: self.notice.say(str(error), topic="action"))

    def _show_frame(self, qt_frame: QtFrame) -> None:
        shown = qt_frame.shown
        self.view.show_frame(qt_frame)
        self.chart.show_frame(shown)
        self.side.show_frame(shown)
        self.status.show_pace(shown.pace, live=self.live_view.watcher_state.live)

    def _show_stage(self, state: WatcherState) -> None:
        empty = state.status == "empty"
        self.space.show_watcher(empty=empty)
        self.setWindowTitle(f"{state.title} – {product.TITLE}" if state.title else product.TITLE)
        self.playback.show_watcher(state)
        self.keeping.show_watcher(state)
        for topic in ("source", "saved") if state.status == "opening" else ("source",):
            self.notice.dismiss_topic(topic)
        another = state.address != self._address
        if state.status == "empty" or (state.status == "opening" and another):
            self.chart.clear()
            self.side.clear()
        if state.status == "opening" and another:
            self.view.clear(self.tr("Opening {}…").format(state.title))
        elif state.status == "refused":
            self.view.clear("")
            self.notice.say(str(state.error), self._ways_on(state), topic="source")
        elif state.status == "lost":
            self.notice.say(self._told_loss(state), self._ways_on(state), topic="source")
        elif state.status == "ended":
            text = self.tr("{} has ended.").format(state.title)
            self.notice.say(text, [(self.tr("Open again"), self.live_view.watcher.reopen)], topic="source")
        self._address = state.address
        self._show_detector()

    _address = ""

    def _told_loss(self, state: WatcherState) -> str:
        if state.retry_in_s is None:
            return str(state.error)
        return self.tr("{} It is tried again in {:.0f} s.").format(state.error, state.retry_in_s)

    def _ways_on(self, state: WatcherState) -> list[tuple[str, Callable[[], object]]]:
        again = self.tr("Try now") if state.retry_in_s is not None else self.tr("Try again")
        return [(again, self.live_view.watcher.reopen), (self.tr("Choose another…"), self._choose_another)]

    def _choose_another(self) -> None:
        state = self.live_view.watcher_state
        name = "open_camera" if state.address.startswith("camera:") else "open_address" if state.live else "open_video"
        self.actions_[name].trigger()

    def _show_load(self, event: LoadEvent | None) -> None:
        self.status.show_load(event, self.live_view.loader.models)
        if isinstance(event, Refused):
            kept = self.tr("{} stays in use.").format(self.status.told(event.kept)) if event.kept else ""
            ways_on = [(self.tr("Try again"), self.live_view.retry_models)] if event.kept is None else []
            self.notice.say(f"{event.error} {kept}".strip(), ways_on, topic="models")
        elif isinstance(event, Ready):
            for topic in ("models", "action"):
                self.notice.dismiss_topic(topic)
        self._show_snapshots()
        self._show_detector()

    def _show_broken_parts(self, error: StudioError) -> None:
        titles = {"snapshot": self.tr("Snapshot…"), "detector": self.tr("Detector…"), "device": self.tr("Device…")}
        ways_on = [(title, partial(self.menus.open_menu, name)) for name, title in titles.items()]
        self.notice.say(str(error), ways_on, topic="models")

    # What is remembered

    def _show_preferences(self) -> None:
        kept = self.live_view.preferences
        for name in _OVERLAYS:
            self.actions_[name].setChecked(getattr(kept.style, name))
        self.side.show_settings(kept.style, kept.smoothing, kept.signs)
        self.chart.set_span(kept.chart_s)
        self.space.welcome.show_recent(kept.recent)
        self.menus.show_recent(kept.recent)
        self.menus.show_scheme(kept.scheme)
        self.menus.device.show_choice(kept.device)
        self._show_snapshots()
        self._show_detector()

    def _show_snapshots(self) -> None:
        current = self.live_view.preferences.snapshot or self.live_view.default_snapshot
        event = self.live_view.load_event
        downloading = isinstance(event, Loading) and event.done_bytes > 0
        self.menus.snapshot.show_entries(self.live_view.catalogue, current, downloading=downloading)

    def _show_detector(self) -> None:
        kept, models = self.live_view.preferences, self.live_view.loader.models
        self.menus.detector.show_choice(kept.detector, video=self.live_view.watcher_state.facts is not None)
        if models is None:
            waiting = self.tr("loading…") if isinstance(self.live_view.load_event, Loading | None) else ""
            for name in ("snapshot", "detector", "device"):
                self.menus.show_choice(name, waiting)
        else:
            entry = next((one for one in self.live_view.catalogue if one.key == kept.snapshot), None)
            self.menus.show_choice("snapshot", models.estimator.record.name, entry.title if entry is not None else "")
            self.menus.show_choice("detector", *self.status.told_detector(models))
            self.menus.show_choice("device", self.status.told_engine(models))

    def _choose_scheme(self, scheme: Scheme) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, scheme)
        self.live_view.change_preferences(replace(self.live_view.preferences, scheme=scheme))

    def _restore(self, layout: WindowLayout) -> None:
        self.resize(QSize(*layout.size) if layout.size else _FIRST_SIZE)
        screen = QApplication.screenAt(QPoint(*layout.position)) if layout.position is not None else None
        place = (screen or self.screen()).availableGeometry()
        self.resize(self.size().boundedTo(place.size() - theme.FRAME))
        if layout.position is not None and screen is not None:
            room = place.size() - self.size() - theme.FRAME
            left, top = layout.position
            furthest = place.left() + room.width(), place.top() + room.height()
            self.move(max(place.left(), min(left, furthest[0])), max(place.top(), min(top, furthest[1])))
        if layout.maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.space.divide(layout.side_width, layout.chart_height)
        for name in ("side_panel", "chart"):
            self.actions_[name].setChecked(True)
        if layout.open_sections is not None:
            self.side.set_open_sections(layout.open_sections)

    def _layout(self) -> WindowLayout:
        before = self.live_view.preferences.layout
        place = self.normalGeometry() if self.isMaximized() or self.isFullScreen() else self.geometry()
        # `move` places the frame, and sizes are told without it.
        corner = place.topLeft() - (self.geometry().topLeft() - self.frameGeometry().topLeft())
        return WindowLayout(
            (corner.x(), corner.y()),
            (place.width(), place.height()),
            self.isMaximized() or (self.isFullScreen() and self._was_maximised),
            self.space.side_width or before.side_width,
            self.space.chart_height or before.chart_height,
            tuple(self.side.open_sections()),
        )

    # From the user

    def _connect_parts(self) -> None:
        live_view, act = self.live_view, self.actions_
        self.view.size_wanted.connect(live_view.set_picture_size)
        self.view.face_clicked.connect(live_view.follow)
        self.view.double_clicked.connect(act["full_screen"].trigger)
        self.space.welcome.video_wanted.connect(act["open_video"].trigger)
        self.space.welcome.camera_wanted.connect(act["open_camera"].trigger)
        self.space.welcome.address_wanted.connect(act["open_address"].trigger)
        self.space.welcome.sample_wanted.connect(act["open_sample"].trigger)
        self.space.welcome.source_wanted.connect(live_view.open)
        for place in (self.space.welcome, self.view):
            place.files_dropped.connect(self._open_dropped)
        self.chart.span_changed.connect(
            lambda seconds: live_view.change_preferences(replace(live_view.preferences, chart_s=seconds))
        )
        side = self.side
        side.style_changed.connect(live_view.set_style)
        side.smoothing_changed.connect(live_view.set_smoothing)
        side.signs_changed.connect(live_view.set_signs)
        side.neutral_requested.connect(live_view.set_neutral)
        side.neutral_reset_requested.connect(live_view.reset_neutral)
        side.follow_requested.connect(live_view.follow)

    def _connect_choices(self) -> None:
        live_view = self.live_view
        self.menus.snapshot.chosen.connect(live_view.choose_snapshot)
        self.menus.snapshot.add_wanted.connect(self.dialogs.add_snapshot)
        self.menus.snapshot.forget_wanted.connect(live_view.forget_snapshot)
        self.menus.snapshot.cancel_wanted.connect(live_view.loader.cancel)
        self.status.cancel_wanted.connect(live_view.loader.cancel)
        self.menus.detector.chosen.connect(live_view.choose_detector)
        self.menus.detector.boxes_wanted.connect(self.dialogs.choose_boxes)
        self.menus.detector.limits_wanted.connect(self.dialogs.limit_detector)
        self.menus.device.chosen.connect(live_view.choose_device)

    def _connect_actions(self) -> None:
        live_view, act, dialogs = self.live_view, self.actions_, self.dialogs
        calls = {
            "open_video": dialogs.open_video,
            "open_folder": dialogs.open_folder,
            "open_camera": dialogs.open_camera,
            "open_address": dialogs.open_address,
            "open_sample": lambda: live_view.open(str(SAMPLE)),
            "open_synthetic": lambda: live_view.open("synthetic"),
            "close_source": live_view.close_source,
            "follow_largest": self._leave_or_follow_largest,
            "follow_next": live_view.follow_next,
            "set_neutral": live_view.set_neutral,
            "reset_neutral": live_view.reset_neutral,
            "open_session": dialogs.open_session,
            "shortcuts": lambda: dialogs.show_shortcuts(list(act.told())),
            "show_log": dialogs.show_log,
            "about": dialogs.show_about,
        }
        for name, call in calls.items():
            act[name].triggered.connect(lambda _checked=False, call=call: call())
        for name in _OVERLAYS:
            act[name].triggered.connect(
                lambda checked, name=name: live_view.set_style(replace(live_view.preferences.style, **{name: checked}))
            )
        act["quit"].triggered.connect(self.close)
        act["full_screen"].triggered.connect(self._set_full_screen)
        act["side_panel"].toggled.connect(self.space.want_side)
        act["chart"].toggled.connect(self.space.want_chart)

    def _open_dropped(self, paths: list[str]) -> None:
        if len(paths) == 1:
            self.live_view.open(paths[0])
        elif paths:
            self.keeping.export([Path(path) for path in paths])

    def _leave_or_follow_largest(self) -> None:
        if self.isFullScreen():
            self.actions_["full_screen"].trigger()
        else:
            self.live_view.follow(None)

    def _set_full_screen(self, wanted: bool) -> None:
        for part in (self.menuBar(), self.menus.tools, self.status):
            part.setVisible(not wanted)
        self.space.show_picture_alone(wanted)
        if wanted:
            self._was_maximised = self.isMaximized()
            self.showFullScreen()
        elif self._was_maximised:
            self.showMaximized()
        else:
            self.showNormal()

    _was_maximised = False

    def close_workers(self) -> None:
        """Ends the threads of the window's own parts, and waits for them."""
        self.playback.close()
        self.dialogs.close_all()

    def give_up(self) -> None:
        """Closes without asking after unfinished exports, as when the program is ended from outside."""
        self._asks = False
        self.close()

    _asks = True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self._asks and not self.keeping.may_close():
            event.ignore()
            return
        self.live_view.change_preferences(replace(self.live_view.preferences, layout=self._layout()))
        self.dialogs.close_all()
        event.accept()
