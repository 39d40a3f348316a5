"""Yaw, pitch and roll of the face that is told of, over the last seconds."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.kit import theme
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.pacing import CHART_EVERY_MS, Paced
from app.gui.panels.strip_history import KEPT_S, Array, StripHistory, runs, y_limit
from app.watch.shown_frame import ShownFrame

SPANS_S = (5.0, 10.0, 30.0)
_BAND_OPACITY = 0.16
_LINE_PX = 1.8


class StripChart(QWidget):
    """Time runs to the left; the newest frame is at the right edge. Lines stop where the face was away."""

    span_changed = Signal(float)
    """Seconds, when the user chooses another span."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chart")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(110)
        self._history = StripHistory()
        self._span_s = 0.0
        self._y_limit = 0.0
        self._behind = False
        self._plot: Any = None
        self._asked = False
        self._gui_calls = GuiCalls()
        self._make_head()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.MARGIN, 4, theme.MARGIN, 4)
        self._column.setSpacing(2)
        self._column.addLayout(self._head)
        self._column.addStretch(1)
        self._painting = Paced[bool](self, CHART_EVERY_MS, lambda _due: self._draw())
        theme.watch().changed.connect(self._colour)
        self._colour()
        self.set_span(SPANS_S[1])

    def show_frame(self, shown: ShownFrame) -> None:
        self._history.add(shown)
        self._painting.offer(True)

    def clear(self) -> None:
        self._painting.forget()
        self._history.clear()
        self._draw()

    def set_span(self, span_s: float) -> None:
        """Shows the last `span_s` seconds from now on; tells nobody."""
        if span_s == self._span_s:
            return
        self._span_s = span_s
        self._history.kept_s = max(KEPT_S, span_s)
        if self._spans.findData(span_s) < 0:
            self._spans.addItem(self.tr("{:g} s").format(span_s), span_s)
        self._spans.blockSignals(True)
        self._spans.setCurrentIndex(self._spans.findData(span_s))
        self._spans.blockSignals(False)
        if self._plot is not None:
            self._show_span(span_s)
            self._draw()

    def _show_span(self, span_s: float) -> None:
        self._plot.setXRange(-span_s, 0, padding=0)
        step = next((step for step in (0.5, 1.0, 2.0, 5.0, 10.0, 60.0) if span_s / step <= 6), 120.0)
        places = np.arange(-np.floor(span_s / step) * step, step / 2, step)
        ticks = [(float(at), self.tr("now") if at == 0 else f"−{-at:g} s") for at in places]
        self._plot.getAxis("bottom").setTicks([ticks])

    @property
    def has_plot(self) -> bool:
        """False before it was first shown, and for a moment after."""
        return self._plot is not None

    @property
    def y_limit(self) -> float:
        """How far the axis reaches to either side, in degrees."""
        return self._y_limit

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._plot is None:
            self._ask_for_plot()
        elif self._behind:
            self._draw()

    def _ask_for_plot(self) -> None:
        """When the chart is first shown. Importing pyqtgraph takes a third of a second: it is not waited for."""
        if "pyqtgraph" in sys.modules:
            self._make_plot()
        elif not self._asked:
            self._asked = True
            threading.Thread(
                target=_import_plots, args=(self._gui_calls, self._make_plot), name="plots", daemon=True
            ).start()

    def _make_plot(self) -> None:
        if self._plot is not None or not shiboken6.isValid(self):
            return
        import pyqtgraph

        self._plot = pyqtgraph.PlotWidget(enableMenu=False)
        self._plot.setAccessibleName(self.tr("Angles of the last seconds"))
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.getPlotItem().setContentsMargins(0, 8, 16, 0)
        self._plot.getAxis("left").setWidth(self.fontMetrics().horizontalAdvance("−180°") + 12)
        self._zero = self._plot.addLine(y=0)
        self._bands = [_band() for _ in range(3)]
        for band in self._bands:
            self._plot.addItem(band, ignoreBounds=True)
        self._curves = [self._plot.plot(connect="finite", antialias=True) for _ in range(3)]
        self._column.takeAt(1)
        self._column.addWidget(self._plot, 1)
        self._plot.show()
        self._column.activate()
        self._show_span(self._span_s)
        self._colour()

    def _make_head(self) -> None:
        self._head = QHBoxLayout()
        self._head.setSpacing(18)
        self._names = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        self._legend = [QLabel() for _ in self._names]
        for label, name in zip(self._legend, self._names, strict=True):
            label.setAccessibleName(name)
            self._head.addWidget(label)
        self._head.addStretch()
        self._spans = QComboBox()
        self._spans.setAccessibleName(self.tr("Span of the chart"))
        self._spans.setToolTip(self.tr("How many seconds the chart shows"))
        for span_s in SPANS_S:
            self._spans.addItem(self.tr("{:g} s").format(span_s), span_s)
        self._spans.currentIndexChanged.connect(self._choose_span)
        self._head.addWidget(self._spans)

    def _choose_span(self) -> None:
        span_s = self._spans.currentData()
        self.set_span(span_s)
        self.span_changed.emit(span_s)

    def _draw(self) -> None:
        self._behind = not self.isVisible()
        if self._plot is None:
            return
        samples = self._history.last(self._span_s)
        self._set_y_limit(y_limit(samples[:, 1:4]))
        ago_s = samples[:, 0] - samples[-1, 0] if len(samples) else samples[:, 0]
        for place, (curve, band) in enumerate(zip(self._curves, self._bands, strict=True), start=1):
            angle, spread = samples[:, place], samples[:, place + 3]
            curve.setData(ago_s, angle)
            band.show_band(ago_s, angle - spread, angle + spread)

    def _set_y_limit(self, limit: float) -> None:
        if limit == self._y_limit:
            return
        self._y_limit = limit
        self._plot.setYRange(-limit, limit, padding=0.02)
        # Not at the ends, where pyqtgraph has no room for the text.
        places = -2 * limit / 3, 0.0, 2 * limit / 3
        self._plot.getAxis("left").setTicks([[(at, f"{at:.0f}°".replace("-", "−")) for at in places]])

    def _colour(self) -> None:
        for label, name, colour in zip(self._legend, self._names, theme.angle_colours(), strict=True):
            label.setText(f'<span style="color:{colour.name()}">●</span>&nbsp; {name}')
        if self._plot is not None:
            self._colour_plot()
            self._draw()

    def _colour_plot(self) -> None:
        import pyqtgraph

        now = theme.colours()
        self._plot.setBackground(QColor(now.base))
        self._zero.setPen(pyqtgraph.mkPen(now.line, width=1))
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(pyqtgraph.mkPen(now.line))
            axis.setTextPen(pyqtgraph.mkPen(now.quiet))
            axis.setStyle(tickLength=-4, tickFont=theme.quiet_font(self.font()), hideOverlappingLabels=False)
        self._plot.showGrid(x=False, y=True, alpha=0.5)
        for curve, band, colour in zip(self._curves, self._bands, theme.angle_colours(), strict=True):
            curve.setPen(pyqtgraph.mkPen(colour, width=_LINE_PX))
            faint = QColor(colour)
            faint.setAlphaF(_BAND_OPACITY)
            band.set_colour(faint)


