"""Where a session is in time, and how it moves."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.gui.kit import number_format
from app.gui.kit.places import Place
from app.gui.kit.qt_frame import QtFrame
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.session.model import SessionModel


class Transport(QObject):
    """Moves a session through time, with its video if there is one. `time_s` is where it is, on the table's clock."""

    moved = Signal(float)
    """The new time: as soon as it is wanted, and with each frame that is shown."""

    def __init__(self, model: SessionModel, window: QWidget) -> None:
        super().__init__(window)
        self.time_s = 0.0
        self._model = model
        self._window = window
        self._frame, self._frame_s = 0, -1.0
        """The number of the frame that is shown, and its time."""

    @property
    def frame(self) -> int | None:
        """The number of the frame that is shown at this time; None if it is not shown, or not the table's number."""
        # A part of a longer video has frame numbers of its own, which are not those of the table.
        return self._frame if not self._model.offset_s and self._frame_s == self.time_s else None

    def now(self) -> float:
        return self.time_s

    def show_frame(self, qt_frame: QtFrame) -> None:
        """A frame of the video is shown."""
        frame = qt_frame.shown.analysis.frame
        self.time_s = frame.time_s + self._model.offset_s
        self._frame, self._frame_s = frame.index, self.time_s
        self.moved.emit(self.time_s)

    def seek(self, time_s: float) -> None:
        self.time_s = min(time_s, self._model.length_s)
        self.moved.emit(self.time_s)
        if self._model.video is not None:
            self._model.video.seek(self.time_s - self._model.offset_s)

    def to_end(self) -> None:
        self.seek(self._model.length_s)

    def skip(self, by_s: float) -> None:
        self.seek(max(0.0, self.time_s + by_s))

    def step(self, frames: int) -> None:
        if self._model.video is not None:
            self._model.video.step(frames)

    def play_or_pause(self) -> None:
        video, state = self._model.video, self._model.state
        if video is not None and state is not None:
            (video.pause if state.playing and not state.ended else video.play)()

    def set_speed(self, speed: float) -> None:
        if self._model.video is not None:
            self._model.video.set_speed(speed)

    def ask_where_to(self) -> None:
        present = number_format.clock(self.time_s, tenths=True)
        dialog = GoToDialog(present, self._model.length_s or None, None, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.place_chosen.connect(self._go_to)
        dialog.open()

    def _go_to(self, place: Place) -> None:
        if place.time_s is not None:
            self.seek(place.time_s)
        elif place.frame is not None and self._model.video is not None:
            self._model.video.seek_frame(place.frame)
