"""Track IDs by the video's own time."""

from __future__ import annotations

import numpy as np

from app.analysis.optical_flow import GreyImage
from app.analysis.track_memory import TrackMemory
from app.analysis.tracking import Tracker
from detectors import Box, Detection

LEFT, RIGHT = Box(10, 10, 50, 50), Box(200, 10, 240, 50)


def scene(number: int) -> GreyImage:
    return np.random.default_rng(number).integers(0, 256, (18, 32), np.uint8)


def seen(memory: TrackMemory, tracker: Tracker, time_s: float, *boxes: Box, where: int = 0) -> list[int]:
    tracks = tracker.update(tuple(Detection(box, 1.0) for box in boxes), time_s, thumbnail=scene(where))
    tracker.searches_everywhere = False
    memory.note(time_s, scene(where), {track.track_id: track.box for track in tracks})
    return [track.track_id for track in tracks]


def test_a_face_has_the_same_number_when_the_user_comes_back_to_a_place() -> None:
    memory = TrackMemory()
    assert seen(memory, Tracker(memory), 5.0, LEFT, RIGHT) == [1, 2]
    assert seen(memory, Tracker(memory), 60.0, LEFT, where=1) == [3]
    assert seen(memory, Tracker(memory), 5.02, RIGHT.moved(2, 0), LEFT) == [2, 1]
    assert seen(memory, Tracker(memory), 60.1, LEFT, where=1) == [3]


def test_in_the_same_scene_a_face_keeps_its_number_at_a_place_not_seen_before() -> None:
    memory = TrackMemory()
    seen(memory, Tracker(memory), 5.0, LEFT, RIGHT)
    assert seen(memory, Tracker(memory), 90.0, RIGHT, LEFT) == [2, 1]


def test_after_a_cut_while_playing_only_what_was_seen_at_this_time_counts() -> None:
    memory = TrackMemory()
    tracker = Tracker(memory)
    assert seen(memory, tracker, 5.0, LEFT) == [1]
    tracker.forget()
    assert seen(memory, tracker, 9.0, LEFT) == [2]  # As in an export, which knows nothing of other places.
    tracker.forget()
    assert seen(memory, tracker, 9.1, LEFT) == [2]


def test_where_two_visits_meet_the_running_number_stays_and_replaces_the_other() -> None:
    memory = TrackMemory()
    assert seen(memory, Tracker(memory), 10.0, LEFT) == [1]
    tracker = Tracker(memory)
    assert seen(memory, tracker, 9.0, RIGHT) == [2]
    tracker.forget()
    assert seen(memory, tracker, 9.2, LEFT, where=1) == [3]
    memory.note(10.0, scene(0), {3: LEFT})  # It goes on to where the face was number 1.
    assert memory.present_id(1) == 3
    assert dict(memory.recall(10.0, scene(0))) == {3: LEFT}
    assert seen(memory, Tracker(memory), 10.0, LEFT) == [3]


def test_two_faces_of_one_frame_never_become_one() -> None:
    memory = TrackMemory()
    memory.note(1.0, scene(0), {1: LEFT, 2: RIGHT})
    memory.note(1.0, scene(0), {2: LEFT, 1: RIGHT})  # Their numbers were mixed up on the second visit.
    assert (memory.present_id(1), memory.present_id(2)) == (1, 2)
