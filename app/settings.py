"""What a user can choose for an analysis, its numbers and its drawing, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from detectors import DetectorOptions
from hopenet import HeadPose
from hopenet.camera_geometry import CameraGeometry, check_field_of_view

CropChoice = Literal["measured", "published"]
CROP_CHOICES: tuple[CropChoice, ...] = ("measured", "published")

FilterChoice = Literal["one-euro", "low-delay"]
FILTER_CHOICES: tuple[FilterChoice, ...] = ("one-euro", "low-delay")
"""The smoothing filters, as listed in `app.analysis.smoothing`."""

ZERO_LAG: Literal["zero-lag"] = "zero-lag"
"""The filter without delay, of `app.analysis.zero_lag`: only for exports, because it needs the frames that follow."""

Sign = Literal[1, -1]

LARGEST_STEP = 100_000
"""Of frames that are measured: an hour at 30 frames per second has as many."""

KEEP_TURNED_S, LONGEST_KEPT_S = 10.0, 60.0
"""How long a face that has turned away is followed without the detector: by default, and at most."""

AUTO = "auto"
"""The name of a detector, a device or an engine that leaves the choice to the program."""

LARGEST_FACTOR = 10.0
"""The upper limit of `Style.size` and `Style.width`. OpenCV takes minutes to draw lines far larger than the picture."""


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """How frames are analysed.

    `detect_every`: run the detector on every n-th frame; optical flow carries the boxes in between.
    `measure_every`: of a video that is exported, analyse only frames whose number is a multiple of this.
    `filter`: the filter that smooths poses over time. `smoothing`: its strength, from 0 (raw poses) to 1 (smoothest).
    `crop`: the margins measured for the snapshot, or those of the published scripts.
    `camera_geometry` or `field_of_view_deg` (horizontal): of the camera that the source is from, if it is known.
    `keep_turned_s`: for so many seconds, optical flow carries the box of a face that the detector has lost because it
    turned away; 0: not at all; None: KEEP_TURNED_S with a snapshot for the full range, and otherwise not at all.
    `correct_perspective`: with it, make the angles of faces off the camera's axis relative to that axis, as in
    `hopenet.perspective`; otherwise they are relative to the line of sight from the camera to the face.

    Raises ValueError for a value outside its range, for two geometries, and for a correction without one.
    """

    detect_every: int = 1
    smoothing: float = 0.5
    filter: Literal["one-euro", "low-delay", "zero-lag"] = "one-euro"
    crop: CropChoice = "measured"
    measure_every: int = 1
    camera_geometry: CameraGeometry | None = None
    field_of_view_deg: float | None = None
    correct_perspective: bool = False
    keep_turned_s: float | None = None

    def __post_init__(self) -> None:
        if self.detect_every < 1:
            raise ValueError(f"The detection interval must be at least 1 (every frame), not {self.detect_every}.")
        if not 1 <= self.measure_every <= LARGEST_STEP:
            raise ValueError(f"Measure every frame (1) or every k-th, up to {LARGEST_STEP}, not {self.measure_every}.")
        if self.keep_turned_s is not None and not 0 <= self.keep_turned_s <= LONGEST_KEPT_S:
            raise ValueError(
                f"Faces that turned away can be kept for 0 to {LONGEST_KEPT_S:g} seconds, not {self.keep_turned_s:g}."
            )
        if not 0 <= self.smoothing <= 1:
            raise ValueError(f"Smoothing must be between 0 (raw) and 1, not {self.smoothing:g}.")
        if self.filter not in (*FILTER_CHOICES, ZERO_LAG):
            names = ", ".join((*FILTER_CHOICES, ZERO_LAG))
            raise ValueError(f"Unknown filter “{self.filter}”. Choose one of: {names}.")
        if self.crop not in CROP_CHOICES:
            raise ValueError(f"Unknown crop “{self.crop}”. Choose one of: {', '.join(CROP_CHOICES)}.")
        if self.field_of_view_deg is not None:
            check_field_of_view(self.field_of_view_deg)
            if self.camera_geometry is not None:
                raise ValueError("Give either a camera geometry or a field of view: the geometry contains it.")
        elif self.correct_perspective and self.camera_geometry is None:
            raise ValueError("Perspective cannot be corrected without a camera geometry or a field of view.")

    def with_camera_of(self, other: AnalysisSettings) -> AnalysisSettings:
        """These settings with what the others say about the camera."""
        return replace(
            self,
            camera_geometry=other.camera_geometry,
            field_of_view_deg=other.field_of_view_deg,
            correct_perspective=other.correct_perspective,
        )

    def camera_for(self, size: tuple[int, int]) -> CameraGeometry | None:
        """The geometry of the camera for pictures of (width, height); None if it is not known.

        Raises ValueError if the geometry is for pictures of another shape.
        """
        return _camera_for(self.camera_geometry, self.field_of_view_deg, size)


@lru_cache(maxsize=8)
def _camera_for(
    geometry: CameraGeometry | None, field_of_view_deg: float | None, size: tuple[int, int]
) -> CameraGeometry | None:
    if field_of_view_deg is not None:
        return CameraGeometry.from_field_of_view(field_of_view_deg, size)
    return None if geometry is None else geometry.for_size(size)


@dataclass(frozen=True, slots=True)
class Style:
    """What is drawn, and how.

    Overlays, as listed in `app.drawing.overlays`:
        `axis`: the three axes, as published. `cube`: a cube around the head. `box`: the face box. `id`: the face's
        number. `angles`: yaw, pitch and roll, if the face is large enough for the text. `trail`: the
        path of the nose axis's tip over the last second.

    `mirror`: flip the picture left to right; text stays readable and the numbers do not change.
    `size`: the length of the axes, in half box heights as published, and the size of the cube with it. `width`: the
    width of lines and text, relative to the default for the picture and face. `opacity`: of everything drawn.

    Raises ValueError unless 0 < size, width ≤ LARGEST_FACTOR and 0 < opacity ≤ 1.
    """

    axis: bool = True
    cube: bool = False
    box: bool = True
    id: bool = True
    angles: bool = True
    trail: bool = False
    mirror: bool = False
    size: float = 1.0
    width: float = 1.0
    opacity: float = 1.0

    def __post_init__(self) -> None:
        for what, factor in (("size", self.size), ("width", self.width)):
            if not 0 < factor <= LARGEST_FACTOR:
                raise ValueError(f"The {what} must be above 0 and at most {LARGEST_FACTOR:g}, not {factor:g}.")
        if not 0 < self.opacity <= 1:
            raise ValueError(f"The opacity must be above 0 and at most 1, not {self.opacity:g}.")


@dataclass(frozen=True, slots=True)
class Signs:
    """The positive direction of each angle: 1 as in `HeadPose`, −1 the opposite."""

    yaw: Sign = 1
    pitch: Sign = 1
    roll: Sign = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """What the angles that are shown and written are relative to.

    `neutral`: the pose that counts as straight ahead; None: facing the camera. `signs`: the positive directions.
    `neutral_source`: the path or address of the source that the neutral pose was taken in; empty if it is not known.
    Axes and cubes are not affected: they follow the head as it appears in the picture.
    """

    neutral: HeadPose | None = None
    signs: Signs = Signs()
    neutral_source: str = ""

    def __post_init__(self) -> None:
        if self.neutral is None:
            object.__setattr__(self, "neutral_source", "")

    def apply(self, pose: HeadPose) -> HeadPose:
        """The pose relative to this reference.

        Convention: for a neutral pose N and the pose P as matrices, the angles of Nᵀ · P, each times its sign. They are
        the angles that a camera straight in front of the neutral head would see: a pure rotation of the head stays a
        pure rotation, however the real camera is mounted.
        """
        if self.neutral is not None:
            pose = HeadPose.from_matrix(self.neutral.matrix().T @ pose.matrix(), full_range=True)
        return HeadPose(pose.yaw * self.signs.yaw, pose.pitch * self.signs.pitch, pose.roll * self.signs.roll)


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Where the network runs: a name from `hopenet.engines.DEVICES` and one from `hopenet.engines.ENGINES`.

    `threads`: how many CPU threads ONNX Runtime uses; None: one per core.
    """

    device: str = AUTO
    engine: str = AUTO
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class DetectorChoice:
    """A detector's name in `detectors.DETECTORS`, or AUTO, and its options. `boxes`: the box file of the one that reads
    such a file."""

    name: str = AUTO
    options: DetectorOptions = DetectorOptions()
    boxes: Path | None = None


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The models to work with.

    `snapshot`: a name in the manifest or the path of a file; None: the manifest's default. `detect_every`: run the
    detector on every n-th frame at most.
    """

    snapshot: str | None = None
    detector: DetectorChoice = DetectorChoice()
    engine: EngineChoice = EngineChoice()
    detect_every: int = 1
