"""From one file of a session to the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import product
from app.session.belonging import SessionPaths, session_paths


def record(path: Path, source: dict[str, Any] | None = None, **content: Any) -> Path:
    document = {"product": product.NAME, "source": source or {}, "table": {"format": "csv"}, **content}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def touched(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.fixture
def export(tmp_path: Path) -> SessionPaths:
    """A video in one folder, and its export in another."""
    video, table = tmp_path / "videos" / "talk.mp4", tmp_path / "out" / "mine.csv"
    touched(video, table, tmp_path / "out" / "mine.mp4")
    return SessionPaths(
        video, table, record(tmp_path / "out" / "mine.json", {"name": "talk.mp4", "path": str(video), "kind": "video"})
    )


def test_a_table_and_a_record_lead_to_the_video_that_was_analysed(export: SessionPaths) -> None:
    assert export.table is not None and export.record is not None
    assert session_paths(export.table) == export
    assert session_paths(export.record) == export


def test_an_annotated_video_leads_to_its_own_table(export: SessionPaths, tmp_path: Path) -> None:
    annotated = tmp_path / "out" / "mine.mp4"
    assert session_paths(annotated) == SessionPaths(annotated, export.table, export.record)


def test_a_video_leads_to_the_newest_table_that_names_it(tmp_path: Path) -> None:
    video = tmp_path / "talk.mp4"
    touched(video, tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv", tmp_path / "d.csv")
    source = {"name": "talk.mp4", "path": str(video), "kind": "video"}
    record(tmp_path / "a.json", source, created="2026-01-01T00:00:00+00:00")
    newest = record(tmp_path / "b.json", source, created="2026-03-01T00:00:00+00:00")
    record(tmp_path / "c.json", {**source, "kind": "video, as watched"}, created="2026-04-01T00:00:00+00:00")
    record(tmp_path / "d.json", {**source, "name": "other.mp4"}, created="2026-05-01T00:00:00+00:00")
    assert session_paths(video) == SessionPaths(video, tmp_path / "b.csv", newest)


def test_a_video_of_the_same_name_somewhere_else_has_another_table(export: SessionPaths, tmp_path: Path) -> None:
    other = tmp_path / "out" / "talk.mp4"
    touched(other)
    assert session_paths(other) == SessionPaths(other)


def test_files_that_were_moved_together_are_found_beside_each_other(export: SessionPaths, tmp_path: Path) -> None:
    assert export.video is not None
    moved = tmp_path / "out" / "talk.mp4"
    export.video.rename(moved)
    assert export.table is not None
    assert session_paths(export.table) == SessionPaths(moved, export.table, export.record)
    assert session_paths(moved) == SessionPaths(moved, export.table, export.record)


def test_without_the_video_the_annotated_copy_is_reviewed(export: SessionPaths, tmp_path: Path) -> None:
    assert export.video is not None and export.table is not None
    export.video.unlink()
    assert session_paths(export.table).video == tmp_path / "out" / "mine.mp4"


def test_the_times_of_a_recording_are_those_of_its_own_video(tmp_path: Path) -> None:
    video, source = tmp_path / "recorded.mp4", tmp_path / "talk.mp4"
    touched(video, source, tmp_path / "recorded.csv")
    path = record(tmp_path / "recorded.json", {"name": "talk.mp4", "path": str(source), "kind": "video, as watched"})
    assert session_paths(tmp_path / "recorded.csv") == SessionPaths(video, tmp_path / "recorded.csv", path)


def test_of_several_tables_it_is_one_that_can_be_read(tmp_path: Path) -> None:
    touched(tmp_path / "out.csv", tmp_path / "out.txt", tmp_path / "out.parquet")
    path = record(
        tmp_path / "out.json",
        table={"format": "openface"},
        other_tables=[{"name": "out.txt"}, {"name": "../out.csv"}, {"name": "out.parquet"}],
    )
    assert session_paths(path).table == tmp_path / "out.parquet"


def test_without_a_record_files_of_one_name_belong_together(tmp_path: Path) -> None:
    video, table = tmp_path / "talk.mov", tmp_path / "talk.parquet"
    touched(video, table)
    assert session_paths(video) == session_paths(table) == SessionPaths(video, table)


@pytest.mark.parametrize("text", ["", "[1]", '{"product": "another"}', "{", '{"a": ' * 100_000])
def test_other_json_files_are_no_records(text: str, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text(text, encoding="utf-8")
    touched(tmp_path / "talk.csv")
    assert session_paths(path) == SessionPaths()
    assert session_paths(tmp_path / "talk.csv") == SessionPaths(None, tmp_path / "talk.csv")


@pytest.mark.parametrize(
    "content",
    [{"source": 3}, {"source": {"name": 4, "path": 5}}, {"table": None}, {"table": {"format": 1}, "other_tables": 7}],
)
def test_a_record_with_wrong_types_leads_no_further_than_its_name(content: dict[str, Any], tmp_path: Path) -> None:
    path = record(tmp_path / "talk.json", **content)
    touched(tmp_path / "talk.csv", tmp_path / "talk.mp4")
    assert session_paths(path).video == tmp_path / "talk.mp4"
    assert session_paths(tmp_path / "talk.csv") == SessionPaths(tmp_path / "talk.mp4", tmp_path / "talk.csv", path)
