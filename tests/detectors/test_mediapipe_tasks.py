from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from detectors import BgrImage, Box, FaceDetector, open_detector, overlap

Opened = Callable[..., FaceDetector]


def test_times_that_repeat_or_jump_back_change_no_box(opened: Opened, scenes: Any) -> None:
    detector = opened("mediapipe")
    times_s = [0.0, 0.0, 0.0001, 5.0, 1.0, 1.04, 5.0004]
    answers = {detector.detect(scenes.one_face.image, index=i, time_s=time_s) for i, time_s in enumerate(times_s)}
    assert len(answers) == 1
    assert len(answers.pop()) == 1


@pytest.mark.parametrize("time_s", [float("nan"), float("inf")])
def test_a_time_that_is_no_number_is_refused_with_the_frame(opened: Opened, scenes: Any, time_s: float) -> None:
    with pytest.raises(ValueError, match="frame 7 "):
        opened("mediapipe").detect(scenes.one_face.image, index=7, time_s=time_s)


def test_a_face_at_the_edge_has_a_box_that_ends_there(opened: Opened, astronaut: BgrImage) -> None:
    half_a_face = np.ascontiguousarray(astronaut[60:260, 205:405])
    (detection,) = opened("mediapipe", minimum_score=0.5).detect(half_a_face, index=0, time_s=0.0)
    assert detection.box.x1 == 0
    assert 20 < detection.box.x2 < 100


@pytest.fixture
def small_and_large(astronaut: BgrImage) -> tuple[BgrImage, Box, Box]:
    """A wide grey picture with a face 40 pixels wide at the left and one of 99 pixels at the right."""
    image = np.full((512, 800, 3), 127, np.uint8)
    scale = 40 / 99
    small = cv2.resize(astronaut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    image[50 : 50 + small.shape[0], 40 : 40 + small.shape[1]] = small
    image[:, 288:] = astronaut
    face = Box(173, 70, 272, 178)
    return image, face.scaled(scale).moved(40, 50), face.moved(288, 0)


def test_tiles_find_the_small_face_and_give_the_large_one_once(
    opened: Opened, small_and_large: tuple[BgrImage, Box, Box]
) -> None:
    image, small, large = small_and_large
    whole = opened("mediapipe").detect(image, index=0, time_s=0.0)
    assert [overlap(found.box, large) > 0.6 for found in whole] == [True]

    tiled = opened("mediapipe", tiles=3, minimum_score=0.7).detect(image, index=0, time_s=0.0)
    assert len(tiled) == 2
    assert overlap(tiled[0].box, large) > 0.6
    assert overlap(tiled[1].box, small) > 0.6


def test_the_full_range_finds_a_face_that_is_too_small_for_the_short_range(opened: Opened, astronaut: BgrImage) -> None:
    image = np.full((720, 1280, 3), 127, np.uint8)
    image[100:612, 600:1112] = astronaut  # the face is 99 pixels wide, and the short range needs 160 here
    face = Box(173, 70, 272, 178).moved(600, 100)
    assert opened("mediapipe").detect(image, index=0, time_s=0.0) == ()
    (found,) = opened("mediapipe-full").detect(image, index=0, time_s=0.0)
    assert overlap(found.box, face) > 0.6


def test_a_model_in_a_folder_of_any_name_opens_and_says_nothing_on_standard_error(
    detector_model: Callable[[str], Path], scenes: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "モデル Gesichter ñ"
    folder.mkdir()
    model = Path(shutil.copy(detector_model("blazeface-short-range"), folder / "blazeface.tflite"))
    capfd.readouterr()
    detector = open_detector("mediapipe", model=model)
    assert len(detector.detect(scenes.one_face.image, index=0, time_s=0.0)) == 1
    detector.close()
    assert capfd.readouterr().err == ""
