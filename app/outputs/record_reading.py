"""Reads records of pose tables back, as far as they are ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import product
from app.outputs.record import LIVE, WATCHED_VIDEO
from hopenet.camera_geometry import CameraGeometry

_LARGEST_BYTES = 50_000_000
"""A folder of a million pictures; other JSON files may be of any size."""


def read_record(path: Path) -> Mapping[str, Any] | None:
    """The record in this file; None if there is none, or another kind of file. It never raises OSError."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return None
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and record.get("product") == product.NAME else None


def source_in(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the record says about the source; empty if it does not."""
    source = record.get("source")
    return source if isinstance(source, Mapping) else {}


def correcting_camera(record: Mapping[str, Any] | None) -> CameraGeometry | None:
    """The camera whose axis the angles of a table are relative to, for the size of picture that its boxes belong to.

    None if they are relative to the line of sight to each face, or the record does not say what it should.
    """
    if record is None:
        return None
    settings, size = record.get("settings"), source_in(record).get("size")
    if not isinstance(settings, Mapping) or settings.get("correct_perspective") is not True:
        return None
    try:
        width, height = size  # type: ignore[misc]
        geometry, field_of_view_deg = settings.get("camera_geometry"), settings.get("field_of_view_deg")
        if geometry is None:
            return CameraGeometry.from_field_of_view(float(field_of_view_deg or 0), (int(width), int(height)))
        camera = CameraGeometry(**{**geometry, "distortion": tuple(map(float, geometry["distortion"]))})
        return camera.for_size((int(width), int(height)))
    except (TypeError, ValueError, KeyError):
        return None


def is_of_recording(record: Mapping[str, Any]) -> bool:
    """Whether it is the record of a recording, whose video has the times of the table, and not its source."""
    return source_in(record).get("kind") in (LIVE, WATCHED_VIDEO, "watched video")
