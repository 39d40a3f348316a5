"""A finding about this computer, and the report that findings make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.anonymous import anonymous
from app.doctor.texts import TEXTS, TOPICS, WORDS

Mark = Literal["ok", "note", "warning", "failed"]
"""failed: something that is needed does not work. warning: something works less well than it could. note: nothing to
worry about, but good to know."""

FORMAT = 1
"""The version of the JSON document."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `key` names its sentence in TEXTS, and its topic; `values` are filled into it."""

    key: str
    mark: Mark
    values: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""

    @property
    def heading(self) -> str:
        """The name of its topic in TOPICS."""
        return self.topic or self.key.partition(".")[0]

    def text(self, translated: Callable[[str], str] = str) -> str:
        """The sentence. `translated` gives a template, or a value that is a word, in another language."""
        return self._filled(TEXTS[self.key].found, translated)

    def fix(self, translated: Callable[[str], str] = str) -> str:
        """What to do, or the command that does it; empty if nothing is to do."""
        return self._filled(TEXTS[self.key].fix, translated)

    def _filled(self, template: str, translated: Callable[[str], str]) -> str:
        values = {name: translated(value) if name in WORDS else value for name, value in self.values.items()}
        return translated(template).format(**values) if template else ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order of the topics. They are without the user's name and home folder."""

    program: str
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, program: str, findings: Iterable[Finding]) -> Report:
        order = list(TOPICS)
        ordered = sorted(map(_anonymous, findings), key=lambda one: order.index(one.heading))
        each = {(one.key, *sorted(one.values.items())): one for one in reversed(ordered)}
        return cls(program, tuple(reversed(each.values())))

    @property
    def works(self) -> bool:
        """Whether everything that is needed works."""
        return not self.count("failed")

    def count(self, mark: Mark) -> int:
        return sum(one.mark == mark for one in self.findings)


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs, as docs/doctor.md describes it."""
    return {
        "format": FORMAT,
        "program": report.program,
        "works": report.works,
        "findings": [
            {
                "topic": one.heading,
                "id": one.key,
                "mark": one.mark,
                "text": one.text(),
                "fix": one.fix(),
                "values": dict(one.values),
            }
            for one in report.findings
        ],
    }


def _anonymous(finding: Finding) -> Finding:
    return Finding(
        finding.key, finding.mark, {name: anonymous(value) for name, value in finding.values.items()}, finding.topic
    )
