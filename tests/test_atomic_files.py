from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.atomic_files import replacing, writing
from app.errors import OutputError, SourceError


def test_a_file_appears_only_when_the_block_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"old")
    with replacing(path) as part:
        part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
        assert part.name == "video.mp4.part"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_the_block_raises_passes_through_unchanged(tmp_path: Path) -> None:
    failure = SourceError("The video ends in the middle of a frame.")
    with pytest.raises(SourceError) as caught, replacing(tmp_path / "video.mp4"):
        raise failure
    assert caught.value is failure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere/video.mp4", "the folder .*nowhere does not exist"),
        ("file/video.mp4", "file is not a folder"),
        ("folder", "a folder has that name"),
        ("n" * 300, "the name is too long"),
    ],
    ids=["missing folder", "folder is a file", "file is a folder", "name too long"],
)
def test_a_place_that_cannot_be_written_is_told_before_any_work(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=told) as caught, replacing(tmp_path / name):
        pytest.fail("the block began")
    assert caught.value.advice
    assert isinstance(caught.value, OSError)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "the disk is full"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "the disk is read-only"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "is read-only"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), os.strerror(errno.EIO)),
    ],
    ids=["full", "read-only disk", "read-only folder", "another"],
)
def test_the_systems_reason_becomes_one_sentence(tmp_path: Path, error: OSError, told: str) -> None:
    with pytest.raises(OutputError) as caught, writing(tmp_path / "video.mp4"):
        raise error
    assert told in caught.value.message
    assert caught.value.message.count(". ") == 0


def test_a_protected_file_is_told_apart_from_a_read_only_folder(tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    path.write_bytes(b"")
    with pytest.raises(OutputError, match="open in another program"), writing(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_two_writers_of_one_file_do_not_write_into_each_other(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with replacing(path) as first:
        first.write_text("first", encoding="utf-8")
        with replacing(path) as second:
            second.write_text("second", encoding="utf-8")
            assert first.read_text(encoding="utf-8") == "first"
        assert path.read_text(encoding="utf-8") == "second"
    assert path.read_text(encoding="utf-8") == "first"
    assert [file.name for file in tmp_path.iterdir()] == ["video.mp4"]


def test_a_part_of_a_killed_run_is_taken_over(tmp_path: Path) -> None:
    left = tmp_path / "video.mp4.part"
    left.write_text("half", encoding="utf-8")
    os.utime(left, (0, 0))
    with replacing(tmp_path / "video.mp4") as part:
        assert part == left
        part.write_text("whole", encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["video.mp4"]
