"""The detector's region on the picture: a thin frame while it is set, and a rectangle to draw while it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.gui.picture.region import HANDLES, WHOLE, Edges, drawn, first_region, moved
from detectors import Box

_SHADE, _FRAME, _DRAWN = QColor(0, 0, 0, 110), QColor(255, 255, 255, 150), QColor("#FFFFFF")
_HANDLE_PX, _GRIP_PX = 9.0, 12.0
"""The side of a handle, and how far from it the pointer still takes it."""
_STEP, _FINE_STEP = 0.01, 1
"""By how much an arrow key moves: a share of the picture's longer side, and with Ctrl so many pixels."""

_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_SHAPES: dict[Edges, Qt.CursorShape] = {
    WHOLE: Qt.CursorShape.SizeAllCursor,
    frozenset(("x1", "y1")): Qt.CursorShape.SizeFDiagCursor,
    frozenset(("x2", "y2")): Qt.CursorShape.SizeFDiagCursor,
    frozenset(("x2", "y1")): Qt.CursorShape.SizeBDiagCursor,
    frozenset(("x1", "y2")): Qt.CursorShape.SizeBDiagCursor,
    frozenset(("x1",)): Qt.CursorShape.SizeHorCursor,
    frozenset(("x2",)): Qt.CursorShape.SizeHorCursor,
    frozenset(("y1",)): Qt.CursorShape.SizeVerCursor,
    frozenset(("y2",)): Qt.CursorShape.SizeVerCursor,
}


