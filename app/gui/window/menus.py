"""The menu bar and the tool bar of the main window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.gui.kit import theme
from app.gui.kit.action_table import ActionTable
from app.gui.kit.source_names import source_name
from app.gui.window import actions as table
from app.gui.window.camera_menu import CameraMenu
from app.gui.window.choice_button import ChoiceButton, MenuButton
from app.gui.window.choice_menus import DetectorMenu, DeviceMenu, SnapshotMenu
from app.gui.window.microphone_menu import MicrophoneMenu
from app.gui.window.recent_names import recent_place
from app.preferences import Scheme

_OPEN_BUTTON = "open_video open_folder open_camera open_address | open_sample open_synthetic"
_OUTPUT_BUTTONS = ("save_picture", "record", "export")


class Menus(QObject):
    """Makes both bars of a window, and updates the entries that change."""

    def __init__(
        self,
        window: QMainWindow,
        actions: ActionTable,
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
        self.detector.show_region_actions(*(actions[name] for name in table.REGION[1].split()))
        self.device = DeviceMenu(window)
        self._sources: list[str] = []
        self._recent = self._make_recent()
        self.cameras = CameraMenu(actions["open_camera"], window)
        self.cameras.chosen.connect(open_source)
        self.microphones = MicrophoneMenu(window)
        self._schemes = self._make_schemes()
        self._fill_menu_bar()
        self.tools = QToolBar(self.tr("Tools"))
        opens = QMenu(window)
        actions.fill(opens, _OPEN_BUTTON)
        self._open_button = MenuButton(opens)
        self._choice_buttons = {
            "snapshot": ChoiceButton(self.tr("Snapshot"), self.snapshot),
            "detector": ChoiceButton(self.tr("Detector"), self.detector),
            "device": ChoiceButton(self.tr("Device"), self.device),
        }
        self._fill_tool_bar()
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()

    def show_recent(self, sources: Sequence[str]) -> None:
        """Lists recent sources, the latest first."""
        if list(sources) == self._sources:
            return
        self._sources = list(sources)
        self._recent.clear()
        for source in sources:
            action = self._recent.addAction(source_name(source).replace("&", "&&"))
            action.setToolTip(recent_place(source))
            action.triggered.connect(lambda _checked=False, source=source: self._open_source(source))
        self._recent.setEnabled(bool(sources))

    def show_scheme(self, scheme: Scheme) -> None:
        for action in self._schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_choice(self, name: str, text: str, tip: str = "") -> None:
        """Shows what is in use on one of the tool bar's buttons: snapshot, detector or device."""
        self._choice_buttons[name].show_choice(text, tip)

    def button(self, name: str) -> QWidget:
        """A button of the tool bar: “open”, or one for a choice or an action of this name."""
        if name == "open":
            return self._open_button
        return self._choice_buttons.get(name) or self.tools.widgetForAction(self._actions[name])

    @property
    def choices(self) -> dict[str, QMenu]:
        """The menus of snapshot, detector and device, by these names."""
        return {"snapshot": self.snapshot, "detector": self.detector, "device": self.device}

    def open_menu(self, name: str) -> None:
        """Opens the menu of one of the tool bar's buttons: snapshot, detector or device."""
        self._choice_buttons[name].showMenu()

    def _make_recent(self) -> QMenu:
        menu = QMenu(self.tr("Open &recent"), self._window)
        menu.setObjectName("recent")
        menu.setToolTipsVisible(True)
        menu.setEnabled(False)
        return menu

    def _make_schemes(self) -> QMenu:
        menu = QMenu(self.tr("Th&eme"), self._window)
        titles: tuple[tuple[Scheme, str], ...] = (
            ("system", self.tr("&System")),
            ("light", self.tr("&Light")),
            ("dark", self.tr("&Dark")),
        )
        for scheme, title in titles:
            action = QAction(title, menu, checkable=True)
            action.setData(scheme)
            action.triggered.connect(lambda _checked=False, scheme=scheme: self.choose_scheme(scheme))
            menu.addAction(action)
        return menu

    def _fill_menu_bar(self) -> None:
        make = self._actions.make_menu
        submenus = {
            "recent": self._recent,
            "cameras": self.cameras,
            "microphones": self.microphones,
            "sample": make(table.SAMPLE),
            "pan": make(table.PAN),
            "jump": make(table.JUMP),
            "sound": make(table.SOUND),
            "theme": self._schemes,
        }
        made = [make(row, submenus) for row in table.MENUS]
        for menu in (*made[:-1], self.snapshot, self.detector, self.device, made[-1]):
            self._window.menuBar().addMenu(menu)

    def _fill_tool_bar(self) -> None:
        bar = self.tools
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._open_button.setText(self.tr("Open"))
        self._open_button.setToolTip(self.tr("Open a video, a camera or a stream"))
        self._open_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addWidget(self._open_button)
        bar.addSeparator()
        for button in self._choice_buttons.values():
            bar.addWidget(button)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        for action in (self._actions[name] for name in _OUTPUT_BUTTONS):
            bar.addAction(action)
            bar.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._window.addToolBar(bar)
        for more in bar.findChildren(QToolButton, "qt_toolbar_ext_button"):  # Qt shows it if the bar is too narrow.
            more.setAccessibleName(self.tr("More tools"))

    def _draw_icons(self) -> None:
        self._open_button.setIcon(theme.icon("folder"))
