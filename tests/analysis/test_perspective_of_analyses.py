"""Analyses whose angles are relative to the camera's axis, and how they are drawn."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from app.analysis.analyzer import Analyzer
from app.drawing.geometry import axis_endpoints, head_axes
from app.drawing.reshaping import mirrored
from app.errors import UsageError
from app.frames import Analysis, Frame
from app.settings import AnalysisSettings
from detectors import BgrImage, Box, Detection
from hopenet import HeadPose, HeadPoseEstimator, geodesic_deg
from hopenet.camera_geometry import ON_AXIS, CameraGeometry, Sight
from hopenet.perspective import relative_to_camera, turn_towards
from tests.photograph import FACE, astronaut
from tests.turned_camera import box_turned, seen_turned

WIDE = CameraGeometry.from_field_of_view(110, (1600, 1200))
AT_RIM = Sight(math.tan(math.radians(38)), 0.2)
CORRECTING = AnalysisSettings(smoothing=0, field_of_view_deg=110, correct_perspective=True)


class OneFace:
    name = "mediapipe"

    def __init__(self, box: Box) -> None:
        self._box = box

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        return (Detection(self._box, 0.9),)

    def close(self) -> None:
        """Has nothing to release."""


def analysis_at_rim(estimator: HeadPoseEstimator, settings: AnalysisSettings) -> Analysis:
    photograph = astronaut()
    towards = CameraGeometry.from_field_of_view(40, (512, 512))
    turn = turn_towards(AT_RIM) @ turn_towards(towards.sight(FACE.centre)).T
    picture = seen_turned(photograph, towards, turn, WIDE)
    frame = Frame(picture, 0, Fraction(0))
    return Analyzer(OneFace(box_turned(FACE, towards, turn, WIDE)), estimator, settings)(frame)


def test_angles_are_relative_to_the_cameras_axis_only_if_that_is_asked_for(estimator: HeadPoseEstimator) -> None:
    (ordinary,) = analysis_at_rim(estimator, AnalysisSettings(smoothing=0, field_of_view_deg=110)).faces
    (corrected,) = analysis_at_rim(estimator, CORRECTING).faces

    assert ordinary.pose is not None and corrected.pose is not None
    assert ordinary.sight == ON_AXIS
    assert corrected.sight == pytest.approx(AT_RIM, abs=0.02)
    assert geodesic_deg(corrected.pose, relative_to_camera(ordinary.pose, corrected.sight)) < 8
    assert corrected.pose.yaw - ordinary.pose.yaw > 25


def test_the_drawn_axes_stay_at_the_head_as_it_appears(estimator: HeadPoseEstimator) -> None:
    (ordinary,) = analysis_at_rim(estimator, AnalysisSettings(smoothing=0)).faces
    (corrected,) = analysis_at_rim(estimator, CORRECTING).faces

    assert ordinary.smoothed is not None and corrected.smoothed is not None
    before = axis_endpoints(ordinary.smoothed, (0, 0), 100)
    after = axis_endpoints(corrected.smoothed, (0, 0), 100, corrected.sight)
    wrong = axis_endpoints(corrected.smoothed, (0, 0), 100)
    assert np.linalg.norm(after - before, axis=1).max() < 35  # The picture is stretched by a third there.
    assert np.linalg.norm(wrong - before, axis=1).max() > 45


@pytest.mark.parametrize("sight", [Sight(0.7, 0), Sight(-0.5, 0.6), ON_AXIS], ids=["right", "low left", "on the axis"])
def test_axes_are_drawn_where_a_camera_sees_their_ends(sight: Sight) -> None:
    pose, camera, length = HeadPose(25, -10, 15), CameraGeometry.from_field_of_view(110, (1600, 1200)), 1e-4
    head = np.array([sight.x, -sight.y, -1.0])  # To the right, up, towards the viewer; at a depth of 1.
    ends = [head + length * axis for axis in pose.matrix().T * [[1], [-1], [1]]]  # The y axis is drawn downwards.
    seen = camera.points(np.array([(x / -z, -y / -z) for x, y, z in [head, *ends]]))

    expected = (seen[1:] - seen[0]) / (length * camera.fx)

    np.testing.assert_allclose(head_axes(pose, sight)[:, :2], expected, atol=1e-3)


def test_the_nose_of_who_looks_into_the_camera_is_drawn_as_a_point() -> None:
    sight = Sight(0.8, 0.3)
    pose = relative_to_camera(HeadPose(0, 0, 0), sight)
    np.testing.assert_allclose(head_axes(pose, sight)[2, :2], 0, atol=1e-12)


def test_a_mirrored_picture_has_mirrored_lines_of_sight(estimator: HeadPoseEstimator) -> None:
    analysis = analysis_at_rim(estimator, CORRECTING)
    (face,), (other,) = analysis.faces, mirrored(analysis).faces
    assert face.smoothed is not None and other.smoothed is not None
    plain = axis_endpoints(face.smoothed, (0, 0), 100, face.sight)
    turned = axis_endpoints(other.smoothed, (0, 0), 100, other.sight)
    np.testing.assert_allclose(turned[2], plain[2] * (-1, 1), atol=1e-9)
    assert other.trail[-1].sight == other.sight


def test_a_geometry_of_another_shape_is_refused_in_one_sentence(estimator: HeadPoseEstimator) -> None:
    settings = AnalysisSettings(
        camera_geometry=CameraGeometry.from_field_of_view(70, (1920, 1080)), correct_perspective=True
    )
    with pytest.raises(UsageError, match="is for pictures of 1920×1080 pixels, and the source has 1600×1200"):
        analysis_at_rim(estimator, settings)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"correct_perspective": True}, "without a camera geometry or a field of view"),
        ({"field_of_view_deg": 200.0}, "between 2 and 170"),
        ({"field_of_view_deg": 60.0, "camera_geometry": WIDE}, "either a camera geometry or a field of view"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        AnalysisSettings(**settings)  # type: ignore[arg-type]


def test_a_face_that_cannot_be_corrected_is_counted_as_without_a_pose(estimator: HeadPoseEstimator) -> None:
    impossible = CameraGeometry(1600, 1200, 500, 500, 800, 600, (50.0, -900.0, 3.0))
    settings = AnalysisSettings(smoothing=0, camera_geometry=impossible, correct_perspective=True)
    frame = Frame(np.full((1200, 1600, 3), 90, np.uint8), 0, Fraction(0))

    (lost,) = Analyzer(OneFace(Box(300, 200, 600, 560)), estimator, settings)(frame).faces
    (tiny,) = Analyzer(OneFace(Box(300, 200, 302, 202)), estimator, settings)(frame).faces

    assert (lost.pose, lost.undefined) == (None, True)
    assert (tiny.pose, tiny.undefined) == (None, False), "it has no angles without the correction either"
