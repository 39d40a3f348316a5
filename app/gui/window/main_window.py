"""The main window: passes what the user does to the studio, and shows what the studio reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from app import product
from app.drawing.overlays import OVERLAYS
from app.gui.export.close_question import confirm_close
from app.gui.export.controller import ExportController
from app.gui.kit import theme
from app.gui.kit.action_table import ActionTable
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.kit.qt_frame import QtFrame
from app.gui.state.studio import Studio
from app.gui.window import actions
from app.gui.window.camera_geometry_controls import CameraGeometryControls
from app.gui.window.camera_switch import VirtualCameraSwitch
from app.gui.window.charting import ChartController
from app.gui.window.dialogs import Dialogs
from app.gui.window.dropped import kind_by_name
from app.gui.window.drops import Drops
from app.gui.window.first_hints import FirstHints
from app.gui.window.full_screen import FullScreen
from app.gui.window.menus import Menus
from app.gui.window.model_controls import ModelControls
from app.gui.window.own_session import OwnSession
from app.gui.window.picture_menu import PictureMenu
from app.gui.window.playback import Playback
from app.gui.window.region_controls import RegionControls
from app.gui.window.saving import SavingController
from app.gui.window.source_messages import SourceMessages
from app.gui.window.spoken_picture import SpokenPicture
from app.gui.window.status_line import StatusLine
from app.gui.window.unsaved_question import confirm_unsaved
from app.gui.window.workspace import Workspace
from app.preferences import Preferences, Scheme, WindowLayout
from app.product import SAMPLE
from app.video.live_addresses import is_live
from app.watch.listener import WatcherState

_FIRST_SIZE = QSize(1280, 800)
_STYLE_SWITCHES = (*(overlay.name for overlay in OVERLAYS), "mirror")
"""The actions that switch something in the style; mirroring concerns the picture rather than its faces."""


class MainWindow(QMainWindow):
    """Closing it ends the program. Whoever made `studio` closes it afterwards."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self._address = ""  # Of the source that is shown.
        self._damage_told = False
        self._may_ask = True
        self.setWindowTitle(product.TITLE)
        self._actions = ActionTable(self, actions.ACTIONS, context=actions.CONTEXT)
        self.workspace = Workspace()
        self.view, self.notice = self.workspace.view, self.workspace.notice
        self.chart, self.side = self.workspace.chart, self.workspace.side
        self.status = StatusLine()
        self.menus = Menus(self, self._actions, open_source=studio.live_view.open, choose_scheme=self._choose_scheme)
        preferences = studio.preferences
        files = FileDialogs(
            self, lambda: preferences.current.folder, lambda folder: preferences.change(folder=str(folder))
        )
        self.dialogs = Dialogs(self, studio, files)
        self.exports = ExportController(self, studio, files)
        self.own_session = OwnSession(self, studio, self.dialogs, self._actions["open_own_session"])
        self.exports.session_wanted.connect(self.own_session.open)
        self.region = RegionControls(self, studio, self.view, self._actions)
        self.camera_geometry = CameraGeometryControls(self, studio, self._actions, files, self.notice)
        self.view.setAcceptDrops(False)
        self.drops = Drops(
            self,
            studio,
            exports=self.exports,
            dialogs=self.dialogs,
            sessions=self.own_session,
            dragged_over=self.workspace.welcome.highlight_drop_place,
        )
        self._saving = SavingController(
            self, studio, actions=self._actions, files=files, status=self.status, notice=self.notice
        )
        self._playback = Playback(self, studio, self.workspace.transport, self._actions)
        studio.live_view.frame_shown.connect(SpokenPicture(self.view).show_frame)
        self._camera_switch = VirtualCameraSwitch(studio, self._actions["virtual_camera"])
        self._charts = ChartController(self, studio, self.chart, actions=self._actions, files=files, notice=self.notice)
        self._picture_menu = PictureMenu(self, studio, self.view, self._actions, self.notice)
        self._models = ModelControls(
            self, studio, menus=self.menus, dialogs=self.dialogs, status=self.status, notice=self.notice
        )
        self._full_screen = FullScreen(self, self.workspace, (self.menuBar(), self.menus.tools, self.status))
        self._source_messages = SourceMessages(
            self, studio, workspace=self.workspace, status=self.status, choose_another=self._choose_another
        )
        self.hints = FirstHints(self, studio, self.menus, self._actions, self.notice)
        self.setCentralWidget(self.workspace)
        self.setStatusBar(self.status)
        self.status.addPermanentWidget(self.exports.status)
        self._connect_studio()
        self._connect_parts()
        self._connect_actions()
        self._restore(preferences.current.layout)
        self._show_preferences(preferences.current)
        self._show_watcher(studio.live_view.state)
        self.setFocus()  # Otherwise the first button has the focus, as if it had been chosen.

    def open(self, source: str) -> None:
        """Watches a path, or an address that `open_live` takes; opens the session of a pose table or record."""
        if not is_live(source) and kind_by_name(Path(source)) in ("table", "record"):
            self.drops.take([Path(source)])
        else:
            self.studio.live_view.open(source)

    def action(self, name: str) -> QAction:
        """The action of this name in `actions.ACTIONS`."""
        return self._actions[name]

    # From the studio

    def _connect_studio(self) -> None:
        studio = self.studio
        studio.live_view.frame_shown.connect(self._show_frame)
        studio.live_view.state_changed.connect(self._show_watcher)
        studio.preferences.changed.connect(self._show_preferences)
        studio.sending_changed.connect(self.status.show_sending)
        studio.failed.connect(lambda error: self.notice.say(str(error), topic="action"))
        self._playback.running_changed.connect(self.status.show_running)
        self._playback.running_changed.connect(self.side.timings.show_running)
        self._playback.damage_found.connect(self._show_damage)
        self._playback.damage_wanted.connect(lambda damage: self.notice.say(damage, topic="damage"))

    def _show_frame(self, qt_frame: QtFrame) -> None:
        shown = qt_frame.shown
        self.view.show_frame(qt_frame)
        self.chart.show_frame(shown)
        self.side.show_frame(shown)
        self.status.show_pace(shown.pace, live=self.studio.live_view.state.live)

    def _show_watcher(self, state: WatcherState) -> None:
        self.workspace.show_welcome(state.status == "empty")
        self.setWindowTitle(f"{state.title} — {product.TITLE}" if state.title else product.TITLE)
        self._playback.show_watcher(state)
        self._saving.show_watcher(state)
        for topic in ("saved", "damage") if state.status == "opening" else ():
            self.notice.dismiss_topic(topic)
        is_new = state.address != self._address
        if state.status == "empty" or (state.status == "opening" and is_new):
            self.chart.clear()
            self.side.clear()
            self._damage_told = False
            self.notice.dismiss_topic("damage")
        self._address = state.address
        self._models.show_choice()

    def _show_damage(self, damage: str) -> None:
        """Tells it once, unless another message is shown; while it is shown, it is kept up to date."""
        if self.notice.topic == "damage" or not (self._damage_told or self.notice.topic):
            self._damage_told = True
            self.notice.say(damage, topic="damage")

    def _choose_another(self) -> None:
        state = self.studio.live_view.state
        name = "open_camera" if state.address.startswith("camera:") else "open_address" if state.live else "open_video"
        self.action(name).trigger()

    # Preferences

    def _show_preferences(self, preferences: Preferences) -> None:
        for name in _STYLE_SWITCHES:
            self.action(name).setChecked(getattr(preferences.style, name))
        self.side.show_settings(preferences.style, preferences.smoothing, preferences.signs)
        self.side.set_region(preferences.choice.detector.options.region is not None)
        self.workspace.welcome.show_recent(preferences.recent)
        self.menus.show_recent(preferences.recent)
        self.menus.microphones.show_current(preferences.microphone)
        self.menus.show_scheme(preferences.scheme)
        self._models.show_choice()

    def _choose_scheme(self, scheme: Scheme) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, scheme)
        self.studio.preferences.change(scheme=scheme)

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
        self.workspace.divide(layout.side_width, layout.chart_height)
        for name in ("side_panel", "chart"):
            self.action(name).setChecked(True)
        if layout.open_sections is not None:
            self.side.set_open_sections(layout.open_sections)

    def _layout(self) -> WindowLayout:
        before = self.studio.preferences.current.layout
        place = self.normalGeometry() if self.isMaximized() or self.isFullScreen() else self.geometry()
        # `move` positions the frame, while a size is without it.
        corner = place.topLeft() - (self.geometry().topLeft() - self.frameGeometry().topLeft())
        return WindowLayout(
            (corner.x(), corner.y()),
            (place.width(), place.height()),
            self.isMaximized() or (self.isFullScreen() and self._full_screen.was_maximised),
            self.workspace.side_width or before.side_width,
            self.workspace.chart_height or before.chart_height,
            tuple(self.side.open_sections()),
        )

    # From the user

    def _connect_parts(self) -> None:
        studio, welcome = self.studio, self.workspace.welcome
        self.view.size_wanted.connect(studio.live_view.set_picture_size)
        self.view.face_clicked.connect(studio.live_view.follow)
        self.view.double_clicked.connect(self.action("full_screen").trigger)
        welcome.video_wanted.connect(self.action("open_video").trigger)
        welcome.camera_wanted.connect(self.action("open_camera").trigger)
        welcome.address_wanted.connect(self.action("open_address").trigger)
        welcome.sample_wanted.connect(self.action("open_sample").trigger)
        welcome.source_wanted.connect(studio.live_view.open)
        side = self.side
        side.overlay.style_changed.connect(lambda style: studio.preferences.change(style=style))
        side.angles.smoothing_changed.connect(lambda strength: studio.preferences.change(smoothing=strength))
        side.angles.signs_changed.connect(lambda signs: studio.preferences.change(signs=signs))
        side.angles.neutral_requested.connect(studio.live_view.set_neutral)
        side.angles.neutral_reset_requested.connect(studio.live_view.reset_neutral)
        side.faces.follow_requested.connect(studio.live_view.follow)
        side.faces.meaning_wanted.connect(self.dialogs.show_numbers)
        self.menus.cameras.search_requested.connect(lambda: self.dialogs.search_cameras(self.menus.cameras))
        microphones = self.menus.microphones
        microphones.search_requested.connect(lambda: self.dialogs.search_microphones(microphones))
        microphones.chosen.connect(lambda name: self.studio.preferences.change(microphone=name))
        self._models.calibration_known.connect(side.faces.show_calibrated)

    def _connect_actions(self) -> None:
        live_view, dialogs, exports = self.studio.live_view, self.dialogs, self.exports
        self._actions.connect_calls(
            {
                "open_video": exports.open_videos,
                "open_folder": exports.open_folder,
                "open_camera": dialogs.open_camera,
                "open_address": dialogs.open_address,
                "open_sample": lambda: live_view.open(str(SAMPLE)),
                "open_synthetic": lambda: live_view.open("synthetic"),
                "open_session": dialogs.open_session,
                "export": exports.export_open_video,
                "show_queue": exports.show_queue,
                "live_outputs": dialogs.show_live_outputs,
                "close_source": live_view.close_source,
                "quit": self.close,
                "set_neutral": live_view.set_neutral,
                "reset_neutral": live_view.reset_neutral,
                "follow_next": live_view.follow_next,
                "follow_largest": self._leave_full_screen_or_follow_largest,
                "shortcuts": lambda: dialogs.show_shortcuts(list(self._actions.shortcuts(actions.LISTED))),
                "preferences": lambda: dialogs.show_preferences(self.menus.choices),
                "numbers": dialogs.show_numbers,
                "show_log": dialogs.show_log,
                "check": dialogs.show_check,
                "about": dialogs.show_about,
            }
        )
        for name in _STYLE_SWITCHES:
            self.action(name).triggered.connect(lambda checked, name=name: self._switch_style(name, checked))
        self.action("full_screen").triggered.connect(self._full_screen.switch)
        self.action("side_panel").toggled.connect(self.workspace.set_side_shown)
        self.action("chart").toggled.connect(self.workspace.set_chart_shown)

    def _switch_style(self, name: str, switched_on: bool) -> None:
        style = replace(self.studio.preferences.current.style, **{name: switched_on})
        self.studio.preferences.change(style=style)

    def _leave_full_screen_or_follow_largest(self) -> None:
        if self.isFullScreen():
            self.action("full_screen").trigger()
        else:
            self.studio.live_view.follow(None)

    def find_unfinished(self) -> None:
        """Looks for recordings and exports that were not finished, and offers to finish them; and sends to live outputs
        again, if the user wants that."""
        self._saving.find_unfinished()
        self.exports.find_kept()
        self.studio.resume_live_outputs()

    # The end

    def close_workers(self) -> None:
        """Ends the threads of the window's own parts, and waits for them. May be called twice."""
        self._playback.close()
        self.dialogs.close_all()

    def close_without_asking(self) -> None:
        """Closes the window even if exports are unfinished, for example when the system asks the program to end."""
        self._may_ask = False
        question = QApplication.activeModalWidget()
        if question is not None:
            question.close()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        questions = confirm_unsaved, confirm_close
        confirmed = not self._may_ask or all(question(self, self.studio) for question in questions)
        if not confirmed and self._may_ask:  # Not if told to close meanwhile.
            event.ignore()
            return
        self.studio.preferences.change(layout=self._layout())
        self.dialogs.close_all()
        event.accept()
