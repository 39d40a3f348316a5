"""Reads the annotation files of the published datasets."""

from __future__ import annotations

import codecs
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hopenet.pose import HeadPose


def text_of(path: Path) -> str:
    """The text of a file. Raises ValueError if it is not a text file."""
    raw = path.read_bytes()
    # Output redirected in a Windows shell is UTF-16 with a byte order mark.
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"{path.name} is not a text file.")
    return text


def numbers_of(path: Path, fields: Sequence[str]) -> tuple[float, ...]:
    """Fields as numbers. Raises ValueError, which names the file `path`, if one is not a finite number."""
    try:
        numbers = tuple(float(field) for field in fields)
    except ValueError:
        numbers = (math.nan,)
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"{path.name}: “{' '.join(fields)}” must contain only finite numbers.")
    return numbers


def annotation_line(path: Path, count: int) -> tuple[float, ...]:
    """The first `count` numbers of a text annotation of the published code, one line per head: `picture number…`.

    Raises FileNotFoundError, or ValueError if there are too few fields or one is not a number.
    """
    if not path.is_file():
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
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    if not path.is_file():
        raise FileNotFoundError(f"There is no annotation {path}.")
    # Everything that scipy raised for real files that were truncated or changed at random.
    damage = (
        MatReadError,
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        OSError,
        MemoryError,
        OverflowError,
        zlib.error,
        NotImplementedError,  # MATLAB 7.3 files, which scipy cannot read
    )
    try:
        found = loadmat(path, variable_names=names)
        arrays = {name: np.asarray(found[name], float) for name in names}
    except damage as error:
        raise ValueError(f"{path.name} is not an annotation of {source}.") from error
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError(f"{path.name} contains numbers that are not finite.")
    return arrays


def matlab_pose(path: Path, parameters: npt.NDArray[np.float64]) -> HeadPose:
    """The pose in `Pose_Para`, whose first three numbers are pitch, yaw and roll in radians."""
    if parameters.size < 3:
        raise ValueError(f"{path.name} has {parameters.size} pose parameters instead of at least 3.")
    pitch, yaw, roll = (math.degrees(angle) for angle in parameters.ravel()[:3])
    return HeadPose(yaw, pitch, roll)


def landmarks_of(path: Path, points: npt.NDArray[np.float64], rows: int) -> npt.NDArray[np.float64]:
    """Landmarks of shape (rows, N). Raises ValueError if they have any other shape."""
    if points.ndim != 2 or points.shape[0] != rows or points.shape[1] < 2:
        raise ValueError(f"{path.name} has landmarks of shape {points.shape} instead of ({rows}, N).")
    return points
