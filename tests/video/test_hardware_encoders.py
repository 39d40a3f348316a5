"""Encoders on a GPU, which FFmpeg has on every machine and which start on few."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.errors import UsageError
from app.frames import Note
from app.video import SourceFacts, VideoOptions, VideoWriter, available_encoders, encoders, read_back
from app.video.encoders import ENCODERS, choose_encoder


@pytest.fixture
def without_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_opens", lambda codec: False)


@pytest.fixture
def with_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_opens", lambda codec: True)


@pytest.mark.usefixtures("without_hardware")
@pytest.mark.parametrize(
    ("encoder", "used", "codec"), [("h264-nvidia", "h264", "h264"), ("h265-nvidia", "h265", "hevc")]
)
def test_without_the_hardware_the_processor_encodes_and_the_video_says_so(
    encoder: str, used: str, codec: str, tmp_path: Path
) -> None:
    if used not in available_encoders():
        pytest.skip("FFmpeg lacks it")
    output = tmp_path / "out.mp4"
    facts = SourceFacts(Path("nowhere"), "video", 128, 96, frame_rate=Fraction(25), time_base=Fraction(1, 25))
    with VideoWriter(output, size=(128, 96), source=facts, options=VideoOptions(encoder, preset="p2")) as writer:
        for index in range(3):
            writer.write(np.full((96, 128, 3), 60 * index, np.uint8), Fraction(index, 25))
    assert read_back(output).codec == codec
    sentence = (
        f"The encoder {encoder} could not start on this machine, so the video was encoded as {used} on the processor."
    )
    assert writer.notes == (Note("output", sentence),)


@pytest.mark.usefixtures("with_hardware")
def test_with_the_hardware_it_is_opened_with_its_own_quality_and_preset() -> None:
    chosen = choose_encoder(VideoOptions("h264-nvidia", quality=19, preset="p6"))
    assert (chosen.codec, chosen.in_place_of) == ("h264_nvenc", None)
    assert chosen.options == {"rc": "vbr", "cq": "19", "preset": "p6"}
    assert chosen.size_for((98, 66)) == (160, 160)


@pytest.mark.parametrize("hardware", ["with_hardware", "without_hardware"])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        # 0 would leave the quality to the encoder.
        (VideoOptions("h264-nvidia", quality=0), r"quality of h264-nvidia must be from 1 \(best\) to 51"),
        (VideoOptions("h265-nvidia", preset="slow"), "h265-nvidia has no preset “slow”"),
    ],
    ids=["quality", "preset"],
)
def test_options_are_refused_whether_or_not_the_hardware_is_there(
    hardware: str, options: VideoOptions, says: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(hardware)
    with pytest.raises(UsageError, match=says):
        choose_encoder(options)


def test_encoders_that_need_hardware_are_chosen_by_name_only() -> None:
    """The list of those that are available is also the window's, where each must work."""
    on_gpu = {encoder.name for encoder in ENCODERS if encoder.otherwise is not None}
    assert on_gpu == {"h264-nvidia", "h265-nvidia"}
    assert not on_gpu & set(available_encoders())
