"""The figures of an evaluation, each as docs/evaluation.md defines it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hopenet.evaluation.bootstrap import Bootstrap, Figure
from hopenet.evaluation.errors import ANGLES, HeadErrors
from hopenet.pose import FloatArray

YAW_BANDS = ((0, 30), (30, 60), (60, 99), (99, 180))
"""Of a label's |yaw| in degrees: the lower bound belongs to a band and the upper one to the next, but 99 to 60–99."""

CLOSE_DEG = (5, 10)

WITHIN_ONE, WITHIN_TWO = 0.6826895, 0.9544997
"""The share of a normal distribution within one and two standard deviations of its mean."""

_MOST_GROUPS, _SMALLEST_GROUP = 10, 10


@dataclass(frozen=True, slots=True)
class PerAngle:
    """A figure for each angle, and for the mean of a head's three absolute errors."""

    yaw: Figure
    pitch: Figure
    roll: Figure
    together: Figure


@dataclass(frozen=True, slots=True)
class Closeness:
    """Shares (0…1) of heads with an error below `degrees`: in the mean of the three angles, and in the geodesic one."""

    degrees: int
    mean_of_three: Figure
    geodesic: Figure


@dataclass(frozen=True, slots=True)
class Summary:
    """The errors of some heads, in degrees.

    `mae` and `median` are of absolute errors, `bias` is the mean of estimate − label for each angle.
    """

    heads: int
    mae: PerAngle
    median: PerAngle
    bias: dict[str, Figure]
    geodesic_mean: Figure
    geodesic_median: Figure
    under: tuple[Closeness, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The heads of a band of |yaw|; no summary where there is none."""

    from_deg: int
    to_deg: int
    heads: int
    summary: Summary | None


@dataclass(frozen=True, slots=True)
class SpreadGroup:
    """Heads of like predicted spread in one angle.

    `spread_deg`: their mean spread. `error_deg`: 68.27 % of their absolute errors lie below, so that it equals the
    spread where that is calibrated. `rms_deg`: the root of their mean squared error. `within_one`: share of errors
    within the head's own spread.
    """

    heads: int
    spread_deg: float
    error_deg: float
    rms_deg: float
    within_one: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the predicted spread of one angle tells its error; `groups` go from the smallest spreads to the largest.

    `within_one` and `within_two`: shares of absolute errors of at most one and two spreads. `fitting_factor`: times
    this, 68.27 % of the errors would lie within one; None where spreads are 0.
    """

    mean_spread: Figure
    within_one: Figure
    within_two: Figure
    fitting_factor: float | None
    groups: tuple[SpreadGroup, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything measured of one snapshot on one set of heads with one kind of crop."""

    everything: Summary
    bands: tuple[Band, ...]
    calibration: dict[str, Calibration]


def figures(errors: HeadErrors, bootstrap: Bootstrap) -> Figures:
    """All figures. Raises ValueError where there is no head."""
    return Figures(summary(errors, bootstrap), bands(errors, bootstrap), calibration(errors, bootstrap))


def summary(errors: HeadErrors, bootstrap: Bootstrap) -> Summary:
    """The errors of these heads. Raises ValueError where there is none."""
    if len(errors) == 0:
        raise ValueError("Figures need at least one head.")
    each = np.column_stack([errors.absolute, errors.mean_of_three, errors.geodesic])
    close = np.column_stack([each[:, 3:] < degrees for degrees in CLOSE_DEG])
    means = bootstrap.means(np.column_stack([each, errors.signed, close]))
    medians = bootstrap.medians(each)
    shares = means[8:]
    return Summary(
        heads=len(errors),
        mae=PerAngle(*means[:4]),
        median=PerAngle(*medians[:4]),
        bias=dict(zip(ANGLES, means[5:8], strict=True)),
        geodesic_mean=means[4],
        geodesic_median=medians[4],
        under=tuple(Closeness(degrees, *shares[2 * place : 2 * place + 2]) for place, degrees in enumerate(CLOSE_DEG)),
    )


def bands(errors: HeadErrors, bootstrap: Bootstrap) -> tuple[Band, ...]:
    """The same by |yaw| of the label; the band beyond 99° only where it has heads."""
    yaw = np.abs(errors.labels[:, 0])
    # 99 itself is within the bins, and yaws of more than 180 go with the last band.
    edges = [*(low for low, _ in YAW_BANDS[:-1]), np.nextafter(YAW_BANDS[-1][0], np.inf)]
    places = np.searchsorted(edges, yaw, side="right") - 1
    found = []
    for place, (low, high) in enumerate(YAW_BANDS):
        part = errors.only(places == place)
        if len(part) or high <= 99:
            found.append(Band(low, high, len(part), summary(part, bootstrap) if len(part) else None))
    return tuple(found)


def calibration(errors: HeadErrors, bootstrap: Bootstrap) -> dict[str, Calibration]:
    """For each angle, how its spread goes with its error."""
    absolute, spreads = errors.absolute, errors.spreads
    means = bootstrap.means(np.column_stack([spreads, absolute <= spreads, absolute <= 2 * spreads]))
    return {
        angle: Calibration(
            mean_spread=means[place],
            within_one=means[3 + place],
            within_two=means[6 + place],
            fitting_factor=_fitting_factor(absolute[:, place], spreads[:, place]),
            groups=_spread_groups(absolute[:, place], spreads[:, place]),
        )
        for place, angle in enumerate(ANGLES)
    }


def difference(errors: HeadErrors, reference: HeadErrors, bootstrap: Bootstrap) -> Figure:
    """By how much MAE is larger than in `reference`, over the same heads in the same order.

    Raises ValueError where the heads are not the same, or none.
    """
    if len(errors) == 0 or not np.array_equal(errors.labels, reference.labels):
        raise ValueError("A difference is between errors of the same heads.")
    (figure,) = bootstrap.means((errors.mean_of_three - reference.mean_of_three)[:, None])
    return figure


def _fitting_factor(absolute: FloatArray, spreads: FloatArray) -> float | None:
    return float(np.quantile(absolute / spreads, WITHIN_ONE)) if spreads.all() else None


def _spread_groups(absolute: FloatArray, spreads: FloatArray) -> tuple[SpreadGroup, ...]:
    count = min(_MOST_GROUPS, max(1, len(spreads) // _SMALLEST_GROUP))
    order = np.argsort(spreads, kind="stable")
    return tuple(
        SpreadGroup(
            heads=len(members),
            spread_deg=float(spreads[members].mean()),
            error_deg=float(np.quantile(absolute[members], WITHIN_ONE)),
            rms_deg=float(np.sqrt((absolute[members] ** 2).mean())),
            within_one=float((absolute[members] <= spreads[members]).mean()),
        )
        for members in np.array_split(order, count)
    )
