"""The menu bar and the tool bar, filled from the window's actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.flow.preferences import Scheme
from app.gui.actions import Actions
from app.gui.choice_menus import DetectorMenu, DeviceMenu, SnapshotMenu

_SOURCE = "open_film open_folder open_camera open_address | open_sample open_synthetic"
_PLAY = "play back forward | skip_back skip_forward to_start | slower faster loop | reconnect"
_VIEW = "axis cube box identity angles trail | mirror | full_screen side_panel chart |"
_POSE = "set_neutral reset_neutral | follow_next follow_largest"
_KEEP = "save_picture record | export show_queue | open_session"
_LONGEST_TEXT = 26


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
        self._schemes = QMenu(self.tr("&Colours"), window)
        self._fill_menu_bar()
        self.tools = QToolBar(self.tr("Tools"))
        self._buttons: dict[str, QToolButton] = {}
        self._fill_tool_bar()

    def show_recent(self, sources: Sequence[str]) -> None:
        self._recent.clear()
        for source in sources:
            text = source if "://" in source or source.startswith("camera:") else Path(source).name
            action = self._recent.addAction(text.replace("&", "&&"))
            action.setToolTip(source)
            action.triggered.connect(lambda _checked=False, source=source: self._open_source(source))
        self._recent.setEnabled(bool(sources))

    def show_scheme(self, scheme: Scheme) -> None:
        for action in self._schemes.actions():
            action.setChecked(action.data() == scheme)

    def show_choices(self, *, snapshot: str, detector: str, device: str) -> None:
        """Says on the buttons of the tool bar what is in use."""
        for name, text in (("snapshot", snapshot), ("detector", detector), ("device", device)):
            short = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
            self._buttons[name].setText(short)

    def open_menu(self, name: str) -> None:
        """Opens the menu of a button: snapshot, detector or device."""
        self._buttons[name].showMenu()

    def _fill_menu_bar(self) -> None:
        bar = self._window.menuBar()
        source = bar.addMenu(self.tr("&Source"))
        self._fill(source, _SOURCE)
        source.addMenu(self._recent)
        self._fill(source, "| close_source quit")
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
        source = QMenu(self._window)
        self._fill(source, _SOURCE)
        for name, text, menu in (
            ("source", self.tr("Source"), source),
            ("snapshot", self.tr("Snapshot"), self.snapshot),
            ("detector", self.tr("Detector"), self.detector),
            ("device", self.tr("Device"), self.device),
        ):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bar.addWidget(button)
            self._buttons[name] = button
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        for name in ("save_picture", "record", "export"):
            bar.addAction(self._actions[name])
        self._window.addToolBar(bar)

    def _fill(self, menu: QMenu, names: str) -> None:
        for name in names.split():
            if name == "|":
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])
