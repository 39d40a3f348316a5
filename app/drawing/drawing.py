"""Draws an analysis, for the screen and for videos alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2

from app.drawing.colours import face_colour
from app.drawing.overlays import switched_on
from app.drawing.plates import Caption, Lettering, label_choices
from app.drawing.reshaping import mirrored
from app.frames import Analysis, Face
from app.settings import Reference, Style
from detectors import BgrImage, Box

_AS_MEASURED = Reference()


def draw(analysis: Analysis, style: Style, reference: Reference = _AS_MEASURED) -> BgrImage:
    """The frame with its faces drawn on it, as a new array; the frame's own image is not changed.

    The smoothed pose is drawn. Axes start at the middle of the face box and are half its height long, as published,
    times `style.size`. Lines and text grow with the face, between limits set by the picture's size. Small faces are
    drawn first, larger ones over them. A face without a pose has only its box and ID. `reference` affects the numbers;
    shapes follow the head as it appears in the picture.
    """
    overlays = switched_on(style)
    # Before mirroring, which changes the poses but must not change the numbers.
    captions = {
        face.track_id: [overlay.caption(face, reference) for overlay in overlays if overlay.caption is not None]
        for face in analysis.faces
    }
    if style.mirror:
        analysis = mirrored(analysis)
    original = analysis.frame.image
    picture = original.copy()
    faces = sorted(analysis.faces, key=lambda face: face.box.area)
    for face in faces:
        for overlay in overlays:
            if overlay.shape is not None:
                overlay.shape(picture, face, style)
    _draw_plates(picture, faces, captions, style)
    if style.opacity < 1:
        cv2.addWeighted(original, 1 - style.opacity, picture, style.opacity, 0, dst=picture)
    return picture


def _draw_plates(
    picture: BgrImage, faces: Sequence[Face], captions: Mapping[int, Sequence[Caption]], style: Style
) -> None:
    """Gives every face its plate; plates of larger faces are placed first."""
    lettering = Lettering()
    boxes = [face.box for face in faces]
    placed = []
    for face in reversed(faces):
        place = lettering.place(
            label_choices(captions[face.track_id]),
            face.box,
            size=_text_size(picture, face.box, style),
            picture_size=(picture.shape[1], picture.shape[0]),
            others=[box for box in boxes if box is not face.box],
        )
        if place is not None:
            placed.append((place, face_colour(face.track_id)))
    for place, colour in placed:
        lettering.draw(picture, place, colour)


def _text_size(picture: BgrImage, box: Box, style: Style) -> int:
    short_side = float(min(picture.shape[:2]))
    size = min(max(0.1 * box.height, 0.015 * short_side), 0.03 * short_side)
    # In steps, so that the text does not flicker between two sizes when the box changes slightly.
    step = max(2, round(0.006 * short_side))
    return max(11, step * round(size * style.width / step))
