"""Pictures of a folder are analysed each as if it were the only one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.analysis.analyzer import Analyzer
from app.analysis.detection_schedule import Found
from app.frames import Analysis, Frame
from app.settings import AnalysisSettings
from detectors import BgrImage, Box, Detection
from hopenet import HeadPoseEstimator
from tests.photograph import FACE, astronaut

SIZE = 400, 300


class FaceAt:
    """Finds the face near where it is in the picture of that number, and counts how often it looks."""

    name = "mediapipe"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        self.asked.append(index)
        return (Detection(box(index), 0.9),)

    def close(self) -> None:
        """Has nothing to release."""


def box(index: int) -> Box:
    return FACE.moved(2 * index, 0)  # The face itself moves the other way, so each picture gives another pose.


def picture(index: int, *, name: str | None = None) -> Frame:
    width, height = SIZE
    image = np.ascontiguousarray(astronaut()[:height, 4 * index : 4 * index + width])
    return Frame(image, index, Fraction(index, 25), name=f"{index}.jpg" if name is None else name)


def numbers(analysis: Analysis) -> list[tuple[object, ...]]:
    return [(face.track_id, face.box, face.pose, face.smoothed, len(face.trail)) for face in analysis.faces]


def test_a_picture_has_the_same_faces_and_angles_whatever_comes_before_it(estimator: HeadPoseEstimator) -> None:
    settings = AnalysisSettings(smoothing=1.0, detect_every=3)
    alone = Analyzer(FaceAt(), estimator, settings)(picture(2))
    in_order = Analyzer(FaceAt(), estimator, settings)
    last = [in_order(picture(index)) for index in (0, 1, 2)][-1]
    assert numbers(last) == numbers(alone)
    face = last.faces[0]
    assert face.track_id == 1
    assert face.smoothed == face.pose


def test_frames_of_a_video_are_smoothed_as_before(estimator: HeadPoseEstimator) -> None:
    analyzer = Analyzer(FaceAt(), estimator, AnalysisSettings(smoothing=1.0))
    last = [analyzer(picture(index, name="")) for index in (0, 1, 2)][-1]
    assert last.faces[0].smoothed != last.faces[0].pose
    assert len(last.faces[0].trail) == 3


def test_the_detector_looks_at_every_picture(estimator: HeadPoseEstimator) -> None:
    detector = FaceAt()
    analyzer = Analyzer(detector, estimator, AnalysisSettings(detect_every=5))
    for index in range(3):
        analyzer(picture(index))
    assert detector.asked == [0, 1, 2]


def test_a_detector_that_is_late_says_nothing_about_the_next_picture(estimator: HeadPoseEstimator) -> None:
    answers: list[Found | None] = [Found((Detection(box(0), 0.9),), "mediapipe"), None]
    analyzer = Analyzer(
        FaceAt(), estimator, AnalysisSettings(), schedule=lambda frame, view, *, reset: answers[frame.index]
    )
    first = analyzer(picture(0))
    assert (len(first.faces), analyzer.has_looked) == (1, True)
    second = analyzer(picture(1))
    assert (second.faces, second.detector, analyzer.has_looked) == ((), "", False)


def test_the_crop_is_that_of_the_detector_which_found_the_faces(estimator: HeadPoseEstimator) -> None:
    class Both(FaceAt):
        def detect_in_picture(self, image: BgrImage, *, index: int) -> Found:
            return Found((Detection(box(index), 0.9),), "mediapipe-full")

    full = FaceAt()
    full.name = "mediapipe-full"
    by_itself = Analyzer(full, estimator, AnalysisSettings())(picture(0))
    chosen = Analyzer(Both(), estimator, AnalysisSettings())(picture(0))
    assert chosen.detector == "mediapipe-full"
    assert chosen.faces[0].pose == by_itself.faces[0].pose


@pytest.mark.parametrize(("name", "alone"), [("a.jpg", True), ("", False)])
def test_a_frame_with_a_file_of_its_own_stands_alone(name: str, alone: bool) -> None:
    assert picture(0, name=name).stands_alone is alone