def _import_plots(gui_calls: GuiCalls, then: Callable[[], None]) -> None:
    import pyqtgraph  # noqa: F401

    gui_calls.post(then)


def _band() -> Any:
    """A filled stretch between two curves; pyqtgraph is imported where a chart is made, so its class is made here."""
    import pyqtgraph

    class Band(pyqtgraph.GraphicsObject):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._polygons: list[Any] = []
            self._bounds = QRectF()
            self._colour = QColor()

        def set_colour(self, colour: QColor) -> None:
            self._colour = colour
            self.update()

        def show_band(self, x: Array, low: Array, high: Array) -> None:
            self.prepareGeometryChange()
            known = np.isfinite(low) & np.isfinite(high)
            self._polygons = [
                pyqtgraph.functions.arrayToQPolygonF(
                    np.concatenate([x[run], x[run][::-1]]), np.concatenate([high[run], low[run][::-1]])
                )
                for run in runs(known)
            ]
            self._bounds = QRectF()
            if known.any():
                left, right = float(x[known].min()), float(x[known].max())
                top, bottom = float(low[known].min()), float(high[known].max())
                self._bounds = QRectF(left, top, right - left, bottom - top)
            self.update()

        def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
            return self._bounds

        def paint(self, painter: QPainter, *_unused: object) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            for polygon in self._polygons:
                painter.drawPolygon(polygon)

    return Band()
