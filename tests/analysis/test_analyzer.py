from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from app.analysis.analyzer import Analyzer
from app.errors import ModelError
from app.frames import Analysis, Frame
from app.settings import AnalysisSettings
from detectors import BgrImage, Box, BoxFileDetector, Detection
from hopenet import PUBLISHED_CROPS, HeadPoseEstimator
from tests.photograph import FACE, astronaut

SIZE = 400, 300
STEP = 4
"""The camera moves this many pixels to the right each frame, so the face moves to the left."""


class WatchedDetector:
    """Knows where the face is, and records the frames that it is asked about."""

    name = "mediapipe"

    def __init__(self, *, box: Box | None = None, fails_at: int | None = None) -> None:
        self.asked: list[int] = []
        self._box = box
        self._fails_at = fails_at

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        self.asked.append(index)
        if index == self._fails_at:
            raise RuntimeError("the detector failed")
        return (Detection(self._box or face_at(index), 0.9),)

    def close(self) -> None:
        """Has nothing to release."""


def face_at(index: int) -> Box:
    return FACE.moved(-STEP * index, 0)


@pytest.fixture(scope="module")
def photograph() -> BgrImage:
    return astronaut()


@pytest.fixture(scope="module")
def pan(photograph: BgrImage) -> list[Frame]:
    """Eight frames of a camera that moves across the photograph."""
    width, height = SIZE
    return [frame(photograph[:height, STEP * index : STEP * index + width], index) for index in range(8)]


def frame(image: BgrImage, index: int) -> Frame:
    image = np.ascontiguousarray(image)
    image.flags.writeable = False
    return Frame(image, index, Fraction(index, 25))


def analyses(
    frames: list[Frame], detector: WatchedDetector | BoxFileDetector, estimator: HeadPoseEstimator, **settings: object
) -> list[Analysis]:
    analyze = Analyzer(detector, estimator, AnalysisSettings(**settings))  # type: ignore[arg-type]
    return [analyze(each) for each in frames]


@pytest.mark.parametrize(
    ("every", "asked"), [(1, list(range(8))), (3, [0, 3, 6]), (100, [0])], ids=["each", "third", "once"]
)
def test_the_detector_runs_on_every_nth_frame_only(
    every: int, asked: list[int], pan: list[Frame], estimator: HeadPoseEstimator
) -> None:
    detector = WatchedDetector()
    analyses(pan, detector, estimator, detect_every=every)
    assert detector.asked == asked


def test_between_detections_boxes_follow_the_moving_picture(pan: list[Frame], estimator: HeadPoseEstimator) -> None:
    for analysis in analyses(pan, WatchedDetector(), estimator, detect_every=8):
        (face,) = analysis.faces
        assert face.box == pytest.approx(face_at(analysis.frame.index), abs=2)
        assert (face.track_id, face.score) == (1, 0.9)
        assert face.pose is not None


def test_the_detector_runs_at_once_when_reading_starts_mid_video(
    pan: list[Frame], estimator: HeadPoseEstimator
) -> None:
    detector = WatchedDetector()
    (analysis, *_) = analyses(pan[4:], detector, estimator, detect_every=3)
    assert detector.asked == [4, 7]
    assert len(analysis.faces) == 1


def test_after_a_cut_the_detector_runs_at_once_and_ids_are_new(pan: list[Frame], estimator: HeadPoseEstimator) -> None:
    detector = WatchedDetector()
    upside_down = [frame(255 - each.image[::-1], each.index) for each in pan[5:]]
    found = analyses([*pan[:5], *upside_down], detector, estimator, detect_every=50)
    assert detector.asked == [0, 5]
    assert [analysis.faces[0].track_id for analysis in found] == [1] * 5 + [2] * 3


@pytest.mark.parametrize("box", [Box(10, 10, 12, 12), Box(900, 10, 990, 100)], ids=["tiny", "outside"])
def test_a_face_too_small_or_outside_the_picture_is_kept_without_a_pose(
    box: Box, pan: list[Frame], estimator: HeadPoseEstimator
) -> None:
    (analysis,) = analyses(pan[:1], WatchedDetector(box=box), estimator)
    (face,) = analysis.faces
    assert (face.track_id, face.box, face.pose, face.smoothed, face.spread) == (1, box, None, None, None)


def test_the_time_of_each_stage_is_measured(pan: list[Frame], estimator: HeadPoseEstimator) -> None:
    first, second = analyses(pan[:2], WatchedDetector(), estimator, detect_every=2)
    assert set(first.timings_ms) == {"track", "detect", "crop", "infer"}
    assert set(second.timings_ms) == {"track", "crop", "infer"}
    assert all(spent_ms > 0 for spent_ms in (*first.timings_ms.values(), *second.timings_ms.values()))


