"""The report as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.doctor.finding import Mark, Report
from app.doctor.texts import TOPICS

MARKS: dict[Mark, str] = {"ok": "✓", "note": "–", "warning": "!", "failed": "✗"}
_PLAIN_MARKS: dict[Mark, str] = {"ok": "+", "note": "-", "warning": "!", "failed": "x"}
"""For terminals that cannot show the others."""

ALL_FINE = "Everything that is needed works."
PROBLEM, PROBLEMS = "1 needed part does not work.", "{} needed parts do not work."


def marks_for(encoding: str | None) -> dict[Mark, str]:
    """The marks that a terminal with this encoding can show."""
    try:
        "".join(MARKS.values()).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return _PLAIN_MARKS
    return MARKS


def conclusion(report: Report, translated: Callable[[str], str] = str) -> str:
    """The last line: how many needed parts do not work."""
    failed = report.count("failed")
    if not failed:
        return translated(ALL_FINE)
    return translated(PROBLEM if failed == 1 else PROBLEMS).format(failed)


def text_lines(report: Report, marks: dict[Mark, str] = MARKS, translated: Callable[[str], str] = str) -> Sequence[str]:
    """A heading for each topic, one line for each finding, and under it what to do."""
    lines = [report.program]
    heading = ""
    for one in report.findings:
        if one.heading != heading:
            heading = one.heading
            lines += ["", translated(TOPICS[heading])]
        lines.append(f"  {marks[one.mark]} {one.text(translated)}")
        fix = one.fix(translated)
        if fix and one.mark != "ok":
            lines.append(f"      → {fix}" if marks is MARKS else f"      > {fix}")
    return [*lines, "", conclusion(report, translated)]
