"""The pose tables of one video, viewed together: which faces correspond, and which ranges are excluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from app.errors import UsageError
from app.outputs.exclusions import Span, Spans, merged, within
from app.outputs.reading import write_filtered
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.matching import TooManyPairsError, partners_of

Kind = Literal["smoothed", "raw"]
"""Which angles of a table: after the temporal filter, or of each frame alone."""


_LENGTH_FACTOR, _LENGTH_TOLERANCE_S = 1.02, 1.0
"""By how much a table may be longer than its video: some containers know their length only roughly."""

_MANY_TIMES = 100


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One table, or two of the same video, and the ranges that are excluded from statistics.

    `partners`: for faces of the first table, the same head's face ID in the second. `history`: the excluded ranges
    before each change, the latest last. Every change returns a new session.
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
        """The faces of the first table, the one seen longest first."""
        tracks = self.first.tracks if self.first is not None else ()
        return tuple(track.face_id for track in sorted(tracks, key=lambda track: (-len(track), track.face_id)))

    def tracks(self, face_id: int) -> tuple[FaceTrack, ...]:
        """The track of a face in the first table, and that of its partner in the second if it has one."""
        own = self.first.track(face_id) if self.first is not None else None
        partner = (self.partners or {}).get(face_id)
        other = self.second.track(partner) if self.second is not None and partner is not None else None
        return tuple(track for track in (own, other) if track is not None)

    def excluding(self, span: Span) -> Session:
        """The session with one more excluded range."""
        return self._changed(merged((*self.excluded, Span(min(span), max(span)))))

    def including(self, span: Span) -> Session:
        """The session with a range included again, whether all of it or only parts were excluded."""
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
        """The session before the last change; itself if there was none."""
        return replace(self, excluded=self.history[-1], history=self.history[:-1]) if self.history else self

    def excluded_at(self, time_s: float) -> Span | None:
        return next((span for span in self.excluded if span.start_s <= time_s < span.end_s), None)

    def kept(self, track: FaceTrack) -> FaceTrack:
        """The track without the rows in excluded ranges."""
        return track.kept(~within(self.excluded, track.time_s))

    def _changed(self, excluded: Spans) -> Session:
        if excluded == self.excluded:
            return self
        return replace(self, excluded=excluded, history=(*self.history, self.excluded))


def session_of(tables: Sequence[PoseTableData], excluded: Spans = ()) -> Session:
    """A session of one or two tables. Raises UsageError for more, and for two with too many faces to be compared."""
    if len(tables) > 2:
        raise UsageError("At most two tables can be compared.", advice="Close one first.")
    try:
        partners = partners_of(tables[0], tables[1]) if len(tables) == 2 else None
    except TooManyPairsError as error:
        raise UsageError(
            f"{tables[0].name} and {tables[1].name} cannot be compared: too many of their boxes overlap.",
            advice="Compare tables with fewer faces in a frame.",
        ) from error
    return Session(tuple(tables), partners, excluded)


def warnings_about(session: Session, video: Path | None, video_end_s: float | None = None) -> tuple[str, ...]:
    """Why these tables and the video may not belong together, one sentence each.

    `video_end_s`: where the video ends, on the tables' clock; None if that is not known.
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
        if first.tracks and second.tracks and not session.partners:
            warnings.append("No face of one table matches a face of the other, so there is nothing to compare.")
    if video is not None and first is not None and first.source_name is not None and not is_made_from(video, first):
        warnings.append(f"The table {first.name} is of the video {first.source_name}, not of {video.name}.")
    if video is not None and video_end_s is not None:
        warnings += [
            sentence
            for table in session.tables
            if (sentence := _beyond_end(table, video.name, video_end_s)) is not None
        ]
    return tuple(warnings)


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


def save_filtered(session: Session, path: Path) -> int:
    """Writes the first table without the rows in excluded ranges, and returns the number of rows written.

    Raises UsageError if there is no table or `path` is the table itself, OutputError if the file cannot be written.
    """
    table = session.first
    if table is None:
        raise UsageError("There is no table to save.", advice="Open one first.")
    if path.resolve() == table.path.resolve():
        raise UsageError(
            f"{path.name} is the table itself.", advice="Choose another name. Tables are never overwritten."
        )
    return write_filtered(table, path, ~within(session.excluded, table.columns["time_s"]))
