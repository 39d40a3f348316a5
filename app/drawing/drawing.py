"""Draws an analysis, for the screen and for videos alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from app.drawing.canvas import Area, Canvas
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
    analysis, canvas = _planned(analysis, style, reference)
    picture = analysis.frame.image.copy()
    canvas.paint(picture)
    _fade(picture, analysis.frame.image, canvas.areas, style)
    return picture


class Changes(NamedTuple):
    """What a drawing changes of a frame: `picture` is the drawing in the areas, and anything elsewhere."""

    picture: BgrImage
    areas: tuple[Area, ...]


class ChangesOnly:
    """Draws as `draw` does, but only where something changes. Its picture is valid until the next one is drawn.

    Thread: one at a time.
    """

    def __init__(self) -> None:
        self._picture: BgrImage = np.empty((0, 0, 3), np.uint8)

    def __call__(self, analysis: Analysis, style: Style, reference: Reference = _AS_MEASURED) -> Changes:
        """The style must not mirror: that changes everything."""
        analysis, canvas = _planned(analysis, style, reference)
        original, areas = analysis.frame.image, canvas.areas
        if self._picture.shape != original.shape:
            self._picture = np.empty_like(original)
        for area in areas:
            self._picture[area.part] = original[area.part]
        canvas.paint(self._picture)
        _fade(self._picture, original, areas, style)
        return Changes(self._picture, areas)


def _planned(analysis: Analysis, style: Style, reference: Reference) -> tuple[Analysis, Canvas]:
    """The analysis as it is shown, and what is to be drawn on its picture."""
    overlays = switched_on(style)
    # Before mirroring, which changes the poses but must not change the numbers.
    captions = {
        face.track_id: [overlay.caption(face, reference) for overlay in overlays if overlay.caption is not None]
        for face in analysis.faces
    }
    if style.mirror:
        analysis = mirrored(analysis)
    canvas = Canvas(analysis.frame.size)
    faces = sorted(analysis.faces, key=lambda face: face.box.area)
    for face in faces:
        for overlay in overlays:
            if overlay.shape is not None:
                overlay.shape(canvas, face, style)
    _add_plates(canvas, faces, captions, style)
    return analysis, canvas


def _fade(picture: BgrImage, original: BgrImage, areas: Sequence[Area], style: Style) -> None:
    """Lets the original shine through what was drawn, in place."""
    if style.opacity < 1:
        for area in areas:
            drawn = picture[area.part]
            cv2.addWeighted(original[area.part], 1 - style.opacity, drawn, style.opacity, 0, dst=drawn)


def _add_plates(canvas: Canvas, faces: Sequence[Face], captions: Mapping[int, Sequence[Caption]], style: Style) -> None:
    """Gives every face its plate; plates of larger faces are placed first."""
    lettering = Lettering()
    boxes = [face.box for face in faces]
    placed = []
    for face in reversed(faces):
        place = lettering.place(
            label_choices(captions[face.track_id]),
            face.box,
            size=_text_size(canvas, face.box, style),
            picture_size=canvas.size,
            others=[box for box in boxes if box is not face.box],
        )
        if place is not None:
            placed.append((place, face_colour(face.track_id)))
    for place, colour in placed:
        lettering.add(canvas, place, colour)


def _text_size(canvas: Canvas, box: Box, style: Style) -> int:
    short_side = canvas.short_side
    size = min(max(0.1 * box.height, 0.015 * short_side), 0.03 * short_side)
    # In steps, so that the text does not flicker between two sizes when the box changes slightly.
    step = max(2, round(0.006 * short_side))
    return max(11, step * round(size * style.width / step))
