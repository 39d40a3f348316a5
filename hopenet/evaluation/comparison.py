"""Two snapshots on the same heads: paired differences of every error, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hopenet.evaluation.bootstrap import Bootstrap, Statistic
from hopenet.evaluation.errors import HeadErrors
from hopenet.evaluation.figures import in_bands
from hopenet.evaluation.run import EvaluatedHead, EvaluationRun


@dataclass(frozen=True, slots=True)
class Paired:
    """One figure of two snapshots; `difference` is the first minus the second, so it is negative if the first is
    better."""

    first: float
    second: float
    difference: Statistic


@dataclass(frozen=True, slots=True)
class PairedSummary:
    """The mean errors of two snapshots over the same heads, in degrees.

    `better_mae`, `better_rotation`: the share (0…1) of heads on which the first has the smaller mean of three errors,
    and the smaller rotation error; equal errors count half.
    """

    heads: int
    yaw: Paired
    pitch: Paired
    roll: Paired
    mae: Paired
    rotation: Paired
    better_mae: Statistic
    better_rotation: Statistic


@dataclass(frozen=True, slots=True)
class PairedBand:
    """The heads in a band of the label's |yaw|; the summary is None if there are none."""

    from_deg: int
    to_deg: int
    summary: PairedSummary | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two snapshots compared; `left_out` heads were not found by both.

    `crop`: the kind of crop; empty if the snapshots' crops are of different kinds.
    """

    crop: str
    left_out: int
    everything: PairedSummary
    bands: tuple[PairedBand, ...]


def found_by_both(
    first: EvaluationRun, second: EvaluationRun
) -> tuple[tuple[EvaluatedHead, ...], tuple[EvaluatedHead, ...]]:
    """The heads of two runs that both found in their last view, in the order of the first."""
    others = {head.name: head for head in second.evaluated if head.estimates[-1] is not None}
    own = tuple(head for head in first.evaluated if head.estimates[-1] is not None and head.name in others)
    return own, tuple(others[head.name] for head in own)


def comparison(
    first: HeadErrors, second: HeadErrors, bootstrap: Bootstrap, *, crop: str = "", left_out: int = 0
) -> Comparison:
    """All differences. Raises ValueError if the heads are not the same, or there are none."""
    if len(first) == 0 or not np.array_equal(first.labels, second.labels):
        raise ValueError("A comparison needs errors of the same heads.")
    return Comparison(
        crop,
        left_out,
        paired_summary(first, second, bootstrap),
        tuple(
            PairedBand(
                low, high, paired_summary(first.only(chosen), second.only(chosen), bootstrap) if chosen.any() else None
            )
            for (low, high), chosen in in_bands(first.labels[:, 0])
        ),
    )


def paired_summary(first: HeadErrors, second: HeadErrors, bootstrap: Bootstrap) -> PairedSummary:
    """The differences over all of these heads, at least one."""
    own, other = (
        np.column_stack([errors.absolute, errors.mean_of_three, errors.geodesic]) for errors in (first, second)
    )
    difference = own - other
    better = (1 - np.sign(difference[:, 3:])) / 2
    *differences, better_mae, better_rotation = bootstrap.means(np.column_stack([difference, better]))
    yaw, pitch, roll, mae, rotation = (
        Paired(float(a), float(b), figure)
        for a, b, figure in zip(own.mean(axis=0), other.mean(axis=0), differences, strict=True)
    )
    return PairedSummary(len(first), yaw, pitch, roll, mae, rotation, better_mae, better_rotation)
