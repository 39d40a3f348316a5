"""Corrections of faces in a session: one person's tracks are merged, a track is divided, faces get names.

Each function returns the edits after the correction, for `Session.edited`, and raises UsageError, with the reason, if
it is not possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.errors import UsageError
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.edits import Edits
from app.session.identities import ALL_FRAMES, LAST_FRAME, Frames, Identities, clean_name, shared_frames
from app.session.session import Session

_ROUNDING_S = 1e-6
"""Text tables have times with six decimals."""


def face_text(names: Mapping[int, str], face_id: int) -> str:
    """What a face is called: “Anna (face 2)” or “face 2”."""
    name = names.get(face_id, "")
    return f"{name} (face {face_id})" if name else f"face {face_id}"


def frames_between(table: PoseTableData, start_s: float = -np.inf, end_s: float = np.inf) -> Frames:
    """The frames with start_s ≤ time < end_s."""
    frame, time_s = table.clock
    first, end = np.searchsorted(time_s, [start_s - _ROUNDING_S, end_s - _ROUNDING_S])
    beginning = 0 if first == 0 else int(frame[first]) if first < len(frame) else LAST_FRAME
    return Frames(beginning, LAST_FRAME if end >= len(frame) else int(frame[end]) - 1)


def new_face_id(session: Session) -> int:
    """An ID that no face and no track has."""
    table = _table(session)
    tracks = session.originals[0].tracks or table.tracks
    return max(0, *(track.face_id for track in tracks), session.edits.identities.highest_id, *table.names) + 1


def merge_faces(session: Session, face_ids: Sequence[int]) -> Edits:
    """All these faces are one person. The result has the lowest ID, and the name that one of them has."""
    table = _table(session)
    chosen = sorted(set(face_ids))
    if len(chosen) < 2:
        raise UsageError("There is only one face to merge.", advice="Select two or more faces of the same person.")
    tracks = [_track(session, face_id) for face_id in chosen]
    for place, own in enumerate(tracks):
        for other in tracks[:place]:
            _refuse_shared(table, other, own)
    named = {name: face_id for face_id in chosen if (name := table.names.get(face_id, ""))}
    if len(named) > 1:
        first, second = list(named.values())[:2]
        raise UsageError(
            f"{_start(face_text(table.names, first))} and {face_text(table.names, second)} have different names.",
            advice="If they are the same person, give them the same name or remove one, and merge them then.",
        )
    target, *others = chosen
    identities = session.edits.identities.moving_all([(face_id, target) for face_id in others])
    for face_id in others:
        if face_id in table.names:
            identities = identities.named(face_id, "")
    if named:
        identities = identities.named(target, next(iter(named)))
    events = tuple(
        replace(event, face_id=target) if event.face_id in others else event for event in session.edits.events
    )
    return replace(session.edits, identities=identities, events=events)


def reassign_face(session: Session, face_id: int, to: int | None = None, frames: Frames = ALL_FRAMES) -> Edits:
    """The rows of a face in these frames belong to another face; None: to a new one."""
    table = _table(session)
    part = _part(session, face_id, frames)
    if to is None:
        to = new_face_id(session)
        if len(part) == len(_track(session, face_id)):
            raise UsageError(
                f"All of {face_text(table.names, face_id)} is in this range, so nothing of it would be left.",
                advice="Choose a range, or go to a time, in which the face changes from one person to another.",
            )
    else:
        other = table.track(to)
        if other is not None and to != face_id:
            _refuse_shared(table, part, other)
    return _moved(session, [(face_id, to)], frames)


def swap_faces(session: Session, first: int, second: int, frames: Frames = ALL_FRAMES) -> Edits:
    """Two faces change places in these frames, as after a tracker mistook each for the other."""
    if first == second:
        raise UsageError("A face cannot be swapped with itself.", advice="Choose two faces.")
    tracks = [_track(session, face_id) for face_id in (first, second)]
    if not any(len(track.kept(_inside(track, frames))) for track in tracks):
        raise UsageError("Neither of the two faces is in this range.", advice="Choose another range.")
    return _moved(session, [(first, second), (second, first)], frames)


def name_face(session: Session, face_id: int, name: str) -> Edits:
    """The face gets a name; an empty one removes it."""
    table = _table(session)
    _track(session, face_id)
    name = clean_name(name)
    same = [other for other, known in table.names.items() if known.casefold() == name.casefold() and table.track(other)]
    if name and any(other != face_id for other in same):
        taken = next(other for other in same if other != face_id)
        raise UsageError(
            f"Face {taken} is called {name} already.",
            advice="Choose another name. If both are the same person, select both and choose “Same person”.",
        )
    if name == table.names.get(face_id, ""):
        return session.edits
    return replace(session.edits, identities=session.edits.identities.named(face_id, name))


def restore_faces(session: Session) -> Edits:
    """The faces of the table as it is on disk, but with the names that were given."""
    return replace(session.edits, identities=Identities(names=session.edits.identities.names))


def _moved(session: Session, moves: Sequence[tuple[int, int]], frames: Frames) -> Edits:
    return replace(session.edits, identities=session.edits.identities.moving_all(moves, frames))


def _table(session: Session) -> PoseTableData:
    if session.first is None:
        raise UsageError("There is no table.", advice="Open a pose table first.")
    if session.first.stands_alone:
        raise UsageError(
            "The faces of pictures are numbered in each picture, so one number is not one person.",
            advice="Names, merging, splitting and moving need a video.",
        )
    return session.first


def _track(session: Session, face_id: int) -> FaceTrack:
    track = _table(session).track(face_id)
    if track is None:
        raise UsageError(f"There is no face {face_id} in the table.", advice="Choose another face.")
    return track


def _inside(track: FaceTrack, frames: Frames) -> slice:
    start, end = np.searchsorted(track.frame, [frames.first, frames.last + 1])
    return slice(int(start), int(end))


def _part(session: Session, face_id: int, frames: Frames) -> FaceTrack:
    track = _track(session, face_id)
    part = track.kept(_inside(track, frames))
    if not len(part):
        name = face_text(_table(session).names, face_id)
        raise UsageError(f"{_start(name)} is not in this range.", advice="Choose another range or another face.")
    return part


def _refuse_shared(table: PoseTableData, first: FaceTrack, second: FaceTrack) -> None:
    shared = shared_frames(first, second)
    if not len(shared):
        return
    row = first.at(int(shared[0]))
    time_s = float(first.time_s[row]) if row is not None else 0.0
    one, other = face_text(table.names, first.face_id), face_text(table.names, second.face_id)
    together = "1 frame" if len(shared) == 1 else f"{len(shared):,} frames"
    raise UsageError(
        f"{_start(one)} and {other} are both in {together}, first in frame {shared[0]} at {time_s:.2f} s, so they "
        "cannot be the same person there.",
        advice="Split or swap them where the track jumps from one person to the other.",
    )


def _start(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]
