"""What is sent of which face, and what while it is lost."""

from __future__ import annotations

import json
import math
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from app.frames import Analysis, Face, Frame
from app.live_outputs.mapping import AxesMapping, AxisMapping
from app.live_outputs.nod import NOD_DEG, nod_sample, send_nod
from app.live_outputs.sample import HeadSample
from app.live_outputs.sender import HeadSender
from app.live_outputs.settings import OutputSettings
from app.live_outputs.table import parse_address
from app.live_outputs.turn import TurnAngles
from app.settings import Reference, Signs
from app.threads.signals import Stop
from app.watch.listener import ViewRequest
from app.watch.shown_frame import ViewOptions
from detectors import Box
from hopenet import HeadPose

PICTURE = np.zeros((360, 640, 3), np.uint8)
PICTURE.flags.writeable = False
STEP = Fraction(1, 30)


POSE = HeadPose(10.0, 5.0, -3.0)


def face(track_id: int = 1, pose: HeadPose | None = POSE, *, size: float = 100, x: float = 320, y: float = 180) -> Face:
    box = Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
    return Face(track_id, box, 1.0, pose, pose, None)


class Stage:
    """A sender with one output whose samples are kept, given frames one after another."""

    def __init__(self, settings: OutputSettings, *, reference: Reference | None = None) -> None:
        self.sender = HeadSender(settings)
        self.options = ViewOptions(reference=reference or Reference())
        self.sent: list[tuple[HeadSample, ...]] = []
        self.sender.put = self.sent.append  # type: ignore[method-assign, assignment]
        self.thread = self.sender.add(parse_address("udp://127.0.0.1:9"))
        self.frame = -1
        self.began_s = time.perf_counter()

    def give(self, *faces: Face, after: int = 1) -> tuple[HeadSample, ...]:
        """What is sent of a frame with these faces."""
        self.frame += after
        captured_s = self.began_s + self.frame * float(STEP)
        frame = Frame(PICTURE, self.frame, self.frame * STEP, captured_s=captured_s)
        before = len(self.sent)
        self.sender.on_analysed(Analysis(frame, faces), ViewRequest(self.options))
        return self.sent[-1] if len(self.sent) > before else ()


MakeStage = Callable[..., Stage]


@pytest.fixture
def make() -> Iterator[MakeStage]:
    made: list[Stage] = []

    def make_stage(settings: OutputSettings, *, reference: Reference | None = None) -> Stage:
        made.append(Stage(settings, reference=reference))
        return made[-1]

    yield make_stage
    for one in made:
        one.sender.close()


@pytest.fixture
def stage(make: MakeStage) -> Stage:
    return make(OutputSettings())


def test_a_face_is_sent_with_its_angles_and_when_it_was_captured(stage: Stage) -> None:
    (sample,) = stage.give(face(7))

    assert sample.pose == HeadPose(10.0, 5.0, -3.0)
    assert (sample.track_id, sample.frame, sample.kind, sample.found) == (7, 0, "face", True)
    assert sample.captured_s == stage.began_s
    assert sample.captured_unix_s == pytest.approx(time.time(), abs=5)


def test_the_rough_position_comes_from_the_size_of_the_box_and_the_field_of_view(make: MakeStage) -> None:
    settings = OutputSettings(field_of_view_deg=90, position_smoothing=0)
    (sample,) = make(settings).give(face(size=64, x=480, y=90))

    x, y, z = sample.position_cm or (0, 0, 0)
    focal = 320  # Pixels, at 90° and 640 pixels.
    assert x / z == pytest.approx(160 / focal, rel=0.01) and y / z == pytest.approx(90 / focal, rel=0.01)
    assert 70 < z < 95
    assert make(replace(settings, position=False)).give(face())[0].position_cm is None


def test_without_an_output_nothing_is_computed_or_sent(make: MakeStage) -> None:
    stage = make(OutputSettings())
    stage.sender.remove(stage.thread)
    assert stage.give(face()) == () and stage.sender.latest is None


