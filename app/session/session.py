"""The pose tables of one video, viewed together: which faces correspond, and which ranges are excluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from app.errors import UsageError
from app.outputs.exclusions import Span, Spans, within
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.edits import Edits, Step
from app.session.identities import identified
from app.session.matching import TooManyPairsError, partners_of

Kind = Literal["smoothed", "raw", "zero-lag"]
"""Which angles of a table: after the temporal filter, of each frame alone, or smoothed again without delay. For the
last one, the tables must have been through `app.session.smoothing`."""


_LENGTH_FACTOR, _LENGTH_TOLERANCE_S = 1.02, 1.0
"""By how much a table may be longer than its video: some containers know their length only roughly."""

_MANY_TIMES = 100

_RATE_TOLERANCE = 0.02
"""30 and 29.97 frames per second are the same; 24 and 25 are not."""
_ENOUGH_FRAMES = 2000

_MOST_STEPS = 500
"""That can be undone."""

NO_EDITS = Edits()


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One table, or two of the same video, and what people changed. Every change returns a new session.

    `originals`: the tables as they were opened. `tables`: the same, the first one by the identities in `edits`.
    `partners`: for faces of the first table, the same head's face ID in the second. `done`: the changes that can be
    undone, the latest last, each with the edits before it. `undone`: those that can be redone, the next last, each with
    the edits after it.
    """

    tables: tuple[PoseTableData, ...] = ()
    partners: Mapping[int, int] | None = None
    edits: Edits = Edits()
    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    originals: tuple[PoseTableData, ...] = ()

    @property
    def first(self) -> PoseTableData | None:
        return self.tables[0] if self.tables else None

    @property
    def second(self) -> PoseTableData | None:
        return self.tables[1] if len(self.tables) > 1 else None

    @property
    def excluded(self) -> Spans:
        return self.edits.excluded

    @property
    def titles(self) -> tuple[str, ...]:
        """A name for each table, no two the same: the snapshot's, else the file's."""
        names = tuple(table.title for table in self.tables)
        return names if len(set(names)) == len(names) else self.file_names

    @property
    def file_names(self) -> tuple[str, ...]:
        """The file of each table, with its folder only if both have the same name."""
        names = tuple(table.name for table in self.tables)
        return names if len(set(names)) == len(names) else tuple(str(table.path) for table in self.tables)

    @property
    def face_ids(self) -> tuple[int, ...]:
        """The faces of the first table, the one seen longest first."""
        tracks = self.first.tracks if self.first is not None else ()
        return tuple(track.face_id for track in sorted(tracks, key=lambda track: (-len(track), track.face_id)))

    @property
    def stands_alone(self) -> bool:
        """Whether a table is of pictures, in each of which faces are numbered anew."""
        return any(table.stands_alone for table in self.tables)

    def name_of(self, face_id: int) -> str:
        """The face's name, or an empty text."""
        return self.first.names.get(face_id, "") if self.first is not None else ""

    def tracks(self, face_id: int) -> tuple[FaceTrack, ...]:
        """The track of a face in the first table, and that of its partner in the second if it has one."""
        own = self.first.track(face_id) if self.first is not None else None
        partner = (self.partners or {}).get(face_id)
        other = self.second.track(partner) if self.second is not None and partner is not None else None
        return tuple(track for track in (own, other) if track is not None)

    def edited(self, edits: Edits, title: str = "change") -> Session:
        """The session after a change, which `title` names for people; itself if nothing is different.

        If identities change, all rows are sorted into faces anew, which takes a while for long tables. Raises DataError
        if a face would be twice in a frame, UsageError if tables can no longer be compared.
        """
        if edits == self.edits:
            return self
        return self._with_edits(edits, (*self.done, Step(title, self.edits))[-_MOST_STEPS:], ())

    def undo(self) -> Session:
        """The session before the last change; itself if there was none."""
        if not self.done:
            return self
        step = self.done[-1]
        return self._with_edits(step.edits, self.done[:-1], (*self.undone, Step(step.title, self.edits)))

    def redo(self) -> Session:
        """The session with the change that was undone last; itself if there is none."""
        if not self.undone:
            return self
        step = self.undone[-1]
        return self._with_edits(step.edits, (*self.done, Step(step.title, self.edits)), self.undone[:-1])

    def compared_with(self, second: PoseTableData) -> Session:
        """With a second table. Raises UsageError if there are too many faces to be compared."""
        tables = (*self.tables[:1], second)
        return replace(self, tables=tables, partners=_partners(tables), originals=(*self.originals[:1], second))

    def alone(self) -> Session:
        """Without the second table; itself if there is none."""
        if self.second is None:
            return self
        return replace(self, tables=self.tables[:1], originals=self.originals[:1], partners=None)

    def excluding(self, span: Span) -> Session:
        """The session with one more excluded range."""
        return self.edited(self.edits.excluding(span), "exclude a range")

    def including(self, span: Span) -> Session:
        """The session with a range included again, whether all of it or only parts were excluded."""
        return self.edited(self.edits.including(span), "include a range")

    def excluded_at(self, time_s: float) -> Span | None:
        return next((span for span in self.excluded if span.start_s <= time_s < span.end_s), None)

    def kept(self, track: FaceTrack) -> FaceTrack:
        """The track without the rows in excluded ranges."""
        return track.kept(~within(self.excluded, track.time_s))

    def _with_edits(self, edits: Edits, done: tuple[Step, ...], undone: tuple[Step, ...]) -> Session:
        changed = replace(self, edits=edits, done=done, undone=undone)
        if edits.identities == self.edits.identities or not self.originals:
            return changed
        tables = (identified(self.originals[0], edits.identities), *self.tables[1:])
        partners = _partners(tables) if edits.identities.assigned != self.edits.identities.assigned else self.partners
        return replace(changed, tables=tables, partners=partners)


