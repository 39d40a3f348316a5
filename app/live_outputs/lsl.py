"""Lab Streaming Layer: a stream that recorders of behaviour laboratories find by its name. See docs/outputs.md.

Time stamps are those of capture, on liblsl's clock. The rate is irregular: frames that were not analysed are missing,
and importers must not spread the others evenly over time. Importing this module loads liblsl, which starts nothing;
opening an output lets liblsl answer those who look for streams in the local network.
"""

from __future__ import annotations

import math
import platform
import time
from typing import Any

from app.errors import OutputError
from app.live_outputs.output import OutputAddress
from app.live_outputs.sample import HeadSample
from app.product import NAME, version

CHANNELS = (
    ("yaw", "OrientationH", "degrees"),
    ("pitch", "OrientationP", "degrees"),
    ("roll", "OrientationR", "degrees"),
    ("quaternion_w", "OrientationA", "quaternion"),
    ("quaternion_x", "OrientationB", "quaternion"),
    ("quaternion_y", "OrientationC", "quaternion"),
    ("quaternion_z", "OrientationD", "quaternion"),
    ("rough_x", "PositionX", "meters"),
    ("rough_y", "PositionY", "meters"),
    ("rough_z", "PositionZ", "meters"),
    ("found", "Misc", "none"),
    ("track_id", "Misc", "none"),
    ("frame", "Misc", "none"),
    ("source_time", "Misc", "seconds"),
)
"""Label, type and unit, as in the recommendations of XDF for streams of the type MoCap."""


def values_of(sample: HeadSample) -> list[float]:
    """The values of CHANNELS. NaN: not known."""
    position = sample.position_cm or (math.nan,) * 3
    return [
        *sample.pose,
        *sample.quaternion,
        *(length / 100 for length in position),
        float(sample.found),
        math.nan if sample.track_id is None else float(sample.track_id),
        float(sample.frame),
        sample.source_time_s,
    ]


def open_output(address: OutputAddress) -> LslOutput:
    return LslOutput(address)


class LslOutput:
    def __init__(self, address: OutputAddress) -> None:
        """Raises OutputError if liblsl is not available."""
        self._lsl = _pylsl()
        name = address.name or NAME
        # It has the same ID after a restart, so that a recorder takes the stream up again.
        source_id = f"{NAME}/{platform.node()}/{name}"
        info = self._lsl.StreamInfo(
            name, "MoCap", len(CHANNELS), self._lsl.IRREGULAR_RATE, self._lsl.cf_double64, source_id
        )
        _describe(info.desc())
        self._outlet = self._lsl.StreamOutlet(info)

    def send(self, sample: HeadSample) -> None:
        # Both clocks are monotonic. Their difference is measured each time: it may change while a machine sleeps.
        since_capture_s = time.perf_counter() - sample.captured_s
        self._outlet.push_sample(values_of(sample), self._lsl.local_clock() - since_capture_s)

    def close(self) -> None:
        del self._outlet  # liblsl closes a stream when its outlet is destroyed.


def _describe(description: Any) -> None:
    acquisition = description.append_child("acquisition")
    acquisition.append_child_value("manufacturer", NAME)
    acquisition.append_child_value("model", version())
    channels = description.append_child("channels")
    for label, kind, unit in CHANNELS:
        channel = channels.append_child("channel")
        for key, value in (("label", label), ("object", "head"), ("type", kind), ("unit", unit)):
            channel.append_child_value(key, value)


def _pylsl() -> Any:
    try:
        import pylsl
    except (ImportError, OSError, RuntimeError) as error:
        # The wheels of pylsl for Windows, macOS and recent Linux contain it.
        raise OutputError(
            "Lab Streaming Layer is not available: its library liblsl was not found on this machine.",
            advice="Install liblsl (https://github.com/sccn/liblsl), or set PYLSL_LIB to its file.",
        ) from error
    return pylsl
