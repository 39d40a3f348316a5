"""From a picture and a crop to the network's input, exactly as in the published test code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from hopenet.crops import Rectangle
from hopenet.records import SnapshotRecord

BgrImage = npt.NDArray[np.uint8]
InputBatch = npt.NDArray[np.float32]
PixelBatch = npt.NDArray[np.uint8]
"""(N, S, S, 3) BGR, for engines that normalise by themselves."""

MINIMUM_CROP_PX = 8
"""Minimum side of a crop: a face in a smaller one is too small for any network."""


def cut_out(image: BgrImage, rectangle: Rectangle) -> BgrImage | None:
    """The part of a picture (H, W, 3) inside a rectangle, black outside the picture.

    None if the rectangle is smaller than MINIMUM_CROP_PX or lies entirely outside the picture.
    """
    height, width = image.shape[:2]
    if not is_usable(rectangle, (width, height)):
        return None
    x1, y1, x2, y2 = rectangle
    inner_x1, inner_y1, inner_x2, inner_y2 = max(x1, 0), max(y1, 0), min(x2, width), min(y2, height)
    inner = image[inner_y1:inner_y2, inner_x1:inner_x2]
    if (inner_x1, inner_y1, inner_x2, inner_y2) == rectangle:
        return inner
    canvas = np.zeros((y2 - y1, x2 - x1, 3), np.uint8)
    canvas[inner_y1 - y1 : inner_y2 - y1, inner_x1 - x1 : inner_x2 - x1] = inner
    return canvas


def is_usable(rectangle: Rectangle, picture: tuple[int, int]) -> bool:
    """Whether a crop is at least MINIMUM_CROP_PX wide and high, and partly inside a picture of (width, height)."""
    x1, y1, x2, y2 = rectangle
    return min(x2 - x1, y2 - y1) >= MINIMUM_CROP_PX and x1 < picture[0] and y1 < picture[1] and x2 > 0 and y2 > 0


class Scratch:
    """Memory for pixels, which is used again: new memory for each crop takes a fifth of its resizing time.

    Thread: one at a time.
    """

    def __init__(self) -> None:
        self._memory = np.empty(0, np.uint8)

    def copy_of(self, pixels: BgrImage) -> BgrImage:
        """A contiguous copy. It is overwritten by the next one."""
        if self._memory.size < pixels.size:
            self._memory = np.empty(pixels.size, np.uint8)
        copy = self._memory[: pixels.size].reshape(pixels.shape)
        copy[:] = pixels
        return copy


def shrink_to_square(crop: BgrImage, side: int, *, scratch: Scratch | None = None) -> BgrImage:
    """Resizes the shorter side to `side` with PIL's antialiased bilinear filter; returns the centre (side, side, 3)."""
    height, width = crop.shape[:2]
    shorter = min(width, height)
    size = (side * width // shorter, side * height // shorter)
    pixels = np.ascontiguousarray(crop) if scratch is None else scratch.copy_of(crop)
    whole = Image.frombuffer("RGB", (width, height), pixels, "raw", "RGB", 0, 1)
    resized = np.asarray(whole.resize(size, Image.Resampling.BILINEAR))
    left, top = round((size[0] - side) / 2), round((size[1] - side) / 2)
    return resized[top : top + side, left : left + side]


def stacked(squares: Sequence[BgrImage], side: int) -> PixelBatch:
    """BGR squares (S, S, 3) as one batch of shape (N, S, S, 3)."""
    return np.stack(squares) if squares else np.empty((0, side, side, 3), np.uint8)


def to_batch(squares: Sequence[BgrImage], record: SnapshotRecord) -> InputBatch:
    """BGR squares (S, S, 3) as one normalised RGB batch of shape (N, 3, S, S)."""
    side = record.input_size
    batch = np.empty((len(squares), 3, side, side), np.float32)
    scale, shift = (values[:, None, None] for values in scale_and_shift(record))
    for row, square in zip(batch, squares, strict=True):
        np.copyto(row, square[..., ::-1].transpose(2, 0, 1))
        np.multiply(row, scale, out=row)
        np.add(row, shift, out=row)
    return batch


def scale_and_shift(record: SnapshotRecord) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """What each value of red, green and blue, from 0 to 255, is multiplied by, and what is added then."""
    mean, std = np.asarray(record.mean, np.float32), np.asarray(record.std, np.float32)
    return (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)
