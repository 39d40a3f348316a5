"""Tiny datasets, laid out on the disk as the published ones are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from scipy.io import savemat

POINTS = np.array([[100.0, 200.0, 150.0], [120.0, 180.0, 320.0]])
"""Landmarks with a box of 100 × 200 pixels, from (100, 120) to (200, 320)."""

FORWARD = np.eye(3)
"""The rotation of a head that looks into the camera."""


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a picture at a path relative to the test's folder."""

    def write(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), np.full((40, 60, 3), 90, np.uint8))
        return path

    return write


@pytest.fixture
def text(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a text file at a path relative to the test's folder."""

    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write


@pytest.fixture
def matlab(tmp_path: Path) -> Callable[..., Path]:
    """Writes a `.mat` file: angles in degrees as yaw, pitch, roll, and landmarks."""

    def write(name: str, pose: Sequence[float] = (0.0, 0.0, 0.0), **fields: Any) -> Path:
        yaw, pitch, roll = np.radians(pose)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        standard = {
            "Pose_Para": np.array([[pitch, yaw, roll, 9.0, 8.0, 7.0, 1e-3]]),
            "pt2d": POINTS,
            "pt3d_68": np.vstack([POINTS, [[0.0, 1.0, 2.0]]]),
        }
        savemat(path, {name: value for name, value in (standard | fields).items() if value is not None})
        return path

    return write


@pytest.fixture
def biwi(picture: Callable[[str], Path], text: Callable[[str, str], Path], tmp_path: Path) -> Callable[..., str]:
    """Writes one frame of BIWI and gives its name."""

    def write(rotation: Any = FORWARD, *, box: str | None = None, sequence: str = "01", number: int = 3) -> str:
        name = f"{sequence}/frame_{number:05}"
        picture(f"{name}_rgb.png")
        rows = "\n".join(" ".join(f"{value:.6f}" for value in row) + " " for row in rotation)
        text(f"{name}_pose.txt", f"{rows}\n\n-37.1123 24.1507 984.405 \n")
        if box is not None:
            text(f"{sequence}/dockerface-frame_{number:05}_rgb.txt", box)
        return name

    return write
