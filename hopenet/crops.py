"""From a detector's box to the part of the picture that a network sees.

Angles change with the crop: on AFLW2000 the published SqueezeNet 1.0 errs by 7.0° with a square twice the size of
MediaPipe's box and by 5.5° with one and a half times. So a snapshot's record has one rule per detector.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Rectangle = tuple[int, int, int, int]
"""x1, y1, x2, y2 in whole pixels, half-open; may reach beyond the picture, where it is black."""

BoxLike = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SquareCrop:
    """A square around the box.

    Convention: its side is `scale` times the box's √(width · height); its centre lies `shift_down` times the same
    length below the box's centre (above it where negative).
    """

    scale: float
    shift_down: float = 0.0

    def rectangle(self, box: BoxLike, *, picture: tuple[int, int]) -> Rectangle:
        """The square in whole pixels; `picture` (width, height) does not bound it."""
        x1, y1, x2, y2 = box
        length = math.sqrt(max(0.0, x2 - x1) * max(0.0, y2 - y1))
        side = round(self.scale * length)
        left = round((x1 + x2) / 2 - side / 2)
        top = round((y1 + y2) / 2 + self.shift_down * length - side / 2)
        return left, top, left + side, top + side


@dataclass(frozen=True, slots=True)
class MarginCrop:
    """The box grown by margins of its own width and height, or by pixels, and cut off at the picture's edge.

    Convention: `left` and `right` are shares of the box's width, `top` and `bottom` of its height; the `_px` margins
    are added to them. Source: the video scripts of the published code.
    """

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left_px: int = 0
    top_px: int = 0
    right_px: int = 0
    bottom_px: int = 0

    def rectangle(self, box: BoxLike, *, picture: tuple[int, int]) -> Rectangle:
        """The grown box in whole pixels, inside a picture of (width, height)."""
        x1, y1, x2, y2 = box
        width, height = x2 - x1, y2 - y1
        return (
            max(int(x1 - self.left * width) - self.left_px, 0),
            max(int(y1 - self.top * height) - self.top_px, 0),
            min(int(x2 + self.right * width) + self.right_px, picture[0]),
            min(int(y2 + self.bottom * height) + self.bottom_px, picture[1]),
        )


CropRule = SquareCrop | MarginCrop

DEFAULT = "default"
"""Key of the rule for boxes of a detector that a record does not name."""

LANDMARKS = "landmarks"
"""Key of the rule for the square around a face's landmarks, which data sets with landmarks have."""

PUBLISHED_CROPS: Mapping[str, CropRule] = {
    "boxes": MarginCrop(left_px=50, top_px=50, right_px=50, bottom_px=30),
    DEFAULT: MarginCrop(left=0.5, top=0.75, right=0.5, bottom=0.25),
}
"""The margins of the published video scripts: fixed pixels around dockerface boxes, shares around dlib's."""


def rule_for(crops: Mapping[str, CropRule], detector: str) -> CropRule:
    """The rule for a detector's boxes."""
    return crops.get(detector, crops[DEFAULT])


def crop_to_plain(rule: CropRule) -> dict[str, Any]:
    """A rule as plain values for JSON."""
    return {"kind": "square" if isinstance(rule, SquareCrop) else "margins", **asdict(rule)}


def crop_from_plain(plain: Mapping[str, Any]) -> CropRule:
    """The reverse. Raises ValueError for an unknown kind or unknown fields."""
    fields = {key: value for key, value in plain.items() if key != "kind"}
    kinds: dict[Any, type[SquareCrop] | type[MarginCrop]] = {"square": SquareCrop, "margins": MarginCrop}
    try:
        return kinds[plain.get("kind")](**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"A crop rule is a square or margins with their own fields; this one is {dict(plain)}."
        ) from error
