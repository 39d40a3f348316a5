"""The file of the export presets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.errors import OutputError
from app.export.export_settings import ExportSettings
from app.export.presets import read_presets, write_presets

USUAL = ExportSettings(added="-x", table="jsonl")


def test_presets_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "presets.json"
    assert read_presets(path) == {}
    write_presets({"Usual “one”": USUAL}, path)
    assert read_presets(path) == {"Usual “one”": USUAL}
    write_presets({}, path)
    assert read_presets(path) == {}


def test_a_preset_that_cannot_be_used_here_stays_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    newer = {"Newer": {"added": "-n", "unknown": 1}, "Good": {"added": "-g"}}
    path.write_text(json.dumps(newer), encoding="utf-8")
    assert read_presets(path) == {"Good": ExportSettings(added="-g")}
    write_presets({"Usual": USUAL}, path)
    assert read_presets(path) == {"Usual": USUAL}
    assert json.loads(path.read_text(encoding="utf-8"))["Newer"] == newer["Newer"]


@pytest.mark.parametrize("content", ['{"Usual": {"added": "-x"},}', "[1]", "\xff"])
def test_a_file_that_cannot_be_read_is_kept_under_another_name(content: str, tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    path.write_bytes(content.encode("latin-1"))
    assert read_presets(path) == {}
    write_presets({"Usual": USUAL}, path)
    assert read_presets(path) == {"Usual": USUAL}
    assert (tmp_path / "presets-unreadable.json").read_bytes() == content.encode("latin-1")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"presets\.json"):
        write_presets({"Usual": USUAL}, tmp_path / "file" / "presets.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(OutputError, match=r"folder\.json"):
        write_presets({"Usual": USUAL}, tmp_path / "folder.json")
