from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from queue import Queue

import numpy as np
import pytest

from app.errors import SourceError, StudioError
from app.frames import Analysis, Face, Frame
from app.outputs.reading import read_pose_table
from app.outputs.tables import open_pose_table
from app.product import SAMPLE
from app.session.video import SessionVideo
from app.watch.shown_frame import ShownFrame, ViewOptions
from detectors import Box
from hopenet import HeadPose

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

    def faces_at(self, time_s: float) -> tuple[Face, ...]:
        while True:
            analysis = self.shown.get(timeout=PATIENCE_S).analysis
            if abs(analysis.frame.time_s - time_s) < 0.018 and self.shown.empty():
                return analysis.faces

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


def test_a_copy_with_another_frame_rate_shows_the_faces_of_its_times(reports: Reports, tmp_path: Path) -> None:
    """The sample has 30 frames per second. The yaw is 10 times the time."""
    path = tmp_path / "t.csv"
    with open_pose_table(path) as rows:
        for index in [*range(20), *range(40, 60)]:  # 15 frames per second; 20 to 39 have no face.
            pose = HeadPose(10 * index / 15, 0, 0)
            face = Face(1, Box(0, 0, 9, 9), 1, pose, pose, None)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 15)), (face,)))
    video = reports.video(SAMPLE)
    video.set_table(read_pose_table(path))
    for time_s, yaw in ((1.0, 10.0), (31 / 30, 10.0), (2.0, None), (3.0, 30.0)):
        video.seek(time_s)
        faces = reports.faces_at(time_s)
        assert [face.pose and face.pose.yaw for face in faces] == ([] if yaw is None else [pytest.approx(yaw)])


def test_frames_of_the_video_that_was_analysed_are_told_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with open_pose_table(path) as rows:
        for index in (0, 1, 3):
            face = Face(1, Box(0, 0, 9, 9), 1, None, None, None)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 30)), (face,)))
    table = read_pose_table(path)
    early = 0.0004  # As a container rounds.
    assert [table.frame_shown(number, number / 30 - early) for number in range(5)] == [0, 1, None, 3, None]
