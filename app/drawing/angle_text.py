"""An angle as text: the one rounding of the window and of pictures."""

from __future__ import annotations


def angle_text(degrees: float) -> str:
    """For example −12.3° or 4.0°: one decimal, a true minus sign, never a negative zero."""
    rounded = round(degrees, 1)
    sign = "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f}°"