def session_of(tables: Sequence[PoseTableData], edits: Edits = NO_EDITS) -> Session:
    """A session of one or two tables. The first is as it is on disk: its identities are those of `edits`.

    Raises UsageError for more, and for two with too many faces to be compared, DataError if identities do not fit.
    """
    if len(tables) > 2:
        raise UsageError("At most two tables can be compared.", advice="Close one first.")
    shown = (*(identified(table, edits.identities) for table in tables[:1]), *tables[1:])
    return Session(shown, _partners(shown), edits, originals=tuple(tables))


def _partners(tables: Sequence[PoseTableData]) -> Mapping[int, int] | None:
    if len(tables) < 2:
        return None
    if any(table.stands_alone for table in tables):
        return {}  # Faces are numbered in each picture: one ID has other partners in each.
    try:
        return partners_of(tables[0], tables[1])
    except TooManyPairsError as error:
        raise UsageError(
            f"{tables[0].name} and {tables[1].name} cannot be compared: too many of their boxes overlap.",
            advice="Compare tables with fewer faces in a frame.",
        ) from error


def warnings_about(
    session: Session, video: Path | None, video_end_s: float | None = None, video_rate: float | None = None
) -> tuple[str, ...]:
    """Why these tables and the video may not belong together, one sentence each.

    `video_end_s`: where the video ends, on the tables' clock. `video_rate`: its frames per second. None if that is not
    known.
    """
    warnings: list[str] = []
    first, second = session.first, session.second
    if first is not None and second is not None:
        if None not in (first.source_name, second.source_name) and first.source_name != second.source_name:
            warnings.append(f"The tables are of different videos: {first.source_name} and {second.source_name}.")
        if first.reference != second.reference:
            warnings.append(
                "The tables have different neutral poses or signs, so the differences of their angles mean little."
            )
        if session.stands_alone:
            warnings.append(
                "The faces of pictures are numbered in each picture, so the tables are not compared face by face."
            )
        elif first.tracks and second.tracks and not session.partners:
            warnings.append("No face of one table matches a face of the other, so there is nothing to compare.")
    if video is not None and first is not None and first.source_name is not None and not is_made_from(video, first):
        warnings.append(f"The table {first.name} is of the video {first.source_name}, not of {video.name}.")
    if video is not None and video_end_s is not None:
        warnings += [
            sentence
            for table in session.tables
            if (sentence := _beyond_end(table, video.name, video_end_s)) is not None
        ]
    if video is not None and video_rate:
        warnings += [
            sentence
            for table in session.tables
            if (sentence := _of_other_rate(table, video.name, video_rate)) is not None
        ]
    return tuple(warnings)


def _of_other_rate(table: PoseTableData, video: str, rate: float) -> str | None:
    """Only of a table with a constant rate: the average of others depends on where the faces are."""
    if table.is_recording or table.stands_alone:
        return None
    frames, times_s = (column[:_ENOUGH_FRAMES] for column in table.clock)
    if len(frames) < 2 or times_s[-1] <= times_s[0]:
        return None
    steps_s = np.diff(times_s) / np.diff(frames)
    usual_s = (times_s[-1] - times_s[0]) / (frames[-1] - frames[0])
    shortest, longest = np.quantile(steps_s, (0.05, 0.95)) / usual_s
    if shortest < 1 - _RATE_TOLERANCE or longest > 1 + _RATE_TOLERANCE or abs(usual_s * rate - 1) <= _RATE_TOLERANCE:
        return None
    return (
        f"The table {table.name} has {1 / usual_s:.4g} frames per second, but {video} has {rate:.4g}. Faces are drawn "
        "by their times, and frame numbers are those of the table."
    )


def _beyond_end(table: PoseTableData, video: str, end_s: float) -> str | None:
    if table.duration_s <= end_s * _LENGTH_FACTOR + _LENGTH_TOLERANCE_S:
        return None
    text = f"The table {table.name} goes on until {table.duration_s:.1f} s, but {video} ends at {end_s:.1f} s"
    milliseconds = table.duration_s > _MANY_TIMES * end_s
    reason = "its times may be in milliseconds" if milliseconds else "it may be of another video"
    return f"{text}: {reason}."


def is_original(video: Path, table: PoseTableData) -> bool:
    """Whether the video is the one that was analysed, with nothing drawn on it; true if that is not known."""
    if table.is_recording:
        return False
    return table.source_name is None or video.name == table.source_name


def is_made_from(video: Path, table: PoseTableData) -> bool:
    """Whether the video may be the one that was analysed or an annotated copy: the name of one starts with that of the
    other, or the video is named like the table."""
    if is_original(video, table):
        return True
    stem = Path(table.source_name or "").stem
    return video.stem.startswith((stem, table.path.stem)) or stem.startswith(video.stem)
