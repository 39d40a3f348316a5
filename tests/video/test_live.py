"""Live sources: streams over loopback, cameras that are not there, and the one that needs no hardware."""

from __future__ import annotations

import socket
import threading
from fractions import Fraction
from itertools import islice, pairwise

import pytest

from app.errors import SourceError
from app.video import cameras, is_live, open_live
from app.video.capture import LiveClock
from app.video.synthetic import Synthetic

PATIENCE_S = 20
"""Only what hangs takes so long."""


@pytest.fixture(params=["ts_server", "mjpeg_server"], ids=["MPEG-TS", "MJPEG"])
def server(request: pytest.FixtureRequest):
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def _no_reader_is_left():
    yield
    for thread in threading.enumerate():
        if thread.name == "live source":
            thread.join(PATIENCE_S)
            assert not thread.is_alive(), "a reader outlives the test"


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
def test_an_address_is_told_from_a_path(address: str, live: bool) -> None:
    assert is_live(address) is live


@pytest.mark.parametrize(
    "address",
    [
        "video.mp4",
        "tcp://",
        "camera:0?size=big",
        "camera:0?size=0x480",
        "camera:0?rate=-3",
        "camera:0?colour=red",
        "camera:0?format=",
    ],
)
def test_an_address_that_means_nothing_is_refused_in_one_sentence(address: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_live(address)
    assert caught.value.message.endswith(".")
    assert caught.value.advice


def test_frames_come_in_order_with_rising_times_and_a_moment_of_capture(server) -> None:
    source = open_live(server.address)
    frames = list(islice(source.frames(), 30))
    source.close()
    numbers = [server.number_of(frame.image) for frame in frames]
    assert numbers == sorted(set(numbers))
    assert frames[0].time == 0
    assert all(earlier.time < later.time for earlier, later in pairwise(frames))
    assert all(earlier.index < later.index for earlier, later in pairwise(frames))
    for frame, number in zip(frames, numbers, strict=True):
        assert frame.captured_s is not None
        assert frame.captured_s > server.sent_s[number]
        assert not frame.image.flags.writeable


def test_a_stream_that_is_cut_is_told_as_lost_and_can_be_opened_again(server) -> None:
    frames = open_live(server.address).frames()
    next(frames)
    server.cut()
    with pytest.raises(SourceError, match=r"was lost: .*\.") as caught:
        list(frames)
    assert caught.value.advice
    with pytest.raises(SourceError, match="cannot be opened: nobody listens"):
        next(open_live(server.address).frames())
    server.back()
    source = open_live(server.address)
    assert next(source.frames()).index == 0
    source.close()


def test_a_stream_that_falls_silent_is_told_as_lost(server) -> None:
    frames = open_live(server.address).frames()
    next(frames)
    server.hush()
    with pytest.raises(SourceError, match=r"nothing came"):
        list(frames)


def test_closing_from_another_thread_ends_the_waiting(server) -> None:
    source = open_live(server.address)
    ended = threading.Event()

    def read() -> None:
        list(source.frames())
        ended.set()

    frames = open_live(server.address).frames()
    next(frames)
    server.hush()
    reader = threading.Thread(target=read)
    reader.start()
    source.close()
    assert ended.wait(PATIENCE_S)
    reader.join()
    frames.close()


def test_a_server_that_accepts_and_says_nothing_does_not_hold_the_closing_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        source = open_live(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        reader = threading.Thread(target=lambda: list(source.frames()))
        reader.start()
        connection, _ = listener.accept()
        source.close()
        reader.join(PATIENCE_S)
        assert not reader.is_alive()
        connection.close()


def test_a_closed_source_gives_nothing() -> None:
    source = open_live("tcp://127.0.0.1:1")
    source.close()
    assert list(source.frames()) == []


def test_a_password_is_never_shown() -> None:
    source = open_live("rtsp://user:secret@127.0.0.1:1/stream")
    assert source.title == "rtsp://127.0.0.1:1/stream"
    with pytest.raises(SourceError) as caught:
        next(source.frames())
    assert "secret" not in str(caught.value)


def test_the_list_of_cameras_makes_no_noise(capfd: pytest.CaptureFixture[str]) -> None:
    assert isinstance(cameras(), tuple)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["99", "No such camera"])
def test_a_missing_camera_is_one_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match=f"There is no camera '{name}' on this machine.") as caught:
        next(open_live(f"camera:{name}").frames())
    assert caught.value.advice
    assert capfd.readouterr() == ("", "")


def test_the_synthetic_camera_goes_round_with_rising_times(make_video) -> None:
    camera = Synthetic(make_video("round.mp4"))
    frames = list(islice(camera.frames(), 30))
    camera.close()
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.time for frame in frames] == [Fraction(index, 25) for index in range(30)]
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
    ("told", "arrived", "wanted"),
    [
        pytest.param([10, 11, 12], [5.0, 6.0, 7.0], [0, 1, 2], id="its own clock"),
        pytest.param([10, 11, 12], [5.0, 6.2, 6.9], [0, 1, 2], id="its own clock, arriving unevenly"),
        pytest.param([None, None, None], [5.0, 6.25, 7.0], [0, Fraction(5, 4), 2], id="no clock"),
        pytest.param([10, 90, 91], [5.0, 6.0, 7.0], [0, 1, 2], id="a clock that jumps"),
        pytest.param([10, 3, 4], [5.0, 6.0, 7.0], [0, 1, 2], id="a clock that goes back"),
        pytest.param([10, 10, 11], [5.0, 5.1, 6.0], [0, Fraction(1, 1_000_000), 1], id="a time told twice"),
    ],
)
def test_live_times_rise_whatever_the_stream_tells(told, arrived, wanted) -> None:
    clock = LiveClock()
    times = [
        clock.time_of(None if tick is None else Fraction(tick), moment)
        for tick, moment in zip(told, arrived, strict=True)
    ]
    assert times == wanted
