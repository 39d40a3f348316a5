"""What only MediaPipe's detectors do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors import BgrImage, Box, open_detector, overlap
from tests.detectors.conftest import OpenDetector
from tests.detectors.scenes import Scenes
from tests.photograph import FACE


def test_boxes_do_not_depend_on_times(opened: OpenDetector, scenes: Scenes) -> None:
    detector = opened("mediapipe")
    times_s = [0.0, 0.0, 5.0, 1.0, float("nan")]
    answers = {detector.detect(scenes.one_face.image, index=i, time_s=time_s) for i, time_s in enumerate(times_s)}
    assert len(answers) == 1
    assert len(answers.pop()) == 1


@pytest.fixture
def small_and_large(astronaut: BgrImage) -> tuple[BgrImage, Box, Box]:
    """A wide grey picture with a face 40 pixels wide at the left and one of 99 pixels at the right."""
    image = np.full((512, 800, 3), 127, np.uint8)
    scale = 40 / 99
    small = cv2.resize(astronaut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    image[50 : 50 + small.shape[0], 40 : 40 + small.shape[1]] = small
    image[:, 288:] = astronaut
    return image, FACE.scaled(scale).moved(40, 50), FACE.moved(288, 0)


def test_tiles_find_the_small_face_and_the_large_one_only_once(
    opened: OpenDetector, small_and_large: tuple[BgrImage, Box, Box]
) -> None:
    image, small, large = small_and_large
    whole = opened("mediapipe").detect(image, index=0, time_s=0.0)
    assert [overlap(found.box, large) > 0.6 for found in whole] == [True]

    tiled = opened("mediapipe", tiles=3, minimum_score=0.7).detect(image, index=0, time_s=0.0)
    assert len(tiled) == 2
    assert overlap(tiled[0].box, large) > 0.6
    assert overlap(tiled[1].box, small) > 0.6


def test_the_full_range_finds_a_face_too_small_for_the_short_range(opened: OpenDetector, astronaut: BgrImage) -> None:
    image = np.full((720, 1280, 3), 127, np.uint8)
    image[100:612, 600:1112] = astronaut  # the face is 99 pixels wide, and the short range needs 160 here
    face = FACE.moved(600, 100)
    assert opened("mediapipe").detect(image, index=0, time_s=0.0) == ()
    (found,) = opened("mediapipe-full").detect(image, index=0, time_s=0.0)
    assert overlap(found.box, face) > 0.6


def test_a_model_in_a_folder_of_any_name_opens_without_messages(
    model: Callable[[str], Path], scenes: Scenes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "モデル Gesichter ñ"
    folder.mkdir()
    copy = Path(shutil.copy(model("blazeface-short-range"), folder / "blazeface.tflite"))
    capfd.readouterr()
    detector = open_detector("mediapipe", model=copy)
    assert len(detector.detect(scenes.one_face.image, index=0, time_s=0.0)) == 1
    detector.close()
    assert capfd.readouterr().err == ""
