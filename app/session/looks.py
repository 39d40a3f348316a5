"""When a face points at which target: the frames of a track, weighted by how long they last, joined into looks."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.analysis.smoothing import LONGEST_GAP_S
from app.outputs.exclusions import Span, Spans, merged
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData

AWAY = -1
"""The face is visible and points at no target."""
NOT_VISIBLE = -2
"""There is no pose: the face was not found, or frames are missing."""
LEFT_OUT = -3
"""The time is excluded, or outside the ranges that are asked for."""

_LONGEST_FRAMES = 3
"""A frame that lasts longer than this many usual ones, and longer than LONGEST_GAP_S, is followed by a gap."""

_SAME_S = 1e-6
"""Times in text tables have six decimals."""

States = npt.NDArray[np.int64]


class FrameTimes(NamedTuple):
    """When the frames with a face begin and end, of shape (frames,), and the whole table.

    A frame that was measured lasts until the next one. If faceless frames come in between, which tables do not have,
    all of them last equally long. After a gap in the recording, a frame ends as if it had lasted as long as most.
    """

    frame: npt.NDArray[np.int64]
    start_s: Numbers
    end_s: Numbers
    span: Span


class Runs(NamedTuple):
    """One state after the other, without a gap in time: all of shape (runs,).

    `state`: the index of a target, or one of the constants above. `counted_s`: how much of the time from `start_s` to
    `end_s` is spent in the state.
    """

    state: States
    start_s: Numbers
    end_s: Numbers
    counted_s: Numbers


def frame_times(table: PoseTableData) -> FrameTimes:
    frame, start_s = table.clock
    if not len(frame):
        return FrameTimes(frame, start_s, start_s, Span(0.0, 0.0))
    step = table.step
    steps_s = np.diff(start_s) * step / np.diff(frame)
    usual_s = float(np.median(steps_s[steps_s > 0])) if (steps_s > 0).any() else 0.0
    longest_s = max(LONGEST_GAP_S, _LONGEST_FRAMES * usual_s)
    duration_s = np.append(np.where(steps_s > longest_s, usual_s, np.maximum(steps_s, 0.0)), usual_s)
    faceless_before = (int(frame[0]) - table.first_frame) // step
    faceless_after = max(0, table.end_frame - int(frame[-1]) - step) // step
    end_s = start_s + duration_s
    span_end_s = min(float(end_s[-1]) + faceless_after * usual_s, latest_end_s(table))
    span = Span(float(start_s[0]) - faceless_before * usual_s, span_end_s)
    return FrameTimes(frame, start_s, np.minimum(end_s, span_end_s), span)


def latest_end_s(table: PoseTableData) -> float:
    """When the last frame ends at the latest: where only every so many frames were measured, the last measurement is
    about fewer frames if the video ends before the next one."""
    return table.end_s if table.step > 1 else np.inf


def outside(only: Spans) -> Spans:
    """The ranges between these ranges."""
    edges = [-np.inf, *(edge for span in merged(only) for edge in span), np.inf]
    return tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end)


class Rows(NamedTuple):
    """The rows of a track in time, all of shape (N,). `counted_s`: how long each lasts; 0 if it is left out."""

    start_s: Numbers
    end_s: Numbers
    is_left_out: npt.NDArray[np.bool_]
    counted_s: Numbers


def rows_of(track: FaceTrack, times: FrameTimes, left_out: Spans) -> Rows:
    """`left_out`: ranges in order that do not touch. As everywhere, a row's own time says whether it is in one."""
    place = np.searchsorted(times.frame, track.frame)
    start_s, end_s = times.start_s[place], times.end_s[place]
    starts, ends = np.array(left_out, np.float64).reshape(-1, 2).T
    inside = np.searchsorted(starts, start_s, side="right") > np.searchsorted(ends, start_s, side="right")
    return Rows(start_s, end_s, inside, np.where(inside, 0.0, end_s - start_s))


