"""Faces that another program has found, read from a text file in dockerface's format."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.base import BgrImage, Box, BoxArray, Detection, DetectorOptions
from detectors.box_lines import read_box_file
from detectors.limits import check_image, selected

MINIMUM_SCORE = math.nextafter(0.98, 1.0)
"""Hopenet's published video script uses boxes with a confidence above .98; this is the next number above it."""

MAXIMUM_BOXES_IN_FRAME = 2_000
"""More than in any picture of a crowd; following and estimating more faces than that would take minutes per frame."""


class BoxFileDetector:
    """Returns the boxes of a file by frame index; the pixels are not used.

    With a region, only boxes with their centre inside it are returned. The detection size is ignored. Scores are the
    file's confidences, usually from 0 to 1.
    """

    name = "boxes"

    def __init__(self, path: Path, *, options: DetectorOptions | None = None) -> None:
        """Reads the file. Raises what `read_box_file` raises, and ValueError if a frame has too many boxes."""
        self._options = options or DetectorOptions()
        self._minimum_score = MINIMUM_SCORE if self._options.minimum_score is None else self._options.minimum_score
        self._lines = read_box_file(path)
        index, count = self._lines.by_index.fullest(self._minimum_score)
        if count > MAXIMUM_BOXES_IN_FRAME and self._options.largest_faces is None:
            raise ValueError(
                f"Frame {index + 1} of {path.name} has {count:,} boxes with the required score, but at most "
                f"{MAXIMUM_BOXES_IN_FRAME:,} can be used. Raise the minimum score, or limit the number of faces."
            )
        self._outside: dict[int, int] = {}
        self._closed = False

    @property
    def last_index(self) -> int:
        """The highest frame index in the file, from 0. A shorter video is not the one that the file was made for."""
        return self._lines.last_index

    @property
    def skipped(self) -> int:
        """Number of lines not used because their box is empty or outside the pictures so far; each counts once."""
        return self._lines.skipped + sum(self._outside.values())

    def detect(
        self,
        image: BgrImage,
        *,
        index: int,
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        """The file's boxes for frame `index`, in the form of `FaceDetector.detect`; `time_s` is not used."""
        if self._closed:
            raise ValueError("The box file detector is closed.")
        check_image(image)
        height, width = image.shape[:2]
        boxes, score = self._lines.by_index.arrays(index)
        clipped = np.clip(boxes, 0.0, (width, height, width, height))
        area = (clipped[:, 2:] - clipped[:, :2]).prod(axis=1)
        if outside := int(np.count_nonzero(area <= 0)):
            self._outside[index] = outside
        used = np.flatnonzero((area > 0) & self._in_region(clipped) & (score >= self._minimum_score))
        largest = self._options.largest_faces
        if largest is not None and len(used) > largest:
            # Equal areas are kept as well: `selected` decides between them.
            used = used[area[used] >= np.sort(area[used])[-largest]] if largest > 0 else used[:0]
        found = (Detection(Box(*boxes[row].tolist()), float(score[row])) for row in used)
        return selected(found, image, minimum_score=self._minimum_score, options=self._options)

    def _in_region(self, boxes: BoxArray) -> npt.NDArray[np.bool_]:
        region = self._options.region
        if region is None:
            return np.ones(len(boxes), bool)
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        return (region.x1 <= x) & (x < region.x2) & (region.y1 <= y) & (y < region.y2)

    def close(self) -> None:
        """Ends the use of the detector. May be called twice."""
        self._closed = True
