"""Head pose in the format of OpenFace 2, for scripts that read OpenFace's files."""

from __future__ import annotations

import math
from pathlib import Path

from app.outputs.rows import AS_MEASURED, Column, PoseRow, relative_to
from app.outputs.text import TextFile, decimal
from app.settings import Reference

OPENFACE_COLUMNS: tuple[Column, ...] = (
    Column("frame", "1", "frame, counted from 1", None),
    Column("face_id", "1", "the same number for the same face, from frame to frame", None),
    Column("timestamp", "s", "presentation time from the start of the source", 3),
    Column("confidence", "1", "the detector's score, limited to 0 to 1", 2),
    Column("success", "1", "1 where the face has a pose, else 0", None),
    Column("pose_Tx", "mm", "not measured: NaN", None),
    Column("pose_Ty", "mm", "not measured: NaN", None),
    Column("pose_Tz", "mm", "not measured: NaN", None),
    Column("pose_Rx", "rad", "pitch of this frame alone, positive down; 0 without success", 6),
    Column("pose_Ry", "rad", "yaw of this frame alone, positive towards the picture's left; 0 without success", 6),
    Column("pose_Rz", "rad", "roll of this frame alone, positive clockwise; 0 without success", 6),
)

OPENFACE_CONVENTION = (
    "OpenFace 2: angles in radians, R = Rx(pose_Rx) Ry(pose_Ry) Rz(pose_Rz) with the usual right-handed matrices, in "
    "the camera's frame: x to the picture's right, y down, z away from the camera. So pose_Rx is the negative of "
    "Hopenet's pitch; pose_Ry and pose_Rz are its yaw and roll. The position in space is not measured: pose_Tx, "
    "pose_Ty and pose_Tz are NaN."
)


def openface_convention(reference: Reference = AS_MEASURED) -> str:
    """What the angles mean. OpenFace's readers rely on its signs: a neutral pose applies, chosen signs do not."""
    sentences = [OPENFACE_CONVENTION]
    if reference.neutral is not None:
        sentences.append(relative_to(reference.neutral))
    if reference.signs != AS_MEASURED.signs:
        sentences.append("The signs chosen for angles do not apply to this format, which has its own.")
    return " ".join(sentences)


def openface_angles(yaw_deg: float, pitch_deg: float, roll_deg: float) -> tuple[float, float, float]:
    """pose_Rx, pose_Ry and pose_Rz in radians for a head pose in Hopenet's convention.

    Convention:
        In Hopenet's frame y points up and z towards the viewer, in OpenFace's y down and z away: half a turn about x,
        which keeps the order of the rotations. It keeps the sign of a rotation about x and reverses those about y and
        z. Hopenet's three matrices rotate in the opposite direction to the usual ones, hence −pitch, +yaw, +roll.

    Source: Baltrušaitis et al., OpenFace 2.0, FG 2018, doi:10.1109/FG.2018.00019, and its page "Output Format".
    """
    return math.radians(-pitch_deg), math.radians(yaw_deg), math.radians(roll_deg)


class OpenFaceWriter(TextFile):
    """OpenFace's head pose columns, one line for each face, as FaceLandmarkVidMulti writes them.

    The angles of a line without success are 0, as OpenFace writes them, so that the columns stay numeric.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.line(",".join(column.name for column in OPENFACE_COLUMNS))

    def write(self, row: PoseRow) -> None:
        success, angles = 0, (0.0, 0.0, 0.0)
        if row.yaw_deg is not None and row.pitch_deg is not None and row.roll_deg is not None:
            success, angles = 1, openface_angles(row.yaw_deg, row.pitch_deg, row.roll_deg)
        confidence = min(1.0, max(0.0, row.score))
        unknown = (math.nan, math.nan, math.nan)
        values = (row.frame + 1, row.face_id, row.time_s, confidence, success, *unknown, *angles)
        decimals = (column.decimals for column in OPENFACE_COLUMNS)
        fields = [decimal(value, digits) for value, digits in zip(values, decimals, strict=True)]
        self.line(",".join(fields).replace("nan", "NaN"))
