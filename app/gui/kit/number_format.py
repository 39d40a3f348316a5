"""How numbers are told in the window."""

from __future__ import annotations

ABSENT = "–"


def angle(degrees: float) -> str:
    """As −12.3° and 4.0°: one decimal, a true minus, never a negative nought."""
    rounded = round(degrees, 1)
    sign = "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f}°"


def spread(degrees: float) -> str:
    return f"± {degrees:.1f}°"


def clock(time_s: float, *, tenths: bool = False, hours: bool = False) -> str:
    """As 00:12, 00:12.3 or 1:02:03; `hours` shows them even where there are none. Cut, not rounded, like a clock."""
    in_tenths = max(0, int(time_s * 10 + 1e-6))
    whole, tenth = divmod(in_tenths, 10)
    minutes, seconds = divmod(whole, 60)
    told = f"{minutes:02d}:{seconds:02d}"
    if hours or minutes >= 60:
        told = f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return f"{told}.{tenth}" if tenths else told
