"""The figures of an evaluation, as defined in docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hopenet.datasets.labels import LARGEST_ANGLE_DEG
from hopenet.evaluation.bootstrap import Bootstrap, Statistic
from hopenet.evaluation.errors import HeadErrors
from hopenet.pose import ANGLES, FloatArray, wrapped

YAW_BANDS = ((0, 30), (30, 60), (60, 99), (99, 135), (135, 180))
"""Bands of the label's |yaw| in degrees. Each includes its lower bound and not its upper, except that 60–99 has 99 and
the last has 180."""

ROTATION_FROM_DEG = 60
"""From this |yaw| on, the rotation error is the figure to go by: near ±90°, pitch and roll are ambiguous."""

CLOSE_DEG = (5, 10)
"""Limits in degrees for the shares of heads with a small error."""

WITHIN_ONE, WITHIN_TWO = 0.6826895, 0.9544997
"""The share of a normal distribution within one and two standard deviations of its mean."""

_MAXIMUM_GROUPS, _MINIMUM_GROUP_SIZE = 10, 10


@dataclass(frozen=True, slots=True)
class PerAngle:
    """A figure for each angle, and for the mean of each head's three absolute errors."""

    yaw: Statistic
    pitch: Statistic
    roll: Statistic
    together: Statistic


@dataclass(frozen=True, slots=True)
class Closeness:
    """Shares (0…1) of heads with an error below `degrees`: for the mean of the three angles and the geodesic error."""

    degrees: int
    mean_of_three: Statistic
    geodesic: Statistic


@dataclass(frozen=True, slots=True)
class Summary:
    """The errors of a set of heads, in degrees.

    `mae` and `median` are over absolute errors; `bias` is the mean of estimate − label for each angle. `geodesic_mean`
    and `geodesic_median` are of the rotation error: the angle of the single rotation from the estimate to the label.
    """

    heads: int
    mae: PerAngle
    median: PerAngle
    bias: dict[str, Statistic]
    geodesic_mean: Statistic
    geodesic_median: Statistic
    under: tuple[Closeness, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The heads in a band of |yaw|; the summary is None if there are none.

    `headline`: which figure of the summary to go by, `mae`, or `geodesic_mean` from ROTATION_FROM_DEG on.
    """

    from_deg: int
    to_deg: int
    heads: int
    summary: Summary | None
    headline: str


@dataclass(frozen=True, slots=True)
class SpreadGroup:
    """Heads with a similar predicted spread in one angle.

    `spread_deg`: their mean spread. `error_deg`: 68.27 % of their absolute errors are below this value, so it equals
    the spread if the spread is calibrated. `rms_deg`: root mean square error. `within_one`: the share of errors within
    the head's own spread.
    """

    heads: int
    spread_deg: float
    error_deg: float
    rms_deg: float
    within_one: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the predicted spread of one angle matches its error; `groups` are sorted by spread, smallest first.

    `within_one` and `within_two`: shares of absolute errors of at most one and two spreads. `fitting_factor`: the
    factor for the spreads with which 68.27 % of the errors would be within one spread; None if a spread is 0.
    """

    mean_spread: Statistic
    within_one: Statistic
    within_two: Statistic
    fitting_factor: float | None
    groups: tuple[SpreadGroup, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one snapshot on one set of heads with one kind of crop."""

    everything: Summary
    bands: tuple[Band, ...]
    calibration: dict[str, Calibration]


def figures(errors: HeadErrors, bootstrap: Bootstrap) -> Figures:
    """All figures of these errors. Raises ValueError if there are no heads."""
    return Figures(summary(errors, bootstrap), bands(errors, bootstrap), calibration(errors, bootstrap))


def summary(errors: HeadErrors, bootstrap: Bootstrap) -> Summary:
    """Summarises the errors of these heads. Raises ValueError if there are none."""
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
    """A summary for each band of the label's |yaw|; the bands beyond 99° only if they have heads."""
    found = []
    for (low, high), chosen in in_bands(errors.labels[:, 0]):
        part = errors.only(chosen)
        headline = "mae" if low < ROTATION_FROM_DEG else "geodesic_mean"
        found.append(Band(low, high, len(part), summary(part, bootstrap) if len(part) else None, headline))
    return tuple(found)


def in_bands(yaws: FloatArray) -> Iterator[tuple[tuple[int, int], npt.NDArray[np.bool_]]]:
    """Each band, and which heads with these labelled yaws (N,) are in it; the bands beyond 99° only if they have heads.

    Convention: yaws are wrapped to ±180°, so that 350° is 10° to the other side.
    """
    yaw = np.abs(wrapped(yaws))
    # 99 itself is within the bins.
    edges = [np.nextafter(low, np.inf) if low == LARGEST_ANGLE_DEG else low for low, _ in YAW_BANDS]
    places = np.searchsorted(edges, yaw, side="right") - 1
    for place, band in enumerate(YAW_BANDS):
        if band[1] <= LARGEST_ANGLE_DEG or (places == place).any():
            yield band, places == place


def calibration(errors: HeadErrors, bootstrap: Bootstrap) -> dict[str, Calibration]:
    """For each angle, how its spread compares with its error."""
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


def difference(errors: HeadErrors, reference: HeadErrors, bootstrap: Bootstrap) -> Statistic:
    """The MAE minus the MAE of `reference`, over the same heads in the same order.

    Raises ValueError if the heads are not the same or there are none.
    """
    if len(errors) == 0 or not np.array_equal(errors.labels, reference.labels):
        raise ValueError("A difference needs errors of the same heads.")
    (figure,) = bootstrap.means((errors.mean_of_three - reference.mean_of_three)[:, None])
    return figure


def _fitting_factor(absolute: FloatArray, spreads: FloatArray) -> float | None:
    return float(np.quantile(absolute / spreads, WITHIN_ONE)) if spreads.all() else None


def _spread_groups(absolute: FloatArray, spreads: FloatArray) -> tuple[SpreadGroup, ...]:
    count = min(_MAXIMUM_GROUPS, max(1, len(spreads) // _MINIMUM_GROUP_SIZE))
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
