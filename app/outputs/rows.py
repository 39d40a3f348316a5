"""The rows of a pose table: one face in one frame, the columns, and what the angles mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.frames import Analysis, Face
from app.settings import Reference
from hopenet import HeadPose, PoseSpread

Numbers = npt.NDArray[np.float64]

Columns = Mapping[str, Numbers]
"""The columns of a table by name, each of shape (rows,); NaN where a value is missing, as in a face without a pose."""

MAXIMUM_ROWS = 4_000_000
"""Of a table that is read: 37 hours of a face at 30 frames per second. Reading them takes 1.3 GB of memory."""


@dataclass(frozen=True, slots=True)
class PoseRow:
    """One face in one frame: frames and times counted from 0, boxes in pixels, angles in degrees.

    The fields are in the order of the table's columns. `yaw_deg`, `pitch_deg` and `roll_deg` are the network's estimate
    for this frame alone, before smoothing. Angles are None if the face has no pose. `damaged` is 1 in a damaged frame,
    and None if that is not known: tables of earlier versions do not say. `file` is the name of the picture's file if
    the source is a picture or a folder, else empty. `track_id` and `name` are only in tables whose faces were corrected
    by hand: the ID that the tracker gave the face, and what people called it.
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
    damaged: int | None = 0
    file: str = ""
    track_id: int | None = None
    name: str = ""


class Column(NamedTuple):
    """A column of a table: name, unit, meaning, and the number of decimals in text formats (None: an integer)."""

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
    Column("damaged", "1", "1 if the decoder could not restore the whole frame, else 0", None),
)

COLUMN_NAMES = tuple(column.name for column in COLUMNS)
"""The columns of numbers."""

FILE = Column("file", "", "name of the picture's file; empty for videos", None)

WRITTEN_COLUMNS = (*COLUMNS, FILE)
"""The columns of numbers, and the one of text."""

TRACK_ID = Column("track_id", "1", "the face's ID before faces were corrected by hand", None)
NAME = Column("name", "", "the face's name; empty if it has none", None)

IDENTITY_COLUMNS = (TRACK_ID, NAME)
"""The last columns of a table whose faces were corrected by hand. They are read back."""

OPTIONAL_COLUMNS = frozenset({"damaged"})
"""Columns that tables of earlier versions do not have; their values are missing then."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the start of a formula."""

_UNITS = ("_deg", "_rad", "_ms", "_s", "_px")

AS_MEASURED = Reference()

_MATRICES = "Rx = [1 0 0; 0 c s; 0 -s c], Ry = [c 0 -s; 0 1 0; s 0 c], Rz = [c s 0; -s c 0; 0 0 1]"


def convention(reference: Reference = AS_MEASURED) -> str:
    """What the angles in a table mean: positive directions, what they are relative to, and the rotation matrix."""
    signs = reference.signs
    published = "as" if signs == AS_MEASURED.signs else "with signs of the user's choice, otherwise as"
    yaw, pitch, roll = (
        positive if sign > 0 else other
        for sign, positive, other in (
            (signs.yaw, "the nose points to the picture's left", "the nose points to the picture's right"),
            (signs.pitch, "up", "down"),
            (signs.roll, "clockwise", "counter-clockwise"),
        )
    )
    turns = " ".join(
        f"R{axis}({'' if sign > 0 else '-'}{angle})"
        for axis, angle, sign in (("x", "pitch", signs.pitch), ("y", "yaw", signs.yaw), ("z", "roll", signs.roll))
    )
    text = (
        f"Angles in degrees {published} in 300W-LP, AFLW2000 and Hopenet, seen in the picture: yaw > 0, {yaw}; "
        f"pitch > 0, {pitch}; roll > 0, {roll}. R = {turns} with {_MATRICES}."
    )
    return text if reference.neutral is None else f"{text} {relative_to(reference.neutral)}"


def relative_to(neutral: HeadPose) -> str:
    """The sentence that a convention has in addition if a neutral pose counts as straight ahead."""
    return (
        f"Relative to a neutral pose N of yaw {neutral.yaw:.2f}, pitch {neutral.pitch:.2f}, roll {neutral.roll:.2f} in "
        "the published signs: R is N transposed times the matrix of the head, as seen by a camera straight in front of "
        "the head in its neutral pose."
    )


def check_column_names(names: Sequence[str]) -> None:
    """Raises ValueError with the first column of a pose table that is missing, or is there twice."""
    if "pose_Rx" in names:
        raise ValueError("it is in OpenFace's format, whose angles are in radians; tables in that format are not read")
    missing = [name for name in COLUMN_NAMES if name not in names and name not in OPTIONAL_COLUMNS]
    if missing:
        other = next((name for name in names if _quantity(name) == _quantity(missing[0])), None)
        hint = f" (“{other[:40]}” may have another unit, and is not used)" if other else ""
        raise ValueError(f"the column {missing[0]} is missing{hint}")
    twice = [name for name in COLUMN_NAMES if list(names).count(name) > 1]
    if twice:
        raise ValueError(f"the column {twice[0]} is there twice")


def _quantity(name: str) -> str:
    """The name without its unit: `time` for both `time_s` and `time_ms`."""
    return next((name.removesuffix(unit) for unit in _UNITS if name.endswith(unit)), name).lower()


def encodable(name: str) -> str:
    """A file's name with escapes such as `\\udce9` for bytes that are not UTF-8, as in old archives."""
    return name.encode(errors="backslashreplace").decode()


def file_field(name: str) -> str:
    """A file's name as a field of a text table: still a name of the same file, but never a spreadsheet's formula.

    A name that starts like a formula gets `./` in front: spreadsheets run `=…` from a file that somebody sent.
    """
    name = encodable(name)
    return f"./{name}" if name.startswith(_FORMULA) else name


def text_field(text: str) -> str:
    """A text as a field of a text table, never a spreadsheet's formula: if it starts like one, an apostrophe comes
    before it, which `from_text_field` removes."""
    text = encodable(text)
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def from_text_field(text: str) -> str:
    return text.removeprefix("'")


def rows(analysis: Analysis, reference: Reference = AS_MEASURED) -> Iterator[PoseRow]:
    """One row for each face of the frame, in the order of the analysis.

    Angles are relative to `reference`. The spread is not affected: it has neither a sign nor an origin.
    """
    for face in analysis.faces:
        yield _row(analysis, face, reference)


def _row(analysis: Analysis, face: Face, reference: Reference) -> PoseRow:
    x1, y1, x2, y2 = (float(edge) for edge in face.box)
    yaw, pitch, roll = _three(_relative(face.pose, reference))
    yaw_smooth, pitch_smooth, roll_smooth = _three(_relative(face.smoothed, reference))
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
        damaged=int(analysis.frame.damaged),
        file=analysis.frame.name,
    )


def _relative(pose: HeadPose | None, reference: Reference) -> HeadPose | None:
    return None if pose is None else reference.apply(pose)


def _three(
    angles: HeadPose | PoseSpread | None,
) -> tuple[float, float, float] | tuple[None, None, None]:
    return (None, None, None) if angles is None else (float(angles.yaw), float(angles.pitch), float(angles.roll))
