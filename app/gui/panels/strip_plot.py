"""The plot of the strip chart. Imports pyqtgraph."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.gui.kit import theme
from app.gui.kit.bare_plot import BarePlot
from app.gui.kit.plot_axis import PlotAxis
from app.gui.kit.spread_band import SpreadBand
from app.gui.panels.strip_history import Array

_BAND_OPACITY = 0.16
_LINE_PX = 1.8

Tick = tuple[float, str]


class StripPlot(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Yaw, pitch and roll as lines with bands around them; the present is at the right edge, at 0 s."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ci.setContentsMargins(0, 8, 16, 0)
        self.box = pg.ViewBox(enableMenu=False)
        self.box.setMouseEnabled(x=False, y=False)
        self.left, self.bottom = PlotAxis("left"), PlotAxis("bottom")
        self.left.setWidth(self.fontMetrics().horizontalAdvance("−180°") + 12)
        plot = BarePlot(self.box, self.left, self.bottom)
        self.addItem(plot)
        self._zero = pg.InfiniteLine(0, angle=0)
        self.bands = [SpreadBand() for _ in range(3)]
        self.lines = [pg.PlotCurveItem(connect="finite", antialias=True) for _ in range(3)]
        for item in (self._zero, *self.bands, *self.lines):
            plot.add(item)

    def show_span(self, span_s: float) -> None:
        self.box.setXRange(-span_s, 0, padding=0)

    def show_limit(self, limit: float) -> None:
        """Shows angles up to this on both sides of 0°."""
        self.box.setYRange(-limit, limit, padding=0.02)
        # Not at the ends, where pyqtgraph has no room for the text.
        ticks = -2 * limit / 3, 0.0, 2 * limit / 3
        self.left.setTicks([[(at, f"{at:.0f}°".replace("-", "−")) for at in ticks]])

    def show_times(self, ticks: list[Tick]) -> None:
        self.bottom.setTicks([ticks])

    def show_samples(self, time_s: Array, angles: Array, spreads: Array, *, banded: bool) -> None:
        """Draws angles and spreads, of shape (N, 3), over times of shape (N,); NaN interrupts a line."""
        for line, band, angle, spread in zip(self.lines, self.bands, angles.T, spreads.T, strict=True):
            line.setData(time_s, angle)
            band.setVisible(banded)
            if banded:
                band.show_values(time_s, angle - spread, angle + spread)

    def colour(self) -> None:
        """Takes the colours and the font of the theme."""
        colours = theme.colours()
        self.setBackground(QColor(colours.base))
        self._zero.setPen(pg.mkPen(colours.line, width=1))
        for axis in (self.left, self.bottom):
            axis.setPen(pg.mkPen(colours.line))
            axis.setTextPen(pg.mkPen(colours.quiet))
            axis.setStyle(tickLength=-4, tickFont=theme.quiet_font(self.font()), hideOverlappingLabels=False)
        self.left.setGrid(round(0.5 * 255))
        for line, band, colour in zip(self.lines, self.bands, theme.angle_colours(), strict=True):
            line.setPen(pg.mkPen(colour, width=_LINE_PX))
            faint = QColor(colour)
            faint.setAlphaF(_BAND_OPACITY)
            band.set_colour(faint)
