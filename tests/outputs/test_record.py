from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from importlib import metadata
from pathlib import Path

import pytest

from app import product
from app.errors import OutputError
from app.outputs.record import LIVE, Counts, SourceRecord, record_path, write_record
from app.outputs.tables import FORMATS, TableFormat
from app.settings import Reference

REPOSITORY = Path(__file__).parents[2]


def record(path: Path, table: TableFormat, *, score: float = 0.5) -> dict[str, object]:
    write_record(
        path,
        tables=[("talk.csv", table)],
        source=SourceRecord(
            path=Path("talk.mp4"),
            name="talk.mp4",
            kind="video",
            size=(640, 360),
            frame_count=240,
            frame_rate=Fraction(30000, 1001),
            duration_s=8.0,
        ),
        models={
            "snapshot": {"name": "squeezenet_1_1", "sha256": "20ce", "architecture": "Squeezenet_1_1"},
            "detector": {"name": "mediapipe", "options": {"minimum_score": score, "region": None}},
            "settings": {"crop": "preset", "smoothing": 1.0, "detect_every": 1},
        },
        counts=Counts(frames=240, faces=195, frames_with_face=195),
        damage="The last 3 frames could not be read.",
    )
    read: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_the_record_is_beside_the_table_under_its_name() -> None:
    assert record_path(Path("out/talk.v2.csv")) == Path("out/talk.v2.json")


@pytest.mark.parametrize("table", FORMATS, ids=lambda table: table.name)
def test_the_record_says_where_the_numbers_come_from_and_what_they_mean(tmp_path: Path, table: TableFormat) -> None:
    read = record(tmp_path / "talk.json", table)
    assert read["version"] == product.version()
    assert read["source"] == {
        "path": "talk.mp4",
        "name": "talk.mp4",
        "kind": "video",
        "size": [640, 360],
        "stored_size": None,
        "stored_pixel_aspect": "1",
        "rotation_deg": 0,
        "frame_count": 240,
        "frame_rate": "30000/1001",
        "duration_s": 8.0,
        "clock_start_s": 0.0,
        "since_s": 0.0,
        "until_s": None,
    }
    assert read["detector"] == {"name": "mediapipe", "options": {"minimum_score": 0.5, "region": None}}
    damage = {"damaged_frames": 0, "undefined_poses": 0}
    assert read["counts"] == {"frames": 240, "faces": 195, "frames_with_face": 195, **damage}
    assert read["damage"] == "The last 3 frames could not be read."
    assert isinstance(read["table"], dict)
    assert read["table"]["convention"] == table.convention(Reference())
    assert [column["name"] for column in read["table"]["columns"]] == [column.name for column in table.columns]
    assert isinstance(read["libraries"], dict)
    assert read["libraries"]["numpy"] == metadata.version("numpy")
    created = datetime.fromisoformat(str(read["created"]))
    assert created.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)


def test_a_recordings_record_has_the_keys_of_an_exports_and_counts_dropped_frames(tmp_path: Path) -> None:
    path = tmp_path / "camera.json"
    write_record(
        path,
        tables=[("camera.csv", FORMATS[0])],
        source=SourceRecord(name="Camera", kind=LIVE, size=(640, 480), frame_count=9),
        models={"snapshot": {}, "detector": {}, "settings": {}},
        counts=Counts(9, 9, 9),
        frames_dropped=2,
    )
    recorded, exported = json.loads(path.read_text(encoding="utf-8")), record(tmp_path / "talk.json", FORMATS[0])
    assert list(recorded) == list(exported)
    assert set(recorded["source"]) - set(exported["source"]) == {"frames_dropped"}  # type: ignore[call-overload]
    assert (recorded["source"]["name"], recorded["source"]["frames_dropped"]) == ("Camera", 2)


def test_looking_up_versions_imports_no_heavy_library() -> None:
    program = (
        "import sys; from app.outputs.record import library_versions; print(library_versions()['numpy']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'mediapipe', 'onnxruntime', 'pyarrow', 'matplotlib')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_value_that_json_cannot_represent_is_refused_and_the_old_record_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="JSON"):
        record(path, FORMATS[0], score=float("nan"))
    assert path.read_text(encoding="utf-8") == "old"


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        record(tmp_path / "nowhere" / "talk.json", FORMATS[0])
