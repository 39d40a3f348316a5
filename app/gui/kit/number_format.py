"""The format of numbers in the window."""

from __future__ import annotations

import math

from app.drawing.angle_text import angle_text

ABSENT = "–"


def angle(degrees: float) -> str:
    """For example −12.3° or 4.0°, as on pictures."""
    return angle_text(degrees)


def spread(degrees: float) -> str:
    """For example ± 2.5°."""
    return f"± {degrees:.1f}°"


def share(part: float) -> str:
    """A part of 1 as a percentage, for example 84.5 %; a dash if it is not a number."""
    return ABSENT if math.isnan(part) else f"{100 * part:.1f} %"


def clock(time_s: float, *, tenths: bool = False, hours: bool = False) -> str:
    """For example 00:12, 00:12.3 or 1:02:03, truncated like a clock; `hours` shows the hours even if they are 0."""
    in_tenths = max(0, int(time_s * 10 + 1e-6))
    whole, tenth = divmod(in_tenths, 10)
    minutes, seconds = divmod(whole, 60)
    text = f"{minutes:02d}:{seconds:02d}"
    if hours or minutes >= 60:
        text = f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return f"{text}.{tenth}" if tenths else text
