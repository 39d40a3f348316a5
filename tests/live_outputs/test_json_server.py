"""JSON for programs that connect: over plain TCP sockets, and over the client of another WebSocket library's user."""

from __future__ import annotations

import gc
import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from app.errors import OutputError
from app.live_outputs.json_lines import json_line
from app.live_outputs.json_server import MOST_CLIENTS, WAITING_BYTES, JsonServer
from app.live_outputs.output_thread import OutputThread
from app.live_outputs.table import open_output, parse_address
from tests.live_outputs.samples import SAMPLE, sample_now

PATIENCE_S = 20


@pytest.fixture
def port() -> int:
    """A port at which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def opened() -> Iterator[Callable[[str], JsonServer]]:
    servers: list[JsonServer] = []

    def open_one(address: str) -> JsonServer:
        server = open_output(parse_address(address))
        assert isinstance(server, JsonServer)
        servers.append(server)
        return server

    yield open_one
    for server in servers:
        server.close()


def line_from(server: JsonServer, client: socket.socket) -> bytes:
    """What a client gets of samples that are sent until it gets one: its connection may not have been noticed yet."""
    client.settimeout(0.05)
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        server.send(SAMPLE)
        try:
            return client.recv(1 << 20)
        except TimeoutError:
            continue
    raise TimeoutError


def text_from(server: JsonServer, client: ClientConnection) -> str | bytes:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        server.send(SAMPLE)
        try:
            return client.recv(timeout=0.05)
        except TimeoutError:
            continue
    raise TimeoutError


def test_all_tcp_clients_get_whole_lines(opened: Callable[[str], JsonServer], port: int) -> None:
    server = opened(f"tcp://127.0.0.1:{port}")
    with socket.create_connection(("127.0.0.1", port)) as first, socket.create_connection(("127.0.0.1", port)) as other:
        for client in (first, other):
            line = line_from(server, client).split(b"\n")[0]
            assert json.loads(line)["yaw"] == 20.0


def test_a_tcp_client_that_has_nothing_more_to_say_still_gets_lines(
    opened: Callable[[str], JsonServer], port: int
) -> None:
    server = opened(f"tcp://127.0.0.1:{port}")
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.shutdown(socket.SHUT_WR)
        for _ in range(5):
            assert json.loads(line_from(server, client).split(b"\n")[0])["yaw"] == 20.0
        assert server.clients == 1


def test_websocket_clients_get_a_text_message_for_each_sample(opened: Callable[[str], JsonServer], port: int) -> None:
    server = opened(f"ws://127.0.0.1:{port}")
    with connect(f"ws://127.0.0.1:{port}/any/path") as first, connect(f"ws://127.0.0.1:{port}") as other:
        for client in (first, other):
            text = text_from(server, client)
            assert isinstance(text, str) and not text.endswith("\n")
            assert text == json_line(SAMPLE).decode("ascii").rstrip("\n")


@pytest.mark.parametrize("scheme", ["tcp", "ws"])
def test_an_output_says_how_many_are_connected(port: int, scheme: str) -> None:
    thread = OutputThread(parse_address(f"{scheme}://127.0.0.1:{port}"))
    try:
        thread.wait_until_open()
        assert thread.state.clients == 0
        with socket.create_connection(("127.0.0.1", port)) as client:
            if scheme == "ws":
                client.sendall(_HANDSHAKE)
            _await(lambda: thread.state.clients == 1)

        def gone() -> bool:
            thread.put((sample_now(),))  # One that may still read is noticed to have gone when something is sent.
            return thread.state.clients == 0

        _await(gone)
    finally:
        thread.close()


def _await(condition: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_a_websocket_client_that_vanishes_is_no_fault_of_the_program(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    server = open_output(parse_address(f"ws://127.0.0.1:{port}"))
    assert isinstance(server, JsonServer)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(_HANDSHAKE)
        _await(lambda: server.clients == 1)
    _await(lambda: server.clients == 0)
    server.close()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_what_clients_say_is_ignored(opened: Callable[[str], JsonServer], port: int) -> None:
    server = opened(f"ws://127.0.0.1:{port}")
    with connect(f"ws://127.0.0.1:{port}") as client:
        for _ in range(100):  # More than a WebSocket keeps for who does not read.
            client.send("ten times as fast, please")
        assert json.loads(text_from(server, client))["frame"] == 45


@pytest.mark.parametrize("scheme", ["tcp", "ws"])
def test_a_client_that_does_not_read_is_disconnected_and_the_others_get_all(
    opened: Callable[[str], JsonServer], port: int, scheme: str
) -> None:
    server = opened(f"{scheme}://127.0.0.1:{port}")
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", port))
    if scheme == "ws":
        slow.sendall(_HANDSHAKE)
    long = replace(SAMPLE, name="n" * 50_000)
    with closing(slow), socket.create_connection(("127.0.0.1", port)) as quick:
        if scheme == "ws":
            quick.sendall(_HANDSHAKE)
        line_from(server, slow)
        line_from(server, quick)
        got, sent = 0, 0
        quick.settimeout(PATIENCE_S)
        while sent < 20 * WAITING_BYTES + (1 << 24):  # Far beyond what the system keeps for a connection.
            server.send(long)
            sent += len(json_line(long))
            while got < sent:
                got += len(quick.recv(1 << 20))
        slow.settimeout(PATIENCE_S)
        assert _is_cut(slow)


_HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
"""The request of RFC 6455, section 1.2."""


def _is_cut(client: socket.socket) -> bool:
    try:
        while client.recv(1 << 20):
            pass
    except ConnectionError:
        return True
    return True  # A time-out, while it is still connected, fails the test.


@pytest.mark.parametrize("scheme", ["tcp", "ws"])
def test_closing_disconnects_and_frees_the_port(port: int, scheme: str) -> None:
    server = open_output(parse_address(f"{scheme}://127.0.0.1:{port}"))
    assert isinstance(server, JsonServer)
    with socket.create_connection(("127.0.0.1", port)) as client:
        if scheme == "ws":
            client.sendall(_HANDSHAKE)
        line_from(server, client)
        server.close()
        client.settimeout(PATIENCE_S)
        assert _is_cut(client)
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass


@pytest.mark.parametrize("scheme", ["tcp", "ws"])
def test_connections_that_have_just_been_accepted_are_closed_too(
    port: int, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unclosed: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: unclosed.append(str(unraisable.exc_value)))
    server = open_output(parse_address(f"{scheme}://127.0.0.1:{port}"))
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]

    server.close()
    del server
    gc.collect()

    for client in clients:
        client.settimeout(PATIENCE_S)
        assert _is_cut(client)
        client.close()
    assert unclosed == []


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1.example.org", "http://192.0.2.1"])
def test_pages_of_the_web_may_not_connect(opened: Callable[[str], JsonServer], port: int, origin: Origin) -> None:
    opened(f"ws://127.0.0.1:{port}")
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://127.0.0.1:{port}", origin=origin):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "http://localhost:8000", "http://127.0.0.1", "null"])
def test_local_pages_and_the_one_that_the_user_has_named_may(
    opened: Callable[[str], JsonServer], port: int, origin: Origin | None
) -> None:
    server = opened(f"ws://127.0.0.1:{port}?origin=null")
    with connect(f"ws://127.0.0.1:{port}", origin=origin) as client:
        assert json.loads(text_from(server, client))


def test_a_port_in_use_is_refused_with_advice(opened: Callable[[str], JsonServer], port: int) -> None:
    opened(f"tcp://127.0.0.1:{port}")
    for scheme in ("tcp", "ws"):
        with pytest.raises(OutputError, match="another program or another live output uses this port") as refused:
            open_output(parse_address(f"{scheme}://127.0.0.1:{port}"))
        assert "another port" in refused.value.advice


def test_an_address_of_another_machine_is_refused_with_advice(port: int) -> None:
    with pytest.raises(OutputError, match="not an address of this machine") as refused:
        open_output(parse_address(f"tcp://192.0.2.1:{port}"))
    assert "127.0.0.1" in refused.value.advice


def test_more_clients_than_anybody_needs_are_disconnected(opened: Callable[[str], JsonServer], port: int) -> None:
    server = opened(f"tcp://127.0.0.1:{port}")
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST_CLIENTS + 1)]
    try:
        clients[-1].settimeout(PATIENCE_S)
        assert _is_cut(clients[-1])
        assert line_from(server, clients[0])
    finally:
        for client in clients:
            client.close()


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has 127.0.0.1 only")
def test_it_listens_at_the_typed_address_only(opened: Callable[[str], JsonServer], port: int) -> None:
    opened(f"tcp://127.0.0.2:{port}")
    with socket.create_connection(("127.0.0.2", port)):
        pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass
