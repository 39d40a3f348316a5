from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.atomic_files import replacing, writing
from app.errors import OutputError, SourceError


def test_the_file_appears_only_after_the_block(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"old")
    with replacing(path) as part:
        part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
        assert part.name == "video.mp4.part"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_of_the_block_is_raised_unchanged(tmp_path: Path) -> None:
    failure = SourceError("The video ends in the middle of a frame.")
    with pytest.raises(SourceError) as caught, replacing(tmp_path / "video.mp4"):
        raise failure
    assert caught.value is failure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere/video.mp4", "the folder .*nowhere does not exist"),
        ("file/video.mp4", "file is not a folder"),
        ("folder", "it is a folder"),
        ("n" * 300, "the name is too long"),
    ],
    ids=["missing folder", "folder is a file", "file is a folder", "name too long"],
)
def test_a_path_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=reason) as caught, replacing(tmp_path / name):
        pytest.fail("the block was entered")
    assert caught.value.advice
    assert isinstance(caught.value, OSError)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "the disk is full"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS)), "the disk is read-only"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "is read-only"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), os.strerror(errno.EIO)),
    ],
    ids=["full", "read-only disk", "read-only folder", "another"],
)
def test_the_systems_reason_becomes_one_sentence(tmp_path: Path, error: OSError, reason: str) -> None:
    with pytest.raises(OutputError) as caught, writing(tmp_path / "video.mp4"):
        raise error
    assert reason in caught.value.message
    assert caught.value.message.count(". ") == 0


def test_a_protected_file_is_distinguished_from_a_read_only_folder(tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    path.write_bytes(b"")
    with pytest.raises(OutputError, match="open in another program"), writing(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_two_writers_of_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    with replacing(path) as first:
        first.write_text("first", encoding="utf-8")
        with replacing(path) as second:
            second.write_text("second", encoding="utf-8")
            assert first.read_text(encoding="utf-8") == "first"
        assert path.read_text(encoding="utf-8") == "second"
    assert path.read_text(encoding="utf-8") == "first"
    assert [file.name for file in tmp_path.iterdir()] == ["video.mp4"]


def test_a_part_left_by_a_killed_process_is_replaced(tmp_path: Path) -> None:
    left = tmp_path / "video.mp4.part"
    left.write_text("half", encoding="utf-8")
    os.utime(left, (0, 0))
    with replacing(tmp_path / "video.mp4") as part:
        assert part == left
        part.write_text("whole", encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["video.mp4"]
