"""What a user may give as a source that is neither a video nor a picture gets a sentence, at once."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from app.errors import SourceError
from app.video import is_live, open_source
from app.video.source import check_source, source_path
from tests.video.videos import make_video

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not have these files")


@posix
def test_a_named_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mkv")
    with pytest.raises(SourceError, match="is a pipe, not a file") as caught:
        open_source(tmp_path / "pipe.mkv")
    assert "Save it as a file" in caught.value.advice


@posix
def test_a_process_substitution_is_refused() -> None:
    reader, writer = os.pipe()
    try:
        with pytest.raises(SourceError, match="is a pipe, not a file"):
            open_source(Path(f"/dev/fd/{reader}"))
    finally:
        os.close(reader)
        os.close(writer)


@posix
def test_devices_and_sockets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="is a device, not a file"):
        open_source(Path("/dev/zero"))
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.mp4")
        with pytest.raises(SourceError, match="is a socket, not a file"):
            open_source(Path("s.mp4"))


@posix
def test_links_that_lead_back_to_themselves_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "loop", tmp_path / "loop" / "talk.mp4"):
        with pytest.raises(SourceError, match="a link that leads back to itself"):
            check_source(path)


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the administrator may enter every folder")
def test_a_folder_that_cannot_be_entered_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    make_video(closed / "talk.mp4")
    closed.chmod(0)
    try:
        for path in (closed, closed / "talk.mp4"):
            with pytest.raises(SourceError, match=r"[Pp]ermission"):
                open_source(path)
    finally:
        closed.chmod(0o700)


@pytest.mark.parametrize("name", ["nothing.mp4", "no/such/folder/x.mp4", "a\0b.mp4", ""])
def test_a_path_that_leads_nowhere_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError) as caught:
        open_source(Path(name))
    assert caught.value.message.endswith(".")


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        open_source(tmp_path / ("x" * 5000 + ".mp4"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("camera:0", "“camera:0” is a live source"),
        ("rtsp://10.0.0.2//x", "“rtsp://10.0.0.2//x” is a live source"),
        ("synthetic", "“synthetic” is a live source"),
        ("ftp://host/x.mp4", "“ftp://host/x.mp4” is an address"),
        ("file:///x.mp4", "“file:///x.mp4” is an address"),
        ("-", "standard input"),
    ],
)
def test_an_address_is_named_as_it_was_typed(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=message) as caught:
        source_path(text)
    assert caught.value.advice


@posix
@pytest.mark.parametrize("name", ["camera:0", "camera:front.mp4", "synthetic", "synthetic:x", "-"])
def test_a_file_that_is_called_like_an_address_is_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_video(tmp_path / "x.mp4").rename(tmp_path / name)
    assert not is_live(name)
    with open_source(source_path(name)) as source:
        assert sum(1 for _ in source.frames()) == 12
