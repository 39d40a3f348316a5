"""The sample video, and the script that makes it."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from assets import make_sample

ASSETS = Path(__file__).parents[2] / "assets"


def test_the_video_is_eight_seconds_of_h264_with_sound_and_small() -> None:
    path = ASSETS / "sample.mp4"
    assert path.stat().st_size < 1_500_000
    with av.open(path) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.average_rate) == (640, 360, Fraction(30))
        times = [frame.time for frame in container.decode(video)]
    assert times == pytest.approx([index / 30 for index in range(240)])


def test_the_committed_video_shows_what_the_script_makes() -> None:
    with av.open(ASSETS / "sample.mp4") as video:
        for frame, made in zip(video.decode(video=0), make_sample.pictures(), strict=True):
            shown = frame.to_ndarray(format="rgb24")
            assert np.abs(shown.astype(int) - made).mean() < 6


def test_the_script_writes_a_video_with_sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = list(islice(make_sample.pictures(), 3))
    monkeypatch.setattr(make_sample, "pictures", lambda: iter(first))
    make_sample.write(tmp_path / "made.mp4")
    with av.open(tmp_path / "made.mp4") as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert sum(1 for _ in container.decode(video=0)) == 3


@pytest.mark.parametrize(("time_s", "angle"), [(0.5, 0.0), (2.0, 25.0), (3.0, 0.0), (4.0, -25.0), (6.0, 0.0)], ids=str)
def test_the_picture_is_turned_by_the_known_roll_positive_clockwise(time_s: float, angle: float) -> None:
    assert make_sample.roll_deg(time_s) == pytest.approx(angle, abs=1e-9)
    turn = make_sample.camera(time_s)[:, :2]
    rightwards = turn @ np.array([1.0, 0.0])
    # The picture's y points down: a positive angle of a vector is clockwise as seen.
    assert np.degrees(np.arctan2(rightwards[1], rightwards[0])) == pytest.approx(angle, abs=1e-9)


def test_the_face_is_outside_the_picture_during_its_absence() -> None:
    eyes_and_chin = np.array([[170.0, 60, 1], [280, 60, 1], [170, 185, 1], [280, 185, 1]])
    start, end = make_sample.AWAY_S
    for time_s in np.linspace(start, end, 9):
        assert (make_sample.camera(time_s) @ eyes_and_chin.T)[1].max() < 0
