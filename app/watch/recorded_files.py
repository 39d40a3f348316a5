"""The files of a recording, each of which can fail without the others."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, Protocol

from app import product
from app.drawing.drawing import draw
from app.export.task import described_snapshot
from app.frames import Analysis
from app.models.loader import LoadedModels
from app.outputs.record import described_reference, record_path, write_record
from app.outputs.tables import PoseTable, open_pose_table, table_format
from app.outputs.tables_in_process import opened_in_process
from app.settings import AnalysisSettings
from app.video import SourceFacts, VideoWriter
from app.watch.shown_frame import ViewOptions

_USUAL_RATE = Fraction(25)
_TICK = Fraction(1, 90_000)
"""Holds the times of all usual frame rates exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One analysis on the recording's own timeline, and under what it was made."""

    analysis: Analysis
    options: ViewOptions
    models: LoadedModels | None
    settings: AnalysisSettings


class Counts(NamedTuple):
    """How much there is of a recording."""

    frames: int
    dropped: int


class Output(Protocol):
    """Opens its file with the first moment. Thread: the recording's."""

    path: Path

    def write(self, moment: Moment) -> None: ...
    def finish(self, counts: Counts) -> None: ...
    def abandon(self) -> None: ...


class Abandoned(Exception):
    """Leaves an output's block without a file."""


class VideoRecorder:
    def __init__(self, path: Path, source: Path) -> None:
        self.path = path
        self._source = source
        self._stack = ExitStack()
        self._writer: VideoWriter | None = None

    def write(self, moment: Moment) -> None:
        frame = moment.analysis.frame
        if self._writer is None:
            width, height = frame.size
            facts = SourceFacts(self._source, "video", width, height, frame_rate=_USUAL_RATE, time_base=_TICK)
            self._writer = self._stack.enter_context(VideoWriter(self.path, size=frame.size, source=facts))
        self._writer.write(draw(moment.analysis, moment.options.style, moment.options.reference), frame.time)

    def finish(self, counts: Counts) -> None:  # noqa: ARG002
        self._stack.close()

    def abandon(self) -> None:
        _leave(self._stack)


class TableRecorder:
    def __init__(self, path: Path, title: str) -> None:
        self.path = path
        self._title = title
        self._kind = table_format(path)
        self._stack = ExitStack()
        self._table: PoseTable | None = None
        self._first: Moment | None = None
        self._last: Moment | None = None
        self._changes: list[dict[str, object]] = []

    def write(self, moment: Moment) -> None:
        reference = moment.options.reference
        if self._table is None:
            self._first = moment
            self._table = self._stack.enter_context(
                open_pose_table(self.path, reference=reference, opened=opened_in_process)
            )
        self._table.write(moment.analysis, reference)
        self._note_changes(moment)

    def finish(self, counts: Counts) -> None:
        self._stack.close()
        assert self._first is not None  # noqa: S101 — for the type checker
        assert self._table is not None  # noqa: S101
        frame, used = self._first.analysis.frame, _in_use(self._first)
        write_record(
            record_path(self.path),
            product_version=product.version(),
            table=self._kind,
            source={
                "kind": "video, as watched" if frame.captured_s is None else "live",
                "title": self._title,
                "size": frame.size,
                "frame_count": counts.frames,
                "frames_dropped": counts.dropped,
            },
            snapshot=used["snapshot"],
            detector=used["detector"],
            settings=used["settings"],
            counts={
                "frames": counts.frames,
                "faces": self._table.faces,
                "frames_with_face": self._table.frames_with_face,
            },
            reference=self._first.options.reference,
            changes=self._changes,
        )

    def abandon(self) -> None:
        _leave(self._stack)

    def _note_changes(self, moment: Moment) -> None:
        before, self._last = self._last, moment
        if before is None or _conditions(before) == _conditions(moment):
            return
        old, frame = _in_use(before), moment.analysis.frame
        changed = {name: value for name, value in _in_use(moment).items() if value != old[name]}
        if changed:
            self._changes.append({"frame": frame.index, "time_s": frame.time_s, **changed})


def _conditions(moment: Moment) -> tuple[object, ...]:
    return moment.options.reference, moment.models, moment.settings


def _in_use(moment: Moment) -> dict[str, dict[str, object]]:
    used: dict[str, dict[str, object]] = {
        "reference": described_reference(moment.options.reference),
        "snapshot": {},
        "detector": {},
        "settings": asdict(moment.settings),
    }
    if moment.models is not None:
        models, choice = moment.models, moment.models.choice
        used["snapshot"] = described_snapshot(models.estimator)
        used["detector"] = {
            "name": models.detector.detector.name,
            "boxes": choice.detector.boxes,
            **asdict(choice.detector.options),
        }
        used["settings"] |= {
            "detect_every": choice.detect_every,
            "device": choice.engine.device,
            "engine": models.estimator.engine.name,
        }
    return used


def _leave(stack: ExitStack) -> None:
    """Leaves the blocks as a failure does, so that no file comes about."""
    gone = Abandoned()
    with suppress(Exception):
        stack.__exit__(Abandoned, gone, None)
