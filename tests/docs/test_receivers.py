"""The receivers in docs/outputs.md receive what is sent."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pythonosc.osc_packet import OscPacket

from app.errors import StudioError
from app.live_outputs.json_lines import json_line
from app.live_outputs.lsl import CHANNELS
from app.live_outputs.osc import head_bundle
from app.live_outputs.output import LiveOutput
from app.live_outputs.table import OUTPUTS, open_output, parse_address
from app.live_outputs.vmc import unity_quaternion, vmc_bundle
from tests.live_outputs.lsl_scope import lsl_on_this_machine, pylsl_or_skip  # noqa: F401 — a fixture
from tests.live_outputs.samples import SAMPLE, sample_now

PAGE = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text(encoding="utf-8")

RECEIVERS = dict(re.findall(r"^```python (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))

_W, *_XYZ = unity_quaternion(SAMPLE.quaternion)

EXPECTED: dict[str, tuple[float, ...]] = {"opentrack": SAMPLE.turn, "vmc": (*_XYZ, _W)}
"""The first numbers that a receiver prints, if they are not yaw, pitch and roll."""

_TAGS = {int: "i", float: "f", str: "s"}

PATIENCE_S = 60


def test_each_output_of_numbers_has_a_receiver() -> None:
    assert set(RECEIVERS) == {kind.scheme for kind in OUTPUTS.values() if not kind.pictures} - {"stdout"}


def test_the_page_names_each_output() -> None:
    assert all(f"`{kind.example}`" in PAGE for kind in OUTPUTS.values())


@pytest.mark.parametrize("bundle", [head_bundle(SAMPLE), vmc_bundle(SAMPLE, since_s=0.0)], ids=["osc", "vmc"])
def test_the_page_has_each_message_with_its_types(bundle: bytes) -> None:
    for timed in OscPacket(bundle).messages:
        message = timed.message
        tags = "".join(_TAGS[type(value)] for value in message.params)
        tags = tags.replace("f", "d") if message.address.endswith("/time") else tags
        assert f"| `{message.address}` | `{tags}` |" in PAGE


def test_the_page_has_each_key_of_the_json() -> None:
    assert all(f"`{key}`" in PAGE for key in json.loads(json_line(SAMPLE)))


def test_the_page_has_each_channel_of_the_stream() -> None:
    short = {"quaternion_x": "_x", "quaternion_y": "_y", "quaternion_z": "_z"}
    assert all(f"`{short.get(label, label)}`" in PAGE for label, _, _ in CHANNELS)


@pytest.mark.slow
@pytest.mark.usefixtures("lsl_on_this_machine")
@pytest.mark.parametrize("scheme", RECEIVERS)
def test_a_receiver_prints_what_is_sent(scheme: str, tmp_path: Path) -> None:
    if scheme == "lsl":
        pylsl_or_skip()
    kind, program = OUTPUTS[scheme], RECEIVERS[scheme]
    assert 5 <= program.count("\n") <= 10, "a receiver has about ten lines"
    if kind.placed_by == "host":
        default, place = str(parse_address(kind.example).port), str(_free_port(kind.listens))
        address = f"{scheme}://127.0.0.1:{place}"
    else:
        default, place = kind.host, f"receiver-{uuid.uuid4()}"
        address = f"{scheme}://{place}"
    assert program.count(default) == 1
    (tmp_path / "receiver.py").write_text(program.replace(default, place), encoding="utf-8")

    with _sending(address):
        receiver = subprocess.Popen(
            [sys.executable, tmp_path / "receiver.py"], stdout=subprocess.PIPE, text=True, cwd=tmp_path
        )
        try:
            line = _first_line(receiver)
        finally:
            receiver.kill()
            receiver.communicate()

    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", line)]
    expected = EXPECTED.get(scheme, SAMPLE.pose)
    assert numbers[: len(expected)] == pytest.approx(expected, abs=0.06 if scheme == "opentrack" else 0.001)


def _free_port(is_tcp: bool) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _sending(address: str) -> Iterator[None]:
    """Sends samples, again and again, until the block ends."""
    output: LiveOutput = open_output(parse_address(address))  # type: ignore[assignment]
    done = threading.Event()

    def send() -> None:
        number = 0
        while not done.wait(0.02):
            with suppress(StudioError):
                output.send(sample_now(number))
            number += 1

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        done.set()
        sender.join()
        output.close()


def _first_line(receiver: subprocess.Popen[str]) -> str:
    """Ends the receiver if it takes too long, so that reading from it ends."""
    assert receiver.stdout is not None
    watch = threading.Timer(PATIENCE_S, receiver.kill)
    watch.start()
    began_s = time.monotonic()
    try:
        line = receiver.stdout.readline()
    finally:
        watch.cancel()
    assert line, f"nothing was received in {time.monotonic() - began_s:.0f} s"
    return line
