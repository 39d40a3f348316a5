"""What a pose table says of one face in one frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.frames import Analysis, Face
from hopenet import HeadPose, PoseSpread


@dataclass(frozen=True, slots=True)
class PoseRow:
    """One face in one frame: frames and times from 0, pixels, degrees; None where the face has no pose.

    The fields stand in the order of the table's columns. `yaw_deg`, `pitch_deg`, `roll_deg` are what the network says
    of this frame alone.
    """

    frame: int
    time_s: float
    face_id: int
    x1: float
    y1: float
    x2: float
    y2: float
    score: float
    yaw_deg: float | None
    pitch_deg: float | None
    roll_deg: float | None
    yaw_smooth_deg: float | None
    pitch_smooth_deg: float | None
    roll_smooth_deg: float | None
    yaw_std_deg: float | None
    pitch_std_deg: float | None
    roll_std_deg: float | None


class Column(NamedTuple):
    """A column of a table: its unit and meaning in words, and how many decimals a text format gives it."""

    name: str
    unit: str
    meaning: str
    decimals: int | None


COLUMNS: tuple[Column, ...] = (
    Column("frame", "1", "frame, counted from 0", None),
    Column("time_s", "s", "presentation time from the start of the source", 6),
    Column("face_id", "1", "the same number for the same face, from frame to frame", None),
    Column("x1", "px", "left edge of the face box", 2),
    Column("y1", "px", "upper edge of the face box, y pointing down", 2),
    Column("x2", "px", "right edge of the face box", 2),
    Column("y2", "px", "lower edge of the face box", 2),
    Column("score", "1", "the detector's score, on the detector's own scale", 4),
    Column("yaw_deg", "deg", "yaw of this frame alone", 4),
    Column("pitch_deg", "deg", "pitch of this frame alone", 4),
    Column("roll_deg", "deg", "roll of this frame alone", 4),
    Column("yaw_smooth_deg", "deg", "yaw after the temporal filter", 4),
    Column("pitch_smooth_deg", "deg", "pitch after the temporal filter", 4),
    Column("roll_smooth_deg", "deg", "roll after the temporal filter", 4),
    Column("yaw_std_deg", "deg", "standard deviation of the network's distribution of yaw", 4),
    Column("pitch_std_deg", "deg", "standard deviation of the network's distribution of pitch", 4),
    Column("roll_std_deg", "deg", "standard deviation of the network's distribution of roll", 4),
)

CONVENTION = (
    "Angles in degrees as in 300W-LP, AFLW2000 and Hopenet, seen in the picture: yaw > 0, the nose points to the "
    "picture's left; pitch > 0, up; roll > 0, clockwise. R = Rx(pitch) Ry(yaw) Rz(roll) with "
    "Rx = [1 0 0; 0 c s; 0 -s c], Ry = [c 0 -s; 0 1 0; s 0 c], Rz = [c s 0; -s c 0; 0 0 1]."
)


def rows(analysis: Analysis) -> Iterator[PoseRow]:
    """One row for each face of the frame, in the analysis' order; none where there is no face."""
    for face in analysis.faces:
        yield _row(analysis, face)


def _row(analysis: Analysis, face: Face) -> PoseRow:
    x1, y1, x2, y2 = (float(edge) for edge in face.box)
    yaw, pitch, roll = _three(face.pose)
    yaw_smooth, pitch_smooth, roll_smooth = _three(face.smoothed)
    yaw_std, pitch_std, roll_std = _three(face.spread)
    return PoseRow(
        frame=analysis.frame.index,
        time_s=analysis.frame.time_s,
        face_id=face.track_id,
        x1=x1,
        y1=y1,
        x2=x2,
        y2=y2,
        score=float(face.score),
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=roll,
        yaw_smooth_deg=yaw_smooth,
        pitch_smooth_deg=pitch_smooth,
        roll_smooth_deg=roll_smooth,
        yaw_std_deg=yaw_std,
        pitch_std_deg=pitch_std,
        roll_std_deg=roll_std,
    )


def _three(
    angles: HeadPose | PoseSpread | None,
) -> tuple[float, float, float] | tuple[None, None, None]:
    return (None, None, None) if angles is None else (float(angles.yaw), float(angles.pitch), float(angles.roll))
