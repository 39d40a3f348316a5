"""Measures angles of faces off the camera's axis, with and without the correction of perspective; draws its picture.

    python -m benchmarks.off_axis PICTURE_OR_FOLDER … --snapshots compact squeezenet-1.0
    python -m benchmarks.off_axis --picture docs/pictures/off-axis.jpg

Each face is taken to be on the axis of a camera of its own, and 13° wide, as a head at 60 cm. The picture is then seen
as by the same camera turned away from the face: exact, because a rotation of the camera moves no point in front of
another. The truth is the network's own answer for the face on the axis, turned by that rotation, so the network's own
error is not counted. The face is detected again in each picture. docs/camera-geometry.md has the latest figures.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import mean

import cv2
import numpy as np
import numpy.typing as npt

from app.analysis.analyzer import Analyzer
from app.drawing.drawing import draw
from app.frames import Frame
from app.models.opening import face_detector, load_estimator
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Style
from app.video import open_source
from app.weights import ModelStore
from detectors import BgrImage, Box, FaceDetector
from hopenet import HeadPose, HeadPoseEstimator, geodesic_deg
from hopenet.camera_geometry import CameraGeometry, Sight
from hopenet.crops import rule_for
from hopenet.perspective import relative_to_camera, turn_towards

ANGLES_DEG = (0, 10, 20, 30, 40)
DIRECTIONS = 4
SIDE_PX = 1600
WIDE_DEG = 110.0
"""Of the pictures in which faces are off the axis."""

FACE_PX = 130
"""How large a face on the axis of such a picture is."""

_TO_OPENCV = np.diag([1.0, -1.0, -1.0])


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture, one of its faces, and the geometry that it is taken to have."""

    image: BgrImage
    camera: CameraGeometry
    box: Box


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", type=Path, help="photographs, or folders of them")
    parser.add_argument("--snapshots", nargs="+", default=["compact"])
    parser.add_argument("--picture", type=Path, help="write the picture of the documentation")
    options = parser.parse_args(arguments)
    store = ModelStore.standard()
    choice = DetectorChoice("mediapipe-full")
    with face_detector(choice, store=store, frame_count=None, progress=False) as detector:
        if options.picture is not None:
            estimator = load_estimator(None, EngineChoice(), store=store, progress=False)
            _, jpeg = cv2.imencode(".jpg", explaining_picture(detector, estimator), [cv2.IMWRITE_JPEG_QUALITY, 90])
            options.picture.write_bytes(jpeg.tobytes())
        photographs = [one for path in options.sources for one in photographs_of(path, detector)]
        for name in options.snapshots if photographs else ():
            estimator = load_estimator(name, EngineChoice(), store=store, progress=False)
            print_table(name, photographs, detector, estimator)


def photographs_of(path: Path, detector: FaceDetector) -> Iterator[Photograph]:
    with open_source(path) as source:
        for frame in source.frames():
            width, height = frame.size
            wide = CameraGeometry.from_field_of_view(WIDE_DEG, (SIDE_PX, SIDE_PX))
            for found in detector.detect(frame.image, index=frame.index, time_s=0.0):
                x, y = found.box.centre
                if found.box.width >= 60 and 0 < x < width and 0 < y < height:
                    focal = wide.fx * found.box.width / FACE_PX
                    camera = CameraGeometry(width, height, focal, focal, x - 0.5, y - 0.5)
                    yield Photograph(frame.image, camera, found.box)


def print_table(
    name: str, photographs: Sequence[Photograph], detector: FaceDetector, estimator: HeadPoseEstimator
) -> None:
    errors: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for photograph in photographs:
        for angle_deg in ANGLES_DEG:
            errors[angle_deg] += errors_at(photograph, angle_deg, detector, estimator)
    print(f"\n{name}: mean geodesic error, in degrees\n")
    print("| off the axis | views | not corrected | only the angles turned | corrected |")
    print("|---|---|---|---|---|")
    for angle_deg, rows in errors.items():
        if rows:
            columns = " | ".join(f"{mean(column):.1f}°" for column in zip(*rows, strict=True))
            print(f"| {angle_deg}° | {len(rows)} | {columns} |")


