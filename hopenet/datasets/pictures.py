"""Reads the picture of a labelled head, cuts the head out, and makes the crop coarse."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from hopenet.crops import BoxLike, Rectangle
from hopenet.datasets.labels import LabelledHead
from hopenet.preprocess import BgrImage, cut_out


def read_labelled_picture(head: LabelledHead) -> BgrImage:
    """The head's picture (H, W, 3) as it is stored: labels know nothing of a rotation in its EXIF tags.

    Raises ValueError, in one sentence, where there is none or it cannot be read.
    """
    try:
        encoded = np.frombuffer(head.file.read_bytes(), np.uint8)
    except OSError as error:
        raise ValueError(f"The picture {head.file} cannot be read: {error.strerror}.") from error
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(encoded, flags) if len(encoded) else None
    if image is None:
        raise ValueError(f"{head.file} is no picture that can be read.")
    return np.asarray(image, np.uint8)


def look_at(head: LabelledHead, image: BgrImage, *, published: bool = False) -> BgrImage:
    """The square around the face's landmarks, or with `published` the crop of the published test code.

    The whole picture where it is that part already.
    Raises ValueError where the set says neither, or the part is too small or lies outside the picture.
    """
    rectangle = head.published_crop if published else _whole_pixels(head.face_square)
    if rectangle is None:
        if not head.cropped:
            raise ValueError(f"{head.file} shows more than the head, and its set does not say where that is.")
        return image
    part = cut_out(image, rectangle)
    if part is None:
        raise ValueError(f"The head in {head.file} is too small or lies outside the picture.")
    return part


def _whole_pixels(square: BoxLike | None) -> Rectangle | None:
    if square is None:
        return None
    x1, y1, x2, y2 = (round(edge) for edge in square)
    return x1, y1, x2, y2


def coarsened(crop: BgrImage, factor: int) -> BgrImage:
    """A crop shrunk by `LabelledHead.coarsen` and enlarged again, both by nearest neighbour; 1 changes nothing.

    Source: `AFLW2000_ds` of the published code, which does it between cutting out and resizing.
    """
    if factor == 1:
        return crop
    height, width = crop.shape[:2]
    small = Image.fromarray(crop).resize((max(1, width // factor), max(1, height // factor)), Image.Resampling.NEAREST)
    return np.asarray(small.resize((width, height), Image.Resampling.NEAREST))
