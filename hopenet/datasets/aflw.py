"""AFLW as the published code reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.annotations import annotation_line, labelled_pose
from hopenet.datasets.files import existing_picture, file_of, names_found
from hopenet.datasets.labels import LabelledHead


class AflwSet:
    """AFLW, cropped: `FOLDER/imageNNNNN.jpg` and `FOLDER/imageNNNNN.txt` side by side, folders 0, 2 and 3.

    This is not the archive as distributed, which keeps the labels in a database. The published code first crops each
    face to the database's rectangle, resizes it to 240×240, and writes a text file of one line,
    `picture yaw pitch roll x y width height`, with angles in radians and the rectangle in the original picture. So the
    whole picture is the published crop. Roll has the opposite sign to 300W-LP and is negated.

    Source: Köstinger et al., ICCV Workshops 2011, doi:10.1109/ICCVW.2011.6130513.
    """

    name = "aflw"

    def __init__(self, root: Path, names: Sequence[str] | None = None) -> None:
        """`names`: None for all pictures in the folders."""
        self._root = root
        self.names = tuple(names) if names is not None else names_found(root, "*.jpg", ".jpg")

    def read(self, name: str) -> LabelledHead:
        picture = existing_picture(file_of(self._root, name, ".jpg"))
        annotation = file_of(self._root, name, ".txt")
        yaw, pitch, roll = map(math.degrees, annotation_line(annotation, 3))
        return LabelledHead(picture, labelled_pose(annotation, yaw, pitch, -roll))
