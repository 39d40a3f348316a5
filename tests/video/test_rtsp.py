"""RTSP against a server that is not ours: GStreamer's. Passwords, transports, a cut connection, and silence."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from app.errors import SourceError
from app.frames import Frame
from app.threads.handoff import Patience
from app.video import open_live
from app.video.stream_address import parsed, transport_of, with_transport
from tests.rtsp.server import PACKAGES, PASSWORD, USER, RtspServer, python_with_gstreamer

Serve = Callable[..., RtspServer]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers, with options, and ends them after the test."""
    if python_with_gstreamer() is None:
        pytest.skip(f"needs GStreamer's RTSP server with its Python bindings: {PACKAGES}")
    servers: list[RtspServer] = []

    def start(*options: str) -> RtspServer:
        servers.append(RtspServer(tmp_path, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.cut()


def first_frames(address: str, count: int = 12) -> list[Frame]:
    source = open_live(address)
    try:
        return list(islice(source.frames(), count))
    finally:
        source.close()


def refusal(address: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        first_frames(address, 1)
    return caught.value


@pytest.mark.parametrize("end", ["", "#transport=udp", "#transport=http"])
def test_frames_come_in_order_at_their_times_over_tcp_and_udp(serve: Serve, end: str) -> None:
    server = serve()
    frames = first_frames(server.address + end)
    numbers = [server.number_of(frame.image) for frame in frames]
    assert numbers == sorted(set(numbers))
    for (earlier, number), (later, next_number) in pairwise(zip(frames, numbers, strict=True)):
        expected = Fraction(next_number - number, 25)
        assert abs(later.time - earlier.time - expected) < Fraction(1, 1000), "also between the first two frames"


@pytest.mark.parametrize("end", ["", "#transport=udp"])
def test_a_connection_that_is_cut_is_reported_and_the_server_found_again(serve: Serve, end: str) -> None:
    server = serve()
    frames = open_live(server.address + end).frames()
    next(frames)
    server.cut()
    with pytest.raises(SourceError, match=r"was lost: .*\."):
        list(frames)
    assert "nothing is listening at this address" in refusal(server.address).message
    server.back()
    again = first_frames(server.address + end, 5)
    numbers = [server.number_of(frame.image) for frame in again]
    assert numbers == sorted(set(numbers))
    assert numbers[0] < 200, "the restarted server begins with the first picture"
    assert again[0].time < 1, "so does the time"


@pytest.mark.parametrize("end", ["#transport=tcp", "#transport=udp"])
def test_a_sender_that_falls_silent_is_reported_as_lost(
    serve: Serve, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.video.streams.PATIENCE", Patience(first_s=15.0, next_s=0.5, end_s=0.1, alive_s=60.0))
    server = serve()
    frames = open_live(server.address + end).frames()
    for _ in range(30):
        next(frames)
    server.hush()
    with pytest.raises(SourceError, match="has stopped sending frames"):
        list(frames)


@pytest.mark.parametrize("method", ["basic", "digest"])
def test_a_password_is_needed_checked_and_never_shown(serve: Serve, method: str) -> None:
    server = serve("--user", USER, "--password", PASSWORD, *(["--digest"] if method == "digest" else []))
    missing = refusal(server.address)
    assert missing.message.endswith("cannot be opened: it requires a user name and a password.")
    wrong = refusal(server.address_for(USER, "wr0ng/secret"))
    assert wrong.message.endswith("cannot be opened: the user name or the password is wrong.")
    assert "rtsp://USER:PASSWORD@HOST/PATH" in wrong.advice
    assert "wr0ng" not in "".join(traceback.format_exception(wrong))
    for password in (PASSWORD, quote(PASSWORD, safe="")):
        assert len(first_frames(server.address_for(USER, password), 2)) == 2


def test_a_sender_that_offers_another_transport_is_said_with_what_to_write(serve: Serve) -> None:
    error = refusal(serve("--transport", "udp").address)
    assert error.message.endswith("the sender does not offer the transport TCP.")
    assert error.advice == "Add #transport=udp to the end of the address."


def test_a_sender_that_never_sends_a_picture_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.video.streams.PATIENCE", Patience(first_s=1.0, next_s=1.0, end_s=1.0))
    error = refusal(serve("--limit", "3").address)
    assert "sends no frames: nothing came for 1 seconds" in error.message


@pytest.mark.parametrize(
    ("address", "url", "transport", "has_credentials"),
    [
        ("rtsp://10.0.0.2/1", "rtsp://10.0.0.2/1", None, False),
        ("rtsp://10.0.0.2/1#transport=udp", "rtsp://10.0.0.2/1", "udp", False),
        ("rtsp://me:p/w@10.0.0.2/1", "rtsp://me:p%2Fw@10.0.0.2/1", None, True),
        ("rtsp://me:p:w d@10.0.0.2/1", "rtsp://me:p%3Aw%20d@10.0.0.2/1", None, True),
        ("rtsp://me:p%2Fw@10.0.0.2/1", "rtsp://me:p%2Fw@10.0.0.2/1", None, True),
        ("rtsp://me@10.0.0.2/1", "rtsp://me@10.0.0.2/1", None, True),
        ("udp://@:1234", "udp://@:1234", None, False),
        ("http://10.0.0.2/a@b?c=1", "http://10.0.0.2/a@b?c=1", None, False),
    ],
)
def test_an_address_is_made_as_ffmpeg_takes_it(
    address: str, url: str, transport: str | None, has_credentials: bool
) -> None:
    made = parsed(address)
    assert (made.url, made.transport, made.has_credentials) == (url, transport, has_credentials)


def test_an_unknown_transport_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SourceError, match="“pigeon” is not a transport of RTSP") as caught:
        open_live("rtsp://10.0.0.2/1#transport=pigeon")
    assert "tcp, udp, multicast, http" in caught.value.advice


def test_a_transport_is_put_into_an_address_and_read_from_it() -> None:
    udp = with_transport("rtsp://10.0.0.2/1", "udp")
    assert (udp, transport_of(udp)) == ("rtsp://10.0.0.2/1#transport=udp", "udp")
    assert with_transport(udp, "tcp") == "rtsp://10.0.0.2/1"
    assert transport_of("rtsp://10.0.0.2/1#transport=pigeon") == "tcp"
