"""Lab Streaming Layer, received by liblsl's own inlet in another process."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import OutputError
from app.live_outputs.lsl import CHANNELS, values_of
from app.live_outputs.table import open_output, parse_address
from tests.live_outputs.lsl_scope import lsl_on_this_machine, pylsl_or_skip  # noqa: F401 — a fixture
from tests.live_outputs.samples import SAMPLE, sample_now

pylsl = pylsl_or_skip()

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("lsl_on_this_machine")
def test_an_inlet_gets_values_time_stamps_and_their_description() -> None:
    name = f"heads {uuid.uuid4()}"
    output = open_output(parse_address(f"lsl://{name.replace(' ', '%20')}"))
    receiver = subprocess.Popen(
        [sys.executable, ROOT / "tests" / "live_outputs" / "lsl_receiver.py", name, "3"],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    try:
        assert receiver.stdout is not None
        ready = json.loads(receiver.stdout.readline())
        # They are captured before they are sent: 0.2 s between frames, and 0.5 s of analysis.
        first_s = time.perf_counter() - 0.5
        clocks_s = pylsl.local_clock() - time.perf_counter()
        stamps = [first_s + 0.2 * number for number in range(3)]
        until_s = time.monotonic() + 60
        while not output._outlet.have_consumers() and time.monotonic() < until_s:  # type: ignore[union-attr]
            time.sleep(0.01)
        for number, captured_s in enumerate(stamps):
            output.send(replace(sample_now(number), captured_s=captured_s))  # type: ignore[union-attr]
        received = json.loads(receiver.communicate(timeout=60)[0])
    finally:
        receiver.kill()
        receiver.wait()
        output.close()

    assert received["type"] == "MoCap" and received["rate"] == 0 and received["format"] == pylsl.cf_double64
    assert received["id"].endswith(f"/{name}")
    assert [tuple(channel) for channel in received["channels"]] == [
        (label, unit, kind) for label, kind, unit in CHANNELS
    ]
    for (values, stamp), number, captured_s in zip(received["samples"], range(3), stamps, strict=True):
        assert values == pytest.approx(values_of(replace(SAMPLE, frame=number)), nan_ok=True)
        assert stamp == pytest.approx(captured_s + clocks_s, abs=0.002)
    assert abs(ready["ready"]) < 0.01  # Both processes have one clock.


def test_values_are_in_the_units_of_their_channels() -> None:
    values = dict(zip((label for label, _, _ in CHANNELS), values_of(SAMPLE), strict=True))

    assert (values["yaw"], values["pitch"], values["roll"]) == (20.0, -10.0, 5.0)
    assert (values["rough_x"], values["rough_y"], values["rough_z"]) == pytest.approx((0.015, -0.0225, 0.6))
    assert (values["found"], values["track_id"], values["frame"], values["source_time"]) == (1, 3, 45, 1.5)


def test_what_is_not_known_is_nan() -> None:
    values = values_of(replace(SAMPLE, position_cm=None, track_id=None, kind="hold"))

    assert [label for (label, _, _), value in zip(CHANNELS, values, strict=True) if math.isnan(value)] == [
        "rough_x",
        "rough_y",
        "rough_z",
        "track_id",
    ]


def test_without_liblsl_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)

    with pytest.raises(OutputError, match="liblsl was not found") as refused:
        open_output(parse_address("lsl://"))

    assert "PYLSL_LIB" in refused.value.advice
