"""The colours of everything drawn: of the axes and angles, and of the faces.

An angle has the colour of the axis that the head turns about: pitch turns about x (red), yaw about y (green), roll
about z (blue). Everything that shows an angle takes its colour from here.
"""

from __future__ import annotations

from typing import NamedTuple

Colour = tuple[int, int, int]
"""Blue, green and red from 0 to 255."""

AXIS_COLOURS: tuple[Colour, Colour, Colour] = ((64, 56, 255), (92, 214, 56), (255, 132, 36))
"""Red, green and blue for x, y and z, as published; each bright enough to be seen on skin and on black."""


class AngleColours(NamedTuple):
    """The colours of the three angles, as #RRGGBB."""

    yaw: str
    pitch: str
    roll: str


ANGLES_ON_LIGHT = AngleColours(yaw="#00784A", pitch="#D8202C", roll="#1A5FD0")
ANGLES_ON_DARK = AngleColours(yaw="#52DE8A", pitch="#FF5F5C", roll="#5C9DFF")
"""The axes' colours, as text and thin lines on a light and on a dark background need them.

The greens lean towards blue, so that colour-blind readers tell them from the reds more easily.
"""

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

_FACE_INKS = (
    "#9A6A00",
    "#0F76A8",
    "#C8303F",
    "#3F7F27",
    "#A03FA0",
    "#B85A0C",
    "#0F7F75",
    "#A8555F",
    "#77750A",
    "#4A5FC4",
)
"""The same hues, dark enough for lines on white."""


def face_colour(face_id: int) -> Colour:
    """The colour of a face: always the same for an ID, and clearly different for consecutive IDs."""
    return _FACE_COLOURS[face_id % len(_FACE_COLOURS)]


def face_ink(face_id: int, *, dark: bool) -> str:
    """The colour of a face as #RRGGBB, for lines on a dark background, and of the same hue for lines on a light one."""
    if not dark:
        return _FACE_INKS[face_id % len(_FACE_INKS)]
    blue, green, red = face_colour(face_id)
    return f"#{red:02X}{green:02X}{blue:02X}"


def bgr(colour: str) -> Colour:
    """A colour that is written as #RRGGBB."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return blue, green, red
