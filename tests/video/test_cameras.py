"""Cameras by name: recorded device lists of Windows and macOS, and answers of Linux' drivers."""

from __future__ import annotations

import errno
import importlib
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.commands import cameras as command
from app.errors import SourceError
from app.video import ffmpeg_devices, v4l2
from app.video.camera import Camera, CameraMode, with_labels
from app.video.cameras import find_camera
from app.video.device_lists import (
    avfoundation_cameras,
    avfoundation_modes,
    dshow_cameras,
    dshow_modes,
    dshow_place,
)
from app.video.live_addresses import open_live

LISTING = importlib.import_module("app.video.cameras")  # `app.video.cameras` is its function.
LISTS = Path(__file__).with_name("devices")


def lines(name: str) -> list[str]:
    return (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_windows_lists_its_cameras_by_name_and_path_and_no_microphone() -> None:
    found = dshow_cameras(lines("dshow-devices"))
    assert [name for _, name in found] == [
        "Integrated Webcam",
        "USB Video Device",
        "USB Video Device",
        "OBS Virtual Camera",
    ]
    assert found[0][0].startswith("@device_pnp_\\\\?\\usb#vid_0c45")
    assert len({identifier for identifier, _ in found}) == 4


def test_windows_lists_each_mode_once_with_all_its_formats() -> None:
    assert dshow_modes(lines("dshow-options")) == (
        CameraMode(1280, 720, 30.0, ("mjpeg",)),
        CameraMode(1280, 720, 7.5, ("yuyv422",)),
        CameraMode(640, 480, 30.0, ("yuyv422", "mjpeg")),
    )


def test_macos_lists_its_cameras_without_screens_and_microphones() -> None:
    assert avfoundation_cameras(lines("avfoundation-devices")) == [
        ("0", "FaceTime HD Camera"),
        ("1", "USB Camera"),
        ("2", "USB Camera"),
    ]


def test_macos_lists_sizes_with_their_highest_rates() -> None:
    assert avfoundation_modes(lines("avfoundation-modes")) == (
        CameraMode(1920, 1080, 30.0, ()),
        CameraMode(1080, 1920, 30.0, ()),
        CameraMode(1280, 720, 30.0, ()),
        CameraMode(640, 480, 30.0, ()),
    )
    assert [mode.rate for mode in avfoundation_modes(lines("avfoundation-modes-usb"))] == [10.0, 60.0, 30.0]


@pytest.mark.parametrize(
    ("device_format", "lists", "expected"),
    [
        (
            "dshow",
            {"list_devices": "dshow-devices", "list_options": "dshow-options"},
            ["camera:Integrated Webcam", "camera:USB Video Device [", "camera:USB Video Device [", "camera:OBS"],
        ),
        (
            "avfoundation",
            {"list_devices": "avfoundation-devices", "video_size": "avfoundation-modes"},
            ["camera:FaceTime HD Camera", "camera:USB Camera [2]", "camera:USB Camera [3]"],
        ),
    ],
)
def test_two_cameras_of_one_name_have_different_addresses(
    device_format: str, lists: dict[str, str], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def printed(_format: str, _file: str, options: dict[str, str]) -> list[str]:
        return lines(lists[next(iter(options))])

    monkeypatch.setattr(ffmpeg_devices, "_printed", printed)
    found = with_labels(ffmpeg_devices.listed_cameras(device_format))
    addresses = [camera.address for camera in found]
    assert len(set(addresses)) == len(addresses)
    assert all(address.startswith(start) for address, start in zip(addresses, expected, strict=True))
    assert all(camera.modes for camera in found)
    for camera in found:
        assert find_camera(camera.address.removeprefix("camera:"), found) is camera


def test_a_place_on_windows_says_nothing_of_the_device_and_stays() -> None:
    identifiers = [identifier for identifier, _ in dshow_cameras(lines("dshow-devices"))]
    places = [dshow_place(identifier) for identifier in identifiers]
    assert len(set(places)) == 4 and all(len(place) == 4 for place in places)
    assert dshow_place(identifiers[1].upper().replace("@DEVICE", "@device")) == places[1]


HALL = Camera("/dev/video0", "HD Webcam", place="USB 00:14.0-4")
DOOR = Camera("/dev/video2", "HD Webcam", place="USB 00:14.0-9")
DESK = Camera("/dev/video4", "Desk camera")


def test_a_camera_keeps_its_address_when_the_numbers_change() -> None:
    before, after = with_labels([HALL, DOOR, DESK]), with_labels([DESK, DOOR, HALL])
    assert {camera.address for camera in before} == {camera.address for camera in after}
    assert [camera.address for camera in before] == [
        "camera:HD Webcam [USB 00:14.0-4]",
        "camera:HD Webcam [USB 00:14.0-9]",
        "camera:Desk camera",
    ]


def test_a_label_still_opens_the_camera_when_the_other_one_is_unplugged() -> None:
    alone = with_labels([DOOR])
    assert alone[0].address == "camera:HD Webcam"
    assert find_camera("HD Webcam [USB 00:14.0-9]", alone) == alone[0]
    assert find_camera("HD Webcam [USB 00:14.0-4]", alone) is None, "that is the other camera"


def test_a_name_of_two_cameras_is_not_guessed() -> None:
    with pytest.raises(SourceError, match="2 cameras are called “HD Webcam”") as caught:
        find_camera("HD Webcam", with_labels([HALL, DOOR, DESK]))
    assert "camera:HD Webcam [USB 00:14.0-9]" in caught.value.advice


@pytest.mark.parametrize(
    ("wanted", "expected"), [("2", DOOR), ("4", DESK), ("/dev/video0", HALL), ("desk CAMERA", DESK)]
)
def test_a_camera_is_found_by_number_device_or_name(wanted: str, expected: Camera) -> None:
    found = find_camera(wanted, with_labels([HALL, DOOR, DESK]))
    assert found is not None
    assert found.id == expected.id


def test_two_lenses_at_one_place_have_different_addresses() -> None:
    both = with_labels([HALL, Camera("/dev/video2", "HD Webcam", place=HALL.place)])
    assert [camera.address for camera in both] == [
        "camera:HD Webcam [USB 00:14.0-4]",
        "camera:HD Webcam [USB 00:14.0-4 2]",
    ]


@pytest.mark.parametrize("name", ["7", " ", "What? A camera"])
def test_a_name_that_an_address_cannot_have_gives_way_to_the_id(name: str) -> None:
    assert Camera("/dev/video3", name).address == "camera:/dev/video3"


class Driver:
    """Answers as a driver does: MJPEG in two sizes, and YUYV in a range of sizes."""

    def __call__(self, _device: int, number: int, content: bytes, *, writes: bool) -> bytes:
        index = 0 if number == 0 else struct.unpack_from("=I", content)[0]
        if number == 0:
            card, bus = b"HD Webcam", b"usb-0000:00:14.0-4"
            return struct.pack("=16s32s32sIII12x", b"uvcvideo", card, bus, 0x60000, 0x84A00001, 0x04200001)
        if number == 2 and index < 2:
            pixels = b"MJPG" if index == 0 else b"YUYV"
            return struct.pack("=III32s4s16x", index, 1, 0, b"", pixels)
        pixels = content[4:8]
        if number == 74 and index < (2 if pixels == b"MJPG" else 1):
            if pixels == b"MJPG":
                size = [(1920, 1080), (640, 480)][index]
                return struct.pack("=I4sIII16x8x", index, pixels, 1, *size)
            return struct.pack("=I4sI6I8x", index, pixels, 3, 320, 1280, 16, 240, 960, 8)
        if number == 75 and index == 0:
            return struct.pack("=I4sIIIII16x8x", 0, pixels, *struct.unpack_from("=II", content, 8), 1, 1001, 30000)
        raise OSError(errno.EINVAL, "the end of the list")


def test_the_driver_of_linux_is_asked_for_name_place_and_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "video0").touch()
    monkeypatch.setattr(v4l2, "DEVICES", tmp_path)
    monkeypatch.setattr(v4l2, "_ioctl", Driver())
    monkeypatch.setattr(v4l2, "_sysfs_name", lambda _path: None)
    (device,) = v4l2.capture_devices()
    assert (device.name, device.place) == ("HD Webcam", "USB 00:14.0-4")
    assert [(mode.fourcc, mode.width, mode.height, mode.rate) for mode in device.modes] == [
        ("MJPG", 1920, 1080, 29.97),
        ("MJPG", 640, 480, 29.97),
        ("YUYV", 640, 480, 29.97),
        ("YUYV", 1280, 720, 29.97),
        ("YUYV", 1280, 960, 29.97),
    ]


@pytest.mark.parametrize(
    ("bus", "place"),
    [
        ("usb-0000:00:14.0-4.1", "USB 00:14.0-4.1"),
        ("PCI:0000:01:00.0", "PCI 01:00.0"),
        ("platform:v4l2loopback-000", "v4l2loopback-000"),
        ("", ""),
    ],
)
def test_a_place_is_the_port_in_short(bus: str, place: str) -> None:
    assert v4l2.place_of(bus) == place


def test_a_camera_that_the_user_may_not_open_is_reported_with_its_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video0").touch()
    opened: Callable[..., int] = os.open

    def refusing(path: Any, *arguments: Any, **named: Any) -> int:
        if Path(path).parent == tmp_path:
            raise PermissionError(errno.EACCES, "denied", str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(v4l2, "DEVICES", tmp_path)
    monkeypatch.setattr(v4l2, "_group_of", lambda _path: "video")
    monkeypatch.setattr(os, "open", refusing)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(SourceError, match="this user may not use it") as caught:
        next(open_live("camera:0").frames())
    assert "usermod -aG video" in caught.value.advice


def test_the_command_lists_addresses_and_modes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    modes = (CameraMode(1280, 720, 30.0, ("mjpeg", "yuyv422")), CameraMode(640, 480, None, ()))
    both = with_labels([HALL, DOOR, Camera("/dev/video4", "Desk camera", modes)])
    monkeypatch.setattr(LISTING, "cameras", lambda: both)
    assert command.run(as_json=False) == 0
    text = capsys.readouterr().out
    assert "camera:HD Webcam [USB 00:14.0-4]\n" in text
    assert "camera:Desk camera\n    1280 × 720    30 frames/s   mjpeg, yuyv422\n    640 × 480" in text
    assert command.run(as_json=True) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[2] == {
        "address": "camera:Desk camera",
        "name": "Desk camera",
        "place": "",
        "id": "/dev/video4",
        "modes": [
            {"width": 1280, "height": 720, "rate": 30.0, "formats": ["mjpeg", "yuyv422"]},
            {"width": 640, "height": 480, "rate": None, "formats": []},
        ],
    }


def test_without_a_camera_the_command_says_so_and_returns_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(LISTING, "cameras", tuple)
    assert command.run(as_json=False) == 1
    assert "No camera was found." in capsys.readouterr().out
