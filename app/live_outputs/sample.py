"""What a live output receives: one head at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.analysis.rotations import Quaternion
from app.live_outputs.turn import TurnAngles
from hopenet import HeadPose

SampleKind = Literal["face", "hold", "nan", "neutral", "test"]
"""Why a sample is sent: "face", a face was found; "hold", "nan" and "neutral", it is lost, and this is what was chosen
to be sent meanwhile; "test", it is made up, by the test of an output."""


@dataclass(frozen=True, slots=True)
class HeadSample:
    """One head at one moment, as it is sent.

    `captured_s` is when the frame was captured, on the clock of `time.perf_counter`; `captured_unix_s` is the same
    moment on the system's clock, in seconds since 1970 (UTC). `source_time_s` is the frame's time in its source, and
    `frame` its number.
    `track_id` is None if no face has been seen yet, and in a test. `name` is the face's name; empty if it has none.
    `pose`: the angles as the window and tables have them (convention of `HeadPose`), relative to the neutral pose, with
    the signs that the user has chosen. `turn`: the same rotation as games and avatars have it (convention of
    `TurnAngles`), with the signs of that convention whatever the user has chosen. The mapping of each axis has been
    applied to both. Every angle is NaN if `kind` is "nan".
    `position_cm` is the rough position of the head: x to the picture's right, y up, z from the camera towards the head,
    in centimetres, with the camera at (0, 0, 0), or relative to the neutral position; None if it is not known. It is
    smoothed and mapped as well.
    """

    captured_s: float
    captured_unix_s: float
    source_time_s: float
    frame: int
    track_id: int | None
    kind: SampleKind
    pose: HeadPose
    turn: TurnAngles
    position_cm: tuple[float, float, float] | None = None
    name: str = ""

    @property
    def found(self) -> bool:
        """Whether the face was found in this frame."""
        return self.kind in {"face", "test"}

    @property
    def quaternion(self) -> Quaternion:
        """The rotation of `turn` as a unit quaternion (w, x, y, z). Axes: x to the picture's right, y up, z out of the
        picture towards the camera."""
        return self.turn.quaternion
