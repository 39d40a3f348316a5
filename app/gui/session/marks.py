"""The marked range of a session: a start and an end that actions use, such as excluding or moving a face."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.outputs.exclusions import Span


class Marks(QObject):
    """Thread: the GUI's."""

    changed = Signal(object)
    """Span, or None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start_s: float | None = None
        self._end_s: float | None = None

    @property
    def span(self) -> Span | None:
        """The range; None unless both ends are marked."""
        if self._start_s is None or self._end_s is None:
            return None
        return Span(self._start_s, self._end_s)

    def set_start(self, time_s: float) -> None:
        """Marks the start. An end that is not after it is dropped."""
        self._start_s = time_s
        if self._end_s is not None and self._end_s <= time_s:
            self._end_s = None
        self.changed.emit(self._shown)

    def set_end(self, time_s: float) -> None:
        """Marks the end. A start that is not before it becomes the start of the video."""
        self._end_s = time_s
        if self._start_s is None or self._start_s >= time_s:
            self._start_s = 0.0 if time_s > 0 else None
        self.changed.emit(self._shown)

    def set_span(self, span: Span) -> None:
        self._start_s, self._end_s = span
        self.changed.emit(span)

    def clear(self) -> bool:
        """Drops both marks; returns whether there were any."""
        had = self._start_s is not None or self._end_s is not None
        self._start_s = self._end_s = None
        self.changed.emit(None)
        return had

    @property
    def _shown(self) -> Span | None:
        """The range, or a line at the one end that is marked."""
        edge = self._start_s if self._start_s is not None else self._end_s
        return self.span or (Span(edge, edge) if edge is not None else None)
