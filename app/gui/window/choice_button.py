"""A button of the tool bar that opens a menu of choices and tells which of them is in use."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionToolButton, QToolButton, QWidget

from app.gui.kit import theme

_LONGEST_PX = 150
_LEFT, _GAP, _RIGHT = 10, 7, 22
"""Before the caption, after it, and where the arrow lies."""


class MenuButton(QToolButton):
    """Opens its menu at a press."""

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu.aboutToHide.connect(self._leave, Qt.ConnectionType.QueuedConnection)

    def _leave(self) -> None:
        # The menu had the mouse when it left the button, so that Qt goes on taking it for being here.
        here = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, here)
        self.update()


class ChoiceButton(MenuButton):
    """A quiet caption, then what is chosen; a long name is cut short, and whole in the tool tip."""

    def __init__(self, caption: str, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(menu, parent)
        self.setObjectName("choice")
        self._caption, self._shown = caption, ""
        self._told: tuple[str, str] | None = None
        self.show_choice("")

    def show_choice(self, text: str, tip: str = "") -> None:
        """`tip` says more of it."""
        if (text, tip) == self._told:
            return
        self._told = text, tip
        self._shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _LONGEST_PX)
        told = self.tr("{}: {}").format(self._caption, text or "–")
        self.setAccessibleName(told)
        self.setToolTip(self.tr("{}: {}").format(self._caption, tip or text) if text else self._caption)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        width = _LEFT + metrics.horizontalAdvance(self._caption) + _RIGHT
        if self._shown:
            width += _GAP + metrics.horizontalAdvance(self._shown)
        return QSize(width, metrics.height() + 12)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        with QPainter(self) as painter:
            self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
            place = self.rect().adjusted(_LEFT, 0, -_RIGHT, 0)
            painter.setPen(QColor(theme.colours().quiet))
            painter.drawText(place, _MIDDLE, self._caption)
            place.setLeft(place.left() + self.fontMetrics().horizontalAdvance(self._caption) + _GAP)
            painter.setPen(QColor(theme.colours().text))
            painter.drawText(place, _MIDDLE, self._shown)


_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
