"""A video's pose tables looked at together: which faces correspond, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.errors import UsageError
from app.outputs.exclusions import Span, Spans, merged, within
from app.outputs.reading import write_filtered
from app.outputs.table_data import FaceTrack, Numbers, PoseTableData

Kind = Literal["smoothed", "raw"]
"""Which of a table's angles: after the temporal filter, or of each frame alone."""

LEAST_OVERLAP = 0.3
"""Faces of two tables are one where their boxes overlap so much on average (intersection over union): two detectors
draw their boxes differently, but not on different heads."""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One table, or two of the same video, and the stretches that statistics leave out.

    `partners` gives for a face of the first table the number that the second has for the same head. `history` is what
    was excluded before each change, the latest last. All changes give a new value.
    """

    tables: tuple[PoseTableData, ...] = ()
    partners: Mapping[int, int] | None = None
    excluded: Spans = ()
    history: tuple[Spans, ...] = ()

    @property
    def first(self) -> PoseTableData | None:
        return self.tables[0] if self.tables else None

    @property
    def second(self) -> PoseTableData | None:
        return self.tables[1] if len(self.tables) > 1 else None

    @property
    def face_ids(self) -> tuple[int, ...]:
        """The first table's faces, those seen longest first."""
        tracks = self.first.tracks if self.first is not None else ()
        return tuple(track.face_id for track in sorted(tracks, key=lambda track: (-len(track), track.face_id)))

    def tracks(self, face_id: int) -> tuple[FaceTrack, ...]:
        """The way of a face in the first table, and of its partner in the second where it has one."""
        own = self.first.track(face_id) if self.first is not None else None
        partner = (self.partners or {}).get(face_id)
        other = self.second.track(partner) if self.second is not None and partner is not None else None
        return tuple(track for track in (own, other) if track is not None)

    def excluding(self, span: Span) -> Session:
        """With one more stretch left out."""
        return self._changed(merged((*self.excluded, Span(min(span), max(span)))))

    def including(self, span: Span) -> Session:
        """With a stretch back in, whether it was left out as a whole or in parts."""
        parts: list[Span] = []
        for kept in self.excluded:
            parts += [
                Span(kept.start_s, min(kept.end_s, span.start_s)),
                Span(max(kept.start_s, span.end_s), kept.end_s),
            ]
        return self._changed(merged(parts))

    def including_all(self) -> Session:
        return self._changed(())

    def undone(self) -> Session:
        """As before the last change; itself where there was none."""
        return replace(self, excluded=self.history[-1], history=self.history[:-1]) if self.history else self

    def excluded_at(self, time_s: float) -> Span | None:
        return next((span for span in self.excluded if span.start_s <= time_s < span.end_s), None)

    def kept(self, track: FaceTrack) -> FaceTrack:
        """The course without its excluded rows."""
        return track.kept(~within(self.excluded, track.time_s))

    def _changed(self, excluded: Spans) -> Session:
        if excluded == self.excluded:
            return self
        return replace(self, excluded=excluded, history=(*self.history, self.excluded))


def session_of(tables: Sequence[PoseTableData], excluded: Spans = ()) -> Session:
    """A session of one or two tables. Raises UsageError for more."""
    if len(tables) > 2:
        raise UsageError("Two tables can be compared, not more.", advice="Close one first.")
    partners = partners_of(tables[0], tables[1]) if len(tables) == 2 else None
    return Session(tuple(tables), partners, excluded)


def partners_of(first: PoseTableData, second: PoseTableData) -> dict[int, int]:
    """For each face of the first table the same head's number in the second, where it has one.

    Two faces are the same head where their boxes overlap in the frames that have both. Of all ways to pair them the one
    with the largest overlap in all is taken, so that one long common way counts more than a short chance meeting.
    """
    from scipy.optimize import linear_sum_assignment

    shared, frames = _overlaps(first, second)
    mean = np.divide(shared, frames, out=np.zeros_like(shared), where=frames > 0)
    shared[mean < LEAST_OVERLAP] = 0
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return {
        first.tracks[row].face_id: second.tracks[column].face_id
        for row, column in zip(rows, columns, strict=True)
        if shared[row, column] > 0
    }


