from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DataError
from app.outputs.exclusions import Span
from app.outputs.sorted_rows import FrameClock
from app.session.edits import Edits
from app.session.event_files import events_of, events_path, events_text
from app.session.events import Event, Label, following, frames_of, in_order, preceding, spans_of, with_labels_of
from app.session.faces import name_face
from app.session.label_statistics import label_statistics
from app.session.session import Session, session_of
from app.session.statistics import face_statistics, write_statistics
from app.session.storage import read_edits, remember_labels, remembered_labels, write_edits
from tests.session.test_faces import table

CLOCK = FrameClock(np.array([0, 1, 2, 5, 60]), np.array([0, 1, 2, 5, 60]) / 30)
NAMES = {2: "Anna"}


def read(text: str | bytes) -> tuple[Event, ...]:
    return events_of(text.encode() if isinstance(text, str) else text, "a.events.csv", CLOCK, NAMES)


def test_events_are_written_for_people_and_scripts_and_read_back(tmp_path: Path) -> None:
    events = in_order(
        [Event(0.2, 1.0, "smile", 2, "broad, with teeth"), Event(0.5, 0.5, "=blink"), Event(0, 2, "talk", 9)]
    )
    text = events_text(events, CLOCK, NAMES)
    assert text.splitlines() == [
        "start_s,end_s,label,face,note,start_frame,end_frame,face_name",
        "0.000000,2.000000,talk,9,,0,59,",
        '0.200000,1.000000,smile,2,"broad, with teeth",6,29,Anna',
        "0.500000,,'=blink,,,15,,",
    ]
    assert read(text) == events
    assert events_path(tmp_path / "talk.csv") == tmp_path / "talk.events.csv"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9),
            st.integers(0, 10**7),
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5),
            st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=5).map(str.strip),
        ),
        max_size=6,
    )
)
def test_any_events_come_back_as_they_were(rows: list[tuple[int, int, str, str]]) -> None:
    events = in_order(
        Event(start / 1e6, (start + length) / 1e6, label, None, note) for start, length, label, note in rows
    )
    again = read(events_text(events, CLOCK, {}))
    assert [(event.label, event.note) for event in again] == [(event.label, event.note) for event in events]
    assert [event.span for event in again] == pytest.approx([event.span for event in events], abs=1e-6)


@pytest.mark.parametrize(
    "content",
    [
        "label;start_s;end_s;face\nsmile;0,2;1,0;Anna\n",
        "sep=;\nlabel;start_s;end_s;face;comment\n\n smile ;0,2;1,0;2;x\n",
        "start_frame,end_frame,label,face\n6,29,smile,2.0\n",
        "\ufeffSTART_S\tEND_S\tLABEL\tFACE\r\n0:00.2\t0:01\tsmile\tanna\r\n",
        "start_s,end_s,label,face\n0.2,1.0,smile,2".encode("utf-16"),
    ],
    ids=["German spreadsheet", "hint and blank lines", "frames", "clock times", "UTF-16"],
)
def test_files_that_were_edited_by_hand_are_read(content: str | bytes) -> None:
    assert read(content) == (Event(0.2, 1.0, "smile", 2),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the column start_s is missing"),
        ("start_s\n1\n", "the column label is missing"),
        ("start_s,end_s,label\n1,2,a\n3,2,b\n", "row 2 ends before it starts"),
        ("start_s,end_s,label\nsoon,2,a\n", "row 1 has “soon” as its start_s"),
        ("start_s,label\n-1,a\n", "row 1 has “-1” as its start_s"),
        ("start_s,label\nnan,a\n", "row 1 has “nan” as its start_s"),
        ("start_s,label\n,a\n", "row 1 has no start"),
        ("start_s,label\n1,\n", "row 1 has no label"),
        ("start_s,label,face\n1,a,Zoe\n", "row 1 is about the face “Zoe”"),
        ("start_frame,label\n1.5,a\n", "row 1 has “1.5” as its start_frame"),
        (b"start_s,label\n1,\xff\n", "it is not a text"),
    ],
    ids=[
        "empty",
        "no label",
        "backwards",
        "word",
        "negative",
        "NaN",
        "no start",
        "empty label",
        "face",
        "frame",
        "bytes",
    ],
)
def test_a_file_that_is_not_valid_is_refused_with_its_row(content: str | bytes, reason: str) -> None:
    with pytest.raises(DataError, match=reason) as caught:
        read(content)
    assert "a.events.csv" in caught.value.message


@pytest.mark.parametrize(
    ("event", "frames"),
    [
        (Event(0.033333, 0.033333, "a"), (1, 1)),
        (Event(0.033, 0.1, "a"), (1, 2)),
        (Event(0.067, 0.067, "a"), (2, 2)),
        (Event(1.0, 1.0, "a"), (30, 30)),
        (Event(3.0, 4.0, "a"), (90, 119)),
        (Event(0.01, 0.011, "a"), (1, 1)),
    ],
    ids=["a frame's time", "rounded to milliseconds", "rounded up", "without a face", "after the last face", "between"],
)
def test_events_name_the_frames_that_they_include(event: Event, frames: tuple[int, int]) -> None:
    np.testing.assert_array_equal(frames_of([event], CLOCK), [frames])


def test_a_label_holds_for_a_face_in_its_own_events_and_in_those_of_nobody() -> None:
    events = (Event(0, 2, "a", 1), Event(1, 3, "a"), Event(5, 6, "a", 2), Event(7, 7, "a"), Event(0, 9, "b"))
    np.testing.assert_allclose(spans_of(events, "a", 1), [(0, 3)], atol=1e-5)
    np.testing.assert_allclose(spans_of(events, "a"), [(0, 3), (5, 6)], atol=1e-5)


