"""A source is followed without a window: its end, its loss, the neutral pose, and what comes too fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest

from app.errors import SourceError
from app.frames import Analysis, Face, Frame
from app.live_outputs.sample import HeadSample
from app.live_outputs.sender import HeadSender
from app.live_outputs.table import parse_address
from app.live_outputs.tracking import Tracking
from app.settings import Reference
from app.threads.signals import Stop
from detectors import Box
from hopenet import HeadPose

PICTURE = np.zeros((90, 160, 3), np.uint8)
PICTURE.flags.writeable = False


class Source:
    """Gives so many frames, one every few milliseconds, and then ends or is lost."""

    title = "a source"

    def __init__(self, frames: int, *, lost: bool = False, every_s: float = 0.005) -> None:
        self._count, self._lost, self._every_s = frames, lost, every_s
        self._closed = Stop()

    def frames(self) -> Iterator[Frame]:
        for index in range(self._count):
            if self._closed.wait_until(time.perf_counter() + self._every_s):
                return
            yield Frame(PICTURE, index, Fraction(index, 200), captured_s=time.perf_counter())
        if self._lost:
            raise SourceError("The stream ended.")

    def close(self) -> None:
        self._closed.request()


def analyze(frame: Frame) -> Analysis:
    pose = HeadPose(float(frame.index), 0.0, 0.0)
    return Analysis(frame, (Face(1, Box(10, 10, 60, 60), 1.0, pose, pose, None),))


class Run:
    def __init__(self) -> None:
        self.sender = HeadSender()
        self.sender.add(parse_address("udp://127.0.0.1:9"))
        self.sent: list[HeadSample] = []
        self.sender.put = self.sent.extend  # type: ignore[method-assign, assignment]

    def tracking(self, source: Source, **options: object) -> Tracking:
        made: Callable[[], Callable[[Frame], Analysis]] = lambda: analyze  # noqa: E731
        return Tracking(source, made, self.sender, reference=Reference(), **options)  # type: ignore[arg-type]


@pytest.fixture
def run() -> Iterator[Run]:
    made = Run()
    yield made
    made.sender.close()


def test_it_ends_with_the_source_and_counts_what_it_has_seen(run: Run) -> None:
    tracking = run.tracking(Source(12))
    tracking.run(Stop())

    progress = tracking.progress
    assert run.sent[-1].frame == 11 and progress.frames == len(run.sent)
    assert progress.frames + progress.skipped == 12 and progress.frames_with_face == progress.frames


def test_the_newest_frame_is_analysed_when_frames_come_too_fast(run: Run) -> None:
    def slowly(frame: Frame) -> Analysis:
        time.sleep(0.03)
        return analyze(frame)

    tracking = Tracking(Source(30), lambda: slowly, run.sender, reference=Reference())
    tracking.run(Stop())
    assert tracking.progress.skipped > 10 and run.sent[-1].frame == 29


def test_it_ends_after_the_duration_and_when_it_is_stopped(run: Run) -> None:
    tracking = run.tracking(Source(10**6))
    tracking.run(Stop(), duration_s=0.2)
    assert 0.1 < tracking.progress.passed_s < 5

    stop = Stop()
    run.tracking(Source(10**6)).run(stop, report=stop.request)
    assert stop.requested


def test_a_source_that_cannot_be_opened_again_is_an_error(run: Run) -> None:
    with pytest.raises(SourceError, match="The stream ended"):
        run.tracking(Source(3, lost=True), open_again=None).run(Stop())
    with pytest.raises(SourceError, match="The stream ended"):
        run.tracking(Source(0, lost=True), open_again=lambda: Source(3)).run(Stop())


def test_a_stream_that_was_lost_is_opened_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.live_outputs.tracking.FIRST_RETRY_S", 0.01)
    again = [Source(4), Source(3, lost=True)]
    tracking = run.tracking(Source(3, lost=True), open_again=again.pop)
    tracking.run(Stop())

    assert again == [] and run.sent[-1].frame == 3
    assert tracking.progress.frames + tracking.progress.skipped == 10


def test_the_neutral_pose_is_that_of_the_next_face(run: Run) -> None:
    tracking = run.tracking(Source(40))
    tracking.run(Stop(), report=lambda: tracking.set_neutral() if tracking.progress.frames == 5 else None)

    yaws = [sample.pose.yaw for sample in run.sent]
    assert yaws[:5] == [float(sample.frame) for sample in run.sent[:5]]
    assert yaws[5] == pytest.approx(0) and yaws[-1] == pytest.approx(39 - run.sent[5].frame)
