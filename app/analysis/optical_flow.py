"""Carries boxes from one frame to the next by sparse optical flow, and detects cuts."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from detectors import BgrImage, Box

GreyImage = npt.NDArray[np.uint8]

LONGER_SIDE_PX = 640
"""Flow is computed on a picture shrunk to this size. It is accurate to a fraction of a pixel, or about one pixel of an
HD video."""

POINTS_PER_BOX = 24
INNER_SHARE = 0.8
"""Points are taken from the middle of a box, because its edges show background."""

FEWEST_FOLLOWED = 6
LARGEST_RETURN_PX = 1.0
"""Of a head that the detector does not find: points that are followed forwards and back, and how far from their place
they may come back, in the shrunk picture."""

_ALL_WAYS, _VERTICALLY = np.array([1, 1], np.float32), np.array([0, 1], np.float32)

THUMBNAIL = (32, 18)
_SAMPLES = (8 * THUMBNAIL[0], 8 * THUMBNAIL[1])
"""How many pixels of a picture its thumbnail is made from. All of them would take ten times as long, or more, and
change the difference of two thumbnails by less than one grey value (of six videos, at most 0.9)."""

CUT_DIFFERENCE = 15.0
LARGEST_CUT_LIKENESS = 0.8
"""There is a cut if two thumbnails differ by more than CUT_DIFFERENCE (mean grey value, of 255), and the middle of the
new one is nowhere in the old one: its largest correlation is below LARGEST_CUT_LIKENESS. A fast pan differs as much,
but its middle can be found. Measured on six videos: cuts differ by 26 to 30 at a correlation of 0.2 to 0.7, pans by up
to 27 at 0.9 and above."""

_MIDDLE = (slice(5, 13), slice(9, 23))


class GreyView:
    """A frame for optical flow: grey and shrunk, with its scale; and its thumbnail.

    The picture is kept until `grey` is made from it, and must not change. Thread: any.
    """

    def __init__(self, image: BgrImage) -> None:
        height, width = image.shape[:2]
        self.scale = min(1.0, LONGER_SIDE_PX / max(height, width))
        samples = cv2.resize(image, _SAMPLES, interpolation=cv2.INTER_NEAREST)
        grey = cv2.cvtColor(samples, cv2.COLOR_BGR2GRAY)
        self.thumbnail = np.asarray(cv2.resize(grey, THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8)
        self._pixels = image
        """Of the picture, and in place of them the grey ones once they are made."""

    @property
    def grey(self) -> GreyImage:
        """Made when it is first needed: frames that the detector looks at do without."""
        pixels = self._pixels
        if pixels.ndim == 3:
            self._pixels = pixels = self._shrunk(pixels)
        return pixels

    def prepare(self) -> None:
        """Makes what is missing, and lets go of the whole picture, which takes far more memory."""
        _ = self.grey

    def _shrunk(self, image: BgrImage) -> GreyImage:
        height, width = image.shape[:2]
        size = (max(1, round(width * self.scale)), max(1, round(height * self.scale)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if self.scale < 1 else image
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)


def is_cut(before: GreyView, after: GreyView) -> bool:
    """Whether two frames belong to different shots."""
    return not is_same_scene(before.thumbnail, after.thumbnail)


def is_same_scene(before: GreyImage, after: GreyImage) -> bool:
    """Whether two thumbnails show the same scene, perhaps from a camera that has turned."""
    if cv2.norm(before, after, cv2.NORM_L1) / before.size <= CUT_DIFFERENCE:
        return True
    middle = np.ascontiguousarray(after[_MIDDLE])
    likeness = cv2.matchTemplate(before, middle, cv2.TM_CCOEFF_NORMED)
    return float(np.max(likeness)) >= LARGEST_CUT_LIKENESS


def carried(boxes: tuple[Box, ...], before: GreyView, after: GreyView) -> tuple[Box, ...]:
    """The boxes of one frame in the next, moved and scaled with their content.

    A box without enough texture to follow stays where it was.
    """
    return tuple(_carried(box, before, after) for box in boxes)


def followed(box: Box, before: GreyView, after: GreyView) -> Box | None:
    """The box of a head seen from the side or from behind in the next frame; None if it cannot be followed.

    What can be seen of a head that turns moves across its outline, and the box would move with it, by more than its
    width. So the shoulders below it are followed. Points that flow does not bring back to where they came from do not
    count; most have to.
    """
    small = box.scaled(before.scale)
    width, height = small.width, small.height
    x, _ = small.centre
    shoulders = Box(x - 1.5 * width, small.y2 + 0.5 * height, x + 1.5 * width, small.y2 + 1.8 * height)
    points = _points_in(shoulders, before.grey)
    if points is None:
        return None
    there, found = _flow(before.grey, after.grey, points)
    back, found_back = _flow(after.grey, before.grey, there)
    kept = found & found_back & (np.abs(back - points).max(axis=(1, 2)) < LARGEST_RETURN_PX)
    if np.count_nonzero(kept) < max(FEWEST_FOLLOWED, len(points) / 2):
        return None
    # A torso that turns becomes narrower, but not lower.
    return _moved(small, points[kept, 0], there[kept, 0], growth_by=_VERTICALLY).scaled(1 / before.scale)


def _carried(box: Box, before: GreyView, after: GreyView) -> Box:
    small = box.scaled(before.scale)
    points = _points_in(_inner(small), before.grey)
    if points is None:
        return box
    moved, kept = _flow(before.grey, after.grey, points)
    if np.count_nonzero(kept) < 4:
        return box
    return _moved(small, points[kept, 0], moved[kept, 0]).scaled(1 / before.scale)


def _flow(
    before: GreyImage, after: GreyImage, points: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Where points (N, 1, 2) of one picture are in another, and which of them were found (N,)."""
    start = points.copy()
    moved, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, start, winSize=(15, 15), maxLevel=3)
    return np.asarray(moved, np.float32), np.asarray(found).ravel() == 1


