"""Draws an analysis: what the screen shows and the video keeps."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import cv2
import numpy as np

from app.drawing.geometry import Points, axis_endpoints, cube_corners, head_axes
from app.drawing.plates import Colour, Lettering, label_choices
from app.drawing.reshaping import mirrored
from app.frames import Analysis, Face, TrailPoint
from app.settings import Reference, Style
from detectors import BgrImage, Box
from hopenet import HeadPose

AXIS_COLOURS: tuple[Colour, Colour, Colour] = ((64, 56, 255), (92, 214, 56), (255, 132, 36))
"""Red, green and blue for x, y and z as published, each bright enough to read on skin and on black; blue first."""

_IDENTITY_COLOURS: tuple[Colour, ...] = (
    (77, 200, 255),
    (235, 190, 92),
    (150, 140, 255),
    (125, 220, 150),
    (225, 160, 225),
    (90, 160, 255),
    (215, 225, 120),
    (190, 190, 245),
    (110, 225, 225),
    (245, 175, 160),
)
_CASING: Colour = (24, 20, 18)
_SUBPIXEL_BITS = 4
_CUBE_EDGES = tuple((i, i | 1 << bit, bit) for bit in range(3) for i in range(8) if not i & 1 << bit)
_NOSE_SIDE = (0, 1, 3, 2)
_AS_MEASURED = Reference()


def identity_colour(track_id: int) -> Colour:
    """The colour of a track, blue first: the same for the same number, unlike for numbers that follow one another."""
    return _IDENTITY_COLOURS[track_id % len(_IDENTITY_COLOURS)]


def draw(analysis: Analysis, style: Style, reference: Reference = _AS_MEASURED) -> BgrImage:
    """The frame with its faces drawn on it, in a new array; the frame's own image stays as it is.

    Smoothed poses are drawn. Axes start at the middle of the face box and are half its height long, as published, times
    `style.size`. Lines and text grow with the face between limits that the picture's size sets. Small faces come
    first and large ones over them; a face without pose has its box and number only. Numbers are told as `reference`
    has them; what is drawn lies as the head lies in the picture.
    """
    told = {
        face.track_id: reference.apply(face.smoothed)
        for face in analysis.faces
        if style.angles and face.smoothed is not None
    }
    if style.mirror:
        analysis = mirrored(analysis)
    original = analysis.frame.image
    picture = original.copy()
    faces = sorted(analysis.faces, key=lambda face: face.box.area)
    for face in faces:
        _draw_face(picture, face, style)
    _draw_labels(picture, faces, style, told)
    if style.opacity < 1 and faces:
        _fade(picture, original, faces, style)
    return picture


def _draw_face(picture: BgrImage, face: Face, style: Style) -> None:
    width = _line_width(picture, face.box, style)
    if style.box:
        _draw_box(picture, face.box, identity_colour(face.track_id), width)
    if style.trail:
        _draw_trail(picture, face, style, width)
    if face.smoothed is None:
        return
    length = style.size * face.box.height / 2
    if style.cube:
        _draw_cube(picture, face.smoothed, face.box.centre, 1.5 * length, width)
    if style.axis:
        _draw_axis(picture, face.smoothed, face.box.centre, length, width)


def _draw_axis(picture: BgrImage, pose: HeadPose, centre: tuple[float, float], length: float, width: int) -> None:
    ends = axis_endpoints(pose, centre, length)
    start = np.asarray(centre)
    for axis in np.argsort(head_axes(pose)[:, 2]):
        _stroke(picture, np.stack([start, ends[axis]]), AXIS_COLOURS[axis], width)
        if axis == 2:
            _dot(picture, ends[axis], AXIS_COLOURS[axis], 0.5 + 1.3 * width)


def _draw_cube(picture: BgrImage, pose: HeadPose, centre: tuple[float, float], size: float, width: int) -> None:
    corners = cube_corners(pose, centre, size)
    towards_viewer = head_axes(pose)[:, 2]
    signs = np.array([[1 if i & 1 else -1, 1 if i & 2 else -1, -1 if i & 4 else 1] for i in range(8)])
    depth = signs @ towards_viewer
    hidden = int(np.argmin(depth))
    edges = sorted(_CUBE_EDGES, key=lambda edge: depth[edge[0]] + depth[edge[1]])
    for i, j, axis in edges:
        if hidden in (i, j):
            _stroke(picture, corners[[i, j]], AXIS_COLOURS[axis], max(1, width // 2), casing=False)
    if towards_viewer[2] > 0:
        _tint(picture, corners[list(_NOSE_SIDE)], AXIS_COLOURS[2])
    for i, j, axis in edges:
        if hidden not in (i, j):
            _stroke(picture, corners[[i, j]], AXIS_COLOURS[axis], width)


def _draw_box(picture: BgrImage, box: Box, colour: Colour, width: int) -> None:
    corners = np.array([[box.x1, box.y1], [box.x2, box.y1], [box.x2, box.y2], [box.x1, box.y2]])
    thin = max(1, round(0.5 * width))
    thick = max(width, thin + 1)
    arm = 0.18 * min(box.width, box.height)
    brackets = [
        _fixed(np.stack([_towards(corner, before, arm), corner, _towards(corner, after, arm)]))
        for before, corner, after in zip(np.roll(corners, 1, 0), corners, np.roll(corners, -1, 0), strict=True)
    ]
    outline = [_fixed(corners)]
    for paint, grown in ((_CASING, 2), (colour, 0)):
        cv2.polylines(picture, outline, True, paint, thin + grown, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.polylines(picture, brackets, False, paint, thick + grown, cv2.LINE_AA, _SUBPIXEL_BITS)


def _draw_trail(picture: BgrImage, face: Face, style: Style, width: int) -> None:
    """Where the tip of the nose's axis was, thinner and dimmer with age."""
    tips = [_nose_tip(point, style.size) for point in face.trail]
    colour = identity_colour(face.track_id)
    for step, (start, end) in enumerate(pairwise(tips), start=1):
        age = step / len(tips)
        dimmed = tuple(round(dark + age * (bright - dark)) for dark, bright in zip(_CASING, colour, strict=True))
        _stroke(picture, np.stack([start, end]), dimmed, max(1, round(age * width)), casing=False)  # type: ignore[arg-type]


