"""Opening a file as a video opens this file alone, whatever it is called and whatever it contains."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import sys
from pathlib import Path

import pytest

from app.errors import SourceError, UsageError
from app.video.limits import VARIABLE, check_pixels, set_maximum_megapixels
from app.video.opening import open_video
from tests.video.videos import make_video

NAMES = [
    "2024-01-02T12:30.mp4",
    "a:b.mp4",
    "file:x.mp4",
    "http:x.mp4",
    "concat:a|b.mp4",
    "frame%03d.mp4",
    "what?.mp4",
    "all*.mp4",
    "a#t=3.mp4",
    "-i.mp4",
    "[0-9] {a,b}.mp4",
    "two\nlines.mp4",
    "100%.mp4",
    "Zoë – 肖像.mp4",
    "pipe:0",
    "x" * 240 + ".mp4",
]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("opening") / "plain.mp4")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow these names")
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_a_file_whatever_its_name(
    name: str, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(video, name)
    with open_video(Path(name)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems refuse such names")
def test_a_name_that_is_not_text_is_opened(video: Path, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    shutil.copy(video, path)
    with open_video(path) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12


REFERRING = {
    "playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}\n#EXT-X-ENDLIST\n",
    "live playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}\n",
    "list of files": "ffconcat version 1.0\nfile '{url}'\n",
    "session description": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n"
    "a=rtpmap:96 H264/90000\n",
    "manifest": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>'
    "<Representation><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "RTSP link": "rtsptext\nrtsp://127.0.0.1:{port}/x\n",
}


@pytest.mark.parametrize("suffix", [".mp4", ".m3u8", ".sdp", ".mpd", ".txt", ".ts", ""])
@pytest.mark.parametrize("content", REFERRING.values(), ids=REFERRING)
@pytest.mark.parametrize("local", [True, False], ids=["another file", "the network"])
def test_a_file_that_refers_to_others_opens_none_of_them(
    content: str, suffix: str, local: bool, video: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        url = str(video) if local else f"http://127.0.0.1:{port}/x.ts"
        path = tmp_path / f"list{suffix}"
        path.write_text(content.format(url=url, port=port))
        with pytest.raises(SourceError, match=r"only refers to others|cannot be read as a video"):
            open_video(path)
        listener.settimeout(0.05)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_playlist_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "talk.m3u8"
    path.write_text(REFERRING["live playlist"].format(url="part1.ts"))
    with pytest.raises(SourceError, match="is a playlist, not a video: it only refers to others") as caught:
        open_video(path)
    assert caught.value.advice


def _avi_with_size(path: Path, width: int, height: int) -> Path:
    """An uncompressed AVI whose header claims this size."""
    bitmap = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    stream = struct.pack("<4s4sIHHIIIIIIII4H", b"vids", b"DIB ", 0, 0, 0, 0, 1, 25, 0, 1, 0, 0, 0, 0, 0, 1, 1)

    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    main = struct.pack("<14I", 40000, 0, 0, 16, 1, 0, 1, 0, width, height, 0, 0, 0, 0)
    header = chunk(b"LIST", b"strl" + chunk(b"strh", stream) + chunk(b"strf", bitmap))
    lists = chunk(b"LIST", b"hdrl" + chunk(b"avih", main) + header) + chunk(
        b"LIST", b"movi" + chunk(b"00db", b"\0" * 64)
    )
    path.write_bytes(chunk(b"RIFF", b"AVI " + lists))
    return path


def test_a_header_with_an_absurd_size_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="12000×12000 pixels: 144 megapixels, and at most 128") as caught:
        open_video(_avi_with_size(tmp_path / "huge.avi", 12000, 12000))
    assert "--max-megapixels 144" in caught.value.advice


def test_the_limit_can_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    with pytest.raises(SourceError):
        check_pixels("x.png", 20_000, 20_000)
    set_maximum_megapixels(400)
    check_pixels("x.png", 20_000, 20_000)
    with pytest.raises(SourceError):
        check_pixels("x.png", 20_000, 20_001)


@pytest.mark.parametrize("text", ["many", "0", "-3", "1e3", "99999999"])
def test_a_limit_that_is_not_a_number_of_megapixels_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(UsageError, match=VARIABLE):
        check_pixels("x.png", 1, 1)
