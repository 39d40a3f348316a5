"""Yaw, pitch and roll of the selected face over the last seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.pacing import CHART_EVERY_MS, Paced
from app.gui.kit.plotting import PlottingLibrary
from app.gui.panels.strip_history import Array, StripHistory, y_limit
from app.watch.shown_frame import ShownFrame

if TYPE_CHECKING:
    from app.gui.panels.strip_plot import StripPlot

SPANS_S = (5.0, 10.0, 30.0)
_PLOT_MODULE = "app.gui.panels.strip_plot"
_STEPS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 60.0)
_MOST_TICKS = 6
_DESCRIBED_EVERY_MS = 1000


class StripChart(QWidget):
    """The present frame is at the right edge. Lines are interrupted while the face is absent.

    `header` is the row of controls above the plot, which its owner may place elsewhere.
    """

    span_changed = Signal(float)
    """Seconds; emitted when the user chooses another time span."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = StripHistory()
        self._span_s = 0.0
        self._y_limit = 0.0
        self._outdated = False
        self._plot: StripPlot | None = None
        self._is_video = False
        self._spread_shown = True
        self._library = PlottingLibrary(self, _PLOT_MODULE)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.header = QWidget()
        self._fill_header(self.header)
        self._column.addWidget(self.header)
        self._column.addStretch(1)
        self._painting = Paced[bool](self, CHART_EVERY_MS, lambda _due: self._draw())
        self._description = Paced[bool](self, _DESCRIBED_EVERY_MS, lambda _due: self._describe())
        theme.watch().changed.connect(self._colour)
        self._colour()
        self.set_span(SPANS_S[1])

    def show_frame(self, shown: ShownFrame) -> None:
        if not self._is_video and shown.analysis.frame.time_s < self._history.now_s:
            self._history.clear()  # A live source was opened again: its time begins anew.
        self._history.add(shown)
        self._painting.offer(True)
        self._description.offer(True)

    def clear(self) -> None:
        self._painting.forget()
        self._description.forget()
        self._history.clear()
        self._draw()

    def show_clock(self, shown: bool) -> None:
        """Shows the source's own time on the axis, instead of how long ago something was."""
        self._is_video = shown
        self._draw()

    def show_spread(self, shown: bool) -> None:
        """Whether each line has a band of one spread on each side."""
        if shown != self._spread_shown:
            self._spread_shown = shown
            self._draw()

    def set_span(self, span_s: float) -> None:
        """Shows the last `span_s` seconds, without emitting `span_changed`."""
        if span_s == self._span_s:
            return
        self._span_s = span_s
        if self._spans.findData(span_s) < 0:
            self._spans.addItem(self.tr("{:g} s").format(span_s), span_s)
        self._spans.blockSignals(True)
        self._spans.setCurrentIndex(self._spans.findData(span_s))
        self._spans.blockSignals(False)
        if self._plot is not None:
            self._plot.show_span(span_s)
            self._show_times(self._plot)
            self._draw()

    def _show_times(self, plot: StripPlot) -> None:
        step = next((step for step in _STEPS_S if self._span_s / step <= _MOST_TICKS), 2 * _STEPS_S[-1])
        if self._is_video:
            now_s = self._history.now_s
            first = np.ceil(max(0.0, now_s - self._span_s) / step) * step
            times = np.arange(first, now_s + 1e-6, step)
            ticks = [(at - now_s, number_format.clock(at, tenths=step < 1)) for at in times]
        else:
            times = np.arange(-np.floor(self._span_s / step) * step, step / 2, step)
            ticks = [(float(at), self.tr("now") if at == 0 else f"−{-at:g} s") for at in times]
        plot.show_times(ticks)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._library.request(self._make_plot)
        if self._outdated:
            self._draw()

    def _make_plot(self) -> None:
        from app.gui.panels.strip_plot import StripPlot

        self._plot = StripPlot()
        self._plot.setAccessibleName(self.tr("Angles over the last seconds"))
        self._column.takeAt(self._column.count() - 1)  # The header may be elsewhere.
        self._column.addWidget(self._plot, 1)
        self._plot.show()
        self._column.activate()
        self._plot.show_span(self._span_s)
        self._show_times(self._plot)
        self._colour()

    def _fill_header(self, header: QWidget) -> None:
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        self._names = self.tr("Yaw"), self.tr("Pitch"), self.tr("Roll")
        self._legend = [QLabel() for _ in self._names]
        for label, name in zip(self._legend, self._names, strict=True):
            label.setAccessibleName(name)
            row.addWidget(label)
        row.addStretch()
        self._spans = QComboBox()
        self._spans.setAccessibleName(self.tr("Time span"))
        self._spans.setToolTip(self.tr("Time span of the chart"))
        for span_s in SPANS_S:
            self._spans.addItem(self.tr("{:g} s").format(span_s), span_s)
        self._spans.currentIndexChanged.connect(self._choose_span)
        row.addWidget(self._spans)

    def _choose_span(self) -> None:
        span_s = self._spans.currentData()
        self.set_span(span_s)
        self.span_changed.emit(span_s)

    def _draw(self) -> None:
        self._outdated = not self.isVisible()
        if self._plot is None:
            return
        samples = self._history.last(self._span_s)
        limit = y_limit(samples[:, 1:4])
        if limit != self._y_limit:
            self._y_limit = limit
            self._plot.show_limit(limit)
        if self._is_video:
            self._show_times(self._plot)
        ago_s = samples[:, 0] - self._history.now_s
        self._plot.show_samples(ago_s, samples[:, 1:4], samples[:, 4:7], banded=self._spread_shown)

    def _describe(self) -> None:
        """Tells screen readers what is seen in the chart."""
        if self._plot is not None:
            samples = self._history.last(self._span_s)[:, 1:4]
            self._plot.setAccessibleDescription("; ".join(map(self._summary, self._names, samples.T)))

    def _summary(self, name: str, angles: Array) -> str:
        known = angles[np.isfinite(angles)]
        if not known.size:
            return self.tr("{}: none").format(name)
        now, low, high = (number_format.angle(float(angle)) for angle in (known[-1], known.min(), known.max()))
        return self.tr("{}: {}, from {} to {}").format(name, now, low, high)

    def _colour(self) -> None:
        for label, name, colour in zip(self._legend, self._names, theme.angle_colours(), strict=True):
            label.setText(f'<span style="color:{colour.name()}">●</span>&nbsp; {name}')
        if self._plot is not None:
            self._plot.colour()
            self._draw()