@pytest.mark.parametrize(
    ("choice", "followed", "expected"),
    [("largest", None, [2]), ("centre", None, [3]), ("followed", 1, [1]), ("followed", None, [2]), ("followed", 9, []),
     ("all", None, [2, 1, 3])],
)  # fmt: skip
def test_the_chosen_face_is_sent(make: MakeStage, choice: str, followed: int | None, expected: list[int]) -> None:
    stage = make(OutputSettings(face=choice, lost="nothing"))  # type: ignore[arg-type]
    stage.options = replace(stage.options, followed=followed)
    faces = face(1, size=60, x=100), face(2, size=90, x=560), face(3, size=50, x=330), face(4, pose=None, size=300)

    assert [sample.track_id for sample in stage.give(*faces)] == expected


def test_the_largest_face_stays_the_followed_one_until_it_has_been_lost_for_a_second(stage: Stage) -> None:
    stage.give(face(1, size=90), face(2, size=80))
    assert stage.give(face(1, size=70), face(2, size=80))[0].track_id == 1
    assert stage.give(face(2, size=80), after=10)[0].kind == "hold"
    assert stage.give(face(2, size=80), after=30)[0].track_id == 2


def test_after_the_faces_have_started_again_the_chosen_id_is_another_face(stage: Stage) -> None:
    stage.give(face(1), face(2, size=90))
    stage.sender.on_faces_restarted()
    assert stage.give(face(1))[0].found


def test_a_lost_face_is_held(make: MakeStage) -> None:
    stage = make(OutputSettings(lost="hold"))
    (found,) = stage.give(face(7))
    (held,) = stage.give()

    assert held.pose == found.pose and held.turn == found.turn and held.position_cm == found.position_cm
    assert (held.kind, held.found, held.track_id, held.frame) == ("hold", False, 7, 1)
    assert held.captured_s > found.captured_s


def test_of_a_lost_face_values_that_are_not_numbers_are_sent_from_the_start_on(make: MakeStage) -> None:
    stage = make(OutputSettings(lost="nan"))
    for (sample,) in (stage.give(), (stage.give(face()) and stage.give())):
        assert all(map(math.isnan, (*sample.pose, *sample.turn, *sample.quaternion)))
        assert sample.kind == "nan" and sample.position_cm is None


def test_of_a_lost_face_nothing_is_sent(make: MakeStage) -> None:
    stage = make(OutputSettings(lost="nothing"))
    assert stage.give(face()) and stage.give() == ()


def test_before_there_was_a_face_there_is_nothing_to_hold(make: MakeStage) -> None:
    for lost in ("hold", "neutral", "nothing"):
        assert make(OutputSettings(lost=lost)).give() == ()


def test_a_lost_face_returns_to_the_neutral_pose_steadily(make: MakeStage) -> None:
    stage = make(OutputSettings(lost="neutral", return_s=1.0))
    stage.give(face(pose=HeadPose(40.0, 0.0, 0.0)))
    yaws = [stage.give()[0].pose.yaw for _ in range(45)]

    assert 39 < yaws[0] < 40
    assert yaws[14] == pytest.approx(20, abs=1)  # Half of the time, half of the way.
    assert all(later <= earlier for earlier, later in pairwise(yaws))
    assert yaws[30:] == [0.0] * 15
    assert stage.give()[0].position_cm is not None  # Without a neutral position, it stays where it was.
    assert stage.give(face(pose=HeadPose(40.0, 0.0, 0.0)))[0].pose.yaw == 40


def test_angles_are_relative_to_the_neutral_pose_and_positions_to_where_the_head_was_then(make: MakeStage) -> None:
    neutral = HeadPose(10.0, -20.0, 0.0)
    stage = make(OutputSettings(position_smoothing=0), reference=Reference(neutral, neutral_source="camera:0"))
    (sample,) = stage.give(face(pose=neutral, x=100))
    assert sample.pose == pytest.approx((0, 0, 0), abs=1e-9) and sample.position_cm == (0, 0, 0)
    (moved,) = stage.give(face(pose=neutral, x=200))
    assert moved.position_cm is not None and moved.position_cm[0] > 5


def test_a_neutral_pose_that_was_typed_leaves_positions_as_they_are_from_the_camera(make: MakeStage) -> None:
    stage, plain = make(OutputSettings(), reference=Reference(HeadPose(0.0, 0.0, 0.0))), make(OutputSettings())
    for _ in range(2):
        (sample,), (other,) = stage.give(face()), plain.give(face())
        assert sample.position_cm == other.position_cm and other.position_cm is not None and other.position_cm[2] > 30
    stage.options = ViewOptions(reference=Reference(POSE, neutral_source="camera:0"))
    assert stage.give(face())[0].position_cm == (0, 0, 0)


