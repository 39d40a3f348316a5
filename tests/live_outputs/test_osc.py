"""OSC as python-osc's own server receives it, and the bytes as the specification of OSC 1.0 has them."""

from __future__ import annotations

import math
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from app.errors import UsageError
from app.live_outputs.osc import head_bundle
from app.live_outputs.output import LiveOutput
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import open_output, parse_address
from app.live_outputs.turn import TurnAngles
from hopenet import HeadPose
from tests.live_outputs.samples import SAMPLE

Messages = dict[str, tuple[object, ...]]


class _Receiver:
    """Keeps the arguments of each message by its address."""

    def __init__(self) -> None:
        self.messages: Messages = {}
        dispatcher = Dispatcher()
        dispatcher.set_default_handler(self._keep)
        self._server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
        self._server.timeout = 10
        self.port = self._server.server_address[1]

    def _keep(self, address: str, *values: object) -> None:
        self.messages[address] = values

    def of(self, sample: HeadSample, *, path: str = "") -> Messages:
        output = open_output(parse_address(f"osc://127.0.0.1:{self.port}{path}"))
        output.send(sample)  # type: ignore[union-attr]
        output.close()
        self._server.handle_request()
        return self.messages

    def close(self) -> None:
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[_Receiver]:
    receiving = _Receiver()
    yield receiving
    receiving.close()


def test_a_bundle_has_what_is_known_of_a_head(receiver: _Receiver) -> None:
    messages = receiver.of(SAMPLE)

    assert messages["/head/face"] == (3, 45, "face") and messages["/head/found"] == (1,)
    assert messages["/head/time"] == (1.5, 1_700_000_000.25)
    assert messages["/head/angles"] == (20.0, -10.0, 5.0)
    assert messages["/head/turn"] == pytest.approx(SAMPLE.turn, abs=1e-5)
    assert messages["/head/quaternion"] == pytest.approx(SAMPLE.quaternion, abs=1e-6)
    assert messages["/head/position"] == (1.5, -2.25, 60.0)


def test_a_lost_head_is_not_found_and_has_no_track(receiver: _Receiver) -> None:
    messages = receiver.of(replace(SAMPLE, kind="hold", track_id=None, position_cm=None))

    assert messages["/head/face"] == (-1, 45, "hold") and messages["/head/found"] == (0,)
    assert "/head/position" not in messages


def test_angles_may_be_nan(receiver: _Receiver) -> None:
    nothing = (math.nan,) * 3
    lost = replace(SAMPLE, kind="nan", pose=HeadPose(*nothing), turn=TurnAngles(*nothing))

    messages = receiver.of(lost)

    assert all(math.isnan(float(str(angle))) for angle in messages["/head/angles"])
    assert len(messages["/head/quaternion"]) == 4


@pytest.mark.parametrize(
    ("path", "angles"), [("/desk/2/", "/desk/2/angles"), ("?ids=yes", "/head/3/angles"), ("/a?ids=no", "/a/angles")]
)
def test_the_address_says_how_messages_begin(receiver: _Receiver, path: str, angles: str) -> None:
    assert angles in receiver.of(SAMPLE, path=path)


@pytest.mark.parametrize("path", ["/he%20ad/{x}", "/a//b", "/*", "/h,", "?ids=maybe"])
def test_what_cannot_begin_a_message_is_refused(path: str) -> None:
    with pytest.raises(UsageError):
        open_output(parse_address(f"osc://127.0.0.1:9{path}"))


def test_the_bytes_are_those_of_the_specification() -> None:
    bundle = head_bundle(SAMPLE, "/h")

    assert bundle.startswith(b"#bundle\0" + struct.pack(">Q", 1)) and len(bundle) % 4 == 0
    size = struct.unpack_from(">i", bundle, 16)[0]
    first = bundle[20 : 20 + size]
    assert first == b"/h/face\0,iis\0\0\0\0" + struct.pack(">ii", 3, 45) + b"face\0\0\0\0"
    angles = bundle[bundle.index(b"/h/angles") :]
    assert angles[:20] == b"/h/angles\0\0\0,fff\0\0\0\0" and struct.unpack_from(">3f", angles, 20) == SAMPLE.pose


@pytest.mark.skipif(shutil.which("oscdump") is None, reason="needs oscdump of liblo-tools")
def test_another_library_reads_the_same(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    output: LiveOutput = open_output(parse_address(f"osc://127.0.0.1:{port}"))  # type: ignore[assignment]
    printed = tmp_path / "printed.txt"
    with printed.open("w") as file:
        dump = subprocess.Popen(["oscdump", "-L", str(port)], stdout=file)
    try:
        until_s = time.monotonic() + 20
        while "/head/position" not in printed.read_text() and time.monotonic() < until_s:
            output.send(SAMPLE)
            time.sleep(0.05)
    finally:
        dump.kill()
        dump.wait()
        output.close()

    lines = [line.split(maxsplit=1)[1] for line in printed.read_text().splitlines()]
    assert {
        '/head/face iis 3 45 "face"',
        "/head/found i 1",
        "/head/time dd 1.500000 1700000000.250000",
        "/head/angles fff 20.000000 -10.000000 5.000000",
        "/head/position fff 1.500000 -2.250000 60.000000",
    } <= set(lines)


def test_an_output_is_one_that_can_be_sent_to() -> None:
    output: LiveOutput = open_output(parse_address("osc://"))  # type: ignore[assignment]
    output.close()
