"""What a user may choose for an analysis and for its numbers: frozen values, handed on whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hopenet import HeadPose

CropChoice = Literal["measured", "published"]
CROP_CHOICES: tuple[CropChoice, ...] = ("measured", "published")

Sign = Literal[1, -1]


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


@dataclass(frozen=True, slots=True)
class Signs:
    """Which way an angle counts as positive: 1 as in `HeadPose`, −1 the other way."""

    yaw: Sign = 1
    pitch: Sign = 1
    roll: Sign = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """What the numbers told are relative to.

    `neutral`: the pose that counts as straight ahead, None for facing the camera. `signs`: the positive directions.
    Drawing is not affected: axes lie as the head lies in the picture.
    """

    neutral: HeadPose | None = None
    signs: Signs = Signs()

    def told(self, pose: HeadPose) -> HeadPose:
        """The angles that are shown and written for a pose.

        Convention: with a neutral pose N and the pose P as matrices, the angles of Nᵀ · P, as seen by a camera straight
        before the head in its neutral pose, so that a pure turn of the head stays a pure turn however the camera
        hangs; then each angle times its sign.
        """
        if self.neutral is not None:
            pose = HeadPose.from_matrix(self.neutral.matrix().T @ pose.matrix())
        return HeadPose(pose.yaw * self.signs.yaw, pose.pitch * self.signs.pitch, pose.roll * self.signs.roll)
