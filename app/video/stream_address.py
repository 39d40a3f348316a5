"""The parts of a stream's address that are not the server's: how its credentials are written, and its transport."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from app.errors import SourceError

RTSP_TRANSPORTS = {"tcp": "tcp", "udp": "udp", "multicast": "udp_multicast", "http": "http"}
"""How RTSP can send its pictures, by the names in an address, and FFmpeg's names. TCP, the default, loses nothing and
passes firewalls; UDP has less delay in a network that loses packets, and shows damaged pictures there."""

DEFAULT_TRANSPORT = "tcp"

_TRANSPORT = re.compile(r"#transport=(\w*)$")
_CREDENTIALS = (
    re.compile(r"^(?P<scheme>\w+://)(?P<user>[^/?#:]*)(?::(?P<password>[^/?#]*))?@"),
    re.compile(r"^(?P<scheme>\w+://)(?P<user>[^/?#@:]*):(?P<password>[^@]*)@"),  # a password with a slash in it
)
_ENCODED = "%"
"""Of a user name or password that already has escapes such as %2F, these are kept."""


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """An address as FFmpeg takes it. `transport`: that of RTSP, a name in RTSP_TRANSPORTS; None if none is given."""

    url: str
    transport: str | None
    has_credentials: bool


def parsed(address: str) -> StreamAddress:
    """Raises SourceError for a transport that RTSP does not have."""
    match = _TRANSPORT.search(address)
    transport = match[1] if match else None
    if transport is not None and transport not in RTSP_TRANSPORTS:
        raise SourceError(
            f"“{transport}” is not a transport of RTSP.",
            advice=f"End the address in #transport= and one of: {', '.join(RTSP_TRANSPORTS)}.",
        )
    url = address[: match.start()] if match else address
    for pattern in _CREDENTIALS:
        found = pattern.match(url)
        if found is not None:
            return StreamAddress(_encoded(found) + url[found.end() :], transport, has_credentials=bool(found["user"]))
    return StreamAddress(url, transport, has_credentials=False)


def is_rtsp(address: str) -> bool:
    """Whether its pictures can be sent by different transports."""
    return address.lower().startswith(("rtsp://", "rtsps://"))


def with_transport(address: str, transport: str) -> str:
    """The address with this transport; the default is left out."""
    plain = _TRANSPORT.sub("", address)
    return plain if transport == DEFAULT_TRANSPORT else f"{plain}#transport={transport}"


def transport_of(address: str) -> str:
    """The transport that an address names; the default if it names none, or one that RTSP does not have."""
    match = _TRANSPORT.search(address)
    return match[1] if match and match[1] in RTSP_TRANSPORTS else DEFAULT_TRANSPORT


def _encoded(found: re.Match[str]) -> str:
    """The credentials with escapes for what would end them: people write passwords as they are."""
    user, password = (quote(found[name] or "", safe=_ENCODED) for name in ("user", "password"))
    return f"{found['scheme']}{user}{':' + password if found['password'] is not None else ''}@"
