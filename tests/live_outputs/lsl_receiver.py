"""Receives a stream by liblsl in a process of its own, and prints it as JSON: `lsl_receiver.py NAME SAMPLES`."""

from __future__ import annotations

import json
import sys

import pylsl


def main(name: str, count: int) -> None:
    (info,) = pylsl.resolve_byprop("name", name, timeout=60)
    inlet = pylsl.StreamInlet(info)
    full = inlet.info(timeout=60)
    correction_s = inlet.time_correction(timeout=60)
    print(json.dumps({"ready": correction_s}), flush=True)
    samples = [inlet.pull_sample(timeout=60) for _ in range(count)]
    channels, channel = [], full.desc().child("channels").child("channel")
    for _ in range(full.channel_count()):
        channels.append([channel.child_value("label"), channel.child_value("unit"), channel.child_value("type")])
        channel = channel.next_sibling()
    kind = {"type": full.type(), "rate": full.nominal_srate(), "format": full.channel_format()}
    print(json.dumps({**kind, "channels": channels, "samples": samples, "id": full.source_id()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
