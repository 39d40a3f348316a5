"""The report of an evaluation: all figures of all views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hopenet.evaluation.bootstrap import Bootstrap, Statistic
from hopenet.evaluation.figures import Figures, difference, figures
from hopenet.evaluation.run import BadHead, EvaluationRun, errors_of


@dataclass(frozen=True, slots=True)
class ViewFigures:
    """The result of one view: `found` and `missed` heads, and figures over those found (None if none was found)."""

    crop: str
    found: int
    missed: int
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run.

    `views`: the main view comes last. `same_heads`: the first view over the heads that the last one found; `worse_by`:
    the last view's MAE minus the first one's over these heads. Both are None with a single view, or if the last view
    found nothing.
    """

    heads: int
    beyond: int
    bad: tuple[BadHead, ...]
    wrap: str
    views: tuple[ViewFigures, ...]
    same_heads: ViewFigures | None
    worse_by: Statistic | None

    @property
    def main(self) -> ViewFigures:
        return self.views[-1]


def evaluation_report(run: EvaluationRun, crops: Sequence[str], *, wrap: str, bootstrap: Bootstrap) -> Report:
    """All figures of a run whose views have these names. Raises ValueError if no head was evaluated."""
    if not run.evaluated:
        raise ValueError("No heads left to evaluate.")
    errors = [errors_of(run.evaluated, view, wrap=wrap) for view in range(len(crops))]
    views = tuple(
        ViewFigures(crop, len(own), len(run.evaluated) - len(own), figures(own, bootstrap) if len(own) else None)
        for crop, own in zip(crops, errors, strict=True)
    )
    same_heads = worse_by = None
    if len(crops) > 1 and len(errors[-1]):
        # The first view uses the labels, so it finds every head.
        shared = errors[0].only(np.array([head.estimates[-1] is not None for head in run.evaluated]))
        same_heads = ViewFigures(crops[0], len(shared), 0, figures(shared, bootstrap))
        worse_by = difference(errors[-1], shared, bootstrap)
    return Report(len(run.evaluated), run.beyond, run.bad, wrap, views, same_heads, worse_by)
