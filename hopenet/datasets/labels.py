"""What every dataset provides: a picture's file, the pose of the head in it, and which part of it to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hopenet.crops import BoxLike, Rectangle
from hopenet.pose import HeadPose

LARGEST_ANGLE_DEG = 99.0
"""The limit of Hopenet's bins; the published file lists leave out heads with an angle beyond it."""


@dataclass(frozen=True, slots=True)
class LabelledHead:
    """One head with its label.

    `published_crop`: the crop of the published test code, in whole pixels. `face_square`: the square around the face's
    landmarks. `face_box`: the box that the published margins enlarge, in pixels. Each is None if the dataset does not
    have it; then the whole picture is the head if `cropped` is true, and otherwise a detector has to find it.
    `disagreement_deg`: how far two sources of the label are apart, 0 if there is only one source.
    `coarsen`: the crop is shrunk by this factor and enlarged again, both by nearest neighbour, before it is resized for
    the network; 1 changes nothing.
    """

    file: Path
    pose: HeadPose
    published_crop: Rectangle | None = None
    face_square: BoxLike | None = None
    disagreement_deg: float = 0.0
    face_box: BoxLike | None = None
    coarsen: int = 1
    cropped: bool = True


class HeadSet(Protocol):
    """A set of labelled heads, read one at a time."""

    @property
    def name(self) -> str: ...

    @property
    def names(self) -> Sequence[str]:
        """One name per head, as in a file list."""
        ...

    def read(self, name: str) -> LabelledHead:
        """The head with this name. The picture's existence is checked, but it is not opened.

        Raises FileNotFoundError or ValueError with a one-sentence message if picture or label is missing or invalid.
        """
        ...


def angles_beyond(pose: HeadPose, largest_deg: float = LARGEST_ANGLE_DEG) -> tuple[str, ...]:
    """The names of the angles beyond ±`largest_deg`; the limit itself is within."""
    return tuple(angle for angle, degrees in pose._asdict().items() if abs(degrees) > largest_deg)


def grown_in_turn(box: BoxLike, *, left: float, top: float, right: float, bottom: float) -> Rectangle:
    """A box enlarged the way the published datasets do it, in whole pixels rounded towards zero.

    Convention: the margins are applied one after another, each as a fraction of the width or height at that point, so
    `right` and `bottom` are relative to a box that `left` and `top` have already enlarged. (The published video scripts
    do it differently: `hopenet.MarginCrop`.)
    """
    x1, y1, x2, y2 = box
    x1 -= left * abs(x2 - x1)
    y1 -= top * abs(y2 - y1)
    x2 += right * abs(x2 - x1)
    y2 += bottom * abs(y2 - y1)
    return int(x1), int(y1), int(x2), int(y2)


def published_training_crop(face_box: BoxLike, k: float) -> Rectangle:
    """The crop of the published training code for 300W-LP, which draws k uniformly from 0.2 to 0.4 each time."""
    return grown_in_turn(face_box, left=0.6 * k, top=2 * k, right=0.6 * k, bottom=0.6 * k)
