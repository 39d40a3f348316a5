"""The chart below the picture: the last seconds of the face that is selected, or the whole video."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.gui.kit import theme
from app.gui.panels.strip_chart import StripChart
from app.gui.panels.whole_chart import WholeChart
from app.watch.shown_frame import ShownFrame

ChartMode = Literal["live", "whole"]

_MINIMUM_HEIGHT, _MINIMUM_WHOLE_HEIGHT = 110, 210


class ChartPanel(QWidget):
    """Two charts, of which one is shown: `live` and `whole`."""

    mode_changed = Signal(str)
    """ChartMode: the user chose the other chart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chart")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.live, self.whole = StripChart(), WholeChart()
        self._wanted: ChartMode = "live"
        self._whole_possible = self._live_possible = True
        self._headers, self._charts = QStackedWidget(), QStackedWidget()
        self._switch = QButtonGroup(self)
        self._buttons: dict[ChartMode, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(2)
        modes: tuple[ChartMode, ...] = ("live", "whole")
        for mode in modes:
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.clicked.connect(lambda _checked=False, mode=mode: self._choose(mode))
            self._switch.addButton(button)
            self._buttons[mode] = button
            row.addWidget(button)
        row.addSpacing(10)
        row.addWidget(self._headers, 1)
        for chart in (self.live, self.whole):
            self._headers.addWidget(chart.header)
            self._charts.addWidget(chart)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 4, theme.MARGIN, 4)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._charts, 1)
        self._show_texts(pictures=False)
        self._show()

    @property
    def mode(self) -> ChartMode:
        """The chart that is shown."""
        if not self._whole_possible:
            return "live"
        return self._wanted if self._live_possible else "whole"

    def set_mode(self, mode: ChartMode) -> None:
        """Shows this chart, if it is possible, without emitting `mode_changed`."""
        self._wanted = mode
        self._show()

    def set_whole_possible(self, possible: bool) -> None:
        """Whether what is open is a whole video, rather than a camera or a stream."""
        self._whole_possible = possible
        self._show()

    def set_pictures(self, per_s: float) -> None:
        """Whether what is open are pictures, so many in a second; 0: a video. Pictures have no last seconds."""
        self._live_possible = not per_s
        self._show_texts(pictures=bool(per_s))
        self.whole.show_pictures(per_s)
        self._show()

    def show_frame(self, shown: ShownFrame) -> None:
        self.live.show_frame(shown)
        self.whole.show_time(shown.analysis.frame.time_s)

    def clear(self) -> None:
        self.live.clear()
        self.whole.show_time(None)

    def _choose(self, mode: ChartMode) -> None:
        self.set_mode(mode)
        self.mode_changed.emit(mode)

    def _show_texts(self, *, pictures: bool) -> None:
        self._buttons["live"].setText(self.tr("Last seconds"))
        self._buttons["live"].setToolTip(self.tr("The selected face over the last seconds"))
        self._buttons["whole"].setText(self.tr("All pictures") if pictures else self.tr("Whole video"))
        tip = self.tr("All faces over all pictures") if pictures else self.tr("All faces over the whole video")
        self._buttons["whole"].setToolTip(tip)

    def _show(self) -> None:
        mode = self.mode
        self._buttons["whole"].setEnabled(self._whole_possible)
        self._buttons["live"].setEnabled(self._live_possible)
        self._buttons[mode].setChecked(True)
        for stack in (self._headers, self._charts):
            stack.setCurrentIndex(0 if mode == "live" else 1)
        self.setMinimumHeight(_MINIMUM_HEIGHT if mode == "live" else _MINIMUM_WHOLE_HEIGHT)
