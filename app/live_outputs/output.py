"""What an output of the live view is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from app.errors import StudioError
from app.live_outputs.sample import HeadSample
from detectors import BgrImage


@dataclass(frozen=True, slots=True)
class OutputAddress:
    """Where an output sends to, as the user typed it.

    `text` is what was typed. `scheme` is the name of its kind in `OUTPUTS`. For a kind that is placed by "host": `host`
    and `port`, with an IPv6 address without its brackets; by "name": `name`. `path` is what follows the host, with its
    slash. `options` are those after the question mark, all of which the kind knows.
    """

    text: str
    scheme: str
    host: str = ""
    port: int = 0
    name: str = ""
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


class LiveOutput(Protocol):
    """An open output. It is opened, used and closed in one thread of its own, so that it may wait for a network.

    `send` takes the samples of the faces that are sent, one after another; those of one frame have the same `frame` and
    `captured_s`. It raises StudioError if a sample could not be sent, after which the next one is tried, or OutputEnded
    if nothing more can ever be sent; an output that can connect again does so in `send`. It must not wait for more than
    a second.
    """

    def send(self, sample: HeadSample) -> None: ...

    def close(self) -> None: ...


class PictureOutput(Protocol):
    """An open output that takes annotated pictures instead: a row with `pictures=True`.

    `send_picture` takes a BGR picture as it is drawn in the view, in the source's size, and otherwise behaves as
    `LiveOutput.send`.
    """

    def send_picture(self, picture: BgrImage) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class Serving(Protocol):
    """What an output that others connect to has as well."""

    @property
    def clients(self) -> int:
        """How many are connected. Thread: any."""
        ...


class OutputEnded(StudioError):
    """Nothing more can be sent to this output: whoever received it has gone for good."""


class ReaderGone(OutputEnded):
    """The program behind a pipe has ended, which is no fault: `track … --send - | head`."""
