"""The full screen: nothing but the picture. The transport bar comes when the pointer moves, and goes again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.gui.window.workspace import Workspace

_GOES_AFTER_MS = 2500


class FullScreen(QObject):
    """Switches a window to the full screen and back. `parts` are the bars that are hidden meanwhile.

    Thread: the GUI's.
    """

    def __init__(self, window: QMainWindow, workspace: Workspace, parts: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._window, self._workspace, self._parts = window, workspace, parts
        self._pointer = QPoint()
        self._timer = QTimer(self, singleShot=True, interval=_GOES_AFTER_MS)
        self._timer.timeout.connect(self._hide_bar)
        self.was_maximised = False
        """Whether the window was maximised before."""

    def switch(self, wanted: bool) -> None:
        for part in self._parts:
            part.setVisible(not wanted)
        self._workspace.show_picture_only(wanted)
        application = QApplication.instance()
        if wanted:
            self.was_maximised = self._window.isMaximized()
            self._window.showFullScreen()
            self._pointer = QCursor.pos()
            if application is not None:
                application.installEventFilter(self)
            self._timer.start()
            return
        if application is not None:
            application.removeEventFilter(self)
        self._timer.stop()
        self._show_bar()
        if self.was_maximised:
            self._window.showMaximized()
        else:
            self._window.showNormal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            self._show_bar()
            self._timer.start()
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            pointer = event.globalPosition().toPoint()
            if pointer != self._pointer:  # Hiding a widget below the pointer counts as a move, too.
                self._pointer = pointer
                self._show_bar()
                self._timer.start()
        elif kind == QEvent.Type.Resize and watched is self._workspace.viewer:
            self._workspace.place_transport()
        return False

    def _show_bar(self) -> None:
        self._workspace.transport.set_away(False)
        if self._workspace.view.cursor().shape() == Qt.CursorShape.BlankCursor:
            self._workspace.view.unsetCursor()

    def _hide_bar(self) -> None:
        """Hides the bar and the pointer, unless the bar is in use."""
        bar, focus = self._workspace.transport, QApplication.focusWidget()
        over = QRect(bar.mapToGlobal(QPoint()), bar.size()).contains(QCursor.pos()) and bar.isVisible()
        in_use = over or (focus is not None and bar.isAncestorOf(focus))
        if in_use or QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            self._timer.start()
            return
        bar.set_away(True)
        self._workspace.view.setCursor(Qt.CursorShape.BlankCursor)
