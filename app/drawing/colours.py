"""The colours of everything drawn, as blue, green and red from 0 to 255."""

from __future__ import annotations

Colour = tuple[int, int, int]

AXIS_COLOURS: tuple[Colour, Colour, Colour] = ((64, 56, 255), (92, 214, 56), (255, 132, 36))
"""Red, green and blue for x, y and z, as published; each bright enough to be seen on skin and on black."""

DARK: Colour = (24, 20, 18)
"""Outlines of lines, and the background of plates."""

_FACE_COLOURS: tuple[Colour, ...] = (
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


def face_colour(face_id: int) -> Colour:
    """The colour of a face: always the same for an ID, and clearly different for consecutive IDs."""
    return _FACE_COLOURS[face_id % len(_FACE_COLOURS)]
