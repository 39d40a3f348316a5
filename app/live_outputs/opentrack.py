"""opentrack's input “UDP over network”: six little-endian doubles, x, y and z in centimetres, then yaw, pitch, roll.

Source: tracker-udp of https://github.com/opentrack/opentrack; signs and order of rotations as in its tracker-neuralnet:
x > 0 to the right of the camera's picture, y > 0 up, z > 0 away from the camera; yaw > 0 to the left of the picture,
pitch > 0 up, roll > 0 clockwise in the picture, applied in the order yaw, pitch, roll.
opentrack ignores a packet with NaN, and keeps the pose before it.
"""

from __future__ import annotations

import struct

from app.live_outputs.datagrams import Datagrams
from app.live_outputs.output import OutputAddress
from app.live_outputs.sample import HeadSample

_PACKET = struct.Struct("<6d")


def packet(sample: HeadSample) -> bytes:
    """48 bytes. A position that is not known is (0, 0, 0)."""
    return _PACKET.pack(*(sample.position_cm or (0.0, 0.0, 0.0)), *sample.turn)


def open_output(address: OutputAddress) -> OpentrackOutput:
    return OpentrackOutput(address)


class OpentrackOutput:
    def __init__(self, address: OutputAddress) -> None:
        self._datagrams = Datagrams(address)

    def send(self, sample: HeadSample) -> None:
        self._datagrams.send(packet(sample))

    def close(self) -> None:
        self._datagrams.close()
