"""Plates with a face's ID and values, placed next to the faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from app.drawing.canvas import Canvas
from app.drawing.colours import DARK, Colour
from detectors import BgrImage, Box, shared_area

_DIM: Colour = (190, 184, 178)
_WHITE: Colour = (255, 255, 255)
_PLATE_OPACITY = 0.68
_WEIGHT = 550
_WIDEST_VALUE = "−88.8°"
_WIDEST_PLATE = 3.6
"""The maximum width of a plate with values, in box widths: a wider one is hard to match to its face."""


class NamedValue(NamedTuple):
    """A value with its name, a shorter name for narrow plates, and the name's colour."""

    name: str
    short_name: str
    value: str
    colour: Colour = _DIM


class Caption(NamedTuple):
    """What one overlay adds to a plate: text on the coloured chip, or values after it."""

    chip: str = ""
    values: tuple[NamedValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """The text of a plate: a coloured chip, then names, each with its colour and its value, which is white."""

    chip: str
    pairs: tuple[tuple[str, Colour, str], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the place of its plate in the picture, in whole pixels."""

    label: Label
    spot: Box
    size: int


def label_choices(captions: Sequence[Caption]) -> tuple[Label, ...]:
    """The possible labels for a face, the fullest first: with full names, with short names, without values."""
    chip = " ".join(caption.chip for caption in captions if caption.chip)
    values = [value for caption in captions for value in caption.values]
    bare = (Label(chip, ()),) if chip else ()
    if not values:
        return bare
    full = Label(chip, tuple((value.name, value.colour, value.value) for value in values))
    short = Label(chip, tuple((value.short_name, value.colour, value.value) for value in values))
    return full, short, *bare


class Lettering:
    """Places and draws the plates of one picture.

    Thread: one thread at a time; each picture has its own.
    """

    def __init__(self) -> None:
        self._font = cv2.FontFace("sans")
        self._placed: list[Box] = []

    def place(
        self, choices: Sequence[Label], box: Box, *, size: int, picture_size: tuple[int, int], others: Sequence[Box]
    ) -> Placed | None:
        """Places the first label that suits the box, below or above it, clear of faces and other plates if possible.

        None if no label fits into the picture, or if all have values and are too wide for the box.
        """
        width, height = picture_size
        for label in choices:
            plate_width = _plate_width(label, size)
            widest = min(width, _WIDEST_PLATE * box.width) if label.pairs else width
            if plate_width <= widest:
                break
        else:
            return None
        plate_height = round(1.55 * size)
        gap = max(2, round(0.3 * size))
        tops = round(box.y2) + gap, round(box.y1) - gap - plate_height
        lefts = round(box.centre[0] - plate_width / 2), round(box.x1), round(box.x2) - plate_width
        spots = []
        for top, left in product(tops, lefts):
            kept_left, kept_top = min(max(0, left), width - plate_width), min(max(0, top), height - plate_height)
            spots.append(Box(kept_left, kept_top, kept_left + plate_width, kept_top + plate_height))
        spot = min(spots, key=lambda spot: self._crowding(spot, [box, *others]))
        if spot.y1 < 0:
            return None
        self._placed.append(spot)
        return Placed(label, spot, size)

    def add(self, canvas: Canvas, placed: Placed, colour: Colour) -> None:
        """Adds the plate to a canvas."""
        spot = placed.spot
        corners = np.array([[spot.x1, spot.y1], [spot.x2, spot.y2]])
        canvas.add(corners, placed.size, lambda picture: self._draw(picture, placed, colour))

    def _draw(self, picture: BgrImage, placed: Placed, colour: Colour) -> None:
        left, top = int(placed.spot.x1), int(placed.spot.y1)
        height, width = int(placed.spot.height), int(placed.spot.width)
        size, label = placed.size, placed.label
        radius = max(2, round(0.3 * size))
        baseline = top + round(height / 2 + 0.35 * size)
        _fill(picture[top : top + height, left : left + width], DARK, radius=radius, opacity=_PLATE_OPACITY)
        pad = _pad(size)
        if label.chip:
            chip = _text_width(label.chip, size) + 2 * pad
            _fill(picture[top : top + height, left : left + chip], colour, radius=radius, opacity=1.0)
            self._text(picture, label.chip, (left + pad, baseline), DARK, size=size)
            left += chip
        left += pad
        for name, name_colour, value in label.pairs:
            self._text(picture, name, (left, baseline), name_colour, size=size)
            left += _text_width(name, size) + _name_gap(size)
            self._text(picture, value, (left, baseline), _WHITE, size=size)
            # A cell of fixed width, so that what follows does not shift when the number of digits changes.
            left += _cell_width(value, size) + pad

    def _crowding(self, spot: Box, others: Sequence[Box]) -> float:
        return sum(shared_area(spot, other) for other in (*others, *self._placed))

    def _text(self, picture: BgrImage, text: str, start: tuple[int, int], colour: Colour, *, size: int) -> None:
        cv2.putText(picture, text, start, colour, self._font, size, _WEIGHT)


def _plate_width(label: Label, size: int) -> int:
    pad = _pad(size)
    chip = _text_width(label.chip, size) + 2 * pad if label.chip else 0
    cells = sum(
        _text_width(name, size) + _name_gap(size) + _cell_width(value, size) + pad for name, _, value in label.pairs
    )
    return chip + (pad + cells if label.pairs else 0)


def _cell_width(value: str, size: int) -> int:
    return max(_text_width(_WIDEST_VALUE, size), _text_width(value, size))


@lru_cache(maxsize=4096)
def _text_width(text: str, size: int) -> int:
    return cv2.getTextSize((1 << 15, 1 << 10), text, (0, 0), cv2.FontFace("sans"), size, _WEIGHT)[2]


def _pad(size: int) -> int:
    return max(3, round(0.5 * size))


def _name_gap(size: int) -> int:
    return max(2, round(0.22 * size))


def _fill(part: BgrImage, colour: Colour, *, radius: int, opacity: float) -> None:
    """Covers a part of the picture with a rounded rectangle, in place."""
    height, width = part.shape[:2]
    cover = _rounded(width, height, radius, opacity)
    flat = np.full_like(part, colour)
    part[:] = cv2.blendLinear(flat, np.ascontiguousarray(part), cover, 1 - cover)


@lru_cache(maxsize=256)
def _rounded(width: int, height: int, radius: int, opacity: float) -> npt.NDArray[np.float32]:
    """How much of each pixel a rounded rectangle covers, times the opacity; of shape (height, width)."""
    radius = min(radius, width // 2, height // 2)
    fine = 4
    mask = np.zeros((height * fine, width * fine), np.uint8)
    corner = radius * fine
    cv2.rectangle(mask, (0, corner), (width * fine - 1, height * fine - 1 - corner), 255, cv2.FILLED)
    cv2.rectangle(mask, (corner, 0), (width * fine - 1 - corner, height * fine - 1), 255, cv2.FILLED)
    for x in (corner, width * fine - 1 - corner):
        for y in (corner, height * fine - 1 - corner):
            cv2.circle(mask, (x, y), corner, 255, cv2.FILLED)
    cover = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) * (opacity / 255)
    cover.flags.writeable = False
    return cover
