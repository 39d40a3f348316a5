"""Sets of rendered heads on disk: pictures, and a table with a row for each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import cv2

from hopenet.rendering.assets import HeadAssets
from hopenet.rendering.scenes import SceneMaker, SetPlan

PICTURES = "images"
COLUMNS = (
    "file",
    "yaw_deg",
    "pitch_deg",
    "roll_deg",
    "person",
    "sex",
    "age",
    "skin",
    "hair",
    "hat",
    "glasses",
    "occluder",
    "expression",
    "light",
    "distance_m",
)
"""Of the table, in this order."""


def file_of(index: int) -> str:
    """The name of a picture, relative to the set's folder."""
    return f"{PICTURES}/{index:07d}.jpg"


class BlockWriter:
    """Renders blocks of pictures into a folder. Thread: the one that made it."""

    def __init__(self, files: Mapping[str, Path], plan: SetPlan, out: Path) -> None:
        """`files`: as of HeadAssets. Raises OSError or ValueError if an asset cannot be read, and NoRenderer."""
        self._maker = SceneMaker(HeadAssets(files), plan)
        self._out = out

    def write(self, indices: range) -> str:
        """Writes the pictures of these indices and returns their rows of the table as text. Raises OSError."""
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\n")
        for index in indices:
            shown = self._maker.picture(index)
            done, encoded = cv2.imencode(".jpg", shown.image, [cv2.IMWRITE_JPEG_QUALITY, shown.quality])
            if not done:
                raise OSError(f"Picture {index} could not be encoded.")
            (self._out / file_of(index)).write_bytes(encoded.tobytes())
            angles = (f"{angle:.4f}" for angle in shown.pose)
            rows.writerow((file_of(index), *angles, *(shown.facts.get(column, "") for column in COLUMNS[4:])))
        return text.getvalue()
