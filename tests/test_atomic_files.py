from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.atomic_files import replacing, together, writing
from app.errors import OutputError, SourceError
from app.parts import Parts

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions and special files")


def test_the_file_appears_only_after_the_block(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"old")
    with replacing(path) as part:
        part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
        assert part.parent == path.parent
        assert part.name != "video.mp4.part", "browsers and download tools use that name"
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
        ("nowhere/../video.mp4", "nowhere/.. does not exist"),
        ("folder", "it is a folder"),
        ("n" * 300, "the name is too long"),
    ],
    ids=["missing folder", "way through a missing folder", "folder is a file", "file is a folder", "name too long"],
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


@pytest.mark.parametrize("name", ["video.mp4.part", "video.mp4.crdownload", ".video.mp4.part"])
def test_a_file_that_looks_like_a_part_is_left_alone(tmp_path: Path, name: str) -> None:
    other = tmp_path / name
    other.write_text("somebody's download", encoding="utf-8")
    os.utime(other, (0, 0))
    with replacing(tmp_path / "video.mp4") as part:
        assert part != other
        part.write_text("whole", encoding="utf-8")
    assert other.read_text(encoding="utf-8") == "somebody's download"
    assert {file.name for file in tmp_path.iterdir()} == {"video.mp4", name}


@pytest.mark.parametrize("name", ["頭" * 80 + ".mp4", "🙂" * 60 + ".csv", "n" * 251 + ".mp4"])
def test_a_name_that_is_as_long_as_the_disk_allows_can_be_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    try:
        path.write_text("old", encoding="utf-8")
    except OSError:
        pytest.skip("this disk does not allow names of that length")
    with replacing(path) as part:
        part.write_text("new", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "new"


def test_a_link_is_kept_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "disk" / "table.csv", tmp_path / "table.csv"
    target.parent.mkdir()
    target.write_text("old", encoding="utf-8")
    linked(link, Path("disk") / "table.csv")
    with replacing(link) as part:
        assert part.parent == target.parent, "the part must be on the target's disk"
        part.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert [file.name for file in target.parent.iterdir()] == ["table.csv"]


def test_a_link_to_a_file_that_does_not_exist_yet_creates_it(tmp_path: Path) -> None:
    link = tmp_path / "table.csv"
    linked(link, tmp_path / "real.csv")
    with replacing(link) as part:
        part.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize(
    ("points_to", "reason"), [("nowhere/x.csv", "a folder that does not exist"), ("link.csv", "leads to itself")]
)
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, points_to: str, reason: str) -> None:
    link = tmp_path / "link.csv"
    linked(link, tmp_path / points_to)
    with pytest.raises(OutputError, match=reason), replacing(link):
        pytest.fail("the block was entered")
    assert link.is_symlink()


@needs_posix
@pytest.mark.parametrize(
    ("kind", "through_link"),
    [("a named pipe", False), ("a named pipe", True), ("a socket", False), ("a device", True), ("a folder", True)],
)
def test_what_is_not_a_file_is_refused_and_left_as_it_is(tmp_path: Path, kind: str, through_link: bool) -> None:
    special, path = tmp_path / "special", tmp_path / "out.csv"
    with ExitStack() as stack:
        match kind:
            case "a named pipe":
                os.mkfifo(special)
            case "a socket":
                stack.enter_context(socket.socket(socket.AF_UNIX)).bind(str(special))
            case "a device":
                special = Path(os.devnull)
            case _:
                special.mkdir()
        if through_link:
            path.symlink_to(special)
        else:
            path = special
        before = special.lstat()
        with pytest.raises(OutputError, match=f"it is {kind}") as caught, replacing(path):
            pytest.fail("the block was entered")
    assert caught.value.advice
    assert (special.lstat().st_ino, special.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert path.is_symlink() == through_link


@needs_posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")
    path.chmod(mode)
    with replacing(path) as part:
        assert not stat.S_IMODE(part.stat().st_mode) & ~mode, "others could read it meanwhile"
        part.write_text("new", encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@needs_posix
def test_a_new_file_has_the_permissions_that_the_user_wants_for_new_files(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    before = os.umask(0o027)
    try:
        with replacing(path):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_write_protected_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("precious", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(OutputError, match="write-protected"), replacing(path):
        pytest.fail("the block was entered")
    assert path.read_text(encoding="utf-8") == "precious"
    path.chmod(0o644)


def test_files_written_together_appear_together(tmp_path: Path) -> None:
    video, table = old_and_new(tmp_path)
    with together():
        with replacing(video) as part:
            part.write_text("new", encoding="utf-8")
        with replacing(table) as part:
            part.write_text("new", encoding="utf-8")
        assert video.read_text(encoding="utf-8") == "old"
        assert not table.exists()
    assert {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"new"}
    assert set(tmp_path.iterdir()) == {video, table}


def test_none_of_the_files_appears_if_one_fails(tmp_path: Path) -> None:
    video, table = old_and_new(tmp_path)
    with pytest.raises(OutputError, match="disk is full"), together():
        with replacing(video) as part:
            part.write_text("new", encoding="utf-8")
        with replacing(table), writing(table):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {video.name: "old"}


@pytest.mark.parametrize("hard_links", [True, False])
@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "denied"), KeyboardInterrupt()])
def test_files_that_were_renamed_are_taken_back_if_a_later_one_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, hard_links: bool
) -> None:
    video, table = old_and_new(tmp_path)
    last = tmp_path / "table.json"
    last.write_text("old", encoding="utf-8")
    usual = Path.replace

    def replace(part: Path, target: Path) -> Path:
        if target == last and part.suffix == ".part" and part.read_text(encoding="utf-8") == "new":
            raise error
        return usual(part, target)

    def no_link(_link: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "replace", replace)
    if not hard_links:
        monkeypatch.setattr(Path, "hardlink_to", no_link)
    with pytest.raises((OutputError, KeyboardInterrupt)), together():
        for path in (video, table, last):
            with replacing(path) as part:
                part.write_text("new", encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        video.name: "old",
        last.name: "old",
    }