def test_a_stream_that_was_lost_for_a_moment_keeps_the_neutral_position(make: MakeStage) -> None:
    stage = make(OutputSettings(position_smoothing=0), reference=Reference(POSE, neutral_source="rtsp://camera"))
    stage.give(face(x=100))
    stage.sender.on_faces_restarted()
    (sample,) = stage.give(face(x=200))
    assert sample.position_cm is not None and sample.position_cm[0] > 5


def test_the_narrowest_field_of_view_is_the_one_of_camera_geometries() -> None:
    assert OutputSettings(field_of_view_deg=2).field_of_view_deg == 2
    with pytest.raises(ValueError, match="between 2 and 170 degrees, not 1"):
        OutputSettings(field_of_view_deg=1)


def test_the_signs_of_the_window_do_not_turn_an_avatar_the_wrong_way(make: MakeStage) -> None:
    stage = make(OutputSettings(), reference=Reference(signs=Signs(yaw=-1)))
    (sample,) = stage.give(face(pose=HeadPose(30.0, 0.0, 0.0)))
    assert sample.pose.yaw == -30 and sample.turn.yaw == pytest.approx(30)


def test_each_axis_is_mapped_and_a_large_factor_keeps_the_axes_apart(make: MakeStage) -> None:
    mapping = AxesMapping(yaw=AxisMapping(gain=4), pitch=AxisMapping(invert=True), z=AxisMapping(gain=0))
    stage = make(OutputSettings(mapping=mapping))
    pose = HeadPose.from_matrix(np.array(HeadPose(30.0, 0, 0).matrix() @ HeadPose(0, 10.0, 0).matrix()))
    (sample,) = stage.give(face(pose=pose))

    assert sample.turn == pytest.approx((120, -10, 0), abs=1e-6)
    assert sample.position_cm is not None and sample.position_cm[2] == 0
    latest = stage.sender.latest
    assert latest is not None
    assert latest.measured[:3] == pytest.approx((30, 10, 0), abs=1e-6) and latest.sent[:3] == sample.turn


def test_the_rate_is_limited_without_a_beat(make: MakeStage) -> None:
    stage = make(OutputSettings(rate_per_s=10))
    sent = [frame for frame in range(90) if stage.give(face())]
    assert len(sent) == 30 and {b - a for a, b in pairwise(sent)} == {3}
    full = make(OutputSettings(rate_per_s=30))
    assert all(full.give(face()) for _ in range(90))


def test_an_own_filter_smooths_what_is_sent_whatever_the_view_does(make: MakeStage) -> None:
    stage = make(OutputSettings(filter="one-euro", strength=1.0))
    noise = np.random.default_rng(1).normal(scale=3, size=60)
    yaws = [stage.give(face(pose=HeadPose(float(yaw), 0.0, 0.0)))[0].pose.yaw for yaw in noise]
    assert np.std(yaws[20:]) < 0.5 * np.std(noise)


def test_a_nod_goes_through_the_mapping_to_the_socket_and_the_view_waits_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.live_outputs.nod.NOD_S", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        sender = HeadSender(OutputSettings(mapping=AxesMapping(pitch=AxisMapping(gain=2))))
        sender.add(parse_address(f"udp://127.0.0.1:{receiver.getsockname()[1]}")).wait_until_open()
        send_nod(sender, Stop())
        sender.close()
        receiver.settimeout(0.2)
        lines = []
        while True:
            try:
                lines.append(json.loads(receiver.recv(65536)))
            except TimeoutError:
                break
    assert {line["kind"] for line in lines} == {"test"} and lines[0]["pitch"] == 0
    assert min(line["pitch"] for line in lines) < -1.5 * NOD_DEG
    assert all(line["yaw"] == line["roll"] == 0 for line in lines)


def test_a_nod_begins_and_ends_at_rest() -> None:
    assert nod_sample(0, 0, position=False).turn == TurnAngles(0, 0, 0)
    assert nod_sample(3.0, 90, position=False).turn.pitch == pytest.approx(0, abs=1e-9)


def test_values_out_of_range_are_refused() -> None:
    for changes in ({"rate_per_s": 0}, {"return_s": 0}, {"field_of_view_deg": 1}, {"strength": 2}, {"face": "x"}):
        with pytest.raises(ValueError, match=r"must be|must take|Unknown"):
            OutputSettings(**changes)
