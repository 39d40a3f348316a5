"""The menu entry that shows the annotated picture as a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from app.gui.state.studio import Studio

if TYPE_CHECKING:
    from app.gui.state.live_outputs import LiveOutputs, OutputRow

_WATCH_EVERY_MS = 300


class VirtualCameraSwitch(QObject):
    """Adds the first virtual camera of this machine to the profile in use and switches it on, or takes it out again.

    If it does not work, it is taken out and the reason is shown. Its entry is checked while it is on, also if
    it was switched in the window of live outputs. Nothing of live outputs is imported before that.
    Thread: the GUI's.
    """

    def __init__(self, studio: Studio, action: QAction) -> None:
        super().__init__(action)
        self._studio = studio
        self._action = action
        self._timer = QTimer(self, interval=_WATCH_EVERY_MS)
        self._timer.timeout.connect(self._watch)
        action.triggered.connect(self._switch)
        studio.sending_changed.connect(lambda _count: self._show())

    @property
    def _outputs(self) -> LiveOutputs:
        return self._studio.live_outputs

    @property
    def _address(self) -> str:
        from app.live_outputs.table import virtual_camera

        return virtual_camera("").text

    @property
    def _row(self) -> OutputRow | None:
        return next((row for row in self._outputs.rows if row.address == self._address), None)

    def _switch(self, on: bool) -> None:
        self._outputs.when_read(lambda: self._switch_now(on=on))

    def _switch_now(self, *, on: bool) -> None:
        if not on:
            self._outputs.remove(self._address)
            return
        if self._row is None:
            self._outputs.add(self._address)
        self._outputs.switch(self._address, on=True)
        self._timer.start()

    def _watch(self) -> None:
        """While it is on: whether it works may turn out with the first picture only."""
        row = self._row
        state = None if row is None else row.state
        if state is None:
            self._timer.stop()
        elif state.status in {"refused", "ended"} and state.error is not None:
            self._timer.stop()
            self._outputs.remove(self._address)
            self._outputs.failed.emit(state.error)

    def _show(self) -> None:
        row = self._row
        self._action.setChecked(row is not None and row.state is not None)