def errors_at(
    photograph: Photograph, angle_deg: float, detector: FaceDetector, estimator: HeadPoseEstimator
) -> Iterator[tuple[float, float, float]]:
    """Not corrected, with the measured rotation turned, and with the face seen by a turned camera as well."""
    crop = rule_for(estimator.record.crops, detector.name)
    (ahead,) = estimator.estimate(photograph.image, [photograph.box], crop=crop, camera=photograph.camera)
    if ahead is None:
        return
    for number in range(DIRECTIONS if angle_deg else 1):
        around = 2 * math.pi * (number + 0.5) / DIRECTIONS
        slope = math.tan(math.radians(angle_deg))
        picture, wide, turn = turned_away(photograph, Sight(slope * math.cos(around), slope * math.sin(around)))
        truth = HeadPose.from_matrix(turn @ ahead.pose.matrix())
        place = wide.points(np.array([(slope * math.cos(around), slope * math.sin(around))]))[0]
        found = [one.box for one in detector.detect(picture, index=number, time_s=0.0)]
        box = min(found, key=lambda one: math.dist(one.centre, place), default=None)
        if box is None or math.dist(box.centre, place) > box.width / 2:
            continue
        (raw,) = estimator.estimate(picture, [box], crop=crop)
        (corrected,) = estimator.estimate(picture, [box], crop=crop, camera=wide)
        if raw is not None and corrected is not None:
            composed = relative_to_camera(raw.pose, wide.sight(box.centre))
            without, turned, with_it = (geodesic_deg(pose, truth) for pose in (raw.pose, composed, corrected.pose))
            yield without, turned, with_it


def turned_away(photograph: Photograph, sight: Sight) -> tuple[BgrImage, CameraGeometry, npt.NDArray[np.float64]]:
    """What a wide camera sees that is turned until the face lies in this direction; and how directions turn."""
    own = photograph.camera
    face = own.sight(photograph.box.centre)
    wide = CameraGeometry.from_field_of_view(WIDE_DEG, (SIDE_PX, SIDE_PX))
    turn = turn_towards(sight) @ turn_towards(face).T
    way = _matrix(wide) @ _TO_OPENCV @ turn @ _TO_OPENCV @ np.linalg.inv(_matrix(own))
    size = wide.width, wide.height
    seen = cv2.warpPerspective(photograph.image, way, size, flags=cv2.INTER_LINEAR, borderValue=(90, 90, 90))
    return np.asarray(seen, np.uint8), wide, turn


def _matrix(camera: CameraGeometry) -> npt.NDArray[np.float64]:
    return np.array([[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1]])


def explaining_picture(detector: FaceDetector, estimator: HeadPoseEstimator) -> BgrImage:
    """The same head three times in a wide picture, at both rims and in the middle: without and with the correction."""
    wide = CameraGeometry.from_field_of_view(100, (1280, 560))
    scene = _scene(wide)
    style = Style(id=False)
    rows = []
    for settings, heading in (
        (AnalysisSettings(field_of_view_deg=100), "without the correction: relative to the line of sight to each face"),
        (
            AnalysisSettings(field_of_view_deg=100, correct_perspective=True),
            "with the correction: relative to the camera's axis",
        ),
    ):
        frame = Frame(scene, 0, Fraction(0), name="scene")
        drawn = draw(Analyzer(detector, estimator, settings)(frame), style)
        top = np.full((44, scene.shape[1], 3), 32, np.uint8)
        cv2.putText(top, heading, (14, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (235, 235, 235), 2, cv2.LINE_AA)
        rows += [top, drawn]
    return np.asarray(np.vstack(rows), np.uint8)


def _scene(wide: CameraGeometry) -> BgrImage:
    """Scikit-image's astronaut (NASA, public domain), by three cameras that look into her face."""
    import skimage.data

    image = np.ascontiguousarray(skimage.data.astronaut()[:, 90:410, ::-1])
    own = CameraGeometry.from_field_of_view(55, (320, 512))
    face = own.sight((133, 124))
    scene = np.full((wide.height, wide.width, 3), 90, np.uint8)
    for x in (260.0, 640.0, 1020.0):
        turn = turn_towards(wide.sight((x, 250.0))) @ turn_towards(face).T
        way = _matrix(wide) @ _TO_OPENCV @ turn @ _TO_OPENCV @ np.linalg.inv(_matrix(own))
        size = wide.width, wide.height
        seen = cv2.warpPerspective(image, way, size, flags=cv2.INTER_CUBIC)
        there = cv2.warpPerspective(np.full(image.shape[:2], 255, np.uint8), way, size) > 127
        scene[there] = seen[there]
    return scene


if __name__ == "__main__":
    main()