def _moved(
    box: Box,
    old: npt.NDArray[np.float32],
    new: npt.NDArray[np.float32],
    *,
    growth_by: npt.NDArray[np.float32] = _ALL_WAYS,
) -> Box:
    """The box, moved and scaled as points (N, 2) were. `growth_by`: the weights of x and y in their distances."""
    shift = np.median(new - old, axis=0)
    factor = _growth(old * growth_by, new * growth_by)
    x, y = box.centre
    half_width, half_height = factor * box.width / 2, factor * box.height / 2
    x, y = x + float(shift[0]), y + float(shift[1])
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _inner(box: Box) -> Box:
    x, y = box.centre
    half_width, half_height = INNER_SHARE * box.width / 2, INNER_SHARE * box.height / 2
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _points_in(box: Box, grey: GreyImage) -> npt.NDArray[np.float32] | None:
    """Points of a part of a picture that flow can follow, of shape (N, 1, 2); None if it is too small or plain."""
    height, width = grey.shape
    left, top, right, bottom = (round(edge) for edge in box.clipped(width, height))
    if right - left < 6 or bottom - top < 6:
        return None
    spacing = max(2.0, min(right - left, bottom - top) / 8)
    points = cv2.goodFeaturesToTrack(grey[top:bottom, left:right], POINTS_PER_BOX, 0.01, spacing)
    if points is None or len(points) < 4:
        return None
    return np.asarray(points, np.float32).reshape(-1, 1, 2) + np.array([left, top], np.float32)


def _growth(old: npt.NDArray[np.float32], new: npt.NDArray[np.float32]) -> float:
    """How much the points moved apart: the median ratio of their distances, limited to ±10 % per frame."""
    before = np.linalg.norm(old[:, None] - old[None], axis=2)
    after = np.linalg.norm(new[:, None] - new[None], axis=2)
    pairs = np.triu(before > 2, k=1)
    if not pairs.any():
        return 1.0
    return float(np.clip(np.median(after[pairs] / before[pairs]), 0.9, 1.1))
