"""Head pose estimation from pictures of faces: networks, snapshots, and inference.

    from hopenet import HeadPoseEstimator
    estimator = HeadPoseEstimator.load("squeezenet_1_0.pkl")
    for estimate in estimator.estimate(image, boxes):  # BGR uint8 (H, W, 3); boxes (x1, y1, x2, y2) in pixels
        if estimate is not None:                       # None: the box is too small or outside the picture
            print(estimate.pose.yaw, estimate.spread.yaw)  # degrees

Importing this package loads neither torch nor ONNX Runtime; each is imported with the first snapshot that needs it.
"""

import os

from hopenet.architectures import ARCHITECTURES, Architecture
from hopenet.crops import PUBLISHED_CROPS, CropRule, MarginCrop, SquareCrop
from hopenet.estimator import HeadPoseEstimator
from hopenet.pose import ANGLES, HeadPose, PoseEstimate, PoseSpread, geodesic_deg
from hopenet.records import Decoding, SnapshotRecord

# Otherwise ONNX Runtime reports its use to Microsoft. It reads this once, when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "ANGLES",
    "ARCHITECTURES",
    "PUBLISHED_CROPS",
    "Architecture",
    "CropRule",
    "Decoding",
    "HeadPose",
    "HeadPoseEstimator",
    "MarginCrop",
    "PoseEstimate",
    "PoseSpread",
    "SnapshotRecord",
    "SquareCrop",
    "geodesic_deg",
]
