"""Reads the picture of a labelled head, crops the head, and coarsens the crop."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from hopenet.crops import BoxLike, Rectangle
from hopenet.datasets.labels import LabelledHead
from hopenet.preprocess import BgrImage, cut_out


def read_labelled_picture(head: LabelledHead) -> BgrImage:
    """The head's picture (H, W, 3) as stored: labels do not take a rotation in its EXIF tags into account.

    Raises ValueError with a one-sentence message if the file does not exist or cannot be read.
    """
    try:
        encoded = np.frombuffer(head.file.read_bytes(), np.uint8)
    except OSError as error:
        raise ValueError(f"The picture {head.file} cannot be read: {error.strerror}.") from error
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(encoded, flags) if len(encoded) else None
    if image is None:
        raise ValueError(f"{head.file} cannot be read as a picture.")
    return np.asarray(image, np.uint8)


def head_crop(head: LabelledHead, image: BgrImage, *, published: bool = False) -> BgrImage:
    """The square around the face's landmarks, or with `published` the crop of the published test code.

    If the picture is already cropped to the head, the whole picture.
    Raises ValueError if the label does not say where the head is, or the crop is too small or outside the picture.
    """
    rectangle = head.published_crop if published else _whole_pixels(head.face_square)
    if rectangle is None:
        if not head.cropped:
            raise ValueError(f"{head.file} shows more than the head, and its label does not say where the head is.")
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

    Source: `AFLW2000_ds` of the published code, which does it between cropping and resizing.
    """
    if factor == 1:
        return crop
    height, width = crop.shape[:2]
    small = Image.fromarray(crop).resize((max(1, width // factor), max(1, height // factor)), Image.Resampling.NEAREST)
    return np.asarray(small.resize((width, height), Image.Resampling.NEAREST))
