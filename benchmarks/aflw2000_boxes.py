"""The error on AFLW2000-3D behind a detector: its boxes, not the landmarks, say where the head is.

    python -m benchmarks.aflw2000_boxes --root FOLDER --snapshot squeezenet-1.0 --detector mediapipe

A report, never a way to choose: no crop was chosen by what it prints.
Faces that the detector misses, mostly the turned ones, are not in the mean, so figures of two detectors are of
different pictures. Last figures: docs/adr/0004-crops.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.flow.parts import DetectorChoice, EngineChoice, face_detector, load_estimator
from app.video import read_picture
from app.weights import Weights
from detectors import DETECTORS, Box, Detection, overlap
from hopenet import PUBLISHED_CROPS, HeadPose
from hopenet.crops import rule_for
from hopenet.datasets.aflw2000 import landmark_square, read_annotation

SAME_FACE_OVERLAP = 0.3


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parsed(arguments)
    weights = Weights.standard()
    estimators = {
        name: load_estimator(name, EngineChoice(), weights=weights, progress=False) for name in options.snapshot
    }
    ways = [
        (
            snapshot,
            crop,
            rule_for({"measured": estimator.record.crops, "published": PUBLISHED_CROPS}[crop], options.detector),
        )
        for snapshot, estimator in estimators.items()
        for crop in options.crop
    ]
    pictures = sorted(options.root.glob("*.jpg"))[: options.at_most]
    errors: list[list[tuple[float, float, float]]] = [[] for _ in ways]
    with face_detector(DetectorChoice(options.detector), weights=weights, frame_count=None, progress=False) as detector:
        for index, path in enumerate(pictures):
            image = read_picture(path)
            label = read_annotation(path.with_suffix(".mat"))
            face = Box(*landmark_square(label.landmarks_3d))
            box = _box_of(face, detector.detect(image, index=index, time_s=index))
            if box is None:
                continue
            for (snapshot, _, rule), kept in zip(ways, errors, strict=True):
                (estimate,) = estimators[snapshot].estimate(image, [box], crop=rule)
                if estimate is not None:
                    kept.append(_error(estimate.pose, label.pose))

    print("detector         snapshot        crop          found     yaw  pitch   roll   mean absolute error (degrees)")
    for (snapshot, crop, _), kept in zip(ways, errors, strict=True):
        figures = "–"
        if kept:
            yaw, pitch, roll = np.mean(kept, axis=0)
            figures = f"{yaw:6.2f} {pitch:6.2f} {roll:6.2f} {np.mean(kept):6.2f}"
        print(f"{options.detector:16s} {snapshot:15s} {crop:10s} {f'{len(kept)}/{len(pictures)}':>8s}  {figures}")


def _box_of(face: Box, detections: Sequence[Detection]) -> Box | None:
    nearest = max((found.box for found in detections), key=lambda box: overlap(box, face), default=None)
    return nearest if nearest is not None and overlap(nearest, face) > SAME_FACE_OVERLAP else None


def _error(pose: HeadPose, label: HeadPose) -> tuple[float, float, float]:
    return abs(pose.yaw - label.yaw), abs(pose.pitch - label.pitch), abs(pose.roll - label.roll)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, help="folder of AFLW2000-3D: .jpg and .mat side by side")
    parser.add_argument("--snapshot", nargs="+", required=True, help="names in the manifest, or files")
    parser.add_argument(
        "--detector", choices=[kind.name for kind in DETECTORS if not kind.needs_boxes], default="mediapipe"
    )
    parser.add_argument("--crop", nargs="+", choices=("measured", "published"), default=["measured", "published"])
    parser.add_argument("--at-most", type=int, help="only the first so many pictures")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
