"""Colours, icons and fonts of the window in a light and a dark scheme."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal, cast

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.drawing.colours import ANGLES_ON_DARK, ANGLES_ON_LIGHT, face_ink
from app.gui.kit.palette import palette_of, style_sheet
from app.gui.kit.repolishing import Repolishing
from app.product import ASSETS

Scheme = Literal["system", "light", "dark"]

ICONS = ASSETS / "icons"
SPACE, MARGIN = 6, 12
"""Between related widgets, and around a group of them, in logical pixels."""
FRAME = QSize(8, 40)
"""Space for the frame that the system draws around a window; its true size is not known before a window is shown."""

_PLACEHOLDER = "currentColor"
_QUIET_SCALE = 0.92
_RED = frozenset({"record"})
"""Icons in the colour of danger."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a scheme.

    `text`, `quiet` and the angles' colours are readable on `window`, `panel` and `base`; `on_accent` on `accent`.
    """

    window: str
    panel: str
    base: str
    text: str
    quiet: str
    faint: str
    line: str
    hover: str
    pressed: str
    control: str
    accent: str
    on_accent: str
    focus: str
    danger: str
    notice: str
    notice_line: str
    yaw: str
    pitch: str
    roll: str


LIGHT = Colours(
    window="#F1F2F4",
    panel="#F8F9FA",
    base="#FFFFFF",
    text="#1C1E22",
    quiet="#5A616B",
    faint="#9BA1AA",
    line="#D3D6DB",
    hover="#E3E6EA",
    pressed="#D4D8DE",
    control="#FFFFFF",
    accent="#1F66C9",
    on_accent="#FFFFFF",
    focus="#1F66C9",
    danger="#C62828",
    notice="#FFF4D6",
    notice_line="#E2B93B",
    **ANGLES_ON_LIGHT._asdict(),
)
DARK = Colours(
    window="#1D1E21",
    panel="#232529",
    base="#18191B",
    text="#DEE0E3",
    quiet="#A0A6AE",
    faint="#6C727B",
    line="#37393E",
    hover="#32353A",
    pressed="#3E4147",
    control="#2C2F34",
    accent="#3572D0",
    on_accent="#FFFFFF",
    focus="#6FA8FF",
    danger="#FF6B61",
    notice="#3A3320",
    notice_line="#8A7430",
    **ANGLES_ON_DARK._asdict(),
)


class Watch(QObject):
    """The present scheme. After `changed`, whatever paints or shows icons has to do so again."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scheme: Scheme = "system"
        self.dark = False
        self._applying = False
        self._repolishing = Repolishing(self)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def apply(self, application: QApplication, scheme: Scheme) -> None:
        self._applying = True
        try:
            self.scheme = scheme
            self._pass_to_system(scheme)
            was_dark, self.dark = self.dark, _wanted_dark(scheme)
            application.setPalette(palette_of(asdict(colours())))
            if not application.styleSheet():
                application.setStyle("Fusion")
                application.setStyleSheet(style_sheet(ICONS))
        finally:
            self._applying = False
        if self.dark != was_dark:
            self._repolishing.start(application, self.changed.emit)

    def _pass_to_system(self, scheme: Scheme) -> None:
        # The system draws window frames and its own dialogs in this scheme, if it supports that.
        known = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
        QGuiApplication.styleHints().setColorScheme(known[scheme])

    def _follow_system(self) -> None:
        application = QApplication.instance()
        if self.scheme == "system" and not self._applying and application is not None:
            self.apply(cast("QApplication", application), "system")


_watch: Watch | None = None


def watch() -> Watch:
    """The only Watch of the running application."""
    global _watch  # noqa: PLW0603 - there is one application, so there is one scheme
    if _watch is None or not shiboken6.isValid(_watch):
        application = QApplication.instance()
        if application is None:
            raise RuntimeError("A QApplication must exist before its colours are used.")
        _watch = Watch(application)
    return _watch


def apply(application: QApplication, scheme: Scheme) -> None:
    """Applies a scheme to the whole application; “system” also follows later changes of the system's scheme."""
    watch().apply(application, scheme)


def is_dark() -> bool:
    return watch().dark


def colours() -> Colours:
    """The colours of the present scheme."""
    return DARK if is_dark() else LIGHT


def angle_colours() -> tuple[QColor, QColor, QColor]:
    """The colours of yaw, pitch and roll in the present scheme."""
    now = colours()
    return QColor(now.yaw), QColor(now.pitch), QColor(now.roll)


def face_line(face_id: int) -> QColor:
    """The colour of a face's lines in the present scheme."""
    return QColor(face_ink(face_id, dark=is_dark()))


def icon(name: str) -> QIcon:
    """The icon of this name in the present scheme's colours; ask for it again when the scheme changes.

    Raises ValueError if there is no such icon.
    """
    return _icon(name, is_dark())


def tabular_digits(font: QFont, *, scale: float = 1.0, bold: bool = False) -> QFont:
    """The font with digits of equal width, so that changing numbers do not jump."""
    changed = QFont(font)
    changed.setFeature(QFont.Tag("tnum"), 1)
    _scale(changed, scale)
    if bold:
        changed.setWeight(QFont.Weight.DemiBold)
    return changed


def quiet_font(font: QFont) -> QFont:
    """The font a little smaller, for explanations."""
    changed = QFont(font)
    _scale(changed, _QUIET_SCALE)
    return changed


def _scale(font: QFont, factor: float) -> None:
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))


def _wanted_dark(scheme: Scheme) -> bool:
    if scheme == "system":
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return scheme == "dark"


@lru_cache(maxsize=256)
def _icon(name: str, dark: bool) -> QIcon:
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        raise ValueError(f"There is no icon “{name}” in {ICONS}.")
    scheme = DARK if dark else LIGHT
    ink = scheme.danger if name in _RED else scheme.text
    return QIcon(_Drawing(path.read_text(encoding="utf-8"), ink, scheme.faint))


class _Drawing(QIconEngine):
    """A drawing in two colours, drawn in the sizes that are shown when they are shown: most icons are seen in one."""

    def __init__(self, drawing: str, ink: str, disabled_ink: str) -> None:
        super().__init__()
        self._drawing, self._ink, self._disabled_ink = drawing, ink, disabled_ink
        self._drawn: dict[tuple[int, int, bool], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, painter.device().devicePixelRatio()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: ARG002, N802
        """`size` is in logical pixels, and `scale` the physical ones in each."""
        disabled = mode == QIcon.Mode.Disabled
        key = round(size.width() * scale), round(size.height() * scale), disabled
        if key not in self._drawn:
            colour = self._disabled_ink if disabled else self._ink
            self._drawn[key] = _drawn(self._drawing.replace(_PLACEHOLDER, colour), QSize(*key[:2]))
        return self._drawn[key]

    def clone(self) -> QIconEngine:
        return _Drawing(self._drawing, self._ink, self._disabled_ink)


def _drawn(drawing: str, size: QSize) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    side = min(size.width(), size.height())
    square = QRectF((size.width() - side) / 2, (size.height() - side) / 2, side, side)
    with QPainter(pixmap) as painter:
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, square)
    return pixmap