def _overlaps(first: PoseTableData, second: PoseTableData) -> tuple[Numbers, Numbers]:
    """The sum of overlaps, and the number of common frames, for each pair of faces: both of shape (faces, faces)."""
    shape = len(first.tracks), len(second.tracks)
    shared, frames = np.zeros(shape), np.zeros(shape)
    if 0 in shape:
        return shared, frames
    frame_a, box_a, place_a = _by_frame(first)
    frame_b, box_b, place_b = _by_frame(second)
    # Every row of the first with every row of the second in the same frame, without a loop over frames.
    start, end = np.searchsorted(frame_b, frame_a, "left"), np.searchsorted(frame_b, frame_a, "right")
    count = end - start
    a = np.repeat(np.arange(len(frame_a)), count)
    b = np.arange(len(a)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)
    places = place_a[a], place_b[b]
    np.add.at(shared, places, _overlap(box_a[a], box_b[b]))
    np.add.at(frames, places, 1.0)
    return shared, frames


def _by_frame(table: PoseTableData) -> tuple[npt.NDArray[np.int64], Numbers, npt.NDArray[np.int64]]:
    frame = np.concatenate([track.frame for track in table.tracks])
    box = np.concatenate([track.box for track in table.tracks])
    place = np.repeat(np.arange(len(table.tracks)), [len(track) for track in table.tracks])
    order = np.argsort(frame, kind="stable")
    return frame[order], box[order], place[order]


def _overlap(a: Numbers, b: Numbers) -> Numbers:
    """Intersection over union of boxes in pairs, each of shape (N, 4)."""
    sides = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None)
    shared = sides.prod(axis=1)
    union = (a[:, 2:] - a[:, :2]).prod(axis=1) + (b[:, 2:] - b[:, :2]).prod(axis=1) - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float64)


def warnings_about(session: Session, video: Path | None) -> tuple[str, ...]:
    """What may be wrong with looking at these together, a sentence each."""
    told: list[str] = []
    first, second = session.first, session.second
    if first is not None and second is not None:
        if None not in (first.source_name, second.source_name) and first.source_name != second.source_name:
            told.append(f"The tables are of different videos: {first.source_name} and {second.source_name}.")
        if first.reference != second.reference:
            told.append("The tables tell angles by different neutral poses or signs; their differences mean little.")
        if first.tracks and second.tracks and not session.partners:
            told.append("No face of one table is where a face of the other is, so there is nothing to compare.")
    if video is not None and first is not None and first.source_name is not None and not is_made_from(video, first):
        told.append(f"The table {first.name} is of the video {first.source_name}, not of {video.name}.")
    return tuple(told)


def is_original(video: Path, table: PoseTableData) -> bool:
    """Whether the video is the one that was analysed, with nothing drawn on it; so too where nobody knows."""
    if table.is_recording:
        return False
    return table.source_name is None or video.name == table.source_name


def is_made_from(video: Path, table: PoseTableData) -> bool:
    """Whether the video may be the analysed one or an annotated copy: one's name begins with the other's, or it lies
    beside the table under its name."""
    if is_original(video, table):
        return True
    stem = Path(table.source_name or "").stem
    return video.stem.startswith((stem, table.path.stem)) or stem.startswith(video.stem)


def save_filtered(session: Session, path: Path) -> int:
    """Writes the first table without the excluded rows, and gives the number of rows that stayed.

    Raises UsageError without a table or onto the table itself, OutputError where the place cannot be written.
    """
    table = session.first
    if table is None:
        raise UsageError("There is no table to save.", advice="Open one first.")
    if path.resolve() == table.path.resolve():
        raise UsageError(f"{path.name} is the table itself.", advice="Choose another name; a table is never changed.")
    return write_filtered(table, path, ~within(session.excluded, table.columns["time_s"]))
