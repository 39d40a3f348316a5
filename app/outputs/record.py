"""The record beside a pose table: where its numbers come from and what they mean. Exports and recordings share it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

from app import product
from app.atomic_files import replacing, writing
from app.frames import Note
from app.outputs.rows import AS_MEASURED, IDENTITY_COLUMNS
from app.outputs.tables import TableFormat
from app.settings import AUTO, AnalysisSettings, DetectorChoice, EngineChoice, Reference
from hopenet import HeadPoseEstimator

SCHEMA_VERSION = 1
"""Of records and the tables beside them: rises when a reader of before would take what is new for something else."""

LIVE = "live"
"""The kind of source of a recording of a camera or stream."""

WATCHED_VIDEO = "video, as watched"
"""The kind of source of a recording of a video that was playing."""

SIGHT = "the line of sight from the camera to each face"
AXIS = "the camera's axis"
"""What angles are relative to without and with a correction of perspective, before the reference applies."""

_LIBRARIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("torch", ("torch",)),
    ("onnxruntime", ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml")),
    ("dlib", ("dlib", "dlib-bin")),
    ("opencv", ("opencv-contrib-python", "opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")),
    ("av", ("av",)),
    ("numpy", ("numpy",)),
)
"""The libraries that influence the numbers, each with the packages that may provide it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many frames were analysed, how many faces were in them, and how many frames had at least one.

    `damaged_frames`: how many of the frames the decoder could not restore completely. `undefined_poses`: how many of
    the faces have no angles because the network's answers were not numbers, or perspective could not be corrected.
    """

    frames: int
    faces: int
    frames_with_face: int
    damaged_frames: int = 0
    undefined_poses: int = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is unusual about these numbers."""
        if not self.undefined_poses:
            return ()
        faces = "1 face has" if self.undefined_poses == 1 else f"{self.undefined_poses} faces have"
        sentence = (
            f"{faces} no angles, because the network's answer is not a number, or perspective could not be corrected "
            "there. Use another snapshot, or another camera geometry."
        )
        return (Note("undefined poses", sentence),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What was analysed. None: unknown, or meaningless for this kind of source.

    `kind`: "video", "picture" or "folder"; for recordings LIVE or WATCHED_VIDEO. `size`: width and height of the frames
    in square pixels, which is what boxes refer to. `stored_size`, `stored_pixel_aspect`: the stored picture's size, and
    the width of its pixels divided by their height. `clock_start_s`: the time on the video's own clock that is 0 in the
    table. `since_s`, `until_s`: the part that was analysed; `until_s` None: up to the end.
    """

    path: Path | str | None = None
    name: str
    kind: str
    size: tuple[int, int]
    stored_size: tuple[int, int] | None = None
    stored_pixel_aspect: Fraction = Fraction(1)
    rotation_deg: int = 0
    frame_count: int
    frame_rate: Fraction | None = None
    duration_s: float | None = None
    clock_start_s: float = 0.0
    since_s: float = 0.0
    until_s: float | None = None


def record_path(table: Path) -> Path:
    """The path of a table's record: the table's with the extension `.json`."""
    return table.with_suffix(".json")


@cache
def library_versions() -> Mapping[str, str]:
    """The installed versions of the libraries that influence the numbers, without those that are not installed.

    Looking them up takes a hundredth of a second, which would be noticed in batches of short videos.
    """
    versions: dict[str, str] = {}
    for library, packages in _LIBRARIES:
        for package in packages:
            try:
                versions[library] = metadata.version(package)
            except metadata.PackageNotFoundError:
                continue
            break
    return MappingProxyType(versions)


def described_models(
    estimator: HeadPoseEstimator,
    detector: str,
    *,
    choice: DetectorChoice,
    engine: EngineChoice,
    settings: AnalysisSettings,
    used: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> dict[str, dict[str, object]]:
    """The record's `snapshot`, `detector` and `settings`.

    `detector` is the name of the detector that was opened; `choice` and `engine` are what the user chose. `used`: if
    the detector was chosen for each picture, the numbers of the pictures by the name of the detector. What is unusual
    about how the engine runs the network is among the settings.
    """
    snapshot = estimator.record
    name = next(iter(used), detector) if len(used) < 2 else AUTO
    pictures = {"used": used} if len(used) > 1 else {}
    notices = {"engine_notices": list(estimator.engine.notices)} if estimator.engine.notices else {}
    return {
        "snapshot": {
            "name": snapshot.name,
            "architecture": snapshot.architecture,
            "sha256": estimator.sha256,
            "training_data": snapshot.training_data,
            "licence": snapshot.licence,
            "figures": dict(snapshot.figures),
            "calibrated_spread": snapshot.decoding.is_calibrated,
            "source": snapshot.source,
            "decoding": asdict(snapshot.decoding),
        },
        "detector": {"name": name, **pictures, "boxes": choice.boxes, **asdict(choice.options)},
        "settings": {**asdict(settings), "device": engine.device, "engine": estimator.engine.name, **notices},
    }


def described_reference(reference: Reference) -> dict[str, object]:
    """The record's `reference`: the neutral pose in degrees, None if there is none; where it was taken; the signs."""
    neutral = reference.neutral
    return {
        "neutral": None if neutral is None else {"yaw": neutral.yaw, "pitch": neutral.pitch, "roll": neutral.roll},
        "neutral_source": reference.neutral_source,
        "signs": asdict(reference.signs),
    }


def write_record(
    path: Path,
    *,
    tables: Sequence[tuple[str, TableFormat]],
    source: SourceRecord,
    models: Mapping[str, Mapping[str, object]],
    counts: Counts,
    reference: Reference = AS_MEASURED,
    damage: str | None = None,
    notes: Sequence[Note] = (),
    pictures: Sequence[str] = (),
    frames_dropped: int | None = None,
    changes: Sequence[Mapping[str, object]] = (),
) -> None:
    """Writes the record as JSON, complete or not at all.

    `tables`: the names and formats of the tables that share this record, the first one being the one it is about.
    `models`: as `described_models` returns them. `reference`: what the angles are relative to.
    `damage`: a sentence on what could not be read of the source; None if everything could. `notes`: what else was
    unusual about it; those of `counts` are added. `pictures`: the names of a folder's pictures by frame. Of a recording
    only: `frames_dropped`, the number of frames that were left out, and `changes`, what became different while it ran.
    Paths and fractions become text; a fraction stays exact, such as 30000/1001.

    Raises OutputError if the path cannot be written, TypeError or ValueError for a value that JSON cannot represent.
    """
    (_, table), *others = tables
    dropped = {} if frames_dropped is None else {"frames_dropped": frames_dropped}
    record: dict[str, object] = {
        "product": product.NAME,
        "version": product.version(),
        "schema_version": SCHEMA_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": {**asdict(source), **dropped},
        "damage": damage,
        "notes": [asdict(note) for note in (*notes, *counts.notes)],
        **models,
        "libraries": library_versions(),
        "counts": asdict(counts),
        "reference": described_reference(reference),
        "table": described_table(table, reference),
        "angles_relative_to": AXIS if models.get("settings", {}).get("correct_perspective") else SIGHT,
    }
    if others:
        record["other_tables"] = [{"name": name, **described_table(kind, reference)} for name, kind in others]
    if pictures:
        record["pictures"] = list(pictures)
        record["face_ids"] = "Faces are numbered in each picture: one number in two pictures can be two faces."
    if changes:
        record["changes"] = list(changes)
    text = json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(path) as part, writing(path):
        # Names of files that are not text keep their bytes as escapes of JSON.
        part.write_bytes(f"{text}\n".encode(errors="backslashreplace"))


def described_table(table: TableFormat, reference: Reference, *, identities: bool = False) -> dict[str, object]:
    """The record's `table`: its format, what its angles mean, and its columns, also those of corrected faces."""
    columns = (*table.columns, *IDENTITY_COLUMNS) if identities else table.columns
    return {
        "format": table.name,
        "convention": table.convention(reference),
        "columns": [{"name": column.name, "unit": column.unit, "meaning": column.meaning} for column in columns],
    }


def _plain(value: object) -> object:
    """The value as JSON types."""
    if isinstance(value, Path | Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
