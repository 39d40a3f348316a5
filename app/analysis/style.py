"""What is drawn on a picture, and how boldly."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_FACTOR = 10.0
"""Lines much longer or wider than the picture take OpenCV minutes, and show nothing."""


@dataclass(frozen=True, slots=True)
class Style:
    """What `draw` shows of each face.

    `axis`: the published three axes. `cube`: a cube about the head. `box`: the face box. `identity`: the face's number.
    `angles`: yaw, pitch and roll in whole degrees, where the face is large enough for the text. `trail`: where the tip
    of the nose's axis was in the last second. `mirror`: the picture as in a mirror, with the text readable and the
    numbers unchanged.
    `size`: axis length in halves of the box's height, as published, and the cube with it. `width`: of lines and
    text, relative to what suits picture and face. `opacity`: of everything drawn, above 0 to 1.

    Raises ValueError for a size or a width outside 0 … LARGEST_FACTOR, or an opacity outside its range.
    """

    axis: bool = True
    cube: bool = False
    box: bool = True
    identity: bool = True
    angles: bool = True
    trail: bool = False
    mirror: bool = False
    size: float = 1.0
    width: float = 1.0
    opacity: float = 1.0

    def __post_init__(self) -> None:
        for what, factor in (("size", self.size), ("width", self.width)):
            if not 0 < factor <= LARGEST_FACTOR:
                raise ValueError(f"The {what} must be above 0 and at most {LARGEST_FACTOR:g}, not {factor:g}.")
        if not 0 < self.opacity <= 1:
            raise ValueError(f"The opacity must be above 0 and at most 1, not {self.opacity}.")