class RegionOverlay(QWidget):
    """Lies on the view of the picture, and lets the mouse through unless a region is being drawn.

    `transform` maps pixels of the whole picture to the view, None while there is no picture; `size` is the picture's.
    While drawing: drag a rectangle or its handles, or move it with the arrow keys (Shift: its lower right corner, Ctrl:
    by single pixels); Return or a double click takes it, Delete means the whole picture, Escape leaves it as it was.
    """

    chosen = Signal(object)
    """Box in pixels of the picture, or None for the whole picture."""
    drawing_changed = Signal(bool)

    def __init__(
        self,
        view: QWidget,
        transform: Callable[[], QTransform | None],
        size: Callable[[], tuple[int, int] | None],
    ) -> None:
        super().__init__(view)
        self._view, self._transform, self._size = view, transform, size
        self._region: Box | None = None
        self._draft: Box | None = None
        self._is_drawing = False
        self._grip: Edges | Literal["new"] | None = None
        self._from = (0.0, 0.0)
        self._before: Box | None = None
        self.setAccessibleName(self.tr("Region of the detector"))
        self.setMouseTracking(True)
        self._bar = _Bar(self)
        self._bar.take.clicked.connect(self._take)
        self._bar.whole.clicked.connect(self._take_whole)
        self._bar.cancel.clicked.connect(self.cancel)
        view.installEventFilter(self)
        self._set_drawing(False)

    @property
    def is_drawing(self) -> bool:
        return self._is_drawing

    @property
    def draft(self) -> Box | None:
        """The rectangle that is being drawn."""
        return self._draft

    def show_region(self, region: Box | None) -> None:
        """Shows the region in use, and hides what is outside it a little."""
        self._region = region
        self._update_shown()

    def draw(self) -> None:
        """Lets the user draw a region, beginning with the one in use. Does nothing while there is no picture."""
        size = self._size()
        if size is None:
            return
        self._draft = self._region.clipped(*size) if self._region is not None else None
        if self._draft is None or self._draft.is_empty:
            self._draft = first_region(*size)
        self._set_drawing(True)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._describe()

    def cancel(self) -> None:
        """Ends drawing; the region stays as it was."""
        self._set_drawing(False)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        box = self._draft if self._is_drawing else self._region
        transform, size = self._transform(), self._size()
        if box is None or transform is None or size is None:
            return
        place = transform.mapRect(_rect(box.clipped(*size)))
        picture = transform.mapRect(QRectF(QPointF(), QSizeF(*size)))
        with QPainter(self) as painter:
            outside = QPainterPath()
            outside.addRect(picture.intersected(QRectF(self.rect())))
            inside = QPainterPath()
            inside.addRect(place)
            painter.fillPath(outside - inside, _SHADE)
            painter.setPen(QPen(_DRAWN if self._is_drawing else _FRAME, 1, Qt.PenStyle.SolidLine))
            painter.drawRect(place)
            if self._is_drawing:
                painter.setBrush(_DRAWN)
                painter.setPen(QPen(QColor("#111214"), 1))
                for edges in HANDLES:
                    centre = _handle(place, edges)
                    half = QPointF(_HANDLE_PX / 2, _HANDLE_PX / 2)
                    painter.drawRect(QRectF(centre - half, centre + half))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = self._in_picture(event.position())
        if event.button() != Qt.MouseButton.LeftButton or at is None:
            return
        self._grip = self._grip_at(event.position()) or "new"
        self._from, self._before = at, self._draft

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at, size = self._in_picture(event.position()), self._size()
        if self._grip is None or at is None or size is None:
            self._show_cursor(event.position())
            return
        if self._grip == "new":
            box = drawn(self._from, at, size)
            if box is not None:
                self._set_draft(box)
        elif self._before is not None:
            by = at[0] - self._from[0], at[1] - self._from[1]
            self._set_draft(moved(self._before, self._grip, by, size))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._grip = None
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._take()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, size = Qt.Key(event.key()), self._size()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed = self._bar.focused
            self._take() if pressed is None else pressed.click()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take_whole()
        elif key == Qt.Key.Key_Escape:
            self.cancel()
        elif key in _DIRECTIONS and self._draft is not None and size is not None:
            held = event.modifiers()
            step = _FINE_STEP if held & Qt.KeyboardModifier.ControlModifier else max(1, round(_STEP * max(size)))
            right, down = _DIRECTIONS[key]
            right = -right if self._is_mirrored() else right
            corner: Edges = frozenset(("x1" if self._is_mirrored() else "x2", "y2"))
            edges = corner if held & Qt.KeyboardModifier.ShiftModifier else WHOLE
            self._set_draft(moved(self._draft, edges, (step * right, step * down), size))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_drawing:
            used = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
            if event.key() in (*used, *_DIRECTIONS):
                event.accept()  # Otherwise they would seek in the video.
                return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return False

    # What it does

    def _take(self) -> None:
        draft, size = self._draft, self._size()
        self._set_drawing(False)
        if draft is not None and size is not None:
            self.chosen.emit(None if draft == Box(0, 0, *size) else draft)

    def _take_whole(self) -> None:
        self._set_drawing(False)
        self.chosen.emit(None)

    def _set_draft(self, box: Box) -> None:
        if box != self._draft:
            self._draft = box
            self._describe()
            self.update()

    def _describe(self) -> None:
        if self._draft is not None:
            x1, y1, x2, y2 = (round(edge) for edge in self._draft)
            text = self.tr("{} × {} pixels at {}, {}").format(x2 - x1, y2 - y1, x1, y1)
            self._bar.show_region(text)
            self._place()
            self.setAccessibleDescription(text)

    def _set_drawing(self, drawing: bool) -> None:
        changed, self._is_drawing = drawing != self._is_drawing, drawing
        if not drawing and (self.hasFocus() or self._bar.focused is not None):
            self._view.setFocus()  # Otherwise the next button of the window would have it.
        self._grip = None
        self._draft = self._draft if drawing else None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not drawing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if drawing else Qt.FocusPolicy.NoFocus)
        self._bar.setVisible(drawing)
        self._update_shown()
        if changed:
            self.drawing_changed.emit(drawing)

    def _update_shown(self) -> None:
        self.setVisible(self._is_drawing or self._region is not None)
        self._place()
        self.update()

    def _place(self) -> None:
        self.setGeometry(self._view.rect())
        self._bar.fit(self.width())
        self._bar.move(max(0, (self.width() - self._bar.width()) // 2), 8)
        self.raise_()

    # Places

    def _in_picture(self, position: QPointF) -> tuple[float, float] | None:
        transform = self._transform()
        if transform is None or not self._is_drawing:
            return None
        at = transform.inverted()[0].map(position)
        return at.x(), at.y()

    def _is_mirrored(self) -> bool:
        transform = self._transform()
        return transform is not None and transform.m11() < 0

    def _grip_at(self, position: QPointF) -> Edges | None:
        """What a press here takes: a handle, the whole rectangle, or None for outside it."""
        transform = self._transform()
        if self._draft is None or transform is None:
            return None
        for edges in HANDLES:
            centre = transform.map(_handle(_rect(self._draft), edges))
            if (centre - position).manhattanLength() <= _GRIP_PX:
                return edges
        return WHOLE if transform.mapRect(_rect(self._draft)).contains(position) else None

    def _show_cursor(self, position: QPointF) -> None:
        edges = self._grip_at(position) if self._is_drawing else None
        shape = Qt.CursorShape.CrossCursor if edges is None else _SHAPES[edges]
        diagonals = {
            Qt.CursorShape.SizeFDiagCursor: Qt.CursorShape.SizeBDiagCursor,
            Qt.CursorShape.SizeBDiagCursor: Qt.CursorShape.SizeFDiagCursor,
        }
        self.setCursor(diagonals.get(shape, shape) if self._is_mirrored() else shape)


class _Bar(QFrame):
    """What to do, and buttons for it, above the picture while a region is drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("regionBar")
        self.setAutoFillBackground(True)
        self._text = QLabel(self.tr("Detect only in this rectangle. Drag to draw another."))
        self._region = QLabel()
        self._region.setObjectName("quiet")
        self.take = QPushButton(self.tr("&Use"))
        self.take.setToolTip(self.tr("Detect only in the rectangle (Return)"))
        self.whole = QPushButton(self.tr("&Whole picture"))
        self.whole.setToolTip(self.tr("Detect in the whole picture again (Del)"))
        self.cancel = QPushButton(self.tr("&Cancel"))
        self.cancel.setToolTip(self.tr("Leave the region as it was (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        for widget in (self._text, self._region, self.take, self.whole, self.cancel):
            row.addWidget(widget)

    @property
    def focused(self) -> QPushButton | None:
        return next((button for button in (self.take, self.whole, self.cancel) if button.hasFocus()), None)

    def show_region(self, text: str) -> None:
        self._region.setText(text)
        self.adjustSize()

    def fit(self, width: int) -> None:
        """Leaves out the explanation, and then the numbers, where there is no room for them."""
        for label in (self._text, self._region):
            label.setVisible(True)
        for label in (self._text, self._region):
            if self.sizeHint().width() > width:
                label.setVisible(False)
        self.adjustSize()


def _rect(box: Box) -> QRectF:
    return QRectF(QPointF(box.x1, box.y1), QPointF(box.x2, box.y2))


def _handle(place: QRectF, edges: Edges) -> QPointF:
    x = place.left() if "x1" in edges else place.right() if "x2" in edges else place.center().x()
    y = place.top() if "y1" in edges else place.bottom() if "y2" in edges else place.center().y()
    return QPointF(x, y)
