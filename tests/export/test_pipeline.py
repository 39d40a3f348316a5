from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.errors import Cancelled, OutputError
from app.export import together
from app.export.pipeline import RunControl, export_frames
from app.export.together import FRAMES_AHEAD
from app.frames import Analysis, Face, Frame, Note
from app.outputs.record import Counts
from app.outputs.tables import open_pose_table
from app.settings import Style
from app.threads.signals import Stop
from app.video import SourceFacts, open_sink, read_back
from detectors import BgrImage, Box
from hopenet import HeadPose, PoseSpread

WIDTH, HEIGHT = 64, 48


def video(count: int, *, error: Exception | None = None) -> Iterator[Frame]:
    for index in range(count):
        image = np.full((HEIGHT, WIDTH, 3), index % 200, np.uint8)
        image.flags.writeable = False
        yield Frame(image, index, Fraction(index, 25))
    if error is not None:
        raise error


def one_face_in_every_other(frame: Frame) -> Analysis:
    pose = HeadPose(1, 2, 3)
    face = Face(1, Box(10, 10, 40, 40), 0.9, pose, pose, PoseSpread(1, 1, 1))
    return Analysis(frame, (face,) if frame.index % 2 else ())


def broken_at(index: int) -> Callable[[Frame], Analysis]:
    def analyze(frame: Frame) -> Analysis:
        if frame.index == index:
            raise RuntimeError("the detector broke")
        return one_face_in_every_other(frame)

    return analyze


class FullSink:
    """Refuses from a frame on, as a full disk does."""

    nudged = 0
    notes: tuple[Note, ...] = ()

    def __init__(self, room: int) -> None:
        self.frames_written = 0
        self._room = room

    def write(self, image: BgrImage, time: Fraction) -> None:
        if self.frames_written == self._room:
            raise OutputError("out.mp4 cannot be written: the disk is full.")
        self.frames_written += 1

    def __enter__(self) -> FullSink:
        return self

    def __exit__(self, *_: object) -> None:
        """Holds nothing."""


def facts(path: Path) -> SourceFacts:
    return SourceFacts(
        path=path, kind="video", width=WIDTH, height=HEIGHT, frame_rate=Fraction(25), time_base=Fraction(1, 25)
    )


def test_every_frame_in_is_a_frame_out_and_faces_are_rows(tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    out, poses = tmp_path / "out.mp4", tmp_path / "poses.csv"
    source = facts(tmp_path / "in.mp4")
    with open_sink(out, source=source) as sink, open_pose_table(poses) as table:
        done = export_frames(
            video(37),
            one_face_in_every_other,
            style=Style(),
            sink=sink,
            tables=[table],
            expected=40,
            control=RunControl(progress=lambda *step: steps.append(step)),
        )
    assert done == Counts(frames=37, faces=18, frames_with_face=18)
    assert steps == [(count, 40) for count in range(38)]
    assert read_back(out).times == tuple(Fraction(index, 25) for index in range(37))
    rows = poses.read_text(encoding="utf-8").splitlines()[1:]
    assert [int(row.split(",")[0]) for row in rows] == list(range(1, 37, 2))


def test_an_empty_source_exports_nothing() -> None:
    done = export_frames(video(0), one_face_in_every_other, style=Style(), sink=None, control=RunControl())
    assert done == Counts(0, 0, 0)


def threads_ahead() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "ahead"]


@pytest.mark.parametrize(
    ("frames", "analyze", "room", "error"),
    [
        (video(9, error=OSError("the video broke")), one_face_in_every_other, 99, "the video broke"),
        (video(1000), broken_at(7), 99, "the detector broke"),
        (video(1000), broken_at(0), 99, "the detector broke"),
        (video(1000), one_face_in_every_other, 5, "disk is full"),
        (video(1000), one_face_in_every_other, 0, "disk is full"),
    ],
    ids=["source", "analyzer", "analyzer at the first frame", "sink", "sink at the first frame"],
)
def test_whatever_raises_comes_through_and_leaves_no_thread(
    frames: Iterator[Frame], analyze: Callable[[Frame], Analysis], room: int, error: str
) -> None:
    sink = FullSink(room)
    with pytest.raises((OSError, RuntimeError), match=error):
        export_frames(frames, analyze, style=Style(), sink=sink, control=RunControl())
    assert not threads_ahead()


def test_frames_before_a_failure_reach_the_sink() -> None:
    sink = FullSink(99)
    with pytest.raises(RuntimeError):
        export_frames(video(1000), broken_at(7), style=Style(), sink=sink, control=RunControl())
    assert sink.frames_written == 7


def test_an_interrupt_from_the_keyboard_leaves_no_thread() -> None:
    def interrupted(frames: int, _total: int | None) -> None:
        if frames:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_frames(
            video(1000), one_face_in_every_other, style=Style(), sink=None, control=RunControl(progress=interrupted)
        )
    assert not threads_ahead()


def test_a_stop_ends_it_as_cancelled() -> None:
    stop = Stop()
    sink = FullSink(1_000_000)

    def after_ten(*_: object) -> None:
        if sink.frames_written == 10:
            stop.request()

    with pytest.raises(Cancelled):
        export_frames(
            video(1_000_000),
            one_face_in_every_other,
            style=Style(),
            sink=sink,
            control=RunControl(progress=after_ten, stop=stop),
        )
    assert sink.frames_written == 10
    assert not threads_ahead()


@pytest.mark.parametrize(("enough", "ahead"), [(together.BYTES_AHEAD, FRAMES_AHEAD), (64 * 48 * 3 * 2, 2), (1, 1)])
def test_few_frames_are_held_however_long_the_video_is_and_fewer_if_they_are_large(
    enough: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "BYTES_AHEAD", enough)
    given = written = 0
    maximum = 0

    def counted() -> Iterator[Frame]:
        nonlocal given, maximum
        for frame in video(300):
            given += 1
            maximum = max(maximum, given - written)
            yield frame

    def count(frames: int, _total: int | None) -> None:
        nonlocal written
        written = frames

    export_frames(counted(), one_face_in_every_other, style=Style(), sink=None, control=RunControl(progress=count))
    # Both queues, one frame in each thread's hand, and one that the caller has taken and not yet counted.
    assert maximum <= 2 * ahead + 3