def _nose_tip(point: TrailPoint, size: float) -> Points:
    tip: Points = axis_endpoints(point.pose, point.centre, size * point.height / 2)[2]
    return tip


def _draw_labels(picture: BgrImage, faces: list[Face], style: Style, told: Mapping[int, HeadPose]) -> None:
    if not (style.face_id or style.angles):
        return
    lettering = Lettering()
    boxes = [face.box for face in faces]
    placed = []
    for face in reversed(faces):
        number = str(face.track_id) if style.face_id else ""
        choices = label_choices(number, told.get(face.track_id))
        others = [box for box in boxes if box is not face.box]
        size = _text_size(picture, face.box, style)
        spot = lettering.place(
            choices, face.box, size=size, picture_size=(picture.shape[1], picture.shape[0]), others=others
        )
        if spot is not None:
            placed.append((spot, identity_colour(face.track_id)))
    for spot, colour in placed:
        lettering.draw(picture, spot, colour)


def _fade(picture: BgrImage, original: BgrImage, faces: list[Face], style: Style) -> None:
    height, width = picture.shape[:2]
    # As far as axes, cube corners and the widest plate may reach from a box.
    reach = max(style.size * face.box.height + 2 * face.box.width + 100 * style.width for face in faces)
    left = max(0, int(min(face.box.x1 for face in faces) - reach))
    top = max(0, int(min(face.box.y1 for face in faces) - reach))
    right = min(width, int(max(face.box.x2 for face in faces) + reach))
    bottom = min(height, int(max(face.box.y2 for face in faces) + reach))
    part = picture[top:bottom, left:right]
    if part.size:
        cv2.addWeighted(original[top:bottom, left:right], 1 - style.opacity, part, style.opacity, 0, dst=part)


def _line_width(picture: BgrImage, box: Box, style: Style) -> int:
    short_side = float(min(picture.shape[:2]))
    width = min(max(0.018 * box.height, 0.0022 * short_side), 0.0055 * short_side)
    return max(1, round(max(1.6, width) * style.width))


def _text_size(picture: BgrImage, box: Box, style: Style) -> int:
    short_side = float(min(picture.shape[:2]))
    size = min(max(0.1 * box.height, 0.015 * short_side), 0.03 * short_side)
    # In steps, so that the text does not flicker between two sizes with every breath of the box.
    step = max(2, round(0.006 * short_side))
    return max(11, step * round(size * style.width / step))


def _stroke(picture: BgrImage, points: Points, colour: Colour, width: int, *, casing: bool = True) -> None:
    for start, end in pairwise(_fixed(points)):
        if casing:
            cv2.line(picture, start, end, _CASING, width + _casing(width), cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.line(picture, start, end, colour, width, cv2.LINE_AA, _SUBPIXEL_BITS)


def _dot(picture: BgrImage, point: Points, colour: Colour, radius: float) -> None:
    x, y = (int(place) for place in _fixed(point))
    for grown, paint in ((max(1.0, radius / 3), _CASING), (0.0, colour)):
        fixed_radius = round((radius + grown) * (1 << _SUBPIXEL_BITS))
        cv2.circle(picture, (x, y), fixed_radius, paint, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)


def _tint(picture: BgrImage, polygon: Points, colour: Colour) -> None:
    height, width = picture.shape[:2]
    left, top = np.clip(np.floor(polygon.min(0)).astype(int), 0, (width, height))
    right, bottom = np.clip(np.ceil(polygon.max(0)).astype(int) + 1, 0, (width, height))
    part = picture[top:bottom, left:right]
    if part.size:
        filled = part.copy()
        cv2.fillConvexPoly(filled, _fixed(polygon - [left, top]), colour, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.addWeighted(filled, 0.18, part, 0.82, 0, dst=part)


def _casing(width: int) -> int:
    return 2 * max(1, round(0.3 * width))


def _towards(start: Points, end: Points, distance: float) -> Points:
    length = float(np.linalg.norm(end - start))
    moved: Points = start + (end - start) * min(1.0, distance / length) if length else start
    return moved


def _fixed(points: Points) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    return np.rint(points * (1 << _SUBPIXEL_BITS)).astype(np.int32)
