"""Buttons of the tool bar that open menus, and show what is chosen in them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionToolButton, QToolButton, QWidget

from app.gui.kit import theme

_MAXIMUM_CHOICE_PX = 80
"""With three long choices, the tool bar still has room in the smallest window, 1024 pixels wide, in every language."""

_LEFT, _GAP, _RIGHT = 10, 7, 22
"""Space before the caption, after the caption, and for the arrow."""
_ALIGNMENT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MenuButton(QToolButton):
    """A button that opens its menu when pressed."""

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu.aboutToHide.connect(self._update_hover, Qt.ConnectionType.QueuedConnection)

    def _update_hover(self) -> None:
        # While the menu was open, it took the event that the pointer left the button, so Qt still shows it as hovered.
        hovered = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, hovered)
        self.update()


class ChoiceButton(MenuButton):
    """A button with a caption and the current choice. A long choice is elided, and complete in the tool tip."""

    def __init__(self, caption: str, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(menu, parent)
        self.setObjectName("choice")
        self._caption = caption
        self._choice: tuple[str, str] | None = None
        self._elided = ""
        self.show_choice("")

    def show_choice(self, text: str, tip: str = "") -> None:
        """`tip` is a longer text for the tool tip; without it, the tool tip shows `text`."""
        if (text, tip) == self._choice:
            return
        self._choice = text, tip
        self._elided = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _MAXIMUM_CHOICE_PX)
        self.setAccessibleName(self.tr("{}: {}").format(self._caption, text or "–"))
        self.setToolTip(self.tr("{}: {}").format(self._caption, tip or text) if text else self._caption)
        self.updateGeometry()
        around = self.parentWidget()
        layout = around.layout() if around is not None else None
        if layout is not None:
            layout.activate()  # Otherwise it may be painted once in its former width, and cut.
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        width = _LEFT + metrics.horizontalAdvance(self._caption) + _RIGHT
        if self._elided:
            width += _GAP + metrics.horizontalAdvance(self._elided)
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
            painter.drawText(place, _ALIGNMENT, self._caption)
            place.setLeft(place.left() + self.fontMetrics().horizontalAdvance(self._caption) + _GAP)
            painter.setPen(QColor(theme.colours().text))
            painter.drawText(place, _ALIGNMENT, self._elided)
