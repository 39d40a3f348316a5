"""The layout of the main window: the welcome page, or the picture with chart, transport bar and side panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.gui.kit.notice import Notice
from app.gui.panels.chart_panel import ChartPanel
from app.gui.panels.side_panel import SidePanel
from app.gui.picture.transport_bar import TransportBar
from app.gui.picture.video_view import VideoView
from app.gui.window.welcome_page import WelcomePage

_SIDE_WIDTH, _CHART_HEIGHT = 320, 170
_MINIMUM_WIDTH, _MINIMUM_HEIGHT = 300, 200


class Workspace(QSplitter):
    """Holds the parts of the window, and shows or hides them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.welcome, self.view, self.notice = WelcomePage(), VideoView(), Notice()
        self.chart, self.transport, self.side = ChartPanel(), TransportBar(), SidePanel()
        self._side_shown = self._chart_shown = True
        self._picture_only = False
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._left.addWidget(self.view)
        self._left.addWidget(self.chart)
        self.viewer = QWidget()
        self._below = _column(self.viewer)
        self._below.addWidget(self._left, 1)
        self._below.addWidget(self.transport)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self.viewer)
        main = QWidget()
        above = _column(main)
        above.addWidget(self.notice)
        above.addWidget(self._pages, 1)
        self.addWidget(main)
        self.addWidget(self.side)
        for splitter in (self, self._left):
            splitter.setStretchFactor(0, 1)
            splitter.setStretchFactor(1, 0)
            splitter.setChildrenCollapsible(False)
        self.side.hide()

    def show_welcome(self, shown: bool) -> None:
        """Shows the welcome page, or the picture in its place."""
        self._pages.setCurrentIndex(0 if shown else 1)
        self._show_parts()

    def set_side_shown(self, shown: bool) -> None:
        self._side_shown = shown
        self._show_parts()

    def set_chart_shown(self, shown: bool) -> None:
        self._chart_shown = shown
        self._show_parts()

    def show_picture_only(self, picture_only: bool) -> None:
        """Hides everything but the picture, for the full screen; the transport bar is shown on top of it."""
        self._picture_only = picture_only
        self._show_parts()
        if picture_only:
            self._below.removeWidget(self.transport)
            self.place_transport()
        else:
            self._below.addWidget(self.transport)

    def place_transport(self) -> None:
        """Puts the transport bar on top of the picture, at the bottom."""
        height = self.transport.sizeHint().height()
        self.transport.setGeometry(0, self.viewer.height() - height, self.viewer.width(), height)
        self.transport.raise_()

    def divide(self, side_width: int | None, chart_height: int | None) -> None:
        """Sets the side panel's width and the chart's height in logical pixels; None stands for the default.

        The window must have its size by now.
        """
        side, chart = side_width or _SIDE_WIDTH, chart_height or _CHART_HEIGHT
        window = self.window().size()
        self.setSizes([max(_MINIMUM_WIDTH, window.width() - side), side])
        self._left.setSizes([max(_MINIMUM_HEIGHT, window.height() - chart), chart])

    @property
    def side_width(self) -> int | None:
        """In logical pixels; None while the side panel is hidden."""
        return self.sizes()[1] if self.side.isVisible() else None

    @property
    def chart_height(self) -> int | None:
        """In logical pixels; None while the chart is hidden."""
        return self._left.sizes()[1] if self.chart.isVisible() else None

    def _show_parts(self) -> None:
        showing = self._pages.currentIndex() == 1 and not self._picture_only
        self.side.setVisible(self._side_shown and showing)
        self.chart.setVisible(self._chart_shown and not self._picture_only)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
