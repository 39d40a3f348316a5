"""Pose tables of a whole video: which one belongs to it, whether it was made as wanted, and how it is saved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from app.atomic_files import replacing, together, writing
from app.errors import DataError
from app.outputs.reading import read_pose_table, write_filtered
from app.outputs.record import described_models, record_path
from app.outputs.table_data import PoseTableData
from app.outputs.tables import table_format
from app.session.belonging import session_paths
from app.settings import AnalysisSettings, ModelChoice
from hopenet import HeadPoseEstimator

Difference = Literal["snapshot", "detector", "smoothing", "other settings", "range", "no record"]
"""What was set otherwise when a table was made."""

Models = Mapping[str, Mapping[str, object]]

_ADDED: Mapping[str, object] = {"measure_every": 1, "correct_perspective": False, "keep_turned_s": None}
"""Settings that records of earlier versions do not have, and how tables were made then."""

_PLACE = ("device", "engine")
"""Of the settings: where the network runs changes nothing that can be seen."""

_CAMERA = ("camera_geometry", "field_of_view_deg")
"""Of the settings: what changes nothing unless perspective is corrected."""


def table_of(video: Path) -> PoseTableData | None:
    """The pose table that belongs to a video, or None. One that cannot be read is passed over."""
    path = session_paths(video).table
    if path is None:
        return None
    try:
        table = read_pose_table(path)
    except DataError:
        return None
    return None if table.is_recording or table.source_name not in (None, video.name) else table


def analysed_as(
    estimator: HeadPoseEstimator, detector: str, choice: ModelChoice, settings: AnalysisSettings, *, alone: bool
) -> Models:
    """What the record of a table says that is made by these models and settings. `alone`: of separate pictures."""
    if alone:
        settings = replace(settings, smoothing=0.0, detect_every=1, measure_every=1)
    return described_models(estimator, detector, choice=choice.detector, engine=choice.engine, settings=settings)


def differences(record: Mapping[str, Any] | None, now: Models) -> tuple[Difference, ...]:
    """In what a table that has this record differs from one that would be made now."""
    if record is None:
        return ("no record",)
    wanted = json.loads(json.dumps(now, default=str))
    found: list[Difference] = []
    if _part(record, "snapshot").get("sha256") != wanted["snapshot"]["sha256"]:
        found.append("snapshot")
    detector = _part(record, "detector")
    if any(detector.get(key) != value for key, value in wanted["detector"].items() if "used" not in detector):
        found.append("detector")
    settings = _part(record, "settings")
    corrects = settings.get("correct_perspective") or wanted["settings"].get("correct_perspective")
    unimportant = _PLACE if corrects else (*_PLACE, *_CAMERA)
    other = [
        key
        for key, value in wanted["settings"].items()
        if key not in unimportant and settings.get(key, _ADDED.get(key)) != value
    ]
    if "smoothing" in other:
        found.append("smoothing")
    if set(other) - {"smoothing"}:
        found.append("other settings")
    source = _part(record, "source")
    if source.get("since_s") or source.get("until_s") is not None:
        found.append("range")
    return tuple(found)


def save_table(table: Path, path: Path) -> None:
    """Saves a table of an analysis, with its record, under another name. The files appear together or not at all.

    Raises UsageError for an extension that is not a table's, OutputError if the path cannot be written.
    """
    kind = table_format(path)
    record = json.loads(record_path(table).read_text(encoding="utf-8"))
    record["table"]["format"] = kind.name
    with together():
        if path.suffix.lower() == table.suffix.lower():
            with replacing(path) as part, writing(path):
                shutil.copyfile(table, part)
        else:
            data = read_pose_table(table)
            write_filtered(data, path, np.ones(len(data.columns["frame"]), bool))
        with replacing(record_path(path)) as part, writing(record_path(path)):
            part.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}
