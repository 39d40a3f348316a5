"""Events in a video: moments and ranges of time with a label, as an annotator marks them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.outputs.exclusions import Span, Spans, merged
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FrameClock

KEYS = tuple("123456789")
"""The digits that can mark an event."""

COLOURS = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#CC79A7",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#9467BD",
    "#8C8C8C",
)
"""Of labels, in the order in which they are added; all but the last two can be told apart with every kind of colour
vision. Source: Okabe and Ito, Color Universal Design, 2008."""

LONGEST_NOTE = 1000

DECIMALS = 6
"""Of times in seconds, as in tables."""

_SAME_S = 0.0006
"""Times that were rounded to milliseconds by hand are still those of a frame."""

_ROUNDING_S = 2e-6
"""Times of a table and of an event that differ by no more are the same."""


@dataclass(frozen=True, slots=True)
class Label:
    """What events can be called. `colour`: #RRGGBB. `key`: a digit from 1 to 9, or empty. `ranges`: whether its key
    starts and ends ranges; otherwise it marks moments."""

    name: str
    colour: str
    key: str = ""
    ranges: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """A moment, whose end is its start, or a range that ends before `end_s`. Seconds of the table's time.

    `face_id`: the face that it is about; None: no face in particular.
    """

    start_s: float
    end_s: float
    label: str
    face_id: int | None = None
    note: str = ""

    @property
    def is_moment(self) -> bool:
        return self.end_s == self.start_s

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


Events = tuple[Event, ...]


def in_order(events: Iterable[Event]) -> Events:
    """The events by their start, each once."""
    return tuple(sorted(set(events), key=_order))


def spans_of(events: Iterable[Event], label: str, face_id: int | None = None) -> Spans:
    """When a label holds: its ranges, joined where they overlap. Of a face: its own and those of no face."""
    return merged(
        Span(event.start_s - _ROUNDING_S, event.end_s - _ROUNDING_S)
        for event in events
        if event.label == label and not event.is_moment and (face_id is None or event.face_id in (None, face_id))
    )


def following(events: Sequence[Event], time_s: float) -> Event | None:
    """The first event that starts after this time."""
    return next((event for event in events if event.start_s > time_s + 1e-6), None)


def preceding(events: Sequence[Event], time_s: float) -> Event | None:
    """The last event that starts before this time."""
    return next((event for event in reversed(events) if event.start_s < time_s - 1e-6), None)


def next_label(labels: Sequence[Label], name: str = "") -> Label:
    """A new label with the first colour and key that no other has."""
    colours = [colour for colour in COLOURS if colour not in {label.colour for label in labels}]
    keys = [key for key in KEYS if key not in {label.key for label in labels}]
    return Label(name, colours[0] if colours else COLOURS[len(labels) % len(COLOURS)], keys[0] if keys else "")


def with_labels_of(labels: Sequence[Label], events: Iterable[Event]) -> tuple[Label, ...]:
    """The labels, and one more for each that only events have."""
    known = list(labels)
    for event in events:
        if event.label not in {label.name for label in known}:
            new = next_label(known, event.label)
            known.append(new)
    return tuple(known)


def frames_of(event: Event, clock: FrameClock) -> tuple[int, int] | None:
    """The first and last frame of an event; None for a table with fewer than two frames.

    Frames without a face are not in the table: their times are interpolated.
    """
    if len(clock.frame) < 2:
        return None
    if event.is_moment:
        moment = max(0, math.floor(_frame_at(event.start_s + _SAME_S, clock)))
        return moment, moment
    first, end = (max(0, math.ceil(_frame_at(edge - _SAME_S, clock))) for edge in event.span)
    return first, max(first, end - 1)


def time_of_frame(frame: float, clock: FrameClock) -> float | None:
    """When a frame is shown; None for a table with fewer than two frames."""
    frames, times = clock
    if len(frames) < 2:
        return None
    return _interpolated(frame, frames.astype(np.float64), times)


def _order(event: Event) -> tuple[float, float, str, int, str]:
    return event.start_s, event.end_s, event.label, -1 if event.face_id is None else event.face_id, event.note


def _frame_at(time_s: float, clock: FrameClock) -> float:
    return _interpolated(time_s, clock.time_s, clock.frame.astype(np.float64))


def _interpolated(x: float, xs: Numbers, ys: Numbers) -> float:
    """Linear between the samples, and beyond them with their average slope."""
    slope = (ys[-1] - ys[0]) / (xs[-1] - xs[0]) if xs[-1] > xs[0] else 0.0
    if x < xs[0]:
        return float(ys[0] + (x - xs[0]) * slope)
    if x > xs[-1]:
        return float(ys[-1] + (x - xs[-1]) * slope)
    return float(np.interp(x, xs, ys))
