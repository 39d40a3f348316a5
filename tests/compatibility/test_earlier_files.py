"""Files that earlier versions wrote are read, with the same numbers, by this one: docs/compatibility.md promises it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.errors import DataError
from app.export.presets import read_presets
from app.live_outputs.profiles import read_profiles
from app.outputs.exclusions import Span
from app.outputs.reading import read_pose_table
from app.outputs.record import SCHEMA_VERSION, record_path
from app.product import BUNDLED_WEIGHTS
from app.session.storage import read_edits
from hopenet.records import RECORD_VERSION
from hopenet.snapshots import record_in_onnx
from tests.compatibility.make_files import REFERENCE

FOLDERS = sorted(Path(__file__).parent.glob("files-*"))
every_version = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@every_version
@pytest.mark.parametrize("name", ["talk.csv", "saved-jsonl.jsonl", "saved-parquet.parquet"])
def test_tables_have_their_rows_and_what_the_record_says(folder: Path, name: str) -> None:
    table = read_pose_table(folder / name)
    assert sum(len(track) for track in table.tracks) == 24
    assert table.reference == REFERENCE
    assert table.source_name == "talk.mp4" and table.step == 1
    assert table.names == ({} if name == "talk.csv" else {1: "Anna"})


@every_version
def test_the_numbers_are_those_that_were_written(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    columns = read_pose_table(folder / "talk.csv").columns
    assert {name: columns[name][:3].tolist() for name in expected} == expected


@every_version
def test_sessions_have_their_faces_events_ranges_and_targets(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    saved = read_edits(read_pose_table(tmp_path / "copy" / "talk.csv"))
    assert not saved.errors
    assert saved.edits.identities.names == {1: "Anna"}
    assert [(event.label, event.start_s, event.note) for event in saved.edits.events] == [("talks", 0.1, "loud")]
    assert saved.edits.excluded == (Span(0, 0.1),)
    assert saved.edits.targets is not None
    assert [target.name for target in saved.edits.targets.targets] == ["screen"]


@every_version
def test_presets_and_profiles_are_used_completely(folder: Path) -> None:
    preset = read_presets(folder / "export-presets.json")["quiet"]
    assert (preset.container, preset.table, preset.settings.smoothing) == (".mkv", "parquet", 0.25)
    assert read_profiles(folder / "live-outputs.toml").all


def test_records_carry_a_schema_version_and_those_from_before_it_count_as_the_first(tmp_path: Path) -> None:
    shutil.copytree(FOLDERS[0], tmp_path / "copy")
    path = record_path(tmp_path / "copy" / "talk.csv")
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record.pop("schema_version") == 1
    path.write_text(json.dumps(record), encoding="utf-8")
    assert read_pose_table(tmp_path / "copy" / "talk.csv").reference == REFERENCE


def test_a_table_of_a_later_schema_version_is_refused_rather_than_misread(tmp_path: Path) -> None:
    shutil.copytree(FOLDERS[0], tmp_path / "copy")
    path = record_path(tmp_path / "copy" / "talk.csv")
    record = json.loads(path.read_text(encoding="utf-8")) | {"schema_version": SCHEMA_VERSION + 1}
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(DataError, match=r"talk\.csv was written by a later version .* Update the program"):
        read_pose_table(tmp_path / "copy" / "talk.csv")


def test_bundled_snapshots_have_the_first_version_of_the_record() -> None:
    import onnx

    model = onnx.load(BUNDLED_WEIGHTS / "compact.onnx", load_external_data=False)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert RECORD_VERSION == 1
    assert record_in_onnx(BUNDLED_WEIGHTS / "compact.onnx", metadata).decoding.bins == 66
