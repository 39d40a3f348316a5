"""Reads the annotation files of the published datasets."""

from __future__ import annotations

import codecs
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hopenet.datasets.mat_file import read_arrays
from hopenet.pose import HeadPose

LARGEST_LABEL_DEG = 360.0
"""No label has a larger angle. One that has is in another unit, or damaged."""

_LARGEST_MAT_BYTES = 20_000_000


def file_exists(path: Path) -> bool:
    """Whether there is such a file; False also for a name that no file can have, and in a folder without access."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def text_of(path: Path) -> str:
    """The text of a file, in UTF-8 or UTF-16. Raises ValueError if it cannot be read, or is not a text file."""
    raw = _bytes_of(path)
    # Output redirected in a Windows shell is UTF-16 with a byte order mark.
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        reason = "not a text file" if b"\0" in raw else "not in UTF-8 or UTF-16; save it as UTF-8"
        raise ValueError(f"{path.name} is {reason}.") from error
    if "\0" in text:
        raise ValueError(f"{path.name} is not a text file.")
    return text


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from error


def labelled_pose(path: Path, yaw: float, pitch: float, roll: float) -> HeadPose:
    """A label's pose in degrees. Raises ValueError, which names the file `path`, for an angle beyond ±360°."""
    pose = HeadPose(yaw, pitch, roll)
    for angle, degrees in pose._asdict().items():
        if not abs(degrees) <= LARGEST_LABEL_DEG:
            raise ValueError(
                f"{path.name} has a {angle} of {degrees:.6g}°, beyond ±{LARGEST_LABEL_DEG:g}°: either it is in another "
                "unit, or the file is damaged."
            )
    return pose


def numbers_of(path: Path, fields: Sequence[str]) -> tuple[float, ...]:
    """Fields as numbers. Raises ValueError, which names the file `path`, if one is not a finite number."""
    try:
        numbers = tuple(float(field) for field in fields)
    except ValueError:
        numbers = (math.nan,)
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"{path.name}: “{' '.join(fields)[:80]}” must contain only finite numbers.")
    return numbers


def annotation_line(path: Path, count: int) -> tuple[float, ...]:
    """The first `count` numbers of a text annotation of the published code, one line per head: `picture number…`.

    Raises FileNotFoundError, or ValueError if there are too few fields or one is not a number.
    """
    if not file_exists(path):
        raise FileNotFoundError(f"There is no annotation {path}.")
    first, _, _ = text_of(path).strip().partition("\n")
    fields = first.split()[1:]
    if len(fields) < count:
        raise ValueError(f"{path.name} has {len(fields)} numbers after the picture's name instead of {count}.")
    return numbers_of(path, fields[:count])


def matlab_fields(path: Path, *names: str, source: str) -> dict[str, Any]:
    """Fields of a `.mat` file by name, each an array of finite numbers.

    Raises FileNotFoundError, or ValueError if the file is not an annotation of `source`.
    """
    if not file_exists(path):
        raise FileNotFoundError(f"There is no annotation {path}.")
    raw = _bytes_of(path)
    if len(raw) > _LARGEST_MAT_BYTES:
        raise ValueError(f"{path.name} is not an annotation of {source}: it has {len(raw):,} bytes.")
    try:
        arrays = read_arrays(raw, names)
        missing = next((name for name in names if name not in arrays), None)
        if missing is not None:
            raise ValueError(f"the array {missing} is missing")  # noqa: TRY301 - refused like damage
    except ValueError as error:
        raise ValueError(f"{path.name} is not an annotation of {source}: {error}.") from error
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError(f"{path.name} contains numbers that are not finite.")
    return arrays


def matlab_pose(path: Path, parameters: npt.NDArray[np.float64]) -> HeadPose:
    """The pose in `Pose_Para`, whose first three numbers are pitch, yaw and roll in radians."""
    if parameters.size < 3:
        raise ValueError(f"{path.name} has {parameters.size} pose parameters instead of at least 3.")
    pitch, yaw, roll = (math.degrees(angle) for angle in parameters.ravel()[:3])
    return labelled_pose(path, yaw, pitch, roll)


def landmarks_of(path: Path, points: npt.NDArray[np.float64], rows: int) -> npt.NDArray[np.float64]:
    """Landmarks of shape (rows, N). Raises ValueError if they have any other shape."""
    if points.ndim != 2 or points.shape[0] != rows or points.shape[1] < 2:
        raise ValueError(f"{path.name} has landmarks of shape {points.shape} instead of ({rows}, N).")
    return points
