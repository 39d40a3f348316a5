"""How well a snapshot does on a data set: looks at every head, and measures. Definitions: docs/evaluation.md.

from hopenet.evaluation import Bootstrap, landmark_view, look_at_all, report
view = landmark_view(estimator.record)
outcome = look_at_all(estimator, heads, heads.names, [view], largest_deg=99)
print(report(outcome, [view.name], wrap="none", bootstrap=Bootstrap()).main.figures.everything.mae.together)
"""

from hopenet.evaluation.bootstrap import Bootstrap, Figure
from hopenet.evaluation.errors import ANGLES, WRAPS, HeadErrors
from hopenet.evaluation.figures import Calibration, Figures, Summary, difference, figures
from hopenet.evaluation.report import Report, ViewFigures, evaluation_report
from hopenet.evaluation.run import (
    PUBLISHED,
    WHOLE,
    BadHead,
    CropView,
    EvaluationRun,
    SeenHead,
    ViewEstimate,
    box_view,
    crops_of,
    errors_of,
    landmark_view,
    look_at_all,
    published_view,
    seen_part,
    whole_view,
)
from hopenet.evaluation.text import as_text, crop_title

__all__ = [
    "ANGLES",
    "PUBLISHED",
    "WHOLE",
    "WRAPS",
    "BadHead",
    "Bootstrap",
    "Calibration",
    "Figure",
    "Figures",
    "HeadErrors",
    "ViewEstimate",
    "EvaluationRun",
    "Report",
    "SeenHead",
    "Summary",
    "CropView",
    "ViewFigures",
    "as_text",
    "box_view",
    "crop_title",
    "crops_of",
    "difference",
    "errors_of",
    "figures",
    "landmark_view",
    "look_at_all",
    "published_view",
    "evaluation_report",
    "seen_part",
    "whole_view",
]
