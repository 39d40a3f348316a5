"""Uses the libraries without the application, and lives on for some seconds: ONNX Runtime reports late."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from detectors import open_detector
from hopenet import HeadPoseEstimator
from tests.photograph import astronaut

if __name__ == "__main__":
    image = astronaut()
    detector = open_detector("mediapipe", model=Path(sys.argv[1]))
    (found,) = detector.detect(image, index=0, time_s=0.0)
    estimator = HeadPoseEstimator.load(Path(sys.argv[2]), device="cpu")
    (estimate,) = estimator.estimate(image, [found.box], detector="mediapipe")
    assert estimate is not None
    time.sleep(float(sys.argv[3]))
