"""Videos in folders, and the files that are left out."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app import product
from app.errors import SourceError
from app.export.finding import VIDEO_SUFFIXES, content_of, is_annotated_copy, probed, without_repetition
from app.gui.kit.file_dialogs import VIDEOS
from app.video import SourceFacts, VideoOptions, VideoWriter


def touched(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folders_videos_are_found_in_natural_order_with_those_of_its_subfolders(tmp_path: Path) -> None:
    touched(tmp_path, "take10.MP4", "take2.mov", "notes.txt", "photo.jpg", ".hidden.mp4", "b/late.mkv", "a/x/deep.avi")
    touched(tmp_path, ".trash/gone.mp4", "a/._deep.avi")
    content = content_of(tmp_path)
    assert [path.name for path in content.videos] == ["take2.mov", "take10.MP4"]
    assert [path.name for path in content.deeper] == ["deep.avi", "late.mkv"]
    assert content.has_pictures and content.copies == 0
    assert content.everything == (*content.videos, *content.deeper)


def test_annotated_copies_are_left_out_by_their_record_or_their_name(tmp_path: Path) -> None:
    touched(tmp_path, "talk.mp4", "talk-poses.mp4", "mine.mov", "recorded.mp4", "walk-poses.mp4", "old.mkv")
    records = {
        "mine": {"name": "talk.mp4", "kind": "video"},
        "recorded": {"name": "camera:0", "kind": "live"},
        "old": {"name": "old.mkv", "kind": "video"},  # Its own table, beside it.
    }
    for name, source in records.items():
        text = json.dumps({"product": product.NAME, "source": source})
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    (tmp_path / "talk.json").write_text('{"product": "another", "source": {"name": "x"}}', encoding="utf-8")
    content = content_of(tmp_path)
    assert [path.name for path in content.videos] == ["old.mkv", "talk.mp4", "walk-poses.mp4"]
    assert content.copies == 3
    assert not is_annotated_copy(tmp_path / "walk-poses.mp4")  # Nothing says that it is one.


def test_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="gone cannot be read"):
        content_of(tmp_path / "gone")


def test_a_search_can_be_ended(tmp_path: Path) -> None:
    touched(tmp_path, "a.mp4", "b/c.mp4")
    assert content_of(tmp_path, wanted=lambda: False).deeper == ()


@pytest.mark.skipif(os.name == "nt", reason="links need rights of their own there")
def test_files_that_are_there_twice_or_queued_already_are_counted_out(tmp_path: Path) -> None:
    touched(tmp_path, "a.mp4", "b.mp4", "c.mp4")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "a.mp4")
    paths = [tmp_path / name for name in ("a.mp4", "link.mp4", "b.mp4", "a.mp4", "c.mp4")]
    assert without_repetition(paths, [tmp_path / "x" / ".." / "c.mp4"]) == ((tmp_path / "a.mp4", tmp_path / "b.mp4"), 3)


def test_a_broken_video_is_passed_on_without_facts_and_the_rest_is_read(tmp_path: Path) -> None:
    good = tmp_path / "good.mp4"
    facts = SourceFacts(good, "video", 64, 48, frame_rate=Fraction(25), time_base=Fraction(1, 25))
    with VideoWriter(good, size=(64, 48), source=facts, options=VideoOptions(preset="ultrafast")) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), Fraction(0))
    touched(tmp_path, "bad.mp4")
    seen: list[int] = []
    found = list(probed([tmp_path / "bad.mp4", good], progress=seen.append))
    assert [(video.path.name, video.facts is None) for video in found] == [("bad.mp4", True), ("good.mp4", False)]
    assert seen == [0, 1]
    assert list(probed([good], progress=seen.append, wanted=lambda: False)) == []


def test_folders_are_searched_for_the_extensions_that_the_file_dialogs_offer() -> None:
    assert {pattern.removeprefix("*") for pattern in VIDEOS.split()} == VIDEO_SUFFIXES