def runs_of(rows: Rows, states: States, times: FrameTimes, left_out: Spans) -> Runs:
    """The states of a face over the whole table. `states`: of each row. `left_out`: as for `rows_of`."""
    start_s, end_s = rows.start_s, rows.end_s
    seen = Runs(np.where(rows.is_left_out, LEFT_OUT, states), start_s, end_s, end_s - start_s)
    gap_start_s, gap_end_s = np.append(times.span.start_s, end_s), np.append(start_s, times.span.end_s)
    length_s = np.maximum(gap_end_s - gap_start_s, 0.0)
    # What is left out of other times than the table's does not matter, and may be endless.
    edges = np.clip(np.array(left_out, np.float64).reshape(-1, 2), *times.span)
    starts, ends = edges[edges[:, 0] < edges[:, 1]].T
    cut_s = np.clip(_covered_s(starts, ends, gap_end_s) - _covered_s(starts, ends, gap_start_s), 0.0, length_s)
    absent = Runs(np.full(len(length_s), NOT_VISIBLE), gap_start_s, gap_end_s, length_s - cut_s)
    cut = Runs(np.full(len(length_s), LEFT_OUT), gap_end_s, gap_end_s, cut_s)
    # Absence and cut before the first row, the first row, absence and cut before the second row, …
    places = [3 * np.arange(len(part.state)) + place for part, place in ((absent, 0), (cut, 1), (seen, 2))]
    order = np.argsort(np.concatenate(places))
    parts = (absent, cut, seen)
    every = Runs(
        np.concatenate([part.state for part in parts])[order],
        np.concatenate([part.start_s for part in parts])[order],
        np.concatenate([part.end_s for part in parts])[order],
        np.concatenate([part.counted_s for part in parts])[order],
    )
    return joined(_at(every, np.flatnonzero(every.counted_s > _SAME_S)))


def _at(runs: Runs, places: npt.NDArray[np.int64]) -> Runs:
    return Runs(runs.state[places], runs.start_s[places], runs.end_s[places], runs.counted_s[places])


def _covered_s(starts: Numbers, ends: Numbers, time_s: Numbers) -> Numbers:
    """How much of the time before each of these is covered by the ranges."""
    if not len(starts):
        return np.zeros(len(time_s))
    before = np.concatenate([[0.0], np.cumsum(ends - starts)])
    place = np.searchsorted(starts, time_s, side="right")
    last = np.maximum(place - 1, 0)
    return np.asarray(
        np.where(place > 0, before[last] + np.minimum(time_s, ends[last]) - starts[last], 0.0), np.float64
    )


def joined(runs: Runs) -> Runs:
    """The same time with neighbours of one state joined."""
    if not len(runs.state):
        return runs
    first = np.flatnonzero(np.concatenate([[True], runs.state[1:] != runs.state[:-1]]))
    last = np.concatenate([first[1:], [len(runs.state)]]) - 1
    return Runs(runs.state[first], runs.start_s[first], runs.end_s[last], np.add.reduceat(runs.counted_s, first))


def bridged(runs: Runs, bridge_s: float) -> Runs:
    """The runs, without interruptions shorter than `bridge_s` between two runs of the same state: these become one.

    The shortest interruption is bridged first. If it pointed elsewhere, its time is counted as the state around it; if
    the face was not visible, its time is not counted. Across time that is left out, nothing is bridged.
    """
    state, counted = runs.state.tolist(), runs.counted_s.tolist()
    before, after = list(range(-1, len(state) - 1)), [*range(1, len(state)), -1]
    waiting = [(length, place) for place, length in enumerate(counted) if length < bridge_s - _SAME_S]
    heapq.heapify(waiting)
    removed = [False] * len(state)
    while waiting:
        length, place = heapq.heappop(waiting)
        left, right = before[place], after[place]
        if removed[place] or length != counted[place] or state[place] == LEFT_OUT or left < 0 or right < 0:
            continue
        if state[left] != state[right] or state[left] < AWAY:
            continue
        counted[left] += (length if state[place] != NOT_VISIBLE else 0.0) + counted[right]
        removed[place] = removed[right] = True
        after[left] = after[right]
        if after[right] >= 0:
            before[after[right]] = left
        if counted[left] < bridge_s - _SAME_S:
            heapq.heappush(waiting, (counted[left], left))
    kept = np.flatnonzero(~np.array(removed, bool))
    end_s = np.append(runs.start_s[kept[1:]], runs.end_s[-1:])
    return Runs(runs.state[kept], runs.start_s[kept], end_s, np.array(counted, np.float64)[kept])
