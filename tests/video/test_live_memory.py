"""What a live source used is released as soon as the source is lost, without waiting for a garbage collection."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator

import pytest

from app.errors import SourceError
from app.threads.failures import release_locals, without_traceback
from app.video import open_live
from tests.live_server import LiveServer

_HEAVY = ("InputContainer", "VideoStream", "VideoCodecContext", "VideoFrame", "Packet", "Frame")


@pytest.fixture
def no_collections() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def _heavy_objects() -> Counter[str]:
    names = (type(one).__name__ for one in gc.get_objects() if str(type(one).__module__).startswith(("av.", "app.")))
    return Counter(name for name in names if name in _HEAVY)


@pytest.mark.usefixtures("no_collections")
def test_a_lost_stream_leaves_no_decoder_and_no_picture_behind(ts_server: LiveServer) -> None:
    before = _heavy_objects()
    for _ in range(3):
        frames = open_live(ts_server.address).frames()
        next(frames)
        ts_server.cut()
        with pytest.raises(SourceError, match="lost") as caught:
            for _frame in frames:
                pass
        del frames, _frame
        without_traceback(caught.value)
        del caught
        ts_server.back()
    assert _heavy_objects() == before


class _Resource:
    """Something whose end can be observed."""

    def __init__(self, ended: list[str]) -> None:
        self._ended = ended

    def __del__(self) -> None:
        self._ended.append("ended")


@pytest.mark.usefixtures("no_collections")
@pytest.mark.parametrize("release", [release_locals, without_traceback])
def test_a_released_exception_keeps_no_variable_of_the_calls_it_passed(release: object) -> None:
    ended: list[str] = []

    def inner() -> None:
        resource = _Resource(ended)
        raise ValueError(f"broken {type(resource).__name__}")

    def outer() -> None:
        second = _Resource(ended)
        try:
            inner()
        except ValueError as error:
            raise OSError(f"failed {type(second).__name__}") from error

    kept: OSError | None = None
    try:
        outer()
    except OSError as error:
        assert callable(release)
        kept = release(error)
    assert ended == ["ended", "ended"]
    assert str(kept) == "failed _Resource"
