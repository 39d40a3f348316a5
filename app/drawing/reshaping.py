"""Mirrors or scales an analysis: its picture, and everything that was found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from app.frames import Analysis, Face, Frame, TrailPoint
from detectors import BgrImage, Box
from hopenet import HeadPose
from hopenet.camera_geometry import Sight


def mirrored(analysis: Analysis) -> Analysis:
    """The analysis of the mirrored picture: left and right are exchanged, so yaw and roll change their signs."""
    width = analysis.frame.size[0]
    image = np.asarray(cv2.flip(analysis.frame.image, 1), np.uint8)

    def box(old: Box) -> Box:
        return Box(width - old.x2, old.y1, width - old.x1, old.y2)

    def point(old: TrailPoint) -> TrailPoint:
        x, y = old.centre
        return TrailPoint((width - x, y), old.height, _mirrored_pose(old.pose), _mirrored_sight(old.sight))

    return changed(analysis, image, box, point, pose=_mirrored_pose, sight=_mirrored_sight)


def fitted(analysis: Analysis, size: tuple[int, int]) -> Analysis:
    """The analysis with its picture scaled to fit into `size` (width, height in pixels), proportions kept."""
    width, height = analysis.frame.size
    factor = min(size[0] / width, size[1] / height)
    inner = max(1, round(width * factor)), max(1, round(height * factor))
    if inner == (width, height):
        return analysis
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    image = np.asarray(cv2.resize(analysis.frame.image, inner, interpolation=kind), np.uint8)

    def point(old: TrailPoint) -> TrailPoint:
        return TrailPoint((old.centre[0] * factor, old.centre[1] * factor), old.height * factor, old.pose, old.sight)

    return changed(analysis, image, lambda box: box.scaled(factor), point, pose=lambda pose: pose)


def changed(
    analysis: Analysis,
    image: BgrImage,
    box: Callable[[Box], Box],
    point: Callable[[TrailPoint], TrailPoint],
    *,
    pose: Callable[[HeadPose], HeadPose],
    sight: Callable[[Sight], Sight] = lambda sight: sight,
) -> Analysis:
    """The analysis with another picture, and its boxes, trails, poses and lines of sight as they are in that one."""
    frame: Frame = replace(analysis.frame, image=image, decoded=None)
    faces = tuple(
        _face(replace(face, sight=sight(face.sight)), box(face.box), tuple(map(point, face.trail)), pose)
        for face in analysis.faces
    )
    return Analysis(frame, faces, analysis.timings_ms)


def _face(face: Face, box: Box, trail: tuple[TrailPoint, ...], pose: Callable[[HeadPose], HeadPose]) -> Face:
    return replace(
        face,
        box=box,
        trail=trail,
        pose=None if face.pose is None else pose(face.pose),
        smoothed=None if face.smoothed is None else pose(face.smoothed),
    )


def _mirrored_sight(sight: Sight) -> Sight:
    return Sight(-sight.x, sight.y)


def _mirrored_pose(pose: HeadPose) -> HeadPose:
    return HeadPose(-pose.yaw, pose.pitch, -pose.roll)
