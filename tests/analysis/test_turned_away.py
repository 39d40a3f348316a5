"""Heads that turn away are carried on by optical flow after the detector has lost them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest

from app.analysis.analyzer import Analyzer
from app.analysis.optical_flow import GreyView, followed
from app.analysis.turned_away import keeps_turned_s
from app.frames import Analysis, Frame
from app.settings import KEEP_TURNED_S, AnalysisSettings
from detectors import BgrImage, Box, Detection
from hopenet import Decoding, HeadPose, PoseEstimate, PoseSpread, SnapshotRecord
from hopenet.estimator import Prepared

FPS = 25
RECORD = SnapshotRecord("EfficientNetLite0", decoding=Decoding(60, 6.0, -177.0, circular=True))
WIDTH, HEIGHT = 480, 360
LOST_BEYOND_DEG = 75.0


class Film:
    """A person before a wall: the shoulders move by `speed_px` a frame, and the head turns by `yaws` about the neck,
    three quarters of the box behind the face."""

    def __init__(self, yaws: Iterable[float], *, speed_px: float = 0.0, cut_at: int | None = None) -> None:
        self.yaws, self.current = list(yaws), 0
        random = np.random.default_rng(5)
        self._speed_px, self._cut_at = speed_px, cut_at
        self._wall = cv2.GaussianBlur(random.integers(60, 200, (HEIGHT, 2 * WIDTH, 3), np.uint8), (0, 0), 4)
        self._body = cv2.GaussianBlur(random.integers(0, 255, (160, 220, 3), np.uint8), (0, 0), 1.5)
        # The surface of the head, all around: 120 pixels of it are seen at a time.
        self._around = cv2.GaussianBlur(random.integers(0, 255, (120, 480, 3), np.uint8), (0, 0), 1.5)

    def neck(self, index: int) -> float:
        return 230 + self._speed_px * index

    def box(self, index: int) -> Box:
        x = self.neck(index) - 75 * math.sin(math.radians(self.yaws[index]))
        return Box(x - 50, 80, x + 50, 180)

    def frame(self, index: int) -> Frame:
        self.current = index
        picture = self._wall.copy()
        if self._cut_at is not None and index >= self._cut_at:
            picture = 255 - picture // 3
        else:
            x = round(self.neck(index))
            picture[190:350, x - 110 : x + 110] = self._body
            start = round(self.yaws[index] / 360 * 480)
            seen = np.take(self._around, range(start - 60, start + 60), axis=1, mode="wrap")
            mask = np.zeros((120, 120), np.uint8)
            cv2.circle(mask, (60, 60), 60, 255, -1)
            part = picture[70:190, x - 60 : x + 60]
            part[mask > 0] = seen[mask > 0]
        shown = np.array(picture[:, :WIDTH], np.uint8)
        shown.flags.writeable = False
        return Frame(shown, index, Fraction(index, FPS))


class Detector:
    """Finds the face unless it has turned away, or is hidden."""

    name = "mediapipe"

    def __init__(self, film: Film, hidden: range = range(0)) -> None:
        self._film, self._hidden = film, hidden

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        if abs(self._film.yaws[index]) > LOST_BEYOND_DEG or index in self._hidden:
            return ()
        return (Detection(self._film.box(index), 0.9),)

    def close(self) -> None:
        """Has nothing to release."""


class Estimator:
    """Knows the yaw in the present frame."""

    pictures_at_once = 1

    def __init__(self, film: Film, record: SnapshotRecord = RECORD) -> None:
        self._film, self.record = film, record

    def prepare(self, image: BgrImage, boxes: Iterable[Box], **_: Any) -> Prepared:
        count = len(tuple(boxes))
        return Prepared(np.empty((count, 3, 1, 1), np.float32), tuple(range(count)), count)

    def infer(self, prepared: Prepared) -> tuple[PoseEstimate, ...]:
        estimate = PoseEstimate(HeadPose(self._film.yaws[self._film.current], 0.0, 0.0), PoseSpread(1, 1, 1))
        return (estimate,) * prepared.boxes


def analysed(
    film: Film, *, hidden: range = range(0), record: SnapshotRecord = RECORD, **settings: Any
) -> list[Analysis]:
    analyze: Callable[[Frame], Analysis] = Analyzer(
        Detector(film, hidden),
        Estimator(film, record),  # type: ignore[arg-type]
        AnalysisSettings(smoothing=0.0, **settings),
    )
    return [analyze(film.frame(index)) for index in range(len(film.yaws))]


def once_around(step: float = 6.0) -> list[float]:
    return [0.0] * 3 + [(yaw + 180) % 360 - 180 for yaw in np.arange(0, 360, step)] + [0.0] * 3


@pytest.mark.parametrize("speed_px", [0.0, 1.5], ids=["standing", "walking"])
def test_a_head_that_turns_once_around_stays_one_face_with_its_yaw(speed_px: float) -> None:
    film = Film(once_around(), speed_px=speed_px)
    found = analysed(film)
    for index, analysis in enumerate(found):
        (face,) = analysis.faces
        assert face.track_id == 1
        assert face.pose is not None and face.pose.yaw == film.yaws[index]
        # Its score says that the detector did not find it, and its box is where the head is.
        assert (face.score == 0) == (abs(film.yaws[index]) > LOST_BEYOND_DEG)
        assert np.abs(np.subtract(face.box, film.box(index))).max() < 12


def test_without_it_the_face_is_lost_and_an_ordinary_snapshot_does_without_it() -> None:
    film = Film(once_around())
    lost = [index for index, yaw in enumerate(film.yaws) if abs(yaw) > LOST_BEYOND_DEG]
    ordinary = SnapshotRecord("EfficientNetLite0")
    for found in (analysed(film, keep_turned_s=0.0), analysed(film, record=ordinary)):
        assert [index for index, analysis in enumerate(found) if not analysis.faces] == lost
    assert all(analysis.faces for analysis in analysed(film, record=ordinary, keep_turned_s=5.0))
    assert keeps_turned_s(AnalysisSettings(), RECORD) == KEEP_TURNED_S
    assert keeps_turned_s(AnalysisSettings(), ordinary) == 0


def test_it_ends_after_so_many_seconds() -> None:
    film = Film([0.0, 40, 60, 70, *[120.0] * 30])
    found = analysed(film, keep_turned_s=0.4)
    assert [len(analysis.faces) for analysis in found] == [1] * 15 + [0] * 19


def test_a_face_that_was_covered_and_had_not_turned_is_not_carried_on() -> None:
    film = Film([10.0] * 20)
    found = analysed(film, hidden=range(5, 12))
    assert [len(analysis.faces) for analysis in found] == [1] * 5 + [0] * 7 + [1] * 8
    assert found[-1].faces[0].track_id == 1


def test_a_cut_ends_it() -> None:
    film = Film([0.0, 60, 70, *[140.0] * 10], cut_at=8)
    assert [len(analysis.faces) for analysis in analysed(film)] == [1] * 8 + [0] * 5


def test_leaving_the_picture_ends_it() -> None:
    film = Film([0.0, 60, 70, *[140.0] * 80], speed_px=5)
    faces = [len(analysis.faces) for analysis in analysed(film)]
    assert faces[:20] == [1] * 20 and faces[-1] == 0


def test_a_carried_head_that_seems_to_face_the_camera_is_not_shown() -> None:
    film = Film([0.0, 60, 70, 100, 120, 20, 20, 120], speed_px=0)
    found = analysed(film, hidden=range(5, 7))
    assert [len(analysis.faces) for analysis in found] == [1, 1, 1, 1, 1, 0, 0, 1]


def test_flow_that_does_not_come_back_ends_it() -> None:
    film, random = Film([0.0] * 2), np.random.default_rng(1)
    before = GreyView(film.frame(0).image)
    noise = random.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    assert followed(film.box(0), before, GreyView(noise)) is None
    assert followed(film.box(0), before, GreyView(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))) is None
    stayed = followed(film.box(0), before, GreyView(film.frame(1).image))
    assert stayed is not None and np.abs(np.subtract(stayed, film.box(0))).max() < 0.1


def test_on_frames_without_detection_a_lost_head_is_carried_on_as_well() -> None:
    film = Film(once_around(2.0))
    found = analysed(film, detect_every=4)
    assert {face.track_id for analysis in found for face in analysis.faces} == {1}
    assert all(analysis.faces for analysis in found)


@pytest.mark.parametrize("seconds", [-1.0, 61.0, float("nan")])
def test_a_time_out_of_range_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="kept for 0 to 60 seconds"):
        AnalysisSettings(keep_turned_s=seconds)
