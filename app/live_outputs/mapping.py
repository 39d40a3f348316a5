"""How each measured value becomes the one that is sent: dead zone, curve, factor and direction."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

AXES = ("yaw", "pitch", "roll", "x", "y", "z")
"""The names of what is mapped: angles in degrees, then the rough position in centimetres."""

MOST_POINTS = 12
LARGEST_GAIN = 20.0
LARGEST_DEAD_ZONE = 90.0
LARGEST_VALUE = 1000.0


class CurvePoint(NamedTuple):
    """A point that a curve goes through: for this value that one is sent."""

    value: float
    sent: float


def curve_from_text(text: str) -> tuple[CurvePoint, ...]:
    """The points of a text such as “10:5/30:60”: each a value and what is sent. Raises ValueError for another text."""
    points = []
    for point in text.replace(" ", "").split("/") if text.strip() else ():
        value, found, sent = point.partition(":")
        if not found:
            raise ValueError(f"the point “{point}” has no colon.")
        try:
            points.append(CurvePoint(float(value), float(sent)))
        except ValueError as error:
            raise ValueError(f"the point “{point}” needs two numbers, such as 10:5.") from error
    return tuple(points)


def curve_as_text(points: Sequence[CurvePoint]) -> str:
    """The text that `curve_from_text` reads."""
    return "/".join(f"{value:g}:{sent:g}" for value, sent in points)


@dataclass(frozen=True)
class AxisMapping:
    """What is done to one value, in this order:

    `dead_zone`: values up to it become 0, larger ones become smaller by it, so that nothing jumps.
    `curve`: its points, in degrees or centimetres, with rising values above 0. The curve goes from (0, 0) through them,
    without ever falling; above the last point it stays at its height. Negative values have the same curve. Without
    points, the value stays as it is.
    `gain`: the factor after that. `invert`: the opposite direction.

    Raises ValueError for a number out of range, and for points that are not in order.
    """

    gain: float = 1.0
    invert: bool = False
    dead_zone: float = 0.0
    curve: tuple[CurvePoint, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.gain <= LARGEST_GAIN:
            raise ValueError(f"A gain must be between 0 and {LARGEST_GAIN:g}, not {self.gain:g}.")
        if not 0 <= self.dead_zone <= LARGEST_DEAD_ZONE:
            raise ValueError(f"A dead zone must be between 0 and {LARGEST_DEAD_ZONE:g}, not {self.dead_zone:g}.")
        points = tuple(CurvePoint(*point) for point in self.curve)
        object.__setattr__(self, "curve", points)
        if len(points) > MOST_POINTS:
            raise ValueError(f"A curve has at most {MOST_POINTS} points, not {len(points)}.")
        if not all(0 < value <= LARGEST_VALUE and 0 <= sent <= LARGEST_VALUE for value, sent in points):
            raise ValueError(
                f"The points of a curve must have values above 0 and send 0 or more, both at most {LARGEST_VALUE:g}."
            )
        for (value, sent), (next_value, next_sent) in pairwise(points):
            if not (value < next_value and sent <= next_sent):
                raise ValueError(
                    f"A curve must not fall: after {value:g}:{sent:g}, the point {next_value:g}:{next_sent:g} needs a "
                    f"value above {value:g} and must send at least {sent:g}."
                )

    def __call__(self, value: float) -> float:
        """What is sent for this value. NaN stays NaN."""
        if math.isnan(value):
            return value
        size = max(0.0, abs(value) - self.dead_zone)
        if self._curve is not None:
            size = self._curve(size)
        return math.copysign(size * self.gain, -value if self.invert else value)

    @cached_property
    def _curve(self) -> _MonotoneCurve | None:
        return _MonotoneCurve((CurvePoint(0.0, 0.0), *self.curve)) if self.curve else None


@dataclass(frozen=True)
class AxesMapping:
    """The mapping of each of AXES."""

    yaw: AxisMapping = AxisMapping()
    pitch: AxisMapping = AxisMapping()
    roll: AxisMapping = AxisMapping()
    x: AxisMapping = AxisMapping()
    y: AxisMapping = AxisMapping()
    z: AxisMapping = AxisMapping()

    @cached_property
    def angles(self) -> tuple[AxisMapping, AxisMapping, AxisMapping]:
        return self.yaw, self.pitch, self.roll

    @cached_property
    def position(self) -> tuple[AxisMapping, AxisMapping, AxisMapping]:
        return self.x, self.y, self.z

    @cached_property
    def changes_angles(self) -> bool:
        return any(axis != AxisMapping() for axis in self.angles)


class _MonotoneCurve:
    """A smooth curve through points that never falls where they rise: piecewise cubic, with the slopes of PCHIP.

    Source: Fritsch, Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300–304, as in scipy's PchipInterpolator, whose import
    would delay the start by half a second.
    """

    def __init__(self, points: Sequence[CurvePoint]) -> None:
        self._points = points
        self._values = [point.value for point in points]
        widths = [right.value - left.value for left, right in pairwise(points)]
        rises = [
            (right.sent - left.sent) / width for (left, right), width in zip(pairwise(points), widths, strict=True)
        ]
        inner = [
            _slope_between(*near) for near in zip(widths, widths[1:], rises, rises[1:], strict=False)
        ]  # fmt: skip
        self._slopes = [_slope_at_end(widths, rises), *inner, _slope_at_end(widths[::-1], rises[::-1])]

    def __call__(self, value: float) -> float:
        """`value` is not negative."""
        if value >= self._values[-1]:
            return self._points[-1].sent
        left = bisect_right(self._values, value) - 1
        start, end = self._points[left], self._points[left + 1]
        width = end.value - start.value
        part = (value - start.value) / width
        rest = 1 - part
        return (
            rest * rest * (1 + 2 * part) * start.sent
            + part * part * (1 + 2 * rest) * end.sent
            + width * part * rest * (rest * self._slopes[left] - part * self._slopes[left + 1])
        )


def _slope_between(width: float, next_width: float, rise: float, next_rise: float) -> float:
    """The weighted harmonic mean of the rises on both sides; 0 if one of them is flat."""
    if rise == 0 or next_rise == 0:
        return 0.0
    weight, next_weight = 2 * next_width + width, next_width + 2 * width
    return (weight + next_weight) / (weight / rise + next_weight / next_rise)


def _slope_at_end(widths: Sequence[float], rises: Sequence[float]) -> float:
    """From the parabola through the three last points, as far as the curve does not fall; the first end is meant."""
    if len(rises) == 1:
        return rises[0]
    slope = ((2 * widths[0] + widths[1]) * rises[0] - widths[0] * rises[1]) / (widths[0] + widths[1])
    return min(max(0.0, slope), 3 * rises[0])
