"""What holds for every detector in the table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from detectors import DETECTORS, Box, Detection, FaceDetector, overlap
from tests.detectors.conftest import OpenDetector
from tests.detectors.scenes import Scene, Scenes


@pytest.fixture(scope="module", params=[kind.name for kind in DETECTORS])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def detector(name: str, open_named: OpenDetector) -> Iterator[FaceDetector]:
    """The detector with its default options, shared by the tests that leave it open."""
    with closing(open_named(name)) as shared:
        yield shared


def faces_in(detector: FaceDetector, scene: Scene) -> tuple[Detection, ...]:
    return detector.detect(scene.image, index=scene.index, time_s=scene.index / 25)


def test_it_has_its_name_in_the_table(name: str, detector: FaceDetector) -> None:
    assert detector.name == name


def test_it_finds_the_face_where_it_is(detector: FaceDetector, scenes: Scenes) -> None:
    detections = faces_in(detector, scenes.one_face)
    assert len(detections) == 1
    assert overlap(detections[0].box, scenes.one_face.faces[0]) > 0.6


def test_it_finds_nothing_in_a_grey_picture(detector: FaceDetector, scenes: Scenes) -> None:
    assert faces_in(detector, scenes.no_face) == ()


def test_it_gives_all_faces_within_the_picture_the_largest_first(detector: FaceDetector, scenes: Scenes) -> None:
    detections = faces_in(detector, scenes.two_faces)
    assert len(detections) == 2
    for detection, face in zip(detections, scenes.two_faces.faces, strict=True):
        assert overlap(detection.box, face) > 0.6
        assert detection.box == detection.box.clipped(360, 200)
        assert not detection.box.is_empty


def test_it_keeps_the_largest_faces_when_asked_for_fewer(name: str, opened: OpenDetector, scenes: Scenes) -> None:
    (detection,) = faces_in(opened(name, largest_faces=1), scenes.two_faces)
    assert overlap(detection.box, scenes.two_faces.faces[0]) > 0.6


def test_it_leaves_out_a_face_below_the_minimum_score(
    name: str, detector: FaceDetector, opened: OpenDetector, scenes: Scenes
) -> None:
    (sure,) = faces_in(detector, scenes.one_face)
    assert faces_in(opened(name, minimum_score=sure.score + 0.01), scenes.one_face) == ()


def test_it_searches_only_the_region_and_gives_pixels_of_the_picture(
    name: str, opened: OpenDetector, scenes: Scenes
) -> None:
    smaller_face = scenes.two_faces.faces[1]
    (detection,) = faces_in(opened(name, region=Box(0.5, 10, 159.5, 190)), scenes.two_faces)
    assert overlap(detection.box, smaller_face) > 0.6


def test_a_region_outside_the_picture_contains_no_face(name: str, opened: OpenDetector, scenes: Scenes) -> None:
    assert faces_in(opened(name, region=Box(1000, 0, 1200, 200)), scenes.one_face) == ()


def test_it_takes_a_read_only_picture_and_does_not_change_it(detector: FaceDetector, scenes: Scenes) -> None:
    image = scenes.one_face.image.copy()
    image.flags.writeable = False
    assert len(detector.detect(image, index=0, time_s=0.0)) == 1
    assert np.array_equal(image, scenes.one_face.image)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        pytest.param(np.zeros((48, 64), np.uint8), r"\(48, 64\).*grey", id="grey"),
        pytest.param(np.zeros((48, 64, 4), np.uint8), r"\(48, 64, 4\).*transparency", id="with transparency"),
        pytest.param(np.zeros((3, 48, 64), np.uint8), r"\(3, 48, 64\)", id="channels first"),
        pytest.param(np.zeros((48, 64, 3), np.float32), "float32", id="floating point"),
        pytest.param(np.zeros((0, 64, 3), np.uint8), r"empty.*\(0, 64, 3\)", id="no rows"),
        pytest.param([[0, 0, 0]], "list", id="not an array"),
    ],
)
def test_it_refuses_a_picture_of_another_kind(detector: FaceDetector, image: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        detector.detect(image, index=0, time_s=0.0)


def test_it_can_be_closed_twice_and_then_reports_that_it_is_closed(
    name: str, opened: OpenDetector, scenes: Scenes
) -> None:
    detector = opened(name)
    detector.close()
    detector.close()
    with pytest.raises(ValueError, match="closed"):
        faces_in(detector, scenes.one_face)
