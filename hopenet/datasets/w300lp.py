"""300W-LP as the published code reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hopenet.datasets.aflw2000 import landmark_box, landmark_square
from hopenet.datasets.annotations import landmarks_of, matlab_fields, matlab_pose
from hopenet.datasets.files import existing_picture, file_of, names_found
from hopenet.datasets.labels import LabelledHead, published_training_crop

MIDDLE_MARGIN = 0.3
"""Middle of the range from which the published training code draws k; validation must not be random."""


class W300LpSet:
    """300W-LP: `SUBSET/NAME.jpg` and `SUBSET/NAME.mat` side by side, 122,450 including the mirrored ones.

    The subsets are AFW, HELEN, IBUG and LFPW, each with a mirrored copy (`AFW_Flip` …). The archive's folders `Code`
    and `landmarks` contain no heads and are skipped. `pt2d` has 68 points, all present: the published training code
    enlarges their box by a random margin (`published_training_crop`); `published_crop` uses the middle of its range,
    because there is no published test crop for this dataset.
    Source: Zhu et al., CVPR 2016, arXiv:1511.07212.
    """

    name = "300w-lp"

    def __init__(self, root: Path, names: Sequence[str] | None = None) -> None:
        """`names`: None for all pictures in the folders."""
        self._root = root
        found = names_found(root, "*.jpg", ".jpg", excluded=("Code", "landmarks")) if names is None else names
        self.names = tuple(found)

    def read(self, name: str) -> LabelledHead:
        picture = existing_picture(file_of(self._root, name, ".jpg"))
        annotation = file_of(self._root, name, ".mat")
        fields = matlab_fields(annotation, "Pose_Para", "pt2d", source="300W-LP")
        landmarks = landmarks_of(annotation, fields["pt2d"], 2)
        box = landmark_box(landmarks)
        return LabelledHead(
            picture,
            matlab_pose(annotation, fields["Pose_Para"]),
            published_crop=published_training_crop(box, MIDDLE_MARGIN),
            face_square=landmark_square(landmarks),
            face_box=box,
            cropped=False,
        )
