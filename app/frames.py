"""What flows through the application: a frame goes in, an analysis of it comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from detectors import BgrImage, Box
from hopenet import HeadPose, PoseSpread


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a video or a camera, at the moment it is shown.

    `image` is BGR uint8 of shape (H, W, 3) and read-only: threads share it. `index` counts from 0.
    `time` is the presentation time in seconds, exact, from the start of the source. `captured_s` is when a live source
    gave the frame, on the clock of `time.perf_counter`; None for videos, pictures and folders.
    """

    image: BgrImage
    index: int
    time: Fraction
    captured_s: float | None = None

    @property
    def time_s(self) -> float:
        return float(self.time)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]


class TrailPoint(NamedTuple):
    """Where a head was a moment ago: the middle and height of its box in pixels, and its smoothed pose."""

    centre: tuple[float, float]
    height: float
    pose: HeadPose


@dataclass(frozen=True, slots=True)
class Face:
    """One head in one frame.

    `pose` is None where the box is too small or lies outside the picture: that is data, not an error.
    `smoothed` is the pose after the temporal filter and equals `pose` where smoothing is off.
    `score` is the detector's own, on the detector's own scale; a box carried by optical flow keeps its last score.
    `trail` is where the head was in the last second, the oldest point first and the present one last.
    """

    track_id: int
    box: Box
    score: float
    pose: HeadPose | None
    smoothed: HeadPose | None
    spread: PoseSpread | None
    trail: tuple[TrailPoint, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What was found in one frame. An empty tuple of faces means that there is none."""

    frame: Frame
    faces: tuple[Face, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
