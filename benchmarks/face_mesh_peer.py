"""The peer of `benchmarks.face_mesh`: MediaPipe Face Mesh and solvePnP. Runs in an environment of its own.

Its only argument is a NumPy file with frames (N, H, W, 3) in BGR order. For each line of its input, it analyses all of
them once and prints, as one line of JSON, what that cost, and where the nose points in each frame.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import cv2
import mediapipe
import numpy as np

_HEAD = {
    1: (0, 0, 0),
    152: (0, -64, -12),
    33: (-43, 33, -26),
    263: (43, 33, -26),
    61: (-29, -29, -24),
    291: (29, -29, -24),
}
"""The landmarks that are matched, and where they are on an average head, in millimetres from the tip of the nose: x to
the picture's right, y up, z towards the camera."""

_TO_CAMERA = np.diag([1.0, -1.0, -1.0])
"""OpenCV's y is down, and its z away from the camera."""


def main() -> None:
    frames = np.load(sys.argv[1], mmap_mode="r")
    for _ in sys.stdin:
        with mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=1) as mesh:
            _nose(mesh, np.asarray(frames[0]))  # The first call opens the networks.
            wall_s, processor_s = time.perf_counter(), time.process_time()
            noses = [_nose(mesh, np.asarray(frame)) for frame in frames]
            wall_s, processor_s = time.perf_counter() - wall_s, time.process_time() - processor_s
        print(json.dumps({"wall_s": wall_s, "processor_s": processor_s, "noses": noses}), flush=True)


def _nose(mesh: Any, image: Any) -> list[float] | None:
    """Where the nose points, as a unit vector in the axes of `_HEAD`; None if there is no face."""
    found = mesh.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).multi_face_landmarks
    if not found:
        return None
    height, width = image.shape[:2]
    landmarks = [found[0].landmark[number] for number in _HEAD]
    points = np.array([(one.x * width, one.y * height) for one in landmarks])
    camera = np.array([[width, 0, width / 2], [0, width, height / 2], [0, 0, 1]], float)
    solved, rotation, _ = cv2.solvePnP(
        np.array(list(_HEAD.values()), float), points, camera, None, flags=cv2.SOLVEPNP_ITERATIVE
    )
    if not solved:
        return None
    axis: list[float] = (_TO_CAMERA @ cv2.Rodrigues(rotation)[0])[:, 2].tolist()
    return axis


if __name__ == "__main__":
    main()