def test_the_measured_crop_is_the_records_and_the_published_one_is_the_scripts(
    pan: list[Frame], estimator: HeadPoseEstimator
) -> None:
    (measured,) = analyses(pan[:1], WatchedDetector(), estimator)
    (published,) = analyses(pan[:1], WatchedDetector(), estimator, crop="published")
    (by_record,) = estimator.estimate(pan[0].image, [FACE], detector="mediapipe")
    (by_script,) = estimator.estimate(pan[0].image, [FACE], crop=PUBLISHED_CROPS["default"])
    assert by_record is not None
    assert by_script is not None
    assert (measured.faces[0].pose, measured.faces[0].spread) == by_record
    assert (published.faces[0].pose, published.faces[0].spread) == by_script
    assert by_record.pose != by_script.pose


def test_smoothing_does_not_change_the_raw_poses(pan: list[Frame], estimator: HeadPoseEstimator) -> None:
    raw = analyses(pan[:3], WatchedDetector(box=FACE), estimator, smoothing=0.0)
    calm = analyses(pan[:3], WatchedDetector(box=FACE), estimator, smoothing=1.0)
    assert [analysis.faces[0].pose for analysis in calm] == [analysis.faces[0].pose for analysis in raw]
    assert all(analysis.faces[0].smoothed == analysis.faces[0].pose for analysis in raw)
    assert calm[2].faces[0].smoothed != calm[2].faces[0].pose


def test_boxes_of_a_file_appear_in_their_frames(pan: list[Frame], estimator: HeadPoseEstimator, tmp_path: Path) -> None:
    boxes = tmp_path / "boxes.txt"
    boxes.write_text("2 169 70 268 178 0.99\n3 165 70 264 178 0.99\n3 10 10 60 60 0.99\n", encoding="utf-8")
    found = analyses(pan[:4], BoxFileDetector(boxes), estimator)
    assert [[face.track_id for face in analysis.faces] for analysis in found] == [[], [1], [1, 2], []]


def test_errors_of_the_detector_are_raised(pan: list[Frame], estimator: HeadPoseEstimator) -> None:
    with pytest.raises(RuntimeError, match="the detector failed"):
        analyses(pan, WatchedDetector(fails_at=2), estimator)


class PartlyNan:
    """An engine that answers NaN for one frame, which it counts."""

    name = "partly nan"
    notices = ()

    def __init__(self, nan_at: int, error: Exception | None = None) -> None:
        self._left = nan_at
        self._error = error

    def logits(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        logits = np.zeros((len(batch), 3, 66), np.float32)
        logits[..., 40] = 9.0
        if self._left == 0:
            if self._error is not None:
                raise self._error
            logits[:, 1, 3] = np.inf
        self._left -= 1
        return logits


@pytest.mark.parametrize("smoothing", [0.0, 0.5, 1.0])
def test_an_answer_that_is_not_a_number_leaves_one_frame_without_a_pose(
    pan: list[Frame], estimator: HeadPoseEstimator, smoothing: float, caplog: pytest.LogCaptureFixture
) -> None:
    broken = HeadPoseEstimator(PartlyNan(3), estimator.record, sha256="")
    found = [one.faces[0] for one in analyses(pan, WatchedDetector(), broken, smoothing=smoothing)]
    assert [face.undefined for face in found] == [index == 3 for index in range(8)]
    assert (found[3].pose, found[3].smoothed, found[3].spread) == (None, None, None)
    assert all(face.smoothed is not None and np.isfinite(face.smoothed).all() for face in found if not face.undefined)
    assert {face.track_id for face in found} == {1}
    assert len(caplog.messages) == 1


def test_a_face_too_small_for_the_network_is_not_counted_as_without_a_number(
    pan: list[Frame], estimator: HeadPoseEstimator
) -> None:
    (found,) = analyses(pan[:1], WatchedDetector(box=Box(10, 10, 12, 12)), estimator)
    assert [(face.pose, face.undefined) for face in found.faces] == [(None, False)]


def test_a_network_that_fails_is_named_with_the_frame(pan: list[Frame], estimator: HeadPoseEstimator) -> None:
    broken = HeadPoseEstimator(PartlyNan(2, ValueError("out of memory.")), estimator.record, sha256="")
    with pytest.raises(ModelError, match=r"^The snapshot squeezenet_1_1 failed in frame 2: out of memory\.$"):
        analyses(pan, WatchedDetector(), broken)
