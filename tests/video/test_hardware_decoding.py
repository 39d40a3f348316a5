"""Decoding by an NVIDIA card. None is at hand: what is tested is what happens without one, and how one is asked."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any, Literal

import av
import pytest

from app.cli import parser
from app.product import SAMPLE
from app.video import hardware
from app.video.video_file import VideoFile
from tests.video.videos import make_video


def no_card(**_options: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_without_a_card_the_processor_decodes_and_a_note_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "HWAccel", no_card)
    path = make_video(tmp_path / "a.mp4")
    with VideoFile(path) as usual, VideoFile(path, by_card=True) as asked:
        pictures = [[frame.image.tobytes() for frame in video.frames()] for video in (usual, asked)]
        assert pictures[0] == pictures[1]
        (note,) = asked.notes
        assert not usual.notes
    assert note.kind == "decoder"
    assert note.sentence == (
        "The processor decoded the video, because no NVIDIA card can be used: Operation not permitted."
    )


def test_with_a_card_every_reading_is_opened_with_it_and_damage_is_said_to_be_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    card = object()

    def opened(path: str, mode: Literal["r"], *, hwaccel: object, **options: Any) -> object:
        given.append(hwaccel)
        return really(path, mode, **options)

    really = av.open
    path = make_video(tmp_path / "a.mp4")
    monkeypatch.setattr(hardware, "HWAccel", lambda **_options: card)
    monkeypatch.setattr(av, "open", opened)
    with VideoFile(path, by_card=True) as video:
        given.clear()
        assert len(list(video.frames())) == 12
        assert given == [card]
        (note,) = video.notes
    assert note.kind == "decoder"
    assert "does not say which frames are damaged" in note.sentence


def test_the_option_of_the_command_line_writes_what_decoded_into_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "HWAccel", no_card)
    words = ["annotate", str(SAMPLE), "--poses", str(tmp_path / "a.csv"), "--decoder", "nvidia", "--to", "0.2"]
    namespace = parser().parse_args(words)
    assert namespace.run(namespace) == 0
    record = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [note["kind"] for note in record["notes"]] == ["decoder"]
