"""What every data set gives: a picture's file, the pose of the head in it, and which part of it to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hopenet.crops import BoxLike, Rectangle
from hopenet.pose import HeadPose

LARGEST_ANGLE_DEG = 99.0
"""Hopenet's bins end here; the published file lists leave out heads with an angle beyond it."""


@dataclass(frozen=True, slots=True)
class LabelledHead:
    """One head with its label.

    `published_crop`: where the published test code looks, in whole pixels. `face_square`: the square around the face's
    landmarks. `face_box`: the box that the published margins grow, in pixels. Each is None where the set has none;
    then the whole picture is the head if `cropped` is true, and otherwise a detector has to find it.
    `doubt_deg`: how far two sources of the label lie apart, 0 where there is one alone.
    `coarsen`: the crop, once cut out and before it is resized for a network, is shrunk by this factor and enlarged
    again, both by nearest neighbour; 1 changes nothing.
    """

    file: Path
    pose: HeadPose
    published_crop: Rectangle | None = None
    face_square: BoxLike | None = None
    doubt_deg: float = 0.0
    face_box: BoxLike | None = None
    coarsen: int = 1
    cropped: bool = True


class HeadSet(Protocol):
    """A data set of heads, read one at a time."""

    @property
    def name(self) -> str: ...

    @property
    def names(self) -> Sequence[str]:
        """What a file list has, one name a head."""
        ...

    def read(self, name: str) -> LabelledHead:
        """Raises FileNotFoundError or ValueError, in one sentence, where picture or label is missing or unreadable.

        The picture is only looked for, not opened.
        """
        ...


def angles_beyond(pose: HeadPose, largest_deg: float = LARGEST_ANGLE_DEG) -> tuple[str, ...]:
    """Which of yaw, pitch and roll lie beyond ±`largest_deg`, by name; ±99 itself is within."""
    return tuple(angle for angle, degrees in pose._asdict().items() if abs(degrees) > largest_deg)


def grown_in_turn(box: BoxLike, *, left: float, top: float, right: float, bottom: float) -> Rectangle:
    """A box grown as the published data sets do it, in whole pixels towards zero.

    Convention: each margin is a share of the width or height that the box has by then, so that `right` and `bottom`
    grow what `left` and `top` have grown already. (The published video scripts do otherwise: `hopenet.MarginCrop`.)
    """
    x1, y1, x2, y2 = box
    x1 -= left * abs(x2 - x1)
    y1 -= top * abs(y2 - y1)
    x2 += right * abs(x2 - x1)
    y2 += bottom * abs(y2 - y1)
    return int(x1), int(y1), int(x2), int(y2)


def published_training_crop(face_box: BoxLike, k: float) -> Rectangle:
    """The crop of the published training code for 300W-LP, which draws k evenly from 0.2 to 0.4 each time."""
    return grown_in_turn(face_box, left=0.6 * k, top=2 * k, right=0.6 * k, bottom=0.6 * k)
