"""The virtual camera through pyvirtualcam, with a backend that keeps its pictures in place of a device."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from app.commands.track import COMMAND, TrackArguments
from app.errors import OutputError
from app.live_outputs import virtual_camera
from app.live_outputs.output import OutputEnded, PictureOutput
from app.live_outputs.table import open_output, parse_address
from detectors import BgrImage

pyvirtualcam = pytest.importorskip("pyvirtualcam", reason="needs the extra “virtual-camera”")

RED, GREEN = (0, 0, 255), (0, 255, 0)


class _Kept:
    """A backend of pyvirtualcam. `refusal`: what the device answers when it is opened."""

    refusal = ""
    last: _Kept

    def __init__(self, *, width: int, height: int, fps: float, fourcc: int, device: str | None, **_others: object):
        if type(self).refusal:
            raise RuntimeError(type(self).refusal)
        self.size, self.rate, self.format, self.name = (width, height), fps, fourcc, device
        self.pictures: list[BgrImage] = []
        self.closed = False
        type(self).last = self

    def close(self) -> None:
        self.closed = True

    def send(self, frame: npt.NDArray[np.uint8]) -> None:
        self.pictures.append(frame.reshape(self.size[1], self.size[0], 3).copy())

    def device(self) -> str:
        return self.name or "kept"

    def native_fourcc(self) -> int | None:
        return None


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pyvirtualcam.camera, "BACKENDS", {"kept": _Kept})
    monkeypatch.setattr(virtual_camera, "_check_device", lambda device: None)
    yield
    _Kept.refusal = ""


def picture(width: int, height: int, colour: tuple[int, int, int] = RED) -> BgrImage:
    return np.full((height, width, 3), colour, np.uint8)


def opened(text: str = "virtual-camera://") -> PictureOutput:
    output: PictureOutput = open_output(parse_address(text))  # type: ignore[assignment]
    return output


def test_the_camera_has_the_size_and_the_colours_of_the_first_picture() -> None:
    output = opened()
    output.send_picture(picture(64, 48))
    output.send_picture(picture(64, 48, GREEN))
    output.close()

    camera = _Kept.last
    assert camera.size == (64, 48) and camera.name is None and camera.closed
    assert camera.format == int.from_bytes(b"24BG", "little")  # Blue, green, red: as the view draws.
    assert [tuple(one[24, 32]) for one in camera.pictures] == [RED, GREEN]


def test_odd_sizes_lose_a_row_or_a_column() -> None:
    output = opened()
    output.send_picture(picture(65, 49))

    assert _Kept.last.size == (64, 48) and (_Kept.last.pictures[0] == RED).all()


def test_a_picture_of_another_size_is_fitted_into_the_first() -> None:
    output = opened()
    output.send_picture(picture(64, 48))
    output.send_picture(picture(48, 96, GREEN))

    fitted = _Kept.last.pictures[1]
    assert tuple(fitted[24, 32]) == GREEN and not fitted[:, :15].any() and not fitted[:, -15:].any()


@pytest.mark.parametrize(
    ("text", "device"),
    [("virtual-camera:///dev/video10", "/dev/video10"), ("virtual-camera://OBS%20Camera", "OBS Camera")],
)
def test_a_device_can_be_named(text: str, device: str) -> None:
    opened(text).send_picture(picture(64, 48))

    assert _Kept.last.name == device


def test_a_device_in_use_ends_the_output_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    _Kept.refusal = "Device /dev/video10 is not a video output device."
    with pytest.raises(OutputEnded) as refused:
        opened("virtual-camera:///dev/video10").send_picture(picture(64, 48))

    assert str(refused.value.message) == (
        "The virtual camera /dev/video10 cannot be used: Device /dev/video10 is not a video output device."
    )
    assert refused.value.advice


@pytest.mark.parametrize(
    ("system", "word"), [("linux", "v4l2loopback"), ("win32", "OBS"), ("darwin", "OBS"), ("other", "Linux, Windows")]
)
def test_each_system_has_advice_of_its_own(system: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _Kept.refusal = "no device"
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(OutputEnded, match="no device") as refused:
        opened().send_picture(picture(64, 48))

    assert word in refused.value.advice


def test_without_the_package_a_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(OutputError, match="pyvirtualcam") as refused:
        opened()

    assert "pip install" in refused.value.advice


@pytest.mark.skipif(sys.platform != "linux", reason="devices are files on Linux only")
def test_a_device_that_does_not_exist_is_refused_before_there_is_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(OutputError, match="There is no virtual camera /dev/video-nowhere") as refused:
        opened("virtual-camera:///dev/video-nowhere")

    assert "modprobe" in refused.value.advice


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["/dev/video10"], "/dev/video10"), (["OBS Virtual Camera"], "OBS Virtual Camera")]
)
def test_track_has_an_option_for_it(words: list[str], text: str) -> None:
    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)

    arguments = TrackArguments.from_namespace(parser.parse_args(["camera:0", "--virtual-camera", *words]))

    (address,) = arguments.outputs
    assert (address.scheme, address.name) == ("virtual-camera", text)
