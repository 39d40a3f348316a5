"""The same questions to every detector in the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from detectors import DETECTORS, Box, Detection, FaceDetector, overlap

Opened = Callable[..., FaceDetector]


@pytest.fixture(params=[kind.name for kind in DETECTORS])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def look(detector: FaceDetector, scene: Any) -> tuple[Detection, ...]:
    return detector.detect(scene.image, index=scene.index, time_s=scene.index / 25)


def test_it_goes_by_its_name_in_the_table(name: str, opened: Opened) -> None:
    assert opened(name).name == name


def test_it_finds_the_face_where_it_is(name: str, opened: Opened, scenes: Any) -> None:
    detections = look(opened(name), scenes.one_face)
    assert len(detections) == 1
    assert overlap(detections[0].box, scenes.one_face.faces[0]) > 0.6


def test_it_finds_nothing_in_a_grey_picture(name: str, opened: Opened, scenes: Any) -> None:
    assert look(opened(name), scenes.no_face) == ()


def test_it_gives_all_faces_the_largest_first_and_inside_the_picture(name: str, opened: Opened, scenes: Any) -> None:
    detections = look(opened(name), scenes.two_faces)
    assert len(detections) == 2
    for detection, face in zip(detections, scenes.two_faces.faces, strict=True):
        assert overlap(detection.box, face) > 0.6
        assert detection.box == detection.box.clipped(360, 200)
        assert not detection.box.is_empty


def test_it_keeps_the_largest_faces_when_asked_for_fewer(name: str, opened: Opened, scenes: Any) -> None:
    (detection,) = look(opened(name, largest_faces=1), scenes.two_faces)
    assert overlap(detection.box, scenes.two_faces.faces[0]) > 0.6


def test_it_leaves_out_a_face_below_the_minimum_score(name: str, opened: Opened, scenes: Any) -> None:
    (sure,) = look(opened(name), scenes.one_face)
    assert look(opened(name, minimum_score=sure.score + 0.01), scenes.one_face) == ()


def test_it_looks_inside_the_region_only_and_answers_in_pixels_of_the_picture(
    name: str, opened: Opened, scenes: Any
) -> None:
    smaller_face = scenes.two_faces.faces[1]
    (detection,) = look(opened(name, region=Box(0.5, 10, 159.5, 190)), scenes.two_faces)
    assert overlap(detection.box, smaller_face) > 0.6


def test_a_region_beside_the_picture_holds_no_face(name: str, opened: Opened, scenes: Any) -> None:
    assert look(opened(name, region=Box(1000, 0, 1200, 200)), scenes.one_face) == ()


def test_it_takes_a_read_only_picture_and_leaves_its_pixels_alone(name: str, opened: Opened, scenes: Any) -> None:
    image = scenes.one_face.image.copy()
    image.flags.writeable = False
    assert len(opened(name).detect(image, index=0, time_s=0.0)) == 1
    assert np.array_equal(image, scenes.one_face.image)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        pytest.param(np.zeros((48, 64), np.uint8), r"\(48, 64\).*grey", id="grey"),
        pytest.param(np.zeros((48, 64, 4), np.uint8), r"\(48, 64, 4\).*transparency", id="with transparency"),
        pytest.param(np.zeros((3, 48, 64), np.uint8), r"\(3, 48, 64\)", id="channels first"),
        pytest.param(np.zeros((48, 64, 3), np.float32), "float32", id="floating point"),
        pytest.param(np.zeros((0, 64, 3), np.uint8), r"empty.*\(0, 64, 3\)", id="no rows"),
        pytest.param([[0, 0, 0]], "list", id="no array"),
    ],
)
def test_it_refuses_a_picture_of_another_kind(name: str, opened: Opened, image: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        opened(name).detect(image, index=0, time_s=0.0)


def test_it_may_be_closed_twice_and_then_says_that_it_is_closed(name: str, opened: Opened, scenes: Any) -> None:
    detector = opened(name)
    detector.close()
    detector.close()
    with pytest.raises(ValueError, match="closed"):
        look(detector, scenes.one_face)
