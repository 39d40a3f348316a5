"""JSON lines: one JSON object for each head of each frame, over UDP or on the standard output.

`json_line` has the fields; docs/outputs.md describes them.
"""

from __future__ import annotations

import json
import math
import sys

from app.live_outputs.datagrams import Datagrams
from app.live_outputs.output import OutputAddress, OutputEnded, ReaderGone
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import STDOUT


def json_line(sample: HeadSample) -> bytes:
    """One JSON object and a line feed, in ASCII. What is not known, and an angle that is NaN, is null."""
    position = sample.position_cm
    values = {
        "time": round(sample.source_time_s, 6),
        "captured": round(sample.captured_unix_s, 6),
        "frame": sample.frame,
        "track_id": sample.track_id,
        "name": sample.name or None,
        "kind": sample.kind,
        "found": sample.found,
        "yaw": _number(sample.pose.yaw),
        "pitch": _number(sample.pose.pitch),
        "roll": _number(sample.pose.roll),
        "turn": [_number(angle) for angle in sample.turn],
        "quaternion": [_number(part, 6) for part in sample.quaternion],
        "rough_position_cm": None if position is None else [_number(part, 2) for part in position],
    }
    return (json.dumps(values, separators=(",", ":"), allow_nan=False) + "\n").encode("ascii")


def open_output(address: OutputAddress) -> JsonDatagrams | StandardOutput:
    return StandardOutput() if address.scheme == STDOUT else JsonDatagrams(address)


class JsonDatagrams:
    """One line in each packet."""

    def __init__(self, address: OutputAddress) -> None:
        self._datagrams = Datagrams(address)

    def send(self, sample: HeadSample) -> None:
        self._datagrams.send(json_line(sample))

    def close(self) -> None:
        self._datagrams.close()


class StandardOutput:
    """Each line is written at once, so that a program behind a pipe has it."""

    def send(self, sample: HeadSample) -> None:
        try:
            sys.stdout.write(json_line(sample).decode("ascii"))
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise ReaderGone("The program that reads the standard output has ended.") from error
        except (OSError, ValueError) as error:
            raise OutputEnded(f"The standard output cannot be written: {error}.") from error

    def close(self) -> None:
        """The standard output stays open."""


def _number(value: float, digits: int = 3) -> float | None:
    return round(value, digits) + 0.0 if math.isfinite(value) else None  # −0.0 becomes 0.0.
