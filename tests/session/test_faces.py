from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DataError, UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.reading import read_pose_table
from app.outputs.table_data import PoseTableData
from app.outputs.tables import open_pose_table
from app.session.events import Event, Label
from app.session.faces import (
    frames_between,
    merge_faces,
    name_face,
    new_face_id,
    reassign_face,
    restore_faces,
    swap_faces,
)
from app.session.identities import LAST_FRAME, Frames, Identities, faces_of_rows, identified
from app.session.identity_files import session_in, session_path, session_text
from app.session.session import Session, session_of
from app.session.storage import read_edits, read_session, write_edits
from detectors import Box
from hopenet import HeadPose

RATE = 10


def table(path: Path, tracks: Mapping[int, range]) -> PoseTableData:
    """Tracks in these frames; the yaw of a row is its track's ID."""
    with open_pose_table(path) as rows:
        for index in range(max(frames.stop for frames in tracks.values())):
            faces = tuple(
                Face(number, Box(10 * number, 0, 10 * number + 8, 8), 1, HeadPose(number, 0, 0), None, None)
                for number, frames in tracks.items()
                if index in frames
            )
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, RATE)), faces))
    return read_pose_table(path)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Face 1 leaves and returns as 3; face 2 is there all the time."""
    return session_of([table(tmp_path / "a.csv", {1: range(10), 2: range(30), 3: range(15, 30)})])


def yaws(session: Session) -> dict[int, list[int]]:
    """The yaw of each face in each of its frames: the tracks that its rows are from."""
    assert session.first is not None
    return {track.face_id: track.raw[:, 0].astype(int).tolist() for track in session.first.tracks}


def test_tracks_of_one_person_become_one_face_which_keeps_a_name(session: Session) -> None:
    session = session.edited(name_face(session, 3, "  Anna \n"))
    session = session.edited(merge_faces(session, [3, 1]))
    assert yaws(session) == {1: [1] * 10 + [3] * 15, 2: [2] * 30}
    assert session.name_of(1) == "Anna" and session.name_of(3) == ""
    assert session.undo().name_of(3) == "Anna"
    assert yaws(session.undo().undo().redo().redo()) == yaws(session)
    assert session.originals[0].tracks[-1].face_id == 3


def test_two_faces_in_one_frame_cannot_be_the_same_person(session: Session) -> None:
    with pytest.raises(UsageError, match=r"Face 1 and face 2 are both in 10 frames, first in frame 0 at 0\.00 s"):
        merge_faces(session, [2, 1])


def test_faces_with_different_names_are_not_merged_by_accident(session: Session) -> None:
    for face_id, name in ((1, "Anna"), (3, "Ben")):
        session = session.edited(name_face(session, face_id, name))
    with pytest.raises(UsageError, match="have different names"):
        merge_faces(session, [1, 3])
    with pytest.raises(UsageError, match="Face 1 is called anna already"):
        name_face(session, 2, "anna")


def test_a_track_that_jumps_to_another_person_is_split_and_given_to_that_person(session: Session) -> None:
    assert session.first is not None
    session = session.edited(reassign_face(session, 2, frames=frames_between(session.first, start_s=1.2)))
    assert yaws(session) == {1: [1] * 10, 2: [2] * 12, 3: [3] * 15, 4: [2] * 18}
    assert new_face_id(session) == 5
    session = session.edited(reassign_face(session, 4, 1, frames_between(session.originals[0], 1.2, 2.0)))
    assert yaws(session) == {1: [1] * 10 + [2] * 8, 2: [2] * 12, 3: [3] * 15, 4: [2] * 10}
    with pytest.raises(UsageError, match="Face 4 and face 3 are both in 10 frames"):
        reassign_face(session, 4, 3)
    assert yaws(session.edited(restore_faces(session))) == {1: [1] * 10, 2: [2] * 30, 3: [3] * 15}


def test_a_range_in_the_middle_of_a_track_is_moved_to_another_face(session: Session) -> None:
    session = session.edited(reassign_face(session, 2, 1, Frames(12, 13)))
    assert yaws(session) == {1: [1] * 10 + [2] * 2, 2: [2] * 28, 3: [3] * 15}
    assert [part.frames for part in session.edits.identities.assigned] == [Frames(12, 13)]


def test_faces_that_the_tracker_mistook_for_each_other_are_swapped(session: Session) -> None:
    session = session.edited(swap_faces(session, 2, 3, Frames(20, LAST_FRAME)))
    assert yaws(session) == {1: [1] * 10, 2: [2] * 20 + [3] * 10, 3: [3] * 5 + [2] * 10}
    assert yaws(session.edited(swap_faces(session, 3, 2, Frames(20, LAST_FRAME)))) == yaws(session.undo())


def test_a_face_that_would_be_moved_as_a_whole_is_not_split(session: Session) -> None:
    with pytest.raises(UsageError, match="nothing of it would be left"):
        reassign_face(session, 1)
    with pytest.raises(UsageError, match="Face 1 is not in this range"):
        reassign_face(session, 1, 3, Frames(20, 25))
    with pytest.raises(UsageError, match="no face 7"):
        name_face(session, 7, "Anna")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, 4]), st.sampled_from([1, 2, 3, 4, 5]), st.integers(0, 12), st.integers(0, 12)
        ),
        max_size=8,
    )
)
def test_moves_in_any_order_give_each_row_to_the_face_of_the_last_move(moves: list[tuple[int, int, int, int]]) -> None:
    identities = Identities()
    expected = {(track, frame): track for track in (1, 2, 3, 4) for frame in range(13)}
    for face_id, to, first, last in moves:
        frames = Frames(min(first, last), max(first, last))
        identities = identities.moving(face_id, to, frames)
        for place, owner in expected.items():
            if owner == face_id and frames.first <= place[1] <= frames.last:
                expected[place] = to
    found = {
        (track, frame): next(p.face_id for p in identities.parts_of(track) if p.frames.first <= frame <= p.frames.last)
        for track, frame in expected
    }
    assert found == expected
    assert session_in(session_text(Path("a.csv"), identities, ()).encode(), "a")[0] == identities


def test_each_row_of_the_file_has_its_face(session: Session) -> None:
    session = session.edited(merge_faces(session, [1, 3]))
    original = session.originals[0]
    faces = faces_of_rows(original, session.edits.identities)
    np.testing.assert_array_equal(faces, np.where(original.columns["face_id"] == 3, 1, original.columns["face_id"]))


def test_identities_and_labels_are_kept_beside_the_table_which_is_not_changed(tmp_path: Path, session: Session) -> None:
    before = (tmp_path / "a.csv").read_bytes()
    edits = merge_faces(session, [1, 3])
    session = session.edited(edits)
    edits = name_face(session, 1, "Anna, née “B”").with_label(Label("smile", "#E69F00", "1", ranges=False))
    saved = write_edits(session.originals[0], edits, read_edits(session.originals[0]))
    assert not saved.errors and (tmp_path / "a.csv").read_bytes() == before
    written = json.loads(session_path(tmp_path / "a.csv").read_text(encoding="utf-8"))
    assert written["faces"] == [{"track_id": 3, "first_frame": None, "last_frame": None, "face_id": 1}]
    assert written["names"] == {"1": "Anna, née “B”"}
    again, _ = read_session([tmp_path / "a.csv"])
    assert again.edits == edits and yaws(again) == {1: [1] * 10 + [3] * 15, 2: [2] * 30}


@pytest.mark.parametrize(
    "content",
    [
        *(
            "{",
            "[]",
            '{"faces": [{"track_id": 1}]}',
            '{"names": {"x": "y"}}',
            '{"labels": [{"name": "", "colour": "x"}]}',
        ),
        '{"faces": [{"track_id": 1, "face_id": 2}, {"track_id": 1, "face_id": 3}]}',
        '{"faces": [{"track_id": 1, "face_id": 2, "first_frame": 5, "last_frame": 1}]}',
        '{"faces": [{"track_id": 1, "face_id": 2}]}',
    ],
    ids=["not JSON", "a list", "half", "no ID", "no label", "twice", "backwards", "two faces in a frame"],
)
def test_a_file_that_does_not_fit_is_reported_and_not_replaced(tmp_path: Path, session: Session, content: str) -> None:
    path = session_path(tmp_path / "a.csv")
    path.write_text(content, encoding="utf-8")
    original = session.originals[0]
    saved = read_edits(original)
    assert [type(error) for error in saved.errors] == [DataError]
    assert "a-session.json" in str(saved.errors[0]) or "saved with a.csv" in str(saved.errors[0])
    assert saved.edits.identities == Identities()
    edits = merge_faces(session, [1, 3])
    refused = write_edits(original, edits, saved)
    assert refused.errors and path.read_text(encoding="utf-8") == content
    assert not write_edits(original, edits, refused, anyway=True).errors
    assert (tmp_path / "a-session.former.json").read_text(encoding="utf-8") == content


def test_events_follow_a_face_that_is_merged(session: Session) -> None:
    session = session.edited(session.edits.adding(Event(1, 2, "smile", 3), Event(1, 2, "smile", 2)))
    assert [event.face_id for event in merge_faces(session, [1, 3]).events] == [2, 1]


def test_a_table_without_changes_shows_its_tracks_as_they_are(session: Session) -> None:
    original = session.originals[0]
    same = identified(original, Identities())
    assert all(own is other for own, other in zip(same.tracks, original.tracks, strict=True))
