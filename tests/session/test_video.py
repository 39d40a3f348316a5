from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from app.errors import SourceError, StudioError
from app.product import SAMPLE
from app.session.video import SessionVideo
from app.settings import Style
from app.watch.shown_frame import ShownFrame, ViewOptions

PATIENCE_S = 30


class Told:
    """What a video told, in queues that a test can wait on."""

    def __init__(self) -> None:
        self.shown: Queue[ShownFrame] = Queue()
        self.failed: Queue[StudioError] = Queue()
        self.videos: list[SessionVideo] = []

    def video(self, path: Path) -> SessionVideo:
        video = SessionVideo(
            path, ViewOptions(Style()), shown=self.shown.put, changed=lambda state: None, failed=self.failed.put
        )
        self.videos.append(video)
        return video

    def time_s(self) -> float:
        return self.shown.get(timeout=PATIENCE_S).analysis.frame.time_s

    def until(self, time_s: float) -> None:
        while abs(self.time_s() - time_s) > 0.018:
            pass


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    for video in told.videos:
        video.close()
        assert video.join(PATIENCE_S)


def test_a_video_begins_still_and_goes_where_it_is_sent(told: Told) -> None:
    video = told.video(SAMPLE)
    assert told.time_s() == 0
    assert video.state is not None and not video.state.playing
    video.seek(1.0)
    told.until(1.0)
    video.step(-2)
    told.until(1.0 - 2 / 30)
    video.play()
    told.until(1.1)


def test_a_video_that_is_still_opening_begins_where_it_was_sent(told: Told) -> None:
    told.video(SAMPLE).seek(0.5)
    told.until(0.5)


def test_a_video_that_cannot_be_read_is_told_once(told: Told, tmp_path: Path) -> None:
    video = told.video(tmp_path / "nowhere.mp4")
    assert isinstance(told.failed.get(timeout=PATIENCE_S), SourceError)
    for act in (video.play, video.pause, video.close, video.close):
        act()
    assert video.join(PATIENCE_S)
    assert told.failed.empty() and told.shown.empty()


def test_closing_at_once_ends_every_thread(told: Told) -> None:
    before = threading.active_count()
    video = told.video(SAMPLE)
    video.close()
    assert video.join(PATIENCE_S)
    assert threading.active_count() <= before
