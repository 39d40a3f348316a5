"""Events in a video: moments and ranges of time with a label, as an annotator marks them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.outputs.exclusions import Span, Spans, merged
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FrameClock, Indices

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
    names = {label.name for label in labels}
    for event in events:
        if event.label not in names:
            names.add(event.label)
            known.append(next_label(known, event.label))
    return tuple(known)


def frames_of(events: Sequence[Event], clock: FrameClock) -> Indices | None:
    """The first and last frame of each event, of shape (N, 2); None for a table with fewer than two frames.

    A moment is in one frame. Frames without a face are not in the table: their times are interpolated.
    """
    if len(clock.frame) < 2:
        return None
    start_s, end_s = np.array([event.span for event in events], np.float64).reshape(-1, 2).T
    moment = start_s == end_s
    frame, time_s = clock.frame.astype(np.float64), clock.time_s
    shown = np.floor(_interpolated(start_s + _SAME_S, time_s, frame))
    first = np.where(moment, shown, np.ceil(_interpolated(start_s - _SAME_S, time_s, frame)))
    after = np.where(moment, shown + 1, np.ceil(_interpolated(end_s - _SAME_S, time_s, frame)))
    frames = np.maximum(0, np.stack([first, np.maximum(first, after - 1)], axis=1))
    return np.asarray(frames, np.int64)


def time_of_frame(frame: float, clock: FrameClock) -> float | None:
    """When a frame is shown; None for a table with fewer than two frames."""
    frames, times = clock
    if len(frames) < 2:
        return None
    return float(_interpolated(np.array([frame]), frames.astype(np.float64), times)[0])


def _order(event: Event) -> tuple[float, float, str, int, str]:
    return event.start_s, event.end_s, event.label, -1 if event.face_id is None else event.face_id, event.note


def _interpolated(x: Numbers, xs: Numbers, ys: Numbers) -> Numbers:
    """Linear between the samples, and beyond them with their average slope."""
    slope = (ys[-1] - ys[0]) / (xs[-1] - xs[0]) if xs[-1] > xs[0] else 0.0
    y = np.interp(x, xs, ys)
    y = np.where(x < xs[0], ys[0] + (x - xs[0]) * slope, y)
    return np.asarray(np.where(x > xs[-1], ys[-1] + (x - xs[-1]) * slope, y))
