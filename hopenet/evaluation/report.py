"""One evaluation as a whole: what was looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hopenet.evaluation.bootstrap import Bootstrap, Figure
from hopenet.evaluation.figures import Figures, difference, figures
from hopenet.evaluation.run import BadHead, EvaluationRun, errors_of


@dataclass(frozen=True, slots=True)
class ViewFigures:
    """What one kind of crop gives: `found` and `missed` heads, figures over those found (None where none was)."""

    crop: str
    found: int
    missed: int
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run.

    `views`: the one that counts comes last. `same_heads`: the first view over the heads that the last one found,
    and `worse_by`, by how much the last one's MAE is larger there; None where there is one view, or nothing was found.
    """

    heads: int
    beyond: int
    bad: tuple[BadHead, ...]
    wrap: str
    views: tuple[ViewFigures, ...]
    same_heads: ViewFigures | None
    worse_by: Figure | None

    @property
    def main(self) -> ViewFigures:
        return self.views[-1]


def evaluation_report(outcome: EvaluationRun, crops: Sequence[str], *, wrap: str, bootstrap: Bootstrap) -> Report:
    """All figures of an outcome whose views have these names. Raises ValueError where there is no head in it."""
    if not outcome.seen:
        raise ValueError("No head is left to be measured.")
    errors = [errors_of(outcome.seen, place, wrap=wrap) for place in range(len(crops))]
    views = tuple(
        ViewFigures(crop, len(own), len(outcome.seen) - len(own), figures(own, bootstrap) if len(own) else None)
        for crop, own in zip(crops, errors, strict=True)
    )
    same_heads = worse_by = None
    if len(crops) > 1 and len(errors[-1]):
        # The first view is of the labels, and so finds every head.
        shared = errors[0].only(np.array([seen.estimates[-1] is not None for seen in outcome.seen]))
        same_heads = ViewFigures(crops[0], len(shared), 0, figures(shared, bootstrap))
        worse_by = difference(errors[-1], shared, bootstrap)
    return Report(len(outcome.seen), outcome.beyond, outcome.bad, wrap, views, same_heads, worse_by)
