"""Processing times per frame by stage, and frame rates."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.gui.kit import number_format, theme
from app.gui.kit.pacing import TEXT_EVERY_MS, Paced
from app.gui.panels.panel import Panel
from app.watch.shown_frame import Pace, ShownFrame

STAGES = ("track", "detect", "crop", "infer", "draw")
_SCALES_MS = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0)
_TEXT_EVERY_MS = 2 * TEXT_EVERY_MS


class TimingsPanel(Panel):
    """The bars share one scale, which grows in steps so that they remain comparable over time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = (self.tr("Track"), self.tr("Detect"), self.tr("Crop"), self.tr("Infer"), self.tr("Draw"))
        self._bars = [_TimingBar() for _ in STAGES]
        self._times = [_number("88888 ms") for _ in STAGES]
        bars = _grid(stretched=1)
        for row, (name, bar, time) in enumerate(zip(names, self._bars, self._times, strict=True)):
            time.setObjectName(name)
            for column, widget in enumerate((QLabel(name), bar, time)):
                bars.addWidget(widget, row, column)
        self._analysed, self._source, self._delay, self._dropped = (_number("8888.8 frames/s") for _ in range(4))
        lines = _grid(stretched=0)
        rates = (
            (self.tr("Analysis rate"), self._analysed),
            (self.tr("Source rate"), self._source),
            (self.tr("Delay, capture to screen"), self._delay),
            (self.tr("Frames not analysed"), self._dropped),
        )
        for row, (name, value) in enumerate(rates):
            value.setObjectName(name)
            lines.addWidget(QLabel(name), row, 0)
            lines.addWidget(value, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(8)
        layout.addLayout(bars)
        layout.addLayout(lines)
        self._running = True
        self._text = Paced[Pace](self, _TEXT_EVERY_MS, self._show)
        self.clear()

    def show_frame(self, shown: ShownFrame) -> None:
        self._text.offer(shown.pace)

    def show_running(self, running: bool) -> None:
        """Hides rates and delay while frames do not arrive on their own: they would be out of date."""
        self._running = running
        self._text.flush()
        if not running:
            self._show_rates(None)

    def clear(self) -> None:
        self._text.forget()
        self._show(Pace())

    def _show(self, pace: Pace) -> None:
        known = [pace.timings_ms.get(stage) for stage in STAGES]
        longest = max((spent for spent in known if spent is not None), default=0.0)
        scale_ms = next((scale for scale in _SCALES_MS if scale >= longest), longest)
        for bar, time, spent in zip(self._bars, self._times, known, strict=True):
            bar.show_share(0.0 if spent is None else spent / scale_ms)
            bar.setToolTip(self.tr("A full bar is {:g} ms.").format(scale_ms))
            _say(time, number_format.ABSENT if spent is None else self._milliseconds(spent))
        self._show_rates(pace if self._running else None)
        _say(self._dropped, f"{pace.dropped:,}".replace(",", "\u202f"))

    def _show_rates(self, pace: Pace | None) -> None:
        for label, rate in (
            (self._analysed, pace and pace.analysed_per_s),
            (self._source, pace and pace.source_per_s),
        ):
            _say(label, number_format.ABSENT if rate is None else self.tr("{:.1f} frames/s").format(rate))
        delay_ms = pace.delay_ms if pace is not None else None
        _say(self._delay, number_format.ABSENT if delay_ms is None else self._milliseconds(delay_ms))

    def _milliseconds(self, spent_ms: float) -> str:
        return self.tr("{:.1f} ms").format(spent_ms) if spent_ms < 100 else self.tr("{:.0f} ms").format(spent_ms)


class _TimingBar(QWidget):
    """A horizontal bar that is filled in proportion to a value between 0 and 1."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._share = 0.0

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(80, 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        colours = theme.colours()
        bar = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.pressed))
            painter.drawRoundedRect(bar, 3, 3)
            if self._share > 0:
                bar.setWidth(max(6.0, bar.width() * min(1.0, self._share)))
                painter.setBrush(QColor(colours.accent))
                painter.drawRoundedRect(bar, 3, 3)


def _grid(*, stretched: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(stretched, 1)
    return grid


def _say(label: QLabel, text: str) -> None:
    """Shows a value; screen readers get its name with it."""
    label.setText(text)
    label.setAccessibleName(f"{label.objectName()}: {text}")


def _number(widest: str) -> QLabel:
    label = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setFont(theme.tabular_digits(label.font()))
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest))
    return label
