from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from app.errors import SourceError, StudioError
from app.product import SAMPLE
from app.session.video import SessionVideo
from app.watch.shown_frame import ShownFrame, ViewOptions

PATIENCE_S = 30


class Reports:
    """What a video reports, in queues that a test can wait on."""

    def __init__(self) -> None:
        self.shown: Queue[ShownFrame] = Queue()
        self.failed: Queue[StudioError] = Queue()
        self.videos: list[SessionVideo] = []

    def video(self, path: Path) -> SessionVideo:
        video = SessionVideo(
            path, ViewOptions, on_shown=self.shown.put, on_changed=lambda state: None, on_failed=self.failed.put
        )
        self.videos.append(video)
        return video

    def time_s(self) -> float:
        return self.shown.get(timeout=PATIENCE_S).analysis.frame.time_s

    def until(self, time_s: float) -> None:
        while abs(self.time_s() - time_s) > 0.018:
            pass


@pytest.fixture
def reports() -> Iterator[Reports]:
    reports = Reports()
    yield reports
    for video in reports.videos:
        video.close()
        assert video.join(PATIENCE_S)


def test_a_video_starts_paused_and_goes_where_it_is_sent(reports: Reports) -> None:
    video = reports.video(SAMPLE)
    assert reports.time_s() == 0
    assert video.state is not None and not video.state.playing
    video.seek(1.0)
    reports.until(1.0)
    video.step(-2)
    reports.until(1.0 - 2 / 30)
    video.play()
    reports.until(1.1)


def test_a_video_that_is_still_opening_starts_where_it_was_sent(reports: Reports) -> None:
    reports.video(SAMPLE).seek(0.5)
    reports.until(0.5)


def test_a_video_that_cannot_be_read_is_reported_once(reports: Reports, tmp_path: Path) -> None:
    video = reports.video(tmp_path / "nowhere.mp4")
    assert isinstance(reports.failed.get(timeout=PATIENCE_S), SourceError)
    for act in (video.play, video.pause, video.close, video.close):
        act()
    assert video.join(PATIENCE_S)
    assert reports.failed.empty() and reports.shown.empty()


def test_closing_at_once_ends_every_thread(reports: Reports) -> None:
    before = threading.active_count()
    video = reports.video(SAMPLE)
    video.close()
    assert video.join(PATIENCE_S)
    assert threading.active_count() <= before
