"""The angles of one face as text for a spreadsheet."""

from __future__ import annotations

from app.frames import Face, Frame
from app.settings import Reference

_DECIMALS = 3
_COLUMNS = ("face", "frame", "time (s)", "yaw (°)", "pitch (°)", "roll (°)")


def angles_text(frame: Frame, face: Face, reference: Reference) -> str:
    """Two lines of tab-separated values: names with units, and the smoothed angles relative to the reference.

    The cells of angles are empty if the face has no pose.
    """
    pose = None if face.smoothed is None else reference.apply(face.smoothed)
    angles = (
        ("", "", "") if pose is None else tuple(f"{a + 0.0:.{_DECIMALS}f}" for a in (pose.yaw, pose.pitch, pose.roll))
    )
    values = (str(face.track_id), str(frame.index), f"{frame.time_s:.{_DECIMALS}f}", *angles)
    return "\t".join(_COLUMNS) + "\n" + "\t".join(values) + "\n"
