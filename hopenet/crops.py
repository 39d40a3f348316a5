"""Crop rules: from a detector's box to the part of the picture that a network sees.

The estimated angles depend on the crop: on AFLW2000 the mean error of the published SqueezeNet 1.0 is 7.0° for a square
twice the size of MediaPipe's box and 5.5° for one and a half times. So a snapshot's record has one rule per detector.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Rectangle = tuple[int, int, int, int]
"""x1, y1, x2, y2 in whole pixels, half-open. It may extend beyond the picture; pixels out there are black."""

BoxLike = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SquareCrop:
    """A square around the box.

    Convention: its side is `scale` times the box's √(width · height); its centre is `shift_down` times the same
    length below the box's centre (above it if negative).
    """

    scale: float
    shift_down: float = 0.0

    def rectangle(self, box: BoxLike, *, picture: tuple[int, int]) -> Rectangle:
        """The square in whole pixels. It is not limited to the `picture`, whose (width, height) is unused."""
        x1, y1, x2, y2 = box
        length = math.sqrt(max(0.0, x2 - x1) * max(0.0, y2 - y1))
        side = round(self.scale * length)
        left = round((x1 + x2) / 2 - side / 2)
        top = round((y1 + y2) / 2 + self.shift_down * length - side / 2)
        return left, top, left + side, top + side


@dataclass(frozen=True, slots=True)
class MarginCrop:
    """The box enlarged by fractions of its width and height, or by pixels, and clipped to the picture.

    Convention: `left` and `right` are fractions of the box's width, `top` and `bottom` of its height; the `_px` margins
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
        """The enlarged box in whole pixels, inside a picture of (width, height)."""
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
"""Key of the rule for boxes of any detector that the record does not list."""

LANDMARKS = "landmarks"
"""Key of the rule for the square around a face's landmarks, for datasets that have landmarks."""

PUBLISHED_CROPS: Mapping[str, CropRule] = {
    "boxes": MarginCrop(left_px=50, top_px=50, right_px=50, bottom_px=30),
    DEFAULT: MarginCrop(left=0.5, top=0.75, right=0.5, bottom=0.25),
}
"""The margins of the published video scripts: pixels around dockerface boxes, fractions around dlib's boxes."""


def rule_for(crops: Mapping[str, CropRule], detector: str) -> CropRule:
    """The rule for a detector's boxes."""
    return crops.get(detector, crops[DEFAULT])


def crop_to_plain(rule: CropRule) -> dict[str, Any]:
    """A rule as plain values for JSON and TOML."""
    return {"kind": "square" if isinstance(rule, SquareCrop) else "margins", **asdict(rule)}


def crop_from_plain(plain: Mapping[str, Any]) -> CropRule:
    """The inverse of `crop_to_plain`. Raises ValueError for an unknown kind or unknown fields."""
    fields = {key: value for key, value in plain.items() if key != "kind"}
    kinds: dict[Any, type[SquareCrop] | type[MarginCrop]] = {"square": SquareCrop, "margins": MarginCrop}
    try:
        return kinds[plain.get("kind")](**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"A crop rule must be of kind square or margins, with the fields of that kind; this one is {dict(plain)}."
        ) from error
