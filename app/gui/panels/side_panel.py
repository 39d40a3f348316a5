"""The side panel: panels in sections that can be collapsed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.gui.kit import theme
from app.gui.kit.tall_area import TallArea
from app.gui.panels.angles_panel import AnglesPanel
from app.gui.panels.faces_panel import FacesPanel
from app.gui.panels.head_view import HeadView
from app.gui.panels.network_view import NetworkView
from app.gui.panels.overlay_panel import OverlayPanel
from app.gui.panels.panel import Panel
from app.gui.panels.timings_panel import TimingsPanel
from app.settings import Signs, Style
from app.watch.shown_frame import ShownFrame

_MINIMUM_WIDTH = 280


class SidePanel(TallArea):
    """Shows frames in its panels. Those with signals or controls for others are attributes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        body = QWidget()
        body.setObjectName("sideBody")
        super().__init__(body, parent)
        self.setObjectName("sidePanel")
        # Always there: otherwise everything would become narrower when a section grows.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.faces, self.overlay, self.angles, self.timings = (
            FacesPanel(),
            OverlayPanel(),
            AnglesPanel(),
            TimingsPanel(),
        )
        # The name of each section in the settings, its title, and its panels, which are side by side.
        sections: tuple[tuple[str, str, tuple[Panel, ...]], ...] = (
            ("faces", self.tr("Faces"), (self.faces,)),
            ("head", self.tr("Head and network input"), (HeadView(), NetworkView())),
            ("overlay", self.tr("Overlay"), (self.overlay,)),
            ("numbers", self.tr("Angles"), (self.angles,)),
            ("timings", self.tr("Timings"), (self.timings,)),
        )
        self._panels = [panel for _, _, panels in sections for panel in panels]
        self._sections = {name: _Section(title, _side_by_side(panels)) for name, title, panels in sections}
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in self._sections.values():
            column.addWidget(section)
        column.addStretch(1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return super().minimumSizeHint().expandedTo(QSize(_MINIMUM_WIDTH, 0))

    def show_frame(self, shown: ShownFrame) -> None:
        for panel in self._panels:
            panel.show_frame(shown)

    def set_region(self, has_region: bool) -> None:
        """Whether faces are looked for in a region of the picture only."""
        for panel in self._panels:
            panel.set_region(has_region)

    def clear(self) -> None:
        """Shows that no source is open."""
        for panel in self._panels:
            panel.clear()

    def show_settings(self, style: Style, smoothing: float, signs: Signs) -> None:
        """Sets the controls without emitting their signals."""
        self.overlay.show_style(style)
        self.angles.show_smoothing(smoothing)
        self.angles.show_signs(signs)

    def open_sections(self) -> tuple[str, ...]:
        return tuple(name for name, section in self._sections.items() if section.is_open)

    def set_open_sections(self, names: Iterable[str]) -> None:
        """Opens these and closes the others; unknown names are ignored."""
        wanted = set(names)
        for name, section in self._sections.items():
            section.set_open(name in wanted)


def _side_by_side(panels: Sequence[Panel]) -> QWidget:
    if len(panels) == 1:
        return panels[0]
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.SPACE)
    layout.setSpacing(8)
    for panel in panels:
        layout.addWidget(panel, 1, Qt.AlignmentFlag.AlignTop)
    return row


class _Section(QFrame):
    """A title that shows or hides the content below it."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self.setObjectName("section")
        self._content = content
        self._header = QToolButton()
        self._header.setObjectName("sectionHead")
        self._header.setText(title)
        self._header.setCheckable(True)
        self._header.setChecked(True)
        self._header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._header.toggled.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(content)
        theme.watch().changed.connect(self._draw_icon)
        self._draw_icon()

    @property
    def is_open(self) -> bool:
        return self._header.isChecked()

    def set_open(self, opened: bool) -> None:
        self._header.setChecked(opened)

    def _show(self, opened: bool) -> None:
        self._content.setVisible(opened)
        self._draw_icon()

    def _draw_icon(self) -> None:
        self._header.setIcon(theme.icon("chevron-down" if self.is_open else "chevron-right"))
