"""The files of a recording. Each one can fail without the others."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from app.drawing.drawing import draw
from app.frames import Analysis
from app.outputs.record import (
    LIVE,
    WATCHED_VIDEO,
    Counts,
    SourceRecord,
    described_models,
    described_reference,
    record_path,
    write_record,
)
from app.outputs.tables import PoseTable, open_pose_table, table_format
from app.outputs.tables_in_process import open_in_process
from app.video import SourceFacts, VideoWriter
from app.watch.listener import ViewRequest

_USUAL_RATE = Fraction(25)
_TICK = Fraction(1, 90_000)
"""A whole multiple of this is the frame time of every usual frame rate."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One analysis on the recording's own timeline, and the request that it was made for."""

    analysis: Analysis
    request: ViewRequest


class Output(Protocol):
    """One file of a recording, opened with the first moment. Thread: the recording's."""

    path: Path

    def write(self, moment: Moment) -> None: ...

    def finish(self, *, dropped: int) -> None:
        """Completes the file. `dropped`: the number of frames that were left out of the recording."""
        ...

    def abandon(self) -> None:
        """Discards the file."""
        ...


class Abandoned(Exception):
    """Leaves an output's block without a file."""


class VideoRecorder:
    """Records the video. `source`: the file that is watched, which must not be overwritten. Implements `Output`."""

    def __init__(self, path: Path, source: Path) -> None:
        self.path = path
        self._source = source
        self._stack = ExitStack()
        self._writer: VideoWriter | None = None

    def write(self, moment: Moment) -> None:
        frame, options = moment.analysis.frame, moment.request.options
        if self._writer is None:
            width, height = frame.size
            facts = SourceFacts(self._source, "video", width, height, frame_rate=_USUAL_RATE, time_base=_TICK)
            self._writer = self._stack.enter_context(VideoWriter(self.path, size=frame.size, source=facts))
        self._writer.write(draw(moment.analysis, options.style, options.reference), frame.time)

    def finish(self, *, dropped: int) -> None:  # noqa: ARG002
        self._stack.close()

    def abandon(self) -> None:
        _discard(self._stack)


class TableRecorder:
    """Records a pose table and its record. `source_name`: a name for people. Implements `Output`."""

    def __init__(self, path: Path, source_name: str) -> None:
        """Raises UsageError if the path's extension does not belong to a table format."""
        self.path = path
        self._kind = table_format(path)
        self._source_name = source_name
        self._stack = ExitStack()
        self._table: PoseTable | None = None
        self._frames = self._damaged = 0
        self._first: Moment | None = None
        self._last: Moment | None = None
        self._changes: list[dict[str, object]] = []

    def write(self, moment: Moment) -> None:
        reference = moment.request.options.reference
        if self._table is None:
            self._first = moment
            self._table = self._stack.enter_context(
                open_pose_table(self.path, reference=reference, open_writer=open_in_process)
            )
        self._table.write(moment.analysis, reference)
        self._frames += 1
        self._damaged += moment.analysis.frame.damaged
        self._note_changes(moment)

    def finish(self, *, dropped: int) -> None:
        self._stack.close()
        assert self._first is not None  # noqa: S101 — for the type checker
        assert self._table is not None  # noqa: S101
        frame = self._first.analysis.frame
        counts = Counts(
            self._frames, self._table.faces, self._table.frames_with_face, self._damaged, self._table.undefined
        )
        write_record(
            record_path(self.path),
            tables=[(self.path.name, self._kind)],
            source=SourceRecord(
                name=self._source_name,
                kind=WATCHED_VIDEO if frame.captured_s is None else LIVE,
                size=frame.size,
                frame_count=self._frames,
            ),
            models=_models_of(self._first.request),
            counts=counts,
            notes=counts.notes,
            reference=self._first.request.options.reference,
            frames_dropped=dropped,
            changes=self._changes,
        )

    def abandon(self) -> None:
        _discard(self._stack)

    def _note_changes(self, moment: Moment) -> None:
        before, self._last = self._last, moment
        if before is None or _is_same(before.request, moment.request):
            return
        old, new, frame = _described(before.request), _described(moment.request), moment.analysis.frame
        changed = {name: value for name, value in new.items() if value != old[name]}
        if changed:
            self._changes.append({"frame": frame.index, "time_s": frame.time_s, **changed})


def _is_same(one: ViewRequest, other: ViewRequest) -> bool:
    """Whether the numbers of both requests have the same meaning. Quick: it is asked for every frame."""
    return (
        one.options.reference == other.options.reference
        and one.models is other.models
        and one.settings == other.settings
    )


def _described(request: ViewRequest) -> dict[str, dict[str, object]]:
    return {"reference": described_reference(request.options.reference), **_models_of(request)}


def _models_of(request: ViewRequest) -> dict[str, dict[str, object]]:
    models = request.models
    if models is None:
        return {"snapshot": {}, "detector": {}, "settings": asdict(request.settings)}
    choice = models.choice
    return described_models(
        models.estimator,
        models.detector.detector.name,
        choice=choice.detector,
        engine=choice.engine,
        settings=replace(request.settings, detect_every=choice.detect_every),
    )


def _discard(stack: ExitStack) -> None:
    """Leaves the blocks in the way that a failure does, so that no file is created."""
    error = Abandoned()
    with suppress(Exception):
        stack.__exit__(Abandoned, error, None)
