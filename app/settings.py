"""What a user may choose for an analysis: one frozen value, handed to the analyzer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CropChoice = Literal["measured", "published"]
CROP_CHOICES: tuple[CropChoice, ...] = ("measured", "published")


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """How frames are analysed.

    `detect_every`: run the detector on every n-th frame; boxes are carried by optical flow in between.
    `smoothing`: 0 leaves the angles raw, 1 smooths most.
    `crop`: the snapshot's measured margins, or those of the published scripts.
    """

    detect_every: int = 1
    smoothing: float = 0.5
    crop: CropChoice = "measured"

    def __post_init__(self) -> None:
        if self.detect_every < 1:
            raise ValueError(f"The detector can run on every frame (1) or every n-th, not every {self.detect_every}.")
        if not 0 <= self.smoothing <= 1:
            raise ValueError(f"Smoothing lies between 0 (raw) and 1, not at {self.smoothing:g}.")
        if self.crop not in CROP_CHOICES:
            raise ValueError(f"There is no crop named “{self.crop}”; there are {', '.join(CROP_CHOICES)}.")
