"""The in and out marks of the video that is open: the range that an export begins with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

_PER_S = 1000


@dataclass(frozen=True, slots=True)
class Marks:
    """A range in seconds from the start of the video: frames shown from `start_s` on and before `end_s` are in it.

    None: from the video's start, or to its end.
    """

    start_s: float | None = None
    end_s: float | None = None

    def __bool__(self) -> bool:
        return self.start_s is not None or self.end_s is not None

    def from_frame(self, time_s: float) -> Marks:
        """With the frame at this time as the first one. An end that is not later is given up."""
        start_s = _in_milliseconds(time_s)
        return Marks(start_s, self.end_s if self.end_s is None or self.end_s > start_s else None)

    def to_frame(self, time_s: float, period_s: float) -> Marks:
        """With the frame at this time, which is shown for `period_s`, as the last one. A start that is not earlier is
        given up."""
        end_s = _in_milliseconds(time_s + period_s)
        return Marks(self.start_s if self.start_s is None or self.start_s < end_s else None, end_s)


class MarkStore(QObject):
    """Holds the marks until another source is opened. Thread: the GUI's."""

    changed = Signal(object)
    """Marks"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = Marks()

    def set_start(self, time_s: float) -> None:
        self._set(self.current.from_frame(time_s))

    def set_end(self, time_s: float, period_s: float) -> None:
        self._set(self.current.to_frame(time_s, period_s))

    def clear_start(self) -> None:
        self._set(replace(self.current, start_s=None))

    def clear_end(self) -> None:
        self._set(replace(self.current, end_s=None))

    def clear(self) -> None:
        self._set(Marks())

    def _set(self, marks: Marks) -> None:
        if marks != self.current:
            self.current = marks
            self.changed.emit(marks)


def _in_milliseconds(time_s: float) -> float:
    """Rounded down, as precise as fields for times are: the frame at this time is then still after it."""
    return int(time_s * _PER_S + 1e-6) / _PER_S
