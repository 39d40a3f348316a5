"""AFW as the published code reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hopenet.crops import BoxLike, Rectangle
from hopenet.datasets.annotations import annotation_line, labelled_pose
from hopenet.datasets.files import existing_picture, file_of, names_found
from hopenet.datasets.labels import LabelledHead, grown_in_turn

_MARGIN = 0.32
"""k of the published code."""


class AfwSet:
    """AFW: `PICTURE.jpg` with one text file per face, `PICTURE_SUFFIX.txt`, all in one folder.

    A head's name is `PICTURE_SUFFIX`; the part before the first `_` names the picture. The text file has one line,
    `picture yaw pitch roll x_min y_min x_max y_max`, angles in degrees, the face's box in pixels.

    Source: Zhu and Ramanan, CVPR 2012, doi:10.1109/CVPR.2012.6248014.
    """

    name = "afw"

    def __init__(self, root: Path, names: Sequence[str] | None = None) -> None:
        """`names`: None for all faces' text files in the folder."""
        self._root = root
        self.names = tuple(names) if names is not None else names_found(root, "*_*.txt", ".txt")

    def read(self, name: str) -> LabelledHead:
        annotation = file_of(self._root, name, ".txt")
        picture = existing_picture(annotation.with_name(annotation.stem.split("_")[0] + ".jpg"))
        yaw, pitch, roll, *edges = annotation_line(annotation, 7)
        pose = labelled_pose(annotation, yaw, pitch, roll)
        x1, y1, x2, y2 = edges
        box = (x1, y1, x2, y2)
        crop = published_crop(box)
        return LabelledHead(picture, pose, published_crop=crop, face_box=box, cropped=False)


def published_crop(box: BoxLike) -> Rectangle:
    """The crop of the published code around a face's box."""
    return grown_in_turn(box, left=0.8 * _MARGIN, top=2 * _MARGIN, right=0.8 * _MARGIN, bottom=_MARGIN)
