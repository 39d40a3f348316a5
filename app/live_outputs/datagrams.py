"""Sends packets over UDP, to a fixed host and port."""

from __future__ import annotations

import ipaddress
import socket

from app.errors import OutputError
from app.live_outputs.output import OutputAddress


class Datagrams:
    """Nobody needs to be listening: packets that nobody receives are lost without an error.

    Thread: the one that made it.
    """

    def __init__(self, address: OutputAddress) -> None:
        """Raises OutputError if the host is unknown."""
        self._address = address
        try:
            found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)
            family, kind, protocol, _, place = found[0]
            self._socket, self._place = socket.socket(family, kind, protocol), place
        except (OSError, UnicodeError) as error:
            raise OutputError(
                f"The host “{address.host}” of the live output {address.text} is unknown.",
                advice="Check its name, or use its number, such as 127.0.0.1 for this machine.",
            ) from error
        self._socket.setblocking(False)
        if _is_ipv4(address.host):  # It may be a broadcast address: who has typed one means everybody there.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)

    def send(self, packet: bytes) -> None:
        """Raises OutputError if the system refuses to send it."""
        try:
            self._socket.sendto(packet, self._place)
        except (BlockingIOError, ConnectionError):
            pass  # The network is busy, or nobody listens, as some systems report: the next packet counts.
        except OSError as error:
            raise OutputError(
                f"Nothing can be sent to {self._address.text}: {error.strerror}.",
                advice="Check the address, the network connection of this machine, and its firewall.",
            ) from error

    def close(self) -> None:
        self._socket.close()


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
