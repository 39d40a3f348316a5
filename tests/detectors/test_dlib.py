"""What only dlib's detectors do."""

from __future__ import annotations

import pytest

from detectors import BgrImage, overlap
from tests.detectors.conftest import OpenDetector
from tests.photograph import FACE


def test_a_lower_minimum_score_lets_hog_find_more_than_its_own_threshold(
    opened: OpenDetector, astronaut: BgrImage
) -> None:
    strict = opened("dlib-hog").detect(astronaut, index=0, time_s=0.0)
    lenient = opened("dlib-hog", minimum_score=-0.6).detect(astronaut, index=0, time_s=0.0)
    assert all(found.score >= 0 for found in strict)
    assert set(strict) < set(lenient)
    assert all(-0.6 <= found.score < 0 for found in set(lenient) - set(strict))


@pytest.mark.parametrize("detection_size", [256, 512])
def test_boxes_are_in_pixels_of_the_picture_at_any_detection_size(
    opened: OpenDetector, astronaut: BgrImage, detection_size: int
) -> None:
    detections = opened("dlib-hog", detection_size=detection_size).detect(astronaut, index=0, time_s=0.0)
    surest = max(detections, key=lambda detection: detection.score)
    assert overlap(surest.box, FACE) > 0.6
