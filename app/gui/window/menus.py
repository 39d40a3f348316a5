"""The menu bar and the tool bar, filled from the window's actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from app.gui.kit import theme
from app.gui.window.actions import Actions
from app.gui.window.choice_button import ChoiceButton, MenuButton
from app.gui.window.choice_menus import DetectorMenu, DeviceMenu, SnapshotMenu
from app.gui.window.recent import recent_name, recent_place
from app.preferences import Scheme

_SOURCE = "open_video open_folder open_camera open_address | open_sample open_synthetic"
_PLAY = "play back forward | skip_back skip_forward to_start | slower faster loop | reconnect"
_VIEW = "axis cube box face_id angles trail | mirror | full_screen side_panel chart |"
_POSE = "set_neutral reset_neutral | follow_next follow_largest"
_KEEP = "save_picture record | export show_queue | open_session"


class Menus(QObject):
    """Makes both bars of a window, and keeps what in them changes."""

    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        *,
        open_source: Callable[[str], None],
        choose_scheme: Callable[[Scheme], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._open_source = open_source
        self.choose_scheme = choose_scheme
        self.snapshot = SnapshotMenu(window)
        self.detector = DetectorMenu(window)
        self.device = DeviceMenu(window)
        self._recent = QMenu(self.tr("&Recent"), window)
        self._recent.setToolTipsVisible(True)
        self._recent.setEnabled(False)
        self._sources: list[str] = []
        self._schemes = QMenu(self.tr("&Colours"), window)
        self._fill_menu_bar()
        self.tools = QToolBar(self.tr("Tools"))
        source = QMenu(window)
        self._fill(source, _SOURCE)
        self._opens = MenuButton(source)
        self._buttons = {
            "snapshot": ChoiceButton(self.tr("Snapshot"), self.snapshot),
            "detector": ChoiceButton(self.tr("Detector"), self.detector),
            "device": ChoiceButton(self.tr("Device"), self.device),
        }
        self._fill_tool_bar()
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()

    def show_recent(self, sources: Sequence[str]) -> None:
        if list(sources) == self._sources:
            return
        self._sources = list(sources)
        self._recent.clear()
        for source in sources:
            action = self._recent.addAction(recent_name(source).replace("&", "&&"))
            action.setToolTip(recent_place(source))
            action.triggered.connect(lambda _checked=False, source=source: self._open_source(source))
        self._recent.setEnabled(bool(sources))

    def show_scheme(self, scheme: Scheme) -> None:
        for action in self._schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_choice(self, name: str, text: str, tip: str = "") -> None:
        """Says on a button of the tool bar what is in use: of snapshot, detector or device."""
        self._buttons[name].show_choice(text, tip)

    def open_menu(self, name: str) -> None:
        """Opens the menu of a button: snapshot, detector or device."""
        self._buttons[name].showMenu()

    def _fill_menu_bar(self) -> None:
        bar = self._window.menuBar()
        source = bar.addMenu(self.tr("&Source"))
        self._fill(source, _SOURCE)
        source.addMenu(self._recent)
        self._fill(source, "| close_source | quit")
        self._fill(bar.addMenu(self.tr("&Play")), _PLAY)
        view = bar.addMenu(self.tr("&View"))
        self._fill(view, _VIEW)
        view.addMenu(self._schemes)
        titles: tuple[tuple[Scheme, str], ...] = (
            ("system", self.tr("As the &system")),
            ("light", self.tr("&Light")),
            ("dark", self.tr("&Dark")),
        )
        for scheme, title in titles:
            action = QAction(title, self._schemes, checkable=True)
            action.setData(scheme)
            action.triggered.connect(lambda _checked=False, scheme=scheme: self.choose_scheme(scheme))
            self._schemes.addAction(action)
        self._fill(bar.addMenu(self.tr("P&ose")), _POSE)
        for menu in (self.snapshot, self.detector, self.device):
            bar.addMenu(menu)
        self._fill(bar.addMenu(self.tr("&Keep")), _KEEP)
        self._fill(bar.addMenu(self.tr("&Help")), "shortcuts show_log | about")

    def _fill_tool_bar(self) -> None:
        bar = self.tools
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._opens.setText(self.tr("Open"))
        self._opens.setToolTip(self.tr("Open a video, a camera, a stream"))
        self._opens.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addWidget(self._opens)
        bar.addSeparator()
        for button in self._buttons.values():
            bar.addWidget(button)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        for name in ("save_picture", "record", "export"):
            bar.addAction(self._actions[name])
            bar.widgetForAction(self._actions[name]).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._window.addToolBar(bar)

    def _draw_icons(self) -> None:
        self._opens.setIcon(theme.icon("folder"))

    def _fill(self, menu: QMenu, names: str) -> None:
        for name in names.split():
            if name == "|":
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])
