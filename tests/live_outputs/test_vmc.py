"""The avatar's head, as a receiver made from the public description of the protocol would turn it."""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_packet import OscPacket
from scipy.spatial.transform import Rotation

from app.errors import UsageError
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import open_output, parse_address
from app.live_outputs.turn import TurnAngles
from app.live_outputs.vmc import bones, unity_quaternion
from hopenet import HeadPose
from tests.live_outputs.samples import SAMPLE

Vector = npt.NDArray[np.float64]

RIGHT, UP, FORWARD = np.eye(3)
"""Axes of an avatar in Unity, seen by itself."""


def turned(quaternion: tuple[float, float, float, float], vector: Vector) -> Vector:
    """A vector after a rotation (w, x, y, z): the same formula in left-handed axes as in right-handed ones."""
    w, axis = quaternion[0], np.array(quaternion[1:])
    return np.asarray(vector + 2 * np.cross(axis, np.cross(axis, vector) + w * vector))


def posed(yaw: float = 0, pitch: float = 0, roll: float = 0) -> HeadSample:
    pose = HeadPose(yaw, pitch, roll)
    return replace(SAMPLE, pose=pose, turn=TurnAngles.from_pose(pose))


def test_a_head_that_turns_to_the_users_left_turns_the_avatars_head_to_its_own_left() -> None:
    # The user faces the camera, so the user's left is the picture's right: a negative yaw.
    nose = turned(unity_quaternion(posed(yaw=-30).quaternion), FORWARD)

    assert nose @ RIGHT == pytest.approx(-math.sin(math.radians(30)))
    assert nose @ FORWARD == pytest.approx(math.cos(math.radians(30)))


def test_a_head_that_looks_up_lets_the_avatar_look_up() -> None:
    assert turned(unity_quaternion(posed(pitch=20).quaternion), FORWARD) @ UP == pytest.approx(
        math.sin(math.radians(20))
    )


def test_a_head_that_tilts_to_the_users_left_shoulder_tilts_the_avatar_to_its_left() -> None:
    # Clockwise in the picture: the crown goes to the picture's right, which is the user's left.
    assert turned(unity_quaternion(posed(roll=15).quaternion), UP) @ RIGHT == pytest.approx(-math.sin(math.radians(15)))


def test_as_unitys_euler_angles_pitch_changes_its_sign_only() -> None:
    """Unity turns about z, then x, then y, each clockwise for who looks along the axis."""
    pose = posed(yaw=25, pitch=-10, roll=40)
    y, x, z = math.radians(pose.turn.yaw), -math.radians(pose.turn.pitch), math.radians(pose.turn.roll)
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    about_z = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])

    quaternion = unity_quaternion(pose.quaternion)

    for axis in (RIGHT, UP, FORWARD):
        assert turned(quaternion, axis) == pytest.approx(about_y @ about_x @ about_z @ axis)


@given(st.floats(-179, 179), st.floats(-89, 89), st.floats(-179, 179))
def test_every_turn_has_these_euler_angles(yaw: float, pitch: float, roll: float) -> None:
    sample = replace(SAMPLE, turn=TurnAngles(yaw, pitch, roll))

    w, x, y, z = unity_quaternion(sample.quaternion)

    assert Rotation.from_quat([x, y, z, w]).as_euler("YXZ", degrees=True) == pytest.approx(
        (yaw, -pitch, roll), abs=1e-6
    )


def test_neck_and_head_together_are_the_whole_turn() -> None:
    sample = posed(yaw=40, pitch=15, roll=-20)

    shared = bones(sample, neck_share=0.3)

    for axis in (RIGHT, UP, FORWARD):
        both = turned(shared["Neck"], turned(shared["Head"], axis))
        assert both == pytest.approx(turned(bones(sample)["Head"], axis))
    assert 2 * math.acos(shared["Neck"][0]) == pytest.approx(0.3 * 2 * math.acos(bones(sample)["Head"][0]))


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


def received(receiver: socket.socket, *samples: HeadSample, options: str = "") -> list[tuple[object, ...]]:
    """The messages of the last sample: each its address and its arguments."""
    output = open_output(parse_address(f"vmc://127.0.0.1:{receiver.getsockname()[1]}{options}"))
    for sample in samples:
        output.send(sample)  # type: ignore[union-attr]
        data = receiver.recv(1500)  # The protocol's limit for a bundle.
    output.close()
    return [(timed.message.address, *timed.message.params) for timed in OscPacket(data).messages]


def test_a_bundle_has_state_time_and_the_head(receiver: socket.socket) -> None:
    state, moment, bone = received(receiver, SAMPLE, replace(SAMPLE, captured_s=SAMPLE.captured_s + 0.5))

    assert state == ("/VMC/Ext/OK", 1, 3, 0, 1)
    assert moment == ("/VMC/Ext/T", 0.5)
    assert bone[:2] == ("/VMC/Ext/Bone/Pos", "Head") and len(bone) == 9
    w, x, y, z = unity_quaternion(SAMPLE.quaternion)
    assert bone[5:] == pytest.approx((x, y, z, w), abs=1e-6)


def test_numbers_are_floats_of_four_bytes_and_whole_numbers(receiver: socket.socket) -> None:
    output = open_output(parse_address(f"vmc://127.0.0.1:{receiver.getsockname()[1]}"))
    output.send(SAMPLE)  # type: ignore[union-attr]
    output.close()
    data = receiver.recv(1500)

    assert b"/VMC/Ext/OK\0,iiii\0\0\0" + struct.pack(">4i", 1, 3, 0, 1) in data
    assert b"/VMC/Ext/T\0\0,f\0\0" in data
    assert b"/VMC/Ext/Bone/Pos\0\0\0,sfffffff\0\0\0Head\0\0\0\0" in data


def test_a_head_without_numbers_leaves_the_avatar_as_it_is(receiver: socket.socket) -> None:
    nothing = (math.nan,) * 3
    lost = replace(SAMPLE, kind="nan", pose=HeadPose(*nothing), turn=TurnAngles(*nothing))

    assert [message[0] for message in received(receiver, lost)] == ["/VMC/Ext/OK", "/VMC/Ext/T"]
    assert received(receiver, lost)[0][4] == 0


def test_the_neck_takes_its_share_if_asked(receiver: socket.socket) -> None:
    assert [message[1] for message in received(receiver, SAMPLE, options="?neck=0.4")[2:]] == ["Neck", "Head"]


@pytest.mark.parametrize("share", ["1", "-0.1", "half", "nan"])
def test_what_is_no_share_is_refused(share: str) -> None:
    with pytest.raises(UsageError):
        open_output(parse_address(f"vmc://127.0.0.1:9?neck={share}"))
