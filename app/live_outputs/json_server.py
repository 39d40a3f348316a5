"""JSON lines for programs that connect to this one, over TCP or a WebSocket.

It listens at the host and port of the address, and nowhere else. A TCP client gets lines, a WebSocket client the same
lines as text messages, without the line feed; each from when it connects. What clients send is ignored. No client is
waited for: one that has fallen behind by more than WAITING_BYTES is disconnected.
"""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from app.errors import OutputError
from app.live_outputs.json_lines import json_line
from app.live_outputs.output import OutputAddress
from app.live_outputs.sample import HeadSample
from app.threads.event_loop import EventLoop, let_others_run

WAITING_BYTES = 1 << 18
"""About 20 seconds of one face at 30 frames a second."""

MOST_CLIENTS = 64
"""Others are disconnected at once."""

ORIGIN = "origin"

_END_S = 0.5
"""So long may clients take to say goodbye."""

_LOCAL_PAGE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


class _Server(Protocol):
    """Listens, and writes lines to all who have connected. Used in the thread of the event loop."""

    async def listen(self, host: str, port: int) -> None: ...

    @property
    def clients(self) -> int: ...

    def write(self, line: bytes) -> None: ...

    async def end(self) -> None: ...


def open_output(address: OutputAddress) -> JsonServer:
    servers: Mapping[str, type[_TcpServer | _WebSocketServer]] = {"tcp": _TcpServer, "ws": _WebSocketServer}
    return JsonServer(address, servers[address.scheme](address.options))


class JsonServer:
    """Serves any number of clients from a thread of its own."""

    def __init__(self, address: OutputAddress, server: _Server) -> None:
        """Raises OutputError if nothing can listen at the address."""
        self._server = server
        self._loop = EventLoop(f"listens at {address.text}")
        try:
            self._loop.run(server.listen(address.host, address.port))
        except (OSError, UnicodeError) as error:
            self._loop.close()
            raise _refusal(address, error) from error

    @property
    def clients(self) -> int:
        return self._server.clients

    def send(self, sample: HeadSample) -> None:
        self._loop.call(self._server.write, json_line(sample))

    def close(self) -> None:
        with suppress(TimeoutError):
            self._loop.run(self._server.end(), timeout_s=4 * _END_S)
        self._loop.close()


class _TcpClients(asyncio.Protocol):
    """One connection, which is among `clients` while it is open."""

    def __init__(self, clients: set[asyncio.Transport]) -> None:
        self._clients = clients
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 — for the type checker
        if len(self._clients) >= MOST_CLIENTS:
            transport.abort()
            return
        self._transport = transport
        self._clients.add(transport)

    def eof_received(self) -> bool:
        """A client that has nothing more to say may still read; one that has gone is noticed at the next line."""
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 — asyncio's name
        if self._transport is not None:
            self._clients.discard(self._transport)


class _TcpServer:
    def __init__(self, _options: Mapping[str, str]) -> None:
        self._clients: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _TcpClients(self._clients), host, port)

    @property
    def clients(self) -> int:
        return len(self._clients)

    def write(self, line: bytes) -> None:
        for client in tuple(self._clients):
            if client.get_write_buffer_size() > WAITING_BYTES:
                client.abort()
            else:
                client.write(line)

    async def end(self) -> None:
        await let_others_run()  # Those that have just been accepted become clients: asyncio would forget them.
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.close()
        until_s = asyncio.get_running_loop().time() + _END_S
        while self._clients and asyncio.get_running_loop().time() < until_s:
            await asyncio.sleep(0.01)
        for client in tuple(self._clients):
            client.abort()


class _WebSocketServer:
    """A page of the World Wide Web in a browser on this machine could connect as well, so a page must be local, or one
    whose origin the user has named in the address."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._origins = [None, _LOCAL_PAGE, *([options[ORIGIN]] if ORIGIN in options else [])]
        self._server: Any = None
        self._transports: set[asyncio.BaseTransport] = set()

    async def listen(self, host: str, port: int) -> None:
        from websockets.asyncio.server import ServerConnection, serve
        from websockets.exceptions import ConnectionClosed

        transports = self._transports

        class Connection(ServerConnection):
            """Among `transports` from the first moment on, also if it never asks for a WebSocket."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                transports.add(transport)
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.discard(self.transport)
                super().connection_lost(exc)

        async def attend(client: ServerConnection) -> None:
            if len(self._server.connections) > MOST_CLIENTS:
                return
            with suppress(ConnectionClosed):  # A client may vanish without a goodbye.
                async for _ in client:
                    pass

        self._server = await serve(
            attend,
            host,
            port,
            origins=self._origins,  # type: ignore[arg-type]  # An origin is a string.
            compression=None,
            close_timeout=_END_S,
            max_size=1 << 16,
            create_connection=Connection,
        )

    @property
    def clients(self) -> int:
        return len(self._server.connections) if self._server is not None else 0

    def write(self, line: bytes) -> None:
        from websockets.asyncio.server import broadcast

        for client in tuple(self._server.connections):
            if client.transport.get_write_buffer_size() > WAITING_BYTES:
                client.transport.abort()
        broadcast(self._server.connections, line.decode("ascii").rstrip("\n"))

    async def end(self) -> None:
        await let_others_run()  # As above.
        self._server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), _END_S)
        for transport in tuple(self._transports):
            transport.abort()  # type: ignore[attr-defined]  # It is that of a socket.
        await let_others_run()


def _refusal(address: OutputAddress, error: OSError | UnicodeError) -> OutputError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return OutputError(
            f"Nothing can listen at {address.text}: another program or another live output uses this port.",
            advice="Choose another port.",
        )
    if number in {errno.EACCES, errno.EPERM}:
        return OutputError(
            f"Nothing can listen at {address.text}: the system does not allow it.", advice="Choose a port above 1023."
        )
    return OutputError(
        f"Nothing can listen at {address.text}: “{address.host}” is not an address of this machine.",
        advice="Use 127.0.0.1 for programs on this machine, or 0.0.0.0 for all networks that it is connected to.",
    )
