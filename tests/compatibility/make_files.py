"""Writes a small file of each kind in today's format, once for each version: what it wrote is never changed again.

python -m tests.compatibility.make_files
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from app import product
from app.export.export_settings import ExportSettings
from app.export.presets import write_presets
from app.live_outputs.profiles import Profiles, write_profiles
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import table_format
from app.session.events import Event, Label
from app.session.faces import merge_faces, name_face
from app.session.saving import save_table
from app.session.session import session_of
from app.session.storage import read_edits, write_edits
from app.session.targets import Target, Targets
from app.settings import AnalysisSettings, Reference, Signs
from hopenet import HeadPose
from tests.session.test_faces import table

REFERENCE = Reference(HeadPose(1.0, -2.0, 3.0), Signs(-1, 1, 1), "typed")
EXPECTED = ("frame", "time_s", "face_id", "x1", "yaw_deg", "pitch_smooth_deg", "roll_std_deg")
FACES = {1: range(6), 2: range(12), 3: range(6, 12)}


def make(folder: Path) -> None:
    """Writes the files into a folder that must not exist yet."""
    folder.mkdir(parents=True)
    path = table(folder / "talk.csv", FACES).path
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="talk.mp4", kind="video", size=(320, 240), frame_count=14),
        models={"snapshot": {"name": "compact"}, "settings": {"smoothing": 0.5, "measure_every": 1}},
        counts=Counts(14, 24, 12),
        reference=REFERENCE,
    )
    read = read_pose_table(path)
    session = session_of([read])
    session = session.edited(merge_faces(session, [1, 3]))
    session = session.edited(name_face(session, 1, "Anna"))
    label = Label("talks", "#112233", "3")
    edits = session.edits.with_label(label).adding(Event(0.1, 0.3, "talks", 1, "loud")).excluding(Span(0, 0.1))
    edits = replace(edits, targets=Targets((Target("screen", 20, 0, 10),)))
    errors = write_edits(read, edits, read_edits(read)).errors
    assert not errors, errors
    for suffix in (".jsonl", ".parquet"):
        save_table(session, folder / f"saved{suffix.replace('.', '-')}{suffix}")
    settings = ExportSettings(container=".mkv", table="parquet", settings=AnalysisSettings(smoothing=0.25))
    write_presets({"quiet": settings}, folder / "export-presets.json")
    write_profiles(Profiles(), folder / "live-outputs.toml")
    rows = read.columns
    expected = {name: values[:3].tolist() for name, values in rows.items() if name in EXPECTED}
    (folder / "expected.json").write_text(json.dumps(expected, indent=2), encoding="utf-8")


if __name__ == "__main__":
    make(Path(__file__).with_name(f"files-{product.version()}"))
