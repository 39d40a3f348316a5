from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from app.models.detector_process import DetectorProcess
from app.threads.processes import HelperEnded
from detectors import open_detector
from tests.photograph import astronaut

PATIENCE_S = 30


def test_a_detector_in_a_process_finds_what_it_finds_in_this_one() -> None:
    image = astronaut()
    here, there = open_detector("dlib-hog"), DetectorProcess("dlib-hog")
    try:
        found = there.detect(image, index=0, time_s=0.0)
        assert found
        assert found == here.detect(image, index=0, time_s=0.0)
    finally:
        there.close()
        here.close()


def test_a_missing_model_raises_the_same_error_as_in_this_process(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        DetectorProcess("dlib-cnn", model=tmp_path / "none.dat")


def test_closing_ends_a_detection_in_progress() -> None:
    detector = DetectorProcess("dlib-hog", options=None)
    ended = threading.Event()

    def detect_until_it_ends() -> None:
        try:
            while True:
                detector.detect(np.zeros((2000, 2000, 3), np.uint8), index=0, time_s=0.0)
        except HelperEnded:
            ended.set()

    caller = threading.Thread(target=detect_until_it_ends)
    caller.start()
    detector.close()
    assert ended.wait(PATIENCE_S)
    caller.join(PATIENCE_S)