def test_a_block_inside_another_one_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with together():
        with together(), replacing(path) as part:
            part.write_text("new", encoding="utf-8")
        assert not path.exists()
    assert path.exists()


KILLED = """
import sys, time
from pathlib import Path
from app.parts import Parts
parts = Parts(lambda: Path(sys.argv[1]))
parts.new_file(Path(sys.argv[2])).write_text("half")
(parts.new_folder(Path(sys.argv[2]).parent) / "model.onnx").write_text("half")
print("written", flush=True)
time.sleep(600)
"""


@contextmanager
def another_process(notes: Path, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has written one part and one folder, and waits."""
    command = [sys.executable, "-c", KILLED, str(notes), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "written\n"
            yield process
        finally:
            process.kill()


def test_the_parts_of_a_killed_process_are_removed_by_the_next_one(tmp_path: Path) -> None:
    notes, folder = tmp_path / "notes", tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "talk.mp4.part").write_text("a download", encoding="utf-8")
    parts = Parts(lambda: notes)
    with another_process(notes, folder / "talk.mp4") as process:
        assert parts.remove_abandoned() == 0, "the other process is alive"
        assert len(list(folder.iterdir())) == 3
        process.kill()
        process.wait()
        assert parts.remove_abandoned() == 2
    assert [path.name for path in folder.iterdir()] == ["talk.mp4.part"]
    assert list(notes.iterdir()) == []


def test_a_note_that_names_other_files_removes_none(tmp_path: Path) -> None:
    precious = tmp_path / "precious.part"
    precious.write_text("precious", encoding="utf-8")
    notes = tmp_path / "notes"
    with another_process(notes, tmp_path / "talk.mp4") as process:
        process.kill()
        process.wait()
    (note,) = notes.iterdir()
    note.write_bytes(note.read_bytes() + f'"{precious.as_posix()}"\n17\nnot JSON\n\xff'.encode("latin-1"))
    assert Parts(lambda: notes).remove_abandoned() == 2
    assert precious.exists()


def test_closing_removes_what_is_left(tmp_path: Path) -> None:
    parts = Parts(lambda: tmp_path / "notes")
    parts.new_file(tmp_path / "talk.mp4")
    parts.new_folder(tmp_path)
    parts.close()
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
    assert list((tmp_path / "notes").iterdir()) == []


def test_parts_can_be_made_where_they_cannot_be_noted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    parts = Parts(lambda: tmp_path / "file" / "notes")
    part = parts.new_file(tmp_path / "talk.mp4")
    assert part.exists()
    parts.close()
    assert not part.exists()


def old_and_new(folder: Path) -> tuple[Path, Path]:
    """A file that exists, and one that does not."""
    video = folder / "video.mp4"
    video.write_text("old", encoding="utf-8")
    return video, folder / "table.csv"


def linked(link: Path, target: Path) -> None:
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this user may not make links")
