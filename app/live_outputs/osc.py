"""Open Sound Control over UDP: one bundle of messages for each head. docs/outputs.md lists the messages."""

from __future__ import annotations

import re

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from app.errors import UsageError
from app.live_outputs.datagrams import Datagrams
from app.live_outputs.output import OutputAddress
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import OUTPUTS

PREFIX = OUTPUTS["osc"].path
"""The beginning of the messages' addresses, unless the address of the output has a path."""

IDS = "ids"

_PREFIX = re.compile(r"(/[^\s#*,/?\[\]{}]+)+")
"""Without the characters that OSC reserves."""

_UNKNOWN = -1
"""The track ID if no face has been seen yet."""


def bundle_of(messages: list[tuple[str, str, tuple[object, ...]]]) -> bytes:
    """A bundle to be used at once, of messages: each an address, its type tags, and its arguments."""
    builder = OscBundleBuilder(IMMEDIATELY)
    for address, tags, values in messages:
        message = OscMessageBuilder(address)
        for tag, value in zip(tags, values, strict=True):
            message.add_arg(value, tag)  # type: ignore[arg-type]  # Its types fit the tags.
        builder.add_content(message.build())
    bundle: OscBundle = builder.build()
    return bytes(bundle.dgram)


def head_bundle(sample: HeadSample, prefix: str = PREFIX) -> bytes:
    """The messages about one head. Angles are NaN if the head is lost and the user has chosen NaN."""
    track_id = _UNKNOWN if sample.track_id is None else sample.track_id
    messages: list[tuple[str, str, tuple[object, ...]]] = [
        (f"{prefix}/face", "iis", (track_id, sample.frame, sample.kind)),
        (f"{prefix}/found", "i", (int(sample.found),)),
        (f"{prefix}/time", "dd", (sample.source_time_s, sample.captured_unix_s)),
        (f"{prefix}/angles", "fff", tuple(sample.pose)),
        (f"{prefix}/turn", "fff", tuple(sample.turn)),
        (f"{prefix}/quaternion", "ffff", sample.quaternion),
    ]
    if sample.position_cm is not None:
        messages.append((f"{prefix}/position", "fff", sample.position_cm))
    return bundle_of(messages)


def open_output(address: OutputAddress) -> OscOutput:
    return OscOutput(address)


class OscOutput:
    def __init__(self, address: OutputAddress) -> None:
        """Raises UsageError if the path or an option is not valid, and OutputError if the host is unknown."""
        self._prefix = address.path.rstrip("/") or PREFIX
        if _PREFIX.fullmatch(self._prefix) is None or not self._prefix.isascii():
            raise UsageError(
                f"“{address.path}” in {address.text} cannot begin an OSC address.",
                advice=f"Write a path without spaces and without # * , ? [ ] {{ }}, such as {PREFIX}.",
            )
        if address.options.get(IDS, "no") not in {"yes", "no"}:
            raise UsageError(f"The option “{IDS}” of {address.text} must be yes or no.")
        self._ids = address.options.get(IDS) == "yes"
        self._datagrams = Datagrams(address)

    def send(self, sample: HeadSample) -> None:
        prefix = f"{self._prefix}/{sample.track_id or 0}" if self._ids else self._prefix
        self._datagrams.send(head_bundle(sample, prefix))

    def close(self) -> None:
        self._datagrams.close()
