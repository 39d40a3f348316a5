"""To which side an angle is, in words."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.gui.kit import number_format
from app.settings import Signs

_CONTEXT = "Directions"
_SIDES: dict[str, tuple[object, object]] = {
    "yaw": (
        QT_TRANSLATE_NOOP("Directions", "to the picture's left"),
        QT_TRANSLATE_NOOP("Directions", "to the picture's right"),
    ),
    "pitch": (QT_TRANSLATE_NOOP("Directions", "up"), QT_TRANSLATE_NOOP("Directions", "down")),
    "roll": (
        QT_TRANSLATE_NOOP("Directions", "clockwise"),
        QT_TRANSLATE_NOOP("Directions", "counter-clockwise"),
    ),
}
"""What a positive and a negative angle mean with the published signs."""


def sides(angle: str) -> tuple[str, str]:
    """What a positive and a negative yaw, pitch or roll mean with the published signs."""
    positive, negative = (QCoreApplication.translate(_CONTEXT, str(text)) for text in _SIDES[angle])
    return positive, negative


def spoken_angle(angle: str, degrees: float, signs: Signs) -> str:
    """For example “−12.3°, to the picture's right”. `signs`: those that the angle is given with."""
    text = number_format.angle(degrees)
    turned = round(degrees, 1) * getattr(signs, angle)
    return f"{text}, {sides(angle)[turned < 0]}" if turned else text
