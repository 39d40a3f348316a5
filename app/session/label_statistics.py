"""How often and how long the labels of a session's events hold, and in which frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.outputs.exclusions import Span, Spans, merged, within
from app.outputs.sorted_rows import Indices
from app.outputs.table_data import PoseTableData
from app.session.events import Event, frames_of, time_of_frame
from app.session.looks import latest_end_s
from app.session.session import Session

_SAME_S = 0.004
"""Times of a frame in a video and in its table differ by less."""


@dataclass(frozen=True, slots=True)
class LabelStatistics:
    """One label. `count`: its events that are not excluded. `total_s`: how long it holds, without what is excluded, and
    with overlaps counted once. `share`: of all time that is not excluded, from 0 to 1."""

    label: str
    count: int
    total_s: float
    share: float


def label_statistics(session: Session, face_id: int | None = None) -> tuple[LabelStatistics, ...]:
    """Each label in the order of the session's labels. `face_id`: only events of this face and of no face."""
    whole = (analysed_span(session.first),) if session.first is not None else ()
    length_s = _length(whole) - _length(_common(whole, session.excluded))
    rows: list[LabelStatistics] = []
    for label in session.edits.labels:
        events = events_of(session, label.name, face_id)
        spans = _common(merged(event.span for event in events), whole)
        total_s = _length(spans) - _length(_common(spans, session.excluded))
        share = min(1.0, total_s / length_s) if length_s > 0 else 0.0
        rows.append(LabelStatistics(label.name, len(events), total_s, share))
    return tuple(rows)


def events_of(session: Session, label: str, face_id: int | None = None) -> tuple[Event, ...]:
    """The events with a label that do not lie in an excluded range as a whole. `face_id`: as in `label_statistics`."""
    chosen = (
        event
        for event in session.edits.events
        if event.label == label and (face_id is None or event.face_id in (None, face_id))
    )
    return tuple(event for event in chosen if not _is_excluded(event, session.excluded))


def frames_with_label(
    session: Session, table: PoseTableData, frame: Indices, label: str, face_id: int | None = None
) -> npt.NDArray[np.bool_]:
    """Which of the measured frames, of shape (N,) and in order, are in an event with this label.

    A moment is in one frame: the last one that was measured.
    """
    events = events_of(session, label, face_id)
    frames = frames_of(events, table.clock)
    if frames is None:
        return np.zeros(len(frame), bool)
    moments = np.array([event.is_moment for event in events], bool)
    frames[moments] -= frames[moments] % table.step
    # Each event adds 1 where it starts, and takes it away where it ends: in between, the sum is more than 0.
    steps = np.zeros(len(frame) + 1, np.int64)
    np.add.at(steps, np.searchsorted(frame, frames[:, 0]), 1)
    np.add.at(steps, np.searchsorted(frame, frames[:, 1] + 1), -1)
    return np.asarray(np.cumsum(steps)[:-1] > 0)


def analysed_span(table: PoseTableData) -> Span:
    """From the first frame that was analysed to the end of the last one."""
    frame = table.clock.frame
    if len(frame) < 2:
        return Span(0.0, table.duration_s)
    start, end = (time_of_frame(edge, table.clock) for edge in (table.first_frame, table.end_frame))
    return Span(start or 0.0, min(end or 0.0, latest_end_s(table)))


def range_end(session: Session, time_s: float) -> float:
    """Where a range ends whose end is marked in the frame at this time: before that frame, but behind the last one,
    which would be in no range otherwise."""
    table = session.first
    if table is None:
        return time_s
    span = analysed_span(table)
    period_s = (span.end_s - span.start_s) / max(1, table.end_frame - table.first_frame)
    measured_s = time_of_frame(table.end_frame - table.step, table.clock) or 0.0
    # With every frame measured, both are the same frame.
    last = (measured_s, span.end_s - period_s)
    is_last = any(start - _SAME_S <= time_s < start + period_s - _SAME_S for start in last)
    return span.end_s if is_last else time_s


def _is_excluded(event: Event, excluded: Spans) -> bool:
    if event.is_moment:
        return bool(within(excluded, np.array([event.start_s]))[0])
    return any(span.start_s <= event.start_s and event.end_s <= span.end_s for span in excluded)


def _common(first: Iterable[Span], second: Iterable[Span]) -> Spans:
    """The time in both."""
    others = tuple(second)
    return merged(
        Span(max(one.start_s, other.start_s), min(one.end_s, other.end_s)) for one in first for other in others
    )


def _length(spans: Iterable[Span]) -> float:
    return sum(span.end_s - span.start_s for span in spans)
