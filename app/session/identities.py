"""Who a face is: tracks, or parts of them, that were put together by hand under one face ID, and names of faces.

The tracker numbers tracks. A person who leaves the picture and returns has two of them, and a track may jump from one
person to another. Identities correct that without changing the table: they say which rows of which track belong to
which face.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from app.errors import DataError
from app.outputs.sorted_rows import SINGLE_FIELDS, FaceTrack, Indices
from app.outputs.table_data import PoseTableData

LAST_FRAME = 99_999_999
"""The last frame that a table can have."""

LONGEST_NAME = 60

_SPACES = re.compile(r"\s+")


class Frames(NamedTuple):
    """A range of frames, both ends inclusive."""

    first: int
    last: int


ALL_FRAMES = Frames(0, LAST_FRAME)


class Assignment(NamedTuple):
    """The rows of a track in some frames belong to this face."""

    track_id: int
    frames: Frames
    face_id: int


@dataclass(frozen=True, slots=True)
class Identities:
    """Which face the rows of each track belong to, and what faces are called.

    `assigned`: sorted, without overlaps; rows that are not in it belong to the face with the track's own ID. `names`:
    by face ID; an empty name stands for none.
    """

    assigned: tuple[Assignment, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def highest_id(self) -> int:
        return max((number for part in self.assigned for number in (part.track_id, part.face_id)), default=0)

    def named(self, face_id: int, name: str) -> Identities:
        return replace(self, names={**self.names, face_id: name})

    def moving(self, face_id: int, to: int, frames: Frames = ALL_FRAMES) -> Identities:
        """The rows of a face in these frames belong to another face. `to` may be a new ID."""
        return self.moving_all([(face_id, to)], frames)

    def moving_all(self, moves: Sequence[tuple[int, int]], frames: Frames = ALL_FRAMES) -> Identities:
        """Several moves at once, so that two faces can change places."""
        targets = dict(moves)
        tracks = sorted({part.track_id for part in self.assigned} | set(targets))
        changed: list[Assignment] = []
        for track_id in tracks:
            for part in self.parts_of(track_id):
                if part.face_id not in targets:
                    changed.append(part)
                    continue
                changed += _cut(part, frames, targets[part.face_id])
        return replace(self, assigned=normalised(changed))

    def parts_of(self, track_id: int) -> Iterator[Assignment]:
        """The parts of a track in order, which cover all frames."""
        after = 0
        for part in self.assigned:
            if part.track_id != track_id:
                continue
            if part.frames.first > after:
                yield Assignment(track_id, Frames(after, part.frames.first - 1), track_id)
            yield part
            after = part.frames.last + 1
        if after <= LAST_FRAME:
            yield Assignment(track_id, Frames(after, LAST_FRAME), track_id)


def normalised(parts: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """The assignments in order, joined where they adjoin, without those of rows to their own track's face.

    Raises ValueError if two overlap, or one is empty.
    """
    joined: list[Assignment] = []
    for part in sorted(parts):
        if part.frames.last < part.frames.first:
            raise ValueError(f"the frames {part.frames.first} to {part.frames.last} are not a range")
        last = joined[-1] if joined else None
        if last is not None and last.track_id == part.track_id:
            if part.frames.first <= last.frames.last:
                raise ValueError(f"frame {part.frames.first} of track {part.track_id} is assigned twice")
            if part.face_id == last.face_id and part.frames.first == last.frames.last + 1:
                joined[-1] = last._replace(frames=Frames(last.frames.first, part.frames.last))
                continue
        joined.append(part)
    return tuple(part for part in joined if part.face_id != part.track_id)


def clean_name(name: str) -> str:
    """The name on one line, without spaces around it, and not too long."""
    printable = "".join(sign for sign in _SPACES.sub(" ", name) if sign.isprintable())
    return printable.strip()[:LONGEST_NAME].strip()


def identified(table: PoseTableData, identities: Identities) -> PoseTableData:
    """The table with a track for each face instead of each track, and with the faces' names.

    Raises DataError if a face would be twice in a frame.
    """
    names = {face_id: name for face_id, name in {**table.names, **identities.names}.items() if name}
    changed = {part.track_id for part in identities.assigned}
    pieces: list[FaceTrack] = []
    for track in table.tracks:
        if track.face_id not in changed:
            pieces.append(track)
            continue
        for part in identities.parts_of(track.face_id):
            start, end = np.searchsorted(track.frame, [part.frames.first, part.frames.last + 1])
            if end > start:
                pieces.append(replace(track.kept(slice(int(start), int(end))), face_id=part.face_id))
    pieces.sort(key=lambda piece: (piece.face_id, int(piece.frame[0])))
    tracks = tuple(
        _joined(face_id, list(own), table.name) for face_id, own in groupby(pieces, key=lambda piece: piece.face_id)
    )
    return replace(table, tracks=tracks, names=names)


def faces_of_rows(table: PoseTableData, identities: Identities) -> Indices:
    """The face ID of each row of the table in the file's order, of shape (rows,)."""
    track_id = table.columns["face_id"].astype(np.int64)
    faces = track_id.copy()
    frame = table.columns["frame"]
    for part in identities.assigned:
        faces[(track_id == part.track_id) & (frame >= part.frames.first) & (frame <= part.frames.last)] = part.face_id
    return faces


def shared_frames(first: FaceTrack, second: FaceTrack) -> Indices:
    """The frames that both are in."""
    return np.intersect1d(first.frame, second.frame, assume_unique=True)


def _cut(part: Assignment, frames: Frames, to: int) -> Iterator[Assignment]:
    """The part of a track with these frames assigned to another face."""
    first, last = max(part.frames.first, frames.first), min(part.frames.last, frames.last)
    if first > last:
        yield part
        return
    if part.frames.first < first:
        yield part._replace(frames=Frames(part.frames.first, first - 1))
    yield Assignment(part.track_id, Frames(first, last), to)
    if last < part.frames.last:
        yield part._replace(frames=Frames(last + 1, part.frames.last))


def _joined(face_id: int, pieces: Sequence[FaceTrack], table: str) -> FaceTrack:
    if len(pieces) == 1:
        return pieces[0]
    names = [field.name for field in fields(FaceTrack) if field.name not in SINGLE_FIELDS]
    columns = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names}
    frame = columns["frame"]
    if (frame[1:] <= frame[:-1]).any():
        order = np.argsort(frame, kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
        frame = columns["frame"]
        if (frame[1:] == frame[:-1]).any():
            twice = int(frame[int((frame[1:] == frame[:-1]).argmax())])
            raise DataError(
                f"By the identities saved with {table}, face {face_id} is twice in frame {twice}.",
                advice="Fix or delete the file. Until then, the faces are those of the table.",
            )
    for column in columns.values():
        column.flags.writeable = False
    return FaceTrack(face_id, **columns, step=pieces[0].step)
