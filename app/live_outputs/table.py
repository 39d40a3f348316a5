"""All kinds of live outputs, and the addresses that name them.

To add a kind, write a module with `open_output(address: OutputAddress) -> LiveOutput` (it raises StudioError if the
output cannot be opened) and give it a row in OUTPUTS. The module is imported when such an output is opened.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from app.errors import UsageError
from app.live_outputs.output import LiveOutput, OutputAddress, PictureOutput

STDOUT = "stdout"
VIRTUAL_CAMERA = "virtual-camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputKind:
    """A kind of output.

    `scheme` begins its addresses: `SCHEME://…`. `title` is its name for people, `help` a line that says who receives
    it. `module` has `open_output`. `example` is a complete address. `placed_by`: what follows the slashes: a host and a
    port, a name, or nothing. `host` and `port` are used if the address leaves them out; port 0: it must not.
    `listens`: it waits for others to connect at this address, instead of sending to it. `one_head`: its protocol has
    room for one head only. `pictures`: it takes annotated pictures (`PictureOutput`). `path`: what follows the host and
    port if the address leaves it out; empty: nothing may follow them. `options`: what may follow a
    question mark, and what it does.
    """

    scheme: str
    title: str
    help: str
    module: str
    example: str
    placed_by: Literal["host", "name", "nothing"] = "host"
    host: str = "127.0.0.1"
    port: int = 0
    listens: bool = False
    one_head: bool = False
    pictures: bool = False
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


OUTPUTS: Mapping[str, OutputKind] = {
    kind.scheme: kind
    for kind in (
        OutputKind(
            scheme="opentrack",
            title="opentrack",
            help="six numbers for opentrack's input “UDP over network”",
            module="app.live_outputs.opentrack",
            example="opentrack://127.0.0.1:4242",
            port=4242,
            one_head=True,
        ),
        OutputKind(
            scheme="udp",
            title="JSON lines over UDP",
            help="a line of JSON in each packet",
            module="app.live_outputs.json_lines",
            example="udp://127.0.0.1:5005",
        ),
        OutputKind(
            scheme="tcp",
            title="JSON lines over TCP",
            help="a line of JSON for each face, to all programs that connect",
            module="app.live_outputs.json_server",
            example="tcp://127.0.0.1:5006",
            listens=True,
        ),
        OutputKind(
            scheme="ws",
            title="JSON over a WebSocket",
            help="JSON for each face, to all programs and local pages that connect",
            module="app.live_outputs.json_server",
            example="ws://127.0.0.1:5007",
            listens=True,
            options={"origin": "a web page from there may connect as well: https://example.org, or null for a file"},
        ),
        OutputKind(
            scheme="osc",
            title="OSC",
            help="messages of Open Sound Control; the path begins their addresses (default /head)",
            module="app.live_outputs.osc",
            example="osc://127.0.0.1:9000",
            port=9000,
            path="/head",
            options={"ids": "yes: put the track ID into the addresses, such as /head/3/angles"},
        ),
        OutputKind(
            scheme="vmc",
            title="VMC",
            help="the head of an avatar, by the Virtual Motion Capture protocol",
            module="app.live_outputs.vmc",
            example="vmc://127.0.0.1:39540",
            port=39540,
            one_head=True,
            options={"neck": "the neck's share of the turn, from 0 (default) to below 1"},
        ),
        OutputKind(
            scheme="lsl",
            title="Lab Streaming Layer",
            help="a stream of this name that recorders in the local network find",
            module="app.live_outputs.lsl",
            example="lsl://hopenet-studio",
            placed_by="name",
            host="hopenet-studio",
            listens=True,
        ),
        OutputKind(
            scheme=STDOUT,
            title="JSON lines on the standard output",
            help="a line of JSON for each face on the standard output; stdout means the same",
            module="app.live_outputs.json_lines",
            example="-",
            placed_by="nothing",
        ),
        OutputKind(
            scheme=VIRTUAL_CAMERA,
            title="Virtual camera",
            help="the annotated picture, as a camera of this machine",
            module="app.live_outputs.virtual_camera",
            example="virtual-camera://",
            placed_by="name",
            host="",
            pictures=True,
        ),
    )
}
"""By scheme, in the order of help and dialogs."""


def parse_address(text: str) -> OutputAddress:
    """The address of a live output. Raises UsageError if it is not one."""
    text = text.strip()
    if text in {"-", STDOUT}:
        return OutputAddress(text, STDOUT)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        kind = OUTPUTS.get(text.partition("://")[0].lower())
        advice = f"Write it as, for example, {kind.example}." if kind is not None else ""
        raise _refusal(text, "its host or port is not valid", advice) from error
    kind = OUTPUTS.get(parts.scheme.lower()) if "://" in text else None
    if kind is None:
        raise UsageError(f"“{text}” is not the address of a live output.", advice=f"Choose from {_examples()}.")
    if "@" in parts.netloc:
        raise _refusal(text, "live outputs have no user name and no password")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = next((name for name in options if name not in kind.options), None)
    if unknown is not None:
        known = f"It knows {', '.join(kind.options)}." if kind.options else "It has no options."
        raise UsageError(f"The live output “{text}” has an unknown option “{unknown}”.", advice=known)
    empty = next((name for name, value in options.items() if not value), None)
    if empty is not None:
        raise UsageError(
            f"The option “{empty}” of the live output “{text}” has no value.", advice=f"{empty}: {kind.options[empty]}."
        )
    if kind.placed_by == "name":
        name = unquote(parts.netloc + parts.path)
        return OutputAddress(text, kind.scheme, name=name or kind.host, options=options)
    if kind.placed_by == "nothing":
        return OutputAddress(text, kind.scheme, options=options)
    port = kind.port if port is None else port
    if not port:
        raise _refusal(text, "it has no port", f"Write it as, for example, {kind.example}.")
    if parts.path.strip("/") and not kind.path:
        raise _refusal(text, f"nothing can follow its port, as “{parts.path}” does", f"Leave out “{parts.path}”.")
    host = parts.hostname or kind.host
    return OutputAddress(text, kind.scheme, host, port, path=parts.path, options=options)


def place(address: OutputAddress) -> tuple[str, str, int, str]:
    """What two addresses share that mean the same place, however they are written; a port has room for one listener."""
    kind = kind_of(address)
    taken = "listener" if kind.listens and kind.placed_by == "host" else kind.scheme
    host = "127.0.0.1" if address.host == "localhost" else address.host
    return taken, host, address.port, address.name or address.path.rstrip("/") or kind.path


def virtual_camera(device: str) -> OutputAddress:
    """The address of the virtual camera with this name or device; empty: the first one."""
    return OutputAddress(f"{VIRTUAL_CAMERA}://{device}", VIRTUAL_CAMERA, name=device)


def open_output(address: OutputAddress) -> LiveOutput | PictureOutput:
    """Opens an output. Raises StudioError if it cannot be opened.

    Thread: the one that uses and closes it.
    """
    output: LiveOutput | PictureOutput = importlib.import_module(OUTPUTS[address.scheme].module).open_output(address)
    return output


def kind_of(address: OutputAddress) -> OutputKind:
    return OUTPUTS[address.scheme]


def _examples() -> str:
    return ", ".join(kind.example for kind in OUTPUTS.values())


def _refusal(text: str, why: str, advice: str = "") -> UsageError:
    return UsageError(
        f"“{text}” is not a valid address of a live output: {why}.", advice=advice or f"Choose from {_examples()}."
    )
