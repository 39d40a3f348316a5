"""The column beside the picture: panels in sections that open and close."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.gui.kit import theme
from app.gui.panels.faces_panel import FacesPanel
from app.gui.panels.head_view import HeadView
from app.gui.panels.network_view import NetworkView
from app.gui.panels.numbers_panel import NumbersPanel
from app.gui.panels.overlay_panel import OverlayPanel
from app.gui.panels.timings_panel import TimingsPanel
from app.settings import Signs, Style
from app.watch.shown_frame import ShownFrame

_NARROWEST = 280


class SidePanel(QScrollArea):
    """Hands on the panels' signals."""

    style_changed = Signal(Style)
    smoothing_changed = Signal(float)
    signs_changed = Signal(Signs)
    neutral_requested = Signal()
    neutral_reset_requested = Signal()
    follow_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.faces, self.head, self.network = FacesPanel(), HeadView(), NetworkView()
        self.overlay, self.numbers, self.timings = OverlayPanel(), NumbersPanel(), TimingsPanel()
        self._sections = {
            "faces": _Section(self.tr("Faces"), self.faces),
            "head": _Section(self.tr("Head and network's view"), self._side_by_side()),
            "overlay": _Section(self.tr("Overlay"), self.overlay),
            "numbers": _Section(self.tr("Angles"), self.numbers),
            "timings": _Section(self.tr("Timings"), self.timings),
        }
        body = QWidget()
        body.setObjectName("sideBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in self._sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(body)
        # Nothing may be cut off at the right, with the scroll bar shown as well.
        narrowest = body.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(_NARROWEST, narrowest))
        self._connect()

    def show_frame(self, shown: ShownFrame) -> None:
        for panel in (self.faces, self.head, self.network, self.numbers, self.timings):
            panel.show_frame(shown)

    def clear(self) -> None:
        """Says that nothing is watched."""
        for panel in (self.faces, self.head, self.network, self.numbers, self.timings):
            panel.clear()

    def show_settings(self, style: Style, smoothing: float, signs: Signs) -> None:
        """Sets the controls and tells nobody."""
        self.overlay.show_style(style)
        self.numbers.show_smoothing(smoothing)
        self.numbers.show_signs(signs)

    def open_sections(self) -> tuple[str, ...]:
        return tuple(name for name, section in self._sections.items() if section.is_open)

    def set_open_sections(self, names: Iterable[str]) -> None:
        """Opens these and closes the others; a name that is not known is passed over."""
        wanted = set(names)
        for name, section in self._sections.items():
            section.set_open(name in wanted)

    def _side_by_side(self) -> QWidget:
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.SPACE)
        row.setSpacing(8)
        row.addWidget(self.head, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.network, 1, Qt.AlignmentFlag.AlignTop)
        return pair

    def _connect(self) -> None:
        self.faces.follow_requested.connect(self.follow_requested)
        self.overlay.style_changed.connect(self.style_changed)
        self.numbers.smoothing_changed.connect(self.smoothing_changed)
        self.numbers.signs_changed.connect(self.signs_changed)
        self.numbers.neutral_requested.connect(self.neutral_requested)
        self.numbers.neutral_reset_requested.connect(self.neutral_reset_requested)


class _Section(QFrame):
    """A title that shows or hides what lies beneath it."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self.setObjectName("section")
        self._content = content
        self._head = QToolButton()
        self._head.setObjectName("sectionHead")
        self._head.setText(title)
        self._head.setCheckable(True)
        self._head.setChecked(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head.toggled.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(content)
        theme.watch().changed.connect(self._draw_icon)
        self._draw_icon()

    @property
    def is_open(self) -> bool:
        return self._head.isChecked()

    def set_open(self, wanted: bool) -> None:
        self._head.setChecked(wanted)

    def _show(self, wanted: bool) -> None:
        self._content.setVisible(wanted)
        self._draw_icon()

    def _draw_icon(self) -> None:
        self._head.setIcon(theme.icon("chevron-down" if self.is_open else "chevron-right"))
