"""A strip below the curves of a session that shows which target the face points at over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.gui.kit import number_format, theme
from app.session.looks import AWAY, LEFT_OUT, NOT_VISIBLE, Runs
from app.session.targets import Targets

_HEIGHT_PX = 18
_MOST_RUNS = 2000
"""More than these in view are drawn column by column."""


class AttentionLane(QWidget):
    """The colour of the target that the face points at; a thin line if it points elsewhere, nothing if it is not
    visible. A click seeks. `time_box`: the view box of the curves, whose time axis it shares."""

    seek_requested = Signal(float)

    def __init__(self, time_box: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Targets over time"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._box = time_box
        self._runs: Runs | None = None
        self._targets = Targets(())
        time_box.sigXRangeChanged.connect(lambda *_: self.update())
        time_box.sigResized.connect(lambda *_: self.update())
        theme.watch().changed.connect(self.update)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, _HEIGHT_PX)

    def show_runs(self, runs: Runs | None, targets: Targets) -> None:
        """The states of a face over time; None hides the strip."""
        self._runs, self._targets = runs, targets
        self.setVisible(runs is not None and bool(targets.targets))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.colours()
        left, width, start_s, end_s = self._scale()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.base))
            if self._runs is None or end_s <= start_s or width <= 0:
                return
            painter.setFont(theme.quiet_font(self.font()))
            painter.setPen(QColor(colours.quiet))
            margin = QRectF(2, 0, left - 5, self.height())
            name = painter.fontMetrics().elidedText(
                self.tr("Targets"), Qt.TextElideMode.ElideRight, int(margin.width())
            )
            painter.drawText(margin, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setClipRect(QRectF(left, 0, width, self.height()))
            for state, x1, x2 in self._pieces(left, width, start_s, end_s):
                self._paint_piece(painter, state, x1, max(1.0, x2 - x1))
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawRect(QRectF(left, 0.5, width, self.height() - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._runs is not None:
            self.seek_requested.emit(max(0.0, self._time_at(event.position())))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text_at(self._time_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def text_at(self, time_s: float) -> str:
        """What the face does at this time, from when to when."""
        if self._runs is None:
            return ""
        place = int(np.searchsorted(self._runs.end_s, time_s, side="right"))
        if place >= len(self._runs.state) or time_s < self._runs.start_s[place]:
            return ""
        start, end = (float(edge[place]) for edge in (self._runs.start_s, self._runs.end_s))
        between = f"{number_format.clock(start, tenths=True)} – {number_format.clock(end, tenths=True)}"
        return f"{self._name_of(int(self._runs.state[place]))}: {between} ({end - start:.2f} s)"

    def _name_of(self, state: int) -> str:
        if 0 <= state < len(self._targets.targets):
            return self._targets.targets[state].name
        names = {
            AWAY: self.tr("Elsewhere"),
            NOT_VISIBLE: self.tr("Not visible"),
            LEFT_OUT: self.tr("Left out"),
        }
        return names.get(state, "")

    def _scale(self) -> tuple[float, float, float, float]:
        """The left edge and the width of the time axis in pixels, and the times at its ends."""
        area = self._box.sceneBoundingRect()
        start_s, end_s = self._box.viewRange()[0]
        return float(area.left()), float(area.width()), float(start_s), float(end_s)

    def _time_at(self, point: QPointF) -> float:
        left, width, start_s, end_s = self._scale()
        return start_s + (point.x() - left) / max(1.0, width) * (end_s - start_s)

    def _pieces(self, left: float, width: float, start_s: float, end_s: float) -> list[tuple[int, float, float]]:
        """States with their left and right edges."""
        runs = self._runs
        if runs is None:
            return []
        first = int(np.searchsorted(runs.end_s, start_s, side="right"))
        last = int(np.searchsorted(runs.start_s, end_s))
        per_second = width / (end_s - start_s)
        if last - first <= _MOST_RUNS:
            edges = [left + (times[first:last] - start_s) * per_second for times in (runs.start_s, runs.end_s)]
            return list(zip(runs.state[first:last].tolist(), *(own.tolist() for own in edges), strict=True))
        columns = np.arange(round(width))
        places = np.searchsorted(runs.end_s, start_s + (columns + 0.5) / per_second, side="right")
        states = runs.state[np.minimum(places, len(runs.state) - 1)]
        starts = np.flatnonzero(np.concatenate([[True], states[1:] != states[:-1]]))
        ends = np.append(starts[1:], len(columns))
        return [
            (int(states[start]), left + float(start), left + float(end))
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _paint_piece(self, painter: QPainter, state: int, x: float, width: float) -> None:
        middle = self.height() / 2
        if 0 <= state < len(self._targets.targets):
            painter.fillRect(QRectF(x, 2, width, self.height() - 4), QColor(self._targets.targets[state].colour))
        elif state == AWAY:
            painter.fillRect(QRectF(x, middle - 1, width, 2), QColor(theme.colours().faint))
        elif state == LEFT_OUT:
            painter.fillRect(QRectF(x, 0, width, self.height()), QColor(128, 128, 128, 84))
