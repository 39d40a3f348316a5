"""Finds texts that a window has too little room for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenuBar,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)

_ROUNDING_PX = 1


def cut_texts(window: QWidget) -> list[str]:
    """Every visible text that is cut, with the pixels that it needs and has; widgets that elide names are left out.

    A text is also cut if its widget lies partly outside the widget around it, unless one can scroll there.
    """
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if not widget.isVisible() or widget.width() < 2:
            continue
        for text, needs, has in _needs(widget):
            if needs > has + _ROUNDING_PX:
                found.append(f"{type(widget).__name__} “{text}” needs {needs} px and has {has}")
        if _has_text(widget):
            hidden = _hidden_px(widget, window)
            if hidden > _ROUNDING_PX:
                found.append(f"{type(widget).__name__} “{_text(widget)}” has {hidden} px outside the widget around it")
    return found


def _needs(widget: QWidget) -> Iterator[tuple[str, int, int]]:
    """Texts of a widget, the pixels that they need, and those that they have."""
    if isinstance(widget, QLabel):
        yield from _label(widget)
    elif isinstance(widget, QComboBox):
        yield from _combo_box(widget)
    elif isinstance(widget, QHeaderView):
        yield from _header(widget)
    elif isinstance(widget, QTabBar):
        last = widget.tabRect(widget.count() - 1).right() + 1 if widget.count() else 0
        yield "".join(widget.tabText(place) for place in range(widget.count())), last, widget.width()
    elif isinstance(widget, QListWidget):
        for row in range(widget.count()):
            yield widget.item(row).text(), widget.sizeHintForColumn(0), widget.viewport().width()
    elif isinstance(widget, QLineEdit):
        text = widget.placeholderText()
        yield text, _width(widget, text), widget.contentsRect().width()
    elif isinstance(widget, QGroupBox):
        yield widget.title(), _width(widget, widget.title()), widget.width()
    elif isinstance(widget, QMenuBar):
        right = max((widget.actionGeometry(action).right() for action in widget.actions()), default=0)
        yield "menu bar", right, widget.width()
    elif isinstance(widget, QToolBar):
        for extension in widget.findChildren(QToolButton, "qt_toolbar_ext_button"):
            yield "tool bar", widget.sizeHint().width() if extension.isVisible() else 0, widget.width()
    elif isinstance(widget, QAbstractButton) and widget.text() and _shows_text(widget):
        yield widget.text(), _button_width(widget), widget.width()


def _label(label: QLabel) -> Iterator[tuple[str, int, int]]:
    text = label.text()
    if not text or label.minimumWidth() == label.maximumWidth():
        return
    if not label.wordWrap():
        yield text, label.sizeHint().width(), label.width()
        yield text, label.sizeHint().height(), label.height()
        return
    words = re.split(r"[\s/]", _plain(text))
    yield text, max((_width(label, word) for word in words), default=0), label.width()
    yield text, label.heightForWidth(label.width()), label.height()


def _plain(text: str) -> str:
    if "<" not in text:
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def _combo_box(box: QComboBox) -> Iterator[tuple[str, int, int]]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(control, option, part, box).width()
    texts = [box.currentText()]
    if box.sizeAdjustPolicy() == QComboBox.SizeAdjustPolicy.AdjustToContents:
        texts += [box.itemText(row) for row in range(box.count())]
    for text in texts:
        yield text, _width(box, text), room


def _header(header: QHeaderView) -> Iterator[tuple[str, int, int]]:
    if header.orientation() != Qt.Orientation.Horizontal:
        return
    for place in range(header.count()):
        if not header.isSectionHidden(place):
            text = str(header.model().headerData(place, header.orientation()) or "")
            yield text, _width(header, text), header.sectionSize(place)


def _button_width(button: QAbstractButton) -> int:
    icon = 0 if button.icon().isNull() else button.iconSize().width()
    mark = 0
    if isinstance(button, QCheckBox | QRadioButton):
        metric = QStyle.PixelMetric.PM_IndicatorWidth
        mark = button.style().pixelMetric(metric, None, button) + 4
    return max(_width(button, line) for line in button.text().split("\n")) + icon + mark


def _shows_text(button: QAbstractButton) -> bool:
    return not isinstance(button, QToolButton) or button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly


def _width(widget: QWidget, text: str) -> int:
    return ceil(QFontMetrics(widget.font()).horizontalAdvance(text.replace("&", "")))


def _has_text(widget: QWidget) -> bool:
    return isinstance(widget, QLabel | QAbstractButton | QComboBox) and bool(_text(widget))


def _text(widget: QWidget) -> str:
    return widget.currentText() if isinstance(widget, QComboBox) else widget.text()  # type: ignore[attr-defined]


def _hidden_px(widget: QWidget, window: QWidget) -> int:
    """By how much it sticks out, on the left or the right, of the narrowest widget around it."""
    hidden = 0
    around = widget.parentWidget()
    while around is not None and around is not window.parentWidget() and not around.isWindow():
        area = around.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.horizontalScrollBar().isVisible():
            return hidden
        place = QRect(widget.mapTo(around, QPoint()), widget.size())
        hidden = max(hidden, -place.left(), place.right() - around.width() + 1)
        around = around.parentWidget()
    return hidden
