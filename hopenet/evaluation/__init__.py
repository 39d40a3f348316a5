"""Evaluates a snapshot on a dataset. The figures are defined in docs/evaluation.md.

from hopenet.evaluation import Bootstrap, estimate_heads, evaluation_report, landmark_view
view = landmark_view(estimator.record)
run = estimate_heads(estimator, heads, heads.names, [view], largest_deg=99)
report = evaluation_report(run, [view.name], wrap="none", bootstrap=Bootstrap())
print(report.main.figures.everything.mae.together)
"""

from hopenet.evaluation.bootstrap import Bootstrap, Statistic
from hopenet.evaluation.errors import WRAPS, HeadErrors
from hopenet.evaluation.figures import Calibration, Figures, Summary, difference, figures
from hopenet.evaluation.report import Report, ViewFigures, evaluation_report
from hopenet.evaluation.run import (
    PUBLISHED,
    WHOLE,
    BadHead,
    CropView,
    EvaluatedHead,
    EvaluationRun,
    ViewEstimate,
    available_crops,
    box_view,
    errors_of,
    estimate_heads,
    landmark_view,
    network_crop,
    published_view,
    whole_view,
)
from hopenet.evaluation.text import as_text, crop_title

__all__ = [
    "PUBLISHED",
    "WHOLE",
    "WRAPS",
    "BadHead",
    "Bootstrap",
    "Calibration",
    "Statistic",
    "Figures",
    "HeadErrors",
    "ViewEstimate",
    "EvaluationRun",
    "Report",
    "EvaluatedHead",
    "Summary",
    "CropView",
    "ViewFigures",
    "as_text",
    "box_view",
    "crop_title",
    "available_crops",
    "difference",
    "errors_of",
    "figures",
    "landmark_view",
    "estimate_heads",
    "published_view",
    "evaluation_report",
    "network_crop",
    "whole_view",
]
