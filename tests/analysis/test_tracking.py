from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.tracking import MEMORY_S, Tracker
from detectors import Box, Detection

FRAME_S = 1 / 25


def head(x: float, y: float = 200.0, side: float = 100.0, score: float = 0.9) -> Detection:
    """A square face around this point."""
    return Detection(Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2), score)


def ids(tracker: Tracker, detections: list[Detection], time_s: float) -> list[int]:
    tracks = tracker.update(tuple(detections), time_s)
    assert [(track.box, track.score) for track in tracks] == [tuple(detection) for detection in detections]
    return [track.track_id for track in tracks]


def test_heads_are_numbered_from_one_in_the_order_of_their_detections() -> None:
    assert ids(Tracker(), [head(100), head(300), head(500)], 0.0) == [1, 2, 3]


def test_a_frame_without_heads_has_no_tracks() -> None:
    assert Tracker().update((), 0.0) == ()


@pytest.mark.parametrize("reverse", [False, True], ids=["detected in the same order", "order swapped each frame"])
def test_a_near_and_a_far_head_that_cross_keep_their_ids(reverse: bool) -> None:
    tracker = Tracker()
    near, far = ids(tracker, [head(100, side=120), head(500, side=70)], 0.0)
    for index in range(1, 51):
        detections = [head(100 + 8 * index, side=120), head(500 - 8 * index, side=70)]
        expected = [near, far]
        if reverse and index % 2:
            detections, expected = detections[::-1], expected[::-1]
        assert ids(tracker, detections, index * FRAME_S) == expected


def test_two_similar_heads_that_pass_one_head_apart_keep_their_ids() -> None:
    tracker = Tracker()
    upper, lower = ids(tracker, [head(100, y=150), head(500, y=250)], 0.0)
    for index in range(1, 51):
        detections = [head(100 + 8 * index, y=150), head(500 - 8 * index, y=250)]
        assert ids(tracker, detections, index * FRAME_S) == [upper, lower]


@pytest.mark.parametrize(
    ("away_s", "kept"), [(0.2, True), (0.9 * MEMORY_S, True), (1.1 * MEMORY_S, False), (30.0, False)], ids=str
)
def test_a_head_keeps_its_id_through_a_short_loss_but_not_a_long_one(away_s: float, kept: bool) -> None:
    tracker = Tracker()
    assert ids(tracker, [head(200), head(600)], 0.0) == [1, 2]
    frames = round(away_s / FRAME_S)
    for index in range(1, frames):
        assert ids(tracker, [head(600)], index * FRAME_S) == [2]
    assert ids(tracker, [head(210), head(600)], away_s) == [1 if kept else 3, 2]


def test_a_head_that_enters_gets_a_new_id() -> None:
    tracker = Tracker()
    assert ids(tracker, [head(200)], 0.0) == [1]
    assert ids(tracker, [head(600), head(204)], FRAME_S) == [2, 1]


def test_a_head_of_very_different_size_in_the_same_place_gets_a_new_id() -> None:
    tracker = Tracker()
    assert ids(tracker, [head(200, side=40)], 0.0) == [1]
    assert ids(tracker, [head(200, side=200)], FRAME_S) == [2]


def test_the_longer_a_head_was_lost_the_farther_away_it_is_recognised() -> None:
    for away_s, expected in ((FRAME_S, 2), (0.8, 1)):
        tracker = Tracker()
        ids(tracker, [head(200)], 0.0)
        assert ids(tracker, [head(500)], away_s) == [expected]


def test_a_slow_frame_rate_does_not_break_tracks() -> None:
    tracker = Tracker()
    assert [ids(tracker, [head(100 + 80 * step)], 0.5 * step) for step in range(6)] == [[1]] * 6


def test_after_a_cut_every_head_gets_a_new_id() -> None:
    tracker = Tracker()
    assert ids(tracker, [head(200), head(500)], 0.0) == [1, 2]
    tracker.forget()
    assert ids(tracker, [head(200), head(500)], FRAME_S) == [3, 4]


def test_carried_boxes_keep_id_and_score_and_are_matched_again() -> None:
    tracker = Tracker()
    tracks = tracker.update((head(200, score=0.7), head(500)), 0.0)
    there = Box(240, 150, 340, 250)
    moved = tracker.carry(tracks, (there, tracks[1].box), FRAME_S)
    assert [(track.track_id, track.box, track.score) for track in moved] == [(1, there, 0.7), (2, tracks[1].box, 0.9)]
    assert ids(tracker, [head(292), head(500)], 2 * FRAME_S) == [1, 2]


def test_a_head_lost_while_others_are_carried_is_matched_again() -> None:
    tracker = Tracker()
    tracker.update((head(200), head(600)), 0.0)
    tracks = tracker.update((head(600),), 0.1)
    tracker.carry(tracks, tuple(track.box for track in tracks), 0.2)
    assert ids(tracker, [head(205), head(600)], 0.3) == [1, 2]


detections = st.builds(head, st.floats(0, 640), st.floats(0, 360), st.floats(1, 300), st.floats(0, 1))


@given(st.lists(st.lists(detections, max_size=6), max_size=8), st.floats(0.01, 2.0))
def test_no_id_appears_twice_in_a_frame(frames: list[list[Detection]], step_s: float) -> None:
    tracker = Tracker()
    for index, found in enumerate(frames):
        given_ids = ids(tracker, found, index * step_s)
        assert len(set(given_ids)) == len(given_ids)


def test_the_tracker_forgets_heads_after_its_memory_span() -> None:
    tracker = Tracker()
    for step in range(200):
        tracker.update((head(100 + 1000 * (step % 2)),), (MEMORY_S + 1) * step)
    assert len(tracker._tracks) == 1
