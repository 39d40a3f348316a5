"""The curves of a whole video: the table's numbers, with their peaks and absences at every zoom."""

from __future__ import annotations

import numpy as np
import pytest

from app.outputs.sorted_rows import FaceTrack
from app.session.video_curves import BINS, FaceCurve, relative_angles
from app.settings import Reference, Signs
from hopenet import HeadPose

RATE = 30
TURNED = Reference(HeadPose(20, -10, 5), Signs(yaw=-1))


def curve(frames: np.ndarray, yaw: np.ndarray) -> FaceCurve:
    """A face in these frames, with this yaw."""
    angles = np.zeros((len(frames), 3))
    angles[:, 0] = yaw
    empty = np.zeros((len(frames), 4))
    track = FaceTrack(1, frames, frames / RATE, empty, empty[:, 0], angles, angles, angles)
    return FaceCurve.of(track, track.smoothed)


@pytest.mark.parametrize("given", [Reference(), TURNED, Reference(signs=Signs(-1, 1, -1))], ids=str)
@pytest.mark.parametrize("wanted", [Reference(), TURNED, Reference(HeadPose(-5, 3, 80))], ids=str)
def test_angles_can_be_relative_to_another_reference(given: Reference, wanted: Reference) -> None:
    poses = [HeadPose(0, 0, 0), HeadPose(30, 10, -5), HeadPose(-70, 40, 170)]
    before = np.array([given.apply(pose) for pose in poses])
    after = relative_angles(before, given, wanted)
    assert after == pytest.approx(np.array([wanted.apply(pose) for pose in poses]), abs=1e-9)


def test_angles_without_a_pose_stay_unknown() -> None:
    assert np.isnan(relative_angles(np.full((2, 3), np.nan), Reference(), TURNED)).all()


@pytest.mark.parametrize("share", [1.0, 0.4, 0.05], ids=["whole", "part", "little"])
def test_a_peak_of_one_frame_is_seen_at_every_zoom(share: float) -> None:
    frames = np.arange(200_000)
    yaw = np.sin(frames / 1000)
    yaw[100_000] = 80
    line = curve(frames, yaw).lines(100_000 / RATE * (1 - share), 100_000 / RATE * (1 + share))[0]
    assert np.nanmax(line.angle) == 80
    assert line.time_s[np.nanargmax(line.angle)] == pytest.approx(100_000 / RATE, abs=2 * 200_000 / RATE / BINS)


def test_a_line_has_no_more_points_than_can_be_seen() -> None:
    frames = np.arange(200_000)
    shown = curve(frames, np.zeros(len(frames)))
    for end_s in (1.0, 10.0, 100.0, 1000.0, 6666.0):
        assert len(shown.lines(0, end_s)[0].time_s) <= 2 * BINS + 4


@pytest.mark.parametrize("end_s", [20.0, 6666.0], ids=["zoomed in", "whole"])
def test_no_line_crosses_an_absence(end_s: float) -> None:
    scale = round(end_s)
    frames = np.concatenate([np.arange(0, 10 * scale), np.arange(20 * scale, 30 * scale)])
    line = curve(frames, np.ones(len(frames))).lines(0, end_s)[0]
    absent = (line.time_s > 0.36 * end_s) & (line.time_s < 0.64 * end_s)
    unknown = np.isnan(line.angle)
    first, last = np.flatnonzero(line.time_s <= 0.36 * end_s)[-1], np.flatnonzero(line.time_s >= 0.64 * end_s)[0]
    assert unknown[absent].all()
    assert unknown[first : last + 1].any()


@pytest.mark.parametrize("share", [1.0, 0.4, 0.05, 0.001], ids=["whole", "part", "little", "frames"])
def test_the_spread_is_drawn_around_the_angles_at_every_zoom(share: float) -> None:
    frames = np.arange(200_000)
    angles = np.full((len(frames), 3), 5.0)
    spread = np.full((len(frames), 3), 2.0)
    spread[100_000] = 30
    empty = np.zeros((len(frames), 4))
    track = FaceTrack(1, frames, frames / RATE, empty, empty[:, 0], angles, angles, spread)
    shown = FaceCurve.of(track, track.smoothed, track.spread)
    bands = shown.bands(100_000 / RATE * (1 - share), 100_000 / RATE * (1 + share))
    for band in bands:
        assert len(band.time_s) <= 2 * BINS + 4
        assert (np.nanmin(band.low), np.nanmax(band.high)) == (-25.0, 35.0)
        assert (np.nanmax(band.low), np.nanmin(band.high)) == (3.0, 7.0)
    assert [edge.tolist() for edge in shown.outer_extremes] == [[-25.0] * 3, [35.0] * 3]
    assert [edge.tolist() for edge in shown.extremes] == [[5.0] * 3] * 2


def test_the_row_of_a_time_is_that_of_the_frame_that_is_shown_then() -> None:
    shown = curve(np.array([0, 1, 2, 50, 51]), np.arange(5.0))
    assert [shown.row_at(time_s) for time_s in (0.0, 1.5 / RATE, 2 / RATE, 50.2 / RATE)] == [0, 1, 2, 3]
    assert [shown.row_at(time_s) for time_s in (-1.0, 20 / RATE, 90 / RATE)] == [None] * 3
