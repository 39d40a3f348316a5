"""What leaves through a socket, byte by byte."""

from __future__ import annotations

import json
import math
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.errors import OutputError, UsageError
from app.live_outputs.json_lines import json_line
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import OUTPUTS, open_output, parse_address, place
from app.live_outputs.turn import TurnAngles
from hopenet import HeadPose
from tests.live_outputs.samples import SAMPLE


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


def _received(receiver: socket.socket, scheme: str, sample: HeadSample) -> bytes:
    output = open_output(parse_address(f"{scheme}://127.0.0.1:{receiver.getsockname()[1]}"))
    output.send(sample)  # type: ignore[union-attr]
    output.close()
    return receiver.recv(65536)


def test_opentrack_gets_six_little_endian_doubles(receiver: socket.socket) -> None:
    data = _received(receiver, "opentrack", SAMPLE)

    assert len(data) == 48
    assert struct.unpack("<6d", data) == (1.5, -2.25, 60.0, *SAMPLE.turn)


def test_opentrack_gets_zeros_for_an_unknown_position(receiver: socket.socket) -> None:
    assert struct.unpack("<6d", _received(receiver, "opentrack", replace(SAMPLE, position_cm=None)))[:3] == (0, 0, 0)


def test_json_lines_have_one_object_in_each_packet(receiver: socket.socket) -> None:
    data = _received(receiver, "udp", replace(SAMPLE, name="Zoë"))

    assert data.endswith(b"}\n") and data.count(b"\n") == 1 and data.isascii()
    values = json.loads(data)
    assert values["captured"] == 1_700_000_000.25 and values["time"] == 1.5
    assert (values["frame"], values["track_id"], values["name"]) == (45, 3, "Zoë")
    assert (values["kind"], values["found"]) == ("face", True)
    assert (values["yaw"], values["pitch"], values["roll"]) == (20.0, -10.0, 5.0)
    assert values["turn"] == pytest.approx(SAMPLE.turn, abs=0.001)
    assert math.hypot(*values["quaternion"]) == pytest.approx(1, abs=1e-5)
    assert values["rough_position_cm"] == [1.5, -2.25, 60.0]


def test_json_has_null_where_there_is_no_number(receiver: socket.socket) -> None:
    nothing = (math.nan,) * 3
    lost = replace(SAMPLE, kind="nan", pose=HeadPose(*nothing), turn=TurnAngles(*nothing), position_cm=None)

    values = json.loads(_received(receiver, "udp", lost))

    assert values["found"] is False
    assert values["yaw"] is values["pitch"] is values["roll"] is values["rough_position_cm"] is None
    assert values["turn"] == [None] * 3 and values["quaternion"] == [None] * 4


def test_standard_output_gets_a_line_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    output = open_output(parse_address("-"))

    output.send(SAMPLE)  # type: ignore[union-attr]

    assert json.loads(capsys.readouterr().out)["yaw"] == 20.0


def test_packets_that_nobody_receives_are_lost_without_an_error(receiver: socket.socket) -> None:
    port = receiver.getsockname()[1]
    receiver.close()
    output = open_output(parse_address(f"udp://127.0.0.1:{port}"))
    for _ in range(3):
        output.send(SAMPLE)  # type: ignore[union-attr]
    output.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, the loopback interface has no broadcast address")
def test_a_broadcast_address_reaches_all_who_listen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("", 0))
        listening.settimeout(10)
        output = open_output(parse_address(f"udp://127.255.255.255:{listening.getsockname()[1]}"))
        output.send(SAMPLE)  # type: ignore[union-attr]
        output.close()
        assert json.loads(listening.recv(65536))["yaw"] == 20.0


def test_what_the_system_refuses_to_send_is_told_with_advice() -> None:
    output = open_output(parse_address("udp://127.0.0.1:9"))
    with pytest.raises(OutputError, match=r"Nothing can be sent to udp://127\.0\.0\.1:9: ") as refused:
        output.send(replace(SAMPLE, name="n" * 70_000))  # type: ignore[union-attr]  # More than a packet holds.
    output.close()
    assert "network connection" in refused.value.advice


def test_json_has_no_negative_zero() -> None:
    zero = replace(SAMPLE, pose=HeadPose(-0.0, -0.0001, 0.0), position_cm=(-0.0, -0.001, 1.0))
    assert b"-0" not in json_line(replace(zero, turn=TurnAngles.from_pose(HeadPose(0.0, 0.0, 0.0))))


def test_an_unknown_host_is_refused_with_advice() -> None:
    with pytest.raises(OutputError, match="unknown") as refused:
        open_output(parse_address("udp://no..where:1"))
    assert refused.value.advice


@pytest.mark.parametrize("kind", OUTPUTS.values(), ids=lambda kind: kind.scheme)
def test_the_example_of_each_kind_is_an_address_of_it(kind: object) -> None:
    assert parse_address(kind.example).scheme == kind.scheme  # type: ignore[attr-defined]


def test_addresses_are_split_into_host_and_port() -> None:
    assert parse_address("opentrack://").port == 4242 and parse_address("opentrack://").host == "127.0.0.1"
    assert parse_address("UDP://[::1]:7").host == "::1"
    assert parse_address(" stdout ").scheme == parse_address("-").scheme == "stdout"


@pytest.mark.parametrize(
    "text",
    ["", "127.0.0.1:4242", "udp://127.0.0.1", "udp://host:99999", "udp://a:b", "http://x", "udp://me:key@host:1",
     "udp://host:1?colour=red", "udp://127.0.0.1:5005/path", "ws://127.0.0.1:5007?origin=", "osc://?ids",
     "/dev/null", "udp"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_address(text)
    assert refused.value.advice


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("opentrack://", "opentrack://127.0.0.1:4242", True), ("opentrack://localhost", "OPENTRACK://127.0.0.1/", True),
     ("tcp://127.0.0.1:7", "ws://127.0.0.1:7", True), ("udp://127.0.0.1:7", "tcp://127.0.0.1:7", False),
     ("osc://", "osc://127.0.0.1:9000/head/", True), ("osc:///a", "osc:///b", False), ("lsl://a", "lsl://b", False)],
)  # fmt: skip
def test_addresses_of_the_same_place_are_recognised(one: str, other: str, same: bool) -> None:
    assert (place(parse_address(one)) == place(parse_address(other))) is same


def test_an_address_that_is_almost_right_is_corrected_by_its_own_example() -> None:
    with pytest.raises(UsageError) as refused:
        parse_address("vmc://127.0.0.1:99999")
    assert refused.value.advice == f"Write it as, for example, {OUTPUTS['vmc'].example}."


@pytest.mark.parametrize("angles", [(30, 0, 0), (0, -25, 0), (0, 0, 40), (35, 20, -15), (-60, 40, 80), (80, -85, 3)])
def test_turn_angles_are_the_same_rotation(angles: tuple[float, float, float]) -> None:
    pose = HeadPose(*map(float, angles))

    turn = TurnAngles.from_pose(pose)

    assert np.allclose(turn.quaternion, pose.quaternion()) or np.allclose(-np.array(turn.quaternion), pose.quaternion())
    if np.count_nonzero(angles) == 1:
        assert turn == pytest.approx(pose)
    nose = pose.matrix()[:, 2]
    assert math.degrees(math.asin(nose[1])) == pytest.approx(turn.pitch)
    assert math.degrees(math.atan2(-nose[0], nose[2])) == pytest.approx(turn.yaw)
