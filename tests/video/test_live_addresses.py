"""Live sources: streams over loopback, cameras that are not there, and the one that needs no hardware."""

from __future__ import annotations

import socket
import threading
import traceback
from contextlib import suppress
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import pytest

from app.errors import SourceError
from app.threads.handoff import Patience
from app.video import cameras, is_live, open_live
from app.video.capture import LiveClock
from app.video.streams import without_password
from app.video.synthetic import SyntheticCamera
from tests.live_server import LiveServer, TsServer
from tests.video.videos import make_video

PATIENCE_S = 20
"""Only something that hangs takes this long."""


@pytest.fixture(params=["ts_server", "mjpeg_server"], ids=["MPEG-TS", "MJPEG"])
def server(request: pytest.FixtureRequest) -> LiveServer:
    made: LiveServer = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream counts as lost after a fifth of the usual silence, so that the test does not wait as long as a user."""
    monkeypatch.setattr("app.video.streams.READ_S", 0.4)


@pytest.mark.parametrize(
    ("address", "live"),
    [
        ("camera:0", True),
        ("Camera:Integrated Webcam?size=640x480", True),
        ("rtsp://10.0.0.2/stream", True),
        ("HTTP://host/video.mjpg", True),
        ("tcp://127.0.0.1:5000", True),
        ("udp://@:1234", True),
        ("synthetic", True),
        ("video.mp4", False),
        ("synthetic.mp4", False),
        (r"C:\videos\talk.mp4", False),
        ("/videos/camera:0.mp4", False),
    ],
)
def test_an_address_is_not_taken_for_a_path(address: str, live: bool) -> None:
    assert is_live(address) is live


@pytest.mark.parametrize(
    "address",
    [
        "video.mp4",
        "tcp://",
        "http://[broken",
        "camera:0?size=big",
        "camera:0?size=0x480",
        "camera:0?rate=-3",
        "camera:0?colour=red",
        "camera:0?format=",
    ],
)
def test_an_invalid_address_is_refused_in_one_sentence(address: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_live(address)
    assert caught.value.message.endswith(".")
    assert caught.value.advice


def test_frames_come_in_order_with_rising_times_and_their_time_of_capture(server: LiveServer) -> None:
    source = open_live(server.address)
    frames = list(islice(source.frames(), 15))
    source.close()
    numbers = [server.number_of(frame.image) for frame in frames]
    assert numbers == sorted(set(numbers))
    assert frames[0].time >= 0  # the first frames may have been replaced by newer ones
    assert all(earlier.time < later.time for earlier, later in pairwise(frames))
    assert all(earlier.index < later.index for earlier, later in pairwise(frames))
    for frame, number in zip(frames, numbers, strict=True):
        assert frame.captured_s is not None
        assert frame.captured_s > server.sent_s[number]
        assert not frame.image.flags.writeable


def test_a_stream_that_is_cut_is_reported_as_lost_and_can_be_opened_again(server: LiveServer) -> None:
    frames = open_live(server.address).frames()
    next(frames)
    server.cut()
    with pytest.raises(SourceError, match=r"was lost: .*\.") as caught:
        list(frames)
    assert caught.value.advice
    with pytest.raises(SourceError, match="cannot be opened: nothing is listening"):
        next(open_live(server.address).frames())
    server.back()
    source = open_live(server.address)
    assert next(source.frames()).index < 50, "it counts from 0 again; a busy machine may miss the first frames"
    source.close()


@pytest.mark.usefixtures("short_silence")
def test_a_stream_that_falls_silent_is_reported_as_lost(server: LiveServer) -> None:
    frames = open_live(server.address).frames()
    next(frames)
    server.hush()
    with pytest.raises(SourceError, match=r"nothing came|no data arrived"):
        list(frames)


@pytest.mark.usefixtures("short_silence")
def test_closing_from_another_thread_ends_the_waiting(server: LiveServer) -> None:
    source = open_live(server.address)
    ended = threading.Event()

    def read() -> None:
        list(source.frames())
        ended.set()

    other = open_live(server.address)
    next(other.frames())
    server.hush()
    reader = threading.Thread(target=read)
    reader.start()
    source.close()
    assert ended.wait(PATIENCE_S)
    reader.join()
    other.close()


def test_a_server_that_accepts_but_sends_nothing_does_not_delay_closing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        source = open_live(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        reader = threading.Thread(target=lambda: list(source.frames()))
        reader.start()
        connection, _ = listener.accept()
        source.close()
        reader.join(PATIENCE_S)
        assert not reader.is_alive()
        connection.close()


def test_a_closed_source_yields_no_frames() -> None:
    source = open_live("tcp://127.0.0.1:1")
    source.close()
    assert list(source.frames()) == []


class LateKeyServer(TsServer):
    """Sends what a viewer gets who comes in the middle: the first key picture comes after more than three seconds."""

    key_distance = 90

    def _keeps(self, number: int) -> bool:
        return number >= 3


def test_a_key_picture_is_waited_for_as_long_as_data_comes_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.video.streams.PATIENCE", Patience(first_s=2.0, next_s=2.0, end_s=1.0))
    monkeypatch.setattr("app.video.streams.WAITING_S", 0.1)
    server, said = LateKeyServer(), list[str]()
    try:
        source = open_live(server.address, said.append)
        frame = next(source.frames())
        source.close()
    finally:
        server.cut()
    assert server.number_of(frame.image) >= LateKeyServer.key_distance
    assert len(said) == 1
    assert "Waiting for its next key picture" in said[0]


class PlaylistServer:
    """Answers every request with a playlist that refers to a file of this machine."""

    def __init__(self, target: Path) -> None:
        lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:1", "#EXTINF:1,", f"file://{target}", "#EXT-X-ENDLIST", ""]
        self._content = "\n".join(lines).encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/live.m3u8"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    connection.recv(65536)
                    head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nConnection: close\r\n"
                    connection.sendall(f"{head}Content-Length: {len(self._content)}\r\n\r\n".encode() + self._content)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def test_a_playlist_from_the_network_leads_to_no_file_of_this_machine(tmp_path: Path) -> None:
    server = PlaylistServer(make_video(tmp_path / "private.ts"))
    try:
        with pytest.raises(SourceError, match="cannot be opened"):
            next(open_live(server.address).frames())
    finally:
        server.close()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://user:secret@10.0.0.2:554/x", "rtsp://10.0.0.2:554/x"),
        ("rtsp://user:sec/ret@10.0.0.2/x", "rtsp://10.0.0.2/x"),
        ("rtsp://user@name:secret@10.0.0.2/x", "rtsp://10.0.0.2/x"),
        ("http://10.0.0.2/video?user=me&pwd=secret&size=2", "http://10.0.0.2/video?user=…&pwd=…&size=2"),
        ("rtsp://10.0.0.2/user=me&password=se;cret&channel=1", "rtsp://10.0.0.2/user=…&password=…&channel=1"),
        ("http://10.0.0.2/live?access_token=secret", "http://10.0.0.2/live?access_token=…"),
        ("http://10.0.0.2/monkey=3?turkey=4", "http://10.0.0.2/monkey=3?turkey=4"),
        ("udp://@:1234", "udp://:1234"),
        ("tcp://[::1]:5000", "tcp://[::1]:5000"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_credentials_are_left_out_wherever_an_address_has_them(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_a_password_is_never_shown() -> None:
    source = open_live("rtsp://user:secret@127.0.0.1:1/stream")
    assert source.title == "rtsp://127.0.0.1:1/stream"
    with pytest.raises(SourceError) as caught:
        next(source.frames())
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_listing_cameras_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert isinstance(cameras(), tuple)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["99", "No such camera"])
def test_a_missing_camera_is_reported_in_one_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match=f"There is no camera “{name}” on this machine.") as caught:
        next(open_live(f"camera:{name}").frames())
    assert caught.value.advice
    assert capfd.readouterr() == ("", "")


def test_the_synthetic_camera_loops_with_rising_times(tmp_path: Path) -> None:
    camera = SyntheticCamera(make_video(tmp_path / "round.mp4"))
    frames = list(islice(camera.frames(), 15))  # in real time; the video has twelve
    camera.close()
    assert [frame.index for frame in frames] == list(range(15))
    assert [frame.time for frame in frames] == [Fraction(index, 25) for index in range(15)]
    assert all(frame.captured_s is not None for frame in frames)
    assert (frames[12].image == frames[0].image).all()


def test_the_synthetic_camera_shows_the_sample_until_it_is_closed() -> None:
    camera = open_live("synthetic")
    sizes = []
    for frame in camera.frames():
        sizes.append(frame.size)
        camera.close()
    assert sizes == [(640, 360)]


@pytest.mark.parametrize(
    ("given", "arrived", "expected"),
    [
        pytest.param([10, 11, 12], [5.0, 6.0, 7.0], [0, 1, 2], id="its own clock"),
        pytest.param([10, 11, 12], [5.0, 6.2, 6.9], [0, 1, 2], id="its own clock, arriving unevenly"),
        pytest.param([None, None, None], [5.0, 6.25, 7.0], [0, Fraction(5, 4), 2], id="no clock"),
        pytest.param([10, 90, 91], [5.0, 6.0, 7.0], [0, 1, 2], id="a clock that jumps"),
        pytest.param([10, 3, 4], [5.0, 6.0, 7.0], [0, 1, 2], id="a clock that goes back"),
        pytest.param([10, 10, 11], [5.0, 5.1, 6.0], [0, Fraction(1, 1_000_000), 1], id="the same time twice"),
    ],
)
def test_live_times_rise_whatever_times_the_stream_gives(
    given: list[int | None], arrived: list[float], expected: list[int | Fraction]
) -> None:
    clock = LiveClock()
    times = [
        clock.time_of(None if tick is None else Fraction(tick), moment)
        for tick, moment in zip(given, arrived, strict=True)
    ]
    assert times == expected