def test_the_next_and_the_previous_event_are_found() -> None:
    events = (Event(1, 2, "a"), Event(3, 3, "b"))
    assert following(events, 1.0) == events[1] and following(events, 3) is None
    assert preceding(events, 3.0) == events[0] and preceding(events, 1) is None


def test_labels_get_colours_and_keys_of_their_own_until_there_are_none() -> None:
    labels = with_labels_of((), [Event(0, 0, f"label {number}") for number in range(12)])
    assert [label.key for label in labels] == [*"123456789", "", "", ""]
    assert len({label.colour for label in labels[:9]}) == 9


def test_renaming_a_label_renames_its_events_and_takes_its_key_from_others() -> None:
    edits = Edits().adding(Event(0, 1, "a"), Event(2, 3, "b"))
    edits = edits.with_label(Label("c", "#000000", "2"), former="a")
    assert [(label.name, label.key) for label in edits.labels] == [("c", "2"), ("b", "")]
    assert [event.label for event in edits.events] == ["c", "b"]
    assert edits.without_label("c").events == (Event(2, 3, "b"),)
    assert edits.excluding(Span(1, 2)).events == edits.events


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """10 frames per second: face 1 with yaw 1 in frames 0 to 19, face 2 with yaw 2 in all 40."""
    return session_of([table(tmp_path / "a.csv", {1: range(20), 2: range(40)})])


def labelled(session: Session, *events: Event) -> Session:
    return session.edited(session.edits.adding(*events))


def test_labels_are_counted_and_timed_without_what_is_excluded(session: Session) -> None:
    session = labelled(
        session, Event(1, 2, "talk", 1), Event(1.5, 3, "talk"), Event(3.5, 3.5, "beep"), Event(0.2, 0.2, "beep", 2)
    )
    talk, beep = label_statistics(session)
    assert (talk.label, talk.count) == ("talk", 2)
    assert (talk.total_s, talk.share) == pytest.approx((2, 0.5))
    assert (beep.count, beep.total_s, beep.share) == (2, 0, 0)
    session = session.excluding(Span(0, 1.5)).excluding(Span(3.4, 3.6))
    talk, beep = label_statistics(session)
    assert (talk.count, talk.total_s, talk.share) == pytest.approx((2, 1.5, 1.5 / 2.3))
    assert beep.count == 0
    assert [label.count for label in label_statistics(session, 2)] == [1, 0]


def test_angles_inside_a_label_are_those_of_its_frames(session: Session) -> None:
    session = labelled(session, Event(1.5, 2.5, "talk"), Event(0.5, 1.0, "talk", 2), Event(3.0, 3.0, "beep"))
    first, second = (face_statistics(session, face_id, "raw", "talk").tables[0] for face_id in (1, 2))
    assert (first.frames, first.share) == pytest.approx((5, 0.5))
    assert (second.frames, second.share, second.angles[0].mean) == (15, 1, 2)
    assert face_statistics(session, 2, "raw", "beep").tables[0].frames == 1
    assert face_statistics(session, 2, "raw", "nothing").tables[0].frames == 0


def test_the_saved_statistics_have_lines_for_each_label_and_name(tmp_path: Path, session: Session) -> None:
    session = labelled(session, Event(1.5, 2.5, "talk", 2))
    session = session.edited(name_face(session, 2, "Anna"))
    write_statistics(session, tmp_path / "s.csv", "raw")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["angle"] == "yaw"]
    columns = ("face_id", "face_name", "label", "frames", "label_count", "label_s")
    picked = [tuple(row[name] for name in columns) for row in rows]
    assert picked == [
        ("2", "Anna", "", "40", "", ""),
        ("2", "Anna", "talk", "10", "1", "1.000"),
        ("1", "", "", "20", "", ""),
    ]


def test_events_that_another_program_changed_are_not_replaced(session: Session) -> None:
    original = session.originals[0]
    saved = write_edits(original, Edits().adding(Event(1, 2, "talk")), read_edits(original))
    path = events_path(original.path)
    changed = path.read_text(encoding="utf-8") + "3,4,walk\n"
    path.write_text(changed, encoding="utf-8")
    edits = saved.edits.adding(Event(5, 6, "talk"))
    refused = write_edits(original, edits, saved)
    assert "a.events.csv was changed by another program" in str(refused.errors[0])
    assert path.read_text(encoding="utf-8") == changed
    assert [event.label for event in read_edits(original).edits.events] == ["talk", "walk"]
    assert not write_edits(original, edits, refused, anyway=True).errors
    assert read_edits(original).edits.events == edits.events
    assert path.with_name("a.events.former.csv").read_text(encoding="utf-8") == changed


def test_a_session_without_changes_writes_no_files(tmp_path: Path, session: Session) -> None:
    original = session.originals[0]
    remember_labels((Label("smile", "#E69F00", "1", ranges=False),))
    before, saved = set(tmp_path.iterdir()), read_edits(original)
    write_edits(original, saved.edits, saved)
    assert set(tmp_path.iterdir()) == before


def test_labels_are_offered_again_in_the_next_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOPENET_SETTINGS", str(tmp_path / "settings" / "settings.toml"))
    assert remembered_labels() == ()
    labels = (Label("smile", "#E69F00", "1", ranges=False), Label("talk", "#56B4E9", "2"))
    remember_labels(labels)
    assert read_edits(table(tmp_path / "new.csv", {1: range(3)})).edits.labels == labels
