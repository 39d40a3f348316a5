"""Face detectors behind one protocol: `open_detector("mediapipe", model=…)`, then `detect` frame by frame.

This library stands alone: it does not import the application, Qt or the head pose networks. The packages of a detector
(ONNX Runtime, dlib) are imported only when that detector is opened.
"""

from __future__ import annotations

import os

from detectors.base import (
    SMALLEST_REGION_PX,
    BgrImage,
    Box,
    Detection,
    DetectorOptions,
    FaceDetector,
    overlap,
    overlaps,
    shared_area,
)
from detectors.box_file import BoxFileDetector
from detectors.box_lines import BoxLines, read_box_file
from detectors.table import DETECTORS, DetectorKind, detector_kind, open_detector

# Otherwise ONNX Runtime reports its use to Microsoft. It reads this once, when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "DETECTORS",
    "SMALLEST_REGION_PX",
    "BgrImage",
    "Box",
    "BoxFileDetector",
    "BoxLines",
    "Detection",
    "DetectorKind",
    "DetectorOptions",
    "FaceDetector",
    "detector_kind",
    "open_detector",
    "overlap",
    "overlaps",
    "read_box_file",
    "shared_area",
]
