"""The data that passes through the application: a frame and its analysis, and what was unusual about a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from detectors import BgrImage, Box
from hopenet import HeadPose, PoseSpread
from hopenet.camera_geometry import ON_AXIS, CameraGeometry, Sight

if TYPE_CHECKING:
    from av.video.frame import VideoFrame


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a video or a camera.

    `image` is BGR uint8 of shape (H, W, 3), and read-only because threads share it. `index` counts from 0.
    `time` is the exact presentation time in seconds from the start of the source. `captured_s` is when the frame came
    from a live source, on the clock of `time.perf_counter`; None for videos, pictures and folders. `damaged`: parts of
    the picture are missing and were filled in by the decoder. `name` is the name of the file if each frame has its own.
    `decoded`: the same picture as the decoder gave it, if it was asked for and a video can be written from it without
    converting its colours; see `app.video.planes`. It must not be changed.
    """

    image: BgrImage
    index: int
    time: Fraction
    captured_s: float | None = None
    damaged: bool = False
    name: str = ""
    decoded: VideoFrame | None = None

    @property
    def time_s(self) -> float:
        return float(self.time)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]

    @property
    def stands_alone(self) -> bool:
        """Whether it is a picture of its own, which other frames say nothing about: a picture, or one of a folder."""
        return bool(self.name)


NoteKind = Literal[
    "clock jump",
    "clock start",
    "colours",
    "damaged frames",
    "decoder",
    "engine",
    "interlaced",
    "joined",
    "no clock",
    "output",
    "pixel aspect",
    "recovered",
    "repeated times",
    "resumed",
    "several pictures",
    "size change",
    "sound",
    "tracks left out",
    "undefined poses",
    "unreadable",
]
"""What can be unusual about a source, or about how it was analysed."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something unusual about a source that was handled, or that is missing from what was read.

    `sentence` is for people: what happened and what was done about it. `places` are for the record: where it happened,
    each with names such as `frame` (its number) and `time_s` (seconds of the source's time); empty if it concerns the
    whole source.
    """

    kind: NoteKind
    sentence: str
    places: tuple[Mapping[str, object], ...] = ()


class TrailPoint(NamedTuple):
    """A past position of a head: the middle and height of its box in pixels, its smoothed pose, its `Face.sight`."""

    centre: tuple[float, float]
    height: float
    pose: HeadPose
    sight: Sight = ON_AXIS


@dataclass(frozen=True, slots=True)
class Face:
    """One head in one frame.

    `track_id` is the face's ID, counted from 1; in a picture that stands alone, the number of the face in that picture.
    `score` is on the detector's own scale; a box carried by optical flow between detections keeps its last score, and
    that of a head that has turned away from the detector has 0. `pose` is None if the box is too small or outside the
    picture, which is not an error.
    `smoothed` is the pose after the temporal filter, and equals `pose` if smoothing is off. `spread` is the spread of
    `pose`. `trail` has the head's positions over the last second, the oldest first and the current one last.
    `undefined`: the face has no pose because the network's answer is not a number, or perspective could not be
    corrected. `name`: what people call the face;
    empty if it has no name. `sight`: the line of sight to the face if its pose is relative to the camera's axis; on
    that axis if it is relative to the line of sight. So it says from which side the head with this pose is seen.
    """

    track_id: int
    box: Box
    score: float
    pose: HeadPose | None
    smoothed: HeadPose | None
    spread: PoseSpread | None
    trail: tuple[TrailPoint, ...] = ()
    undefined: bool = False
    name: str = ""
    sight: Sight = ON_AXIS


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The faces found in one frame, possibly none, and the milliseconds that each stage took.

    `detector` is the name of the detector that found them; empty if none has looked. `camera`: the geometry of the
    camera that took the frame, if it is known. `is_held`: the frame was not analysed, and the faces are those of the
    last one that was.
    """

    frame: Frame
    faces: tuple[Face, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    detector: str = ""
    camera: CameraGeometry | None = None
    is_held: bool = False
