"""Which frames of a source an export reads, which of them it measures, and what the others show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from fractions import Fraction

from app.errors import UsageError
from app.export.task import ExportTask, no_frame_from
from app.export.together import SeveralAtOnce
from app.frames import Analysis, Frame
from app.threads.signals import Stop
from app.video import Source, SourceFacts
from app.video.facts import Sampled


class EveryKth:
    """Analyses the frames whose number is a multiple of `k`. Others show the faces of the last one before them.

    What was measured is held, and neither moved nor interpolated: every number in an annotated video is one of its
    table. Before the first measurement there are no faces. Implements `SeveralAtOnce`. Thread: one at a time.
    """

    def __init__(self, analyze: Callable[[Frame], Analysis], k: int) -> None:
        self._analyze, self._k = analyze, k
        self._last: Analysis | None = None

    @property
    def frames_at_once(self) -> int:
        return self._analyze.frames_at_once if isinstance(self._analyze, SeveralAtOnce) else 1

    def __call__(self, frame: Frame) -> Analysis:
        (analysis,) = self.several((frame,))
        return analysis

    def several(self, frames: Sequence[Frame]) -> Sequence[Analysis]:
        measured = iter(self._analyzed([frame for frame in frames if self._is_measured(frame)]))
        return [next(measured) if self._is_measured(frame) else self._held(frame) for frame in frames]

    def _analyzed(self, frames: Sequence[Frame]) -> Iterator[Analysis]:
        if len(frames) > 1 and isinstance(self._analyze, SeveralAtOnce):
            analyses: Sequence[Analysis] = self._analyze.several(frames)
        else:
            analyses = [self._analyze(frame) for frame in frames]
        for analysis in analyses:
            self._last = analysis
            yield analysis

    def _is_measured(self, frame: Frame) -> bool:
        return frame.index % self._k == 0

    def _held(self, frame: Frame) -> Analysis:
        if self._last is None:
            return Analysis(frame, (), is_held=True)
        return Analysis(frame, self._last.faces, detector=self._last.detector, is_held=True)


def check_measured(count: int, *, every: int, since: Fraction, until: Fraction | None) -> None:
    """Raises UsageError if no frame of a part of a video was measured, because the part is too short for that."""
    if count or every == 1:
        return
    end = "the end" if until is None else f"{float(until):g} s"
    raise UsageError(
        f"No frame from {float(since):g} s to {end} is measured: none has a number that is a multiple of {every}.",
        advice="Choose a longer part, or measure more frames.",
    )


def frames_of(task: ExportTask, source: Source, stop: Stop, *, every: int = 1) -> Iterator[Frame]:
    """The source's frames from `since` on and before `until`, with their own numbers and times.

    `every`: only those whose number is a multiple of it, which may be none.
    """
    frames = _every_nth(source, every, task.since, wanted=lambda: not stop.requested)
    last: Frame | None = None
    with closing(frames):  # type: ignore[type-var]
        for frame in frames:
            if task.until is not None and frame.time >= task.until:
                last = None
                break
            if frame.time < task.since:
                last = frame
                continue
            last = None
            yield frame
    if last is not None and every == 1 and not stop.requested:
        raise no_frame_from(task, last.time)


def _every_nth(source: Source, n: int, start: Fraction, *, wanted: Callable[[], bool]) -> Iterator[Frame]:
    if n == 1:
        return source.frames(start, wanted=wanted)
    if isinstance(source, Sampled):
        return source.every_nth(n, start, wanted=wanted)
    return (frame for frame in source.frames(start, wanted=wanted) if frame.index % n == 0)


def number_of(frames: int | None, every: int) -> int | None:
    """How many of so many frames are measured, about."""
    return None if frames is None else -(-frames // every)


def expected_frames(task: ExportTask, facts: SourceFacts) -> int | None:
    """About how many frames the task has; None if that is unknown."""
    count, end = facts.frame_count, facts.end
    if not task.since and task.until is None:
        return count
    ends = [time for time in (end, task.until) if time is not None]
    if not ends:
        return None
    expected = max(1, round((min(ends) - task.since) * facts.frame_rate))
    return expected if count is None else min(expected, count)
