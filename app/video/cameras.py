"""Cameras: lists them and their modes, and reads their frames.

They are read through FFmpeg's devices (v4l2, dshow, avfoundation), or through OpenCV if FFmpeg was built without them.
"""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from av.container import InputContainer

from app.errors import SourceError
from app.frames import Frame
from app.video.camera import Camera, CameraMode, sorted_modes, with_labels
from app.video.capture import LiveClock, captured_frames
from app.video.ffmpeg_devices import listed_cameras
from app.video.newest_frame import NewestFrame, Reading
from app.video.reading import video_stream
from app.video.v4l2 import DeviceMode, capture_devices, denied_devices

_DEVICE_FORMATS = {"linux": "v4l2", "win32": "dshow", "darwin": "avfoundation"}

_MJPEG = "mjpeg"
_FOURCC_NAMES = {"MJPG": _MJPEG, "YUYV": "yuyv422", "NV12": "nv12", "YU12": "yuv420p", "H264": "h264"}

_WIDTH, _HEIGHT, _RATE = 1280, 720, 30.0
"""Requested by default. Over USB, 1280×720 at 30 frames per second is possible only as MJPEG."""


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """The camera, by number, ID or name, and the size, rate and format to request; None for the default."""

    camera: str
    size: tuple[int, int] | None = None
    rate: float | None = None
    format: str | None = None


def cameras() -> tuple[Camera, ...]:
    """The cameras of this machine. This takes a moment, so do not call it in the GUI thread."""
    if sys.platform == "linux":
        return with_labels(
            Camera(str(one.path), one.name, _modes_of(one.modes), one.place) for one in capture_devices()
        )
    device_format = _device_format()
    return with_labels(listed_cameras(device_format)) if device_format is not None else ()


def find_camera(wanted: str, known: Sequence[Camera]) -> Camera | None:
    """The camera with this ID, number, label or name; None if there is none.

    Raises SourceError if several have the name: it is not guessed which is meant.
    """
    for camera in known:
        if wanted in (camera.id, camera.label) or camera.id == f"/dev/video{wanted}":
            return camera
    called = [camera for camera in known if camera.is_called(wanted)]
    if len(called) > 1:
        raise SourceError(
            f"{len(called)} cameras are called “{wanted}”.",
            advice=f"Choose one of: {', '.join(camera.address for camera in called)}.",
        )
    if not called and wanted.isdecimal() and int(wanted) < len(known):
        return known[int(wanted)]
    return called[0] if called else None


class CameraSource:
    """A camera. It is opened when its frames are requested."""

    def __init__(self, choice: CameraChoice) -> None:
        self._choice = choice
        number = choice.camera.isdecimal()
        self.title = f"Camera {int(choice.camera) + 1}" if number else Path(choice.camera).name
        self._newest_frame = NewestFrame(f"The camera {choice.camera}", self._read)

    def frames(self) -> Iterator[Frame]:
        """As `LiveSource.frames`."""
        return self._newest_frame.frames()

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._newest_frame.close()

    def _read(self, reading: Reading) -> Iterator[Frame]:
        camera = self._found()
        device_format = _device_format()
        if device_format is None:
            yield from _read_by_opencv(self._choice, reading.wanted)
            return
        with self._open(device_format, camera) as container:
            stream = video_stream(container, f"the camera {camera.name}")
            try:
                yield from captured_frames(container, stream, reading, has_clock=True)
            except (av.error.FFmpegError, OSError) as error:
                raise _lost(camera.name) from error
            if reading.wanted():
                raise _lost(camera.name)

    def _found(self) -> Camera:
        known, wanted = cameras(), self._choice.camera
        camera = find_camera(wanted, known)
        if camera is not None:
            return camera
        if wanted.isdecimal() and _device_format() is None:
            return Camera(wanted, self.title)
        denied = denied_devices() if sys.platform == "linux" else ()
        if denied and not known:
            group = denied[0].group
            raise SourceError(
                f"There is a camera ({denied[0].path}), but this user may not use it.",
                advice=f"Join the group {group}: sudo usermod -aG {group} $USER, then log out and in again.",
            )
        advice = "Connect a camera, and allow this program to use it."
        if known:
            advice = f"Choose one of: {', '.join(camera.shown_name for camera in known)}."
        raise SourceError(f"There is no camera “{wanted}” on this machine.", advice=advice)

    def _open(self, device_format: str, camera: Camera) -> InputContainer:
        failure: Exception | None = None
        for options in _attempts(self._choice, camera, device_format):
            try:
                return av.open(_device_file(device_format, camera), "r", format=device_format, options=options)
            except (av.error.FFmpegError, OSError) as error:
                failure = error
        if isinstance(failure, PermissionError):
            raise SourceError(
                f"Access to the camera {camera.name} is denied.", advice="Allow it in the system settings."
            ) from failure
        if getattr(failure, "errno", None) == errno.EBUSY:
            raise SourceError(
                f"The camera {camera.name} is in use by another program.", advice="Close that program."
            ) from failure
        raise SourceError(
            f"The camera {camera.name} cannot be opened with these options.",
            advice="Choose another size, rate or format.",
        ) from failure


def _device_format() -> str | None:
    name = _DEVICE_FORMATS.get(sys.platform)
    known = {part for names in av.formats_available for part in names.split(",")}
    return name if name in known else None


def _device_file(device_format: str, camera: Camera) -> str:
    return {"dshow": f"video={camera.id}", "avfoundation": f"{camera.id}:none"}.get(device_format, camera.id)


def _attempts(choice: CameraChoice, camera: Camera, device_format: str) -> Iterator[dict[str, str]]:
    """FFmpeg's options to try in turn, the preferred ones first. All of them include what the user requested."""
    requested: dict[str, str] = {}
    if choice.size is not None:
        requested["video_size"] = f"{choice.size[0]}x{choice.size[1]}"
    if choice.rate is not None:
        requested["framerate"] = f"{choice.rate:g}"
    if choice.format is not None:
        requested |= _format_option(device_format, choice.format)
    usual = {"video_size": f"{_WIDTH}x{_HEIGHT}", "framerate": f"{_RATE:g}"} | requested
    known = [mode.formats for mode in camera.modes if mode.formats]
    lacks_mjpeg = bool(known) and all(_MJPEG not in formats for formats in known)
    if choice.format is None and not lacks_mjpeg and device_format != "avfoundation":
        yield usual | _format_option(device_format, _MJPEG)
    yield usual
    yield requested


def _format_option(device_format: str, name: str) -> dict[str, str]:
    if device_format == "v4l2":
        return {"input_format": name}
    if device_format == "dshow" and name in {_MJPEG, "h264"}:
        return {"vcodec": name}
    return {"pixel_format": name}


def _modes_of(modes: Iterable[DeviceMode]) -> tuple[CameraMode, ...]:
    return sorted_modes(
        (one.width, one.height, one.rate, _FOURCC_NAMES.get(one.fourcc, one.fourcc.lower())) for one in modes
    )


def _read_by_opencv(choice: CameraChoice, wanted: Callable[[], bool]) -> Iterator[Frame]:
    if not choice.camera.isdecimal():
        raise SourceError(
            "Cameras cannot be opened by name on this machine.", advice="Use the number: camera:0 is the first camera."
        )
    capture = cv2.VideoCapture(int(choice.camera))
    try:
        if not capture.isOpened():
            raise SourceError(f"There is no camera “{choice.camera}” on this machine.", advice="Connect a camera.")
        width, height = choice.size or (_WIDTH, _HEIGHT)
        if (choice.format or _MJPEG) == _MJPEG:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, choice.rate or _RATE)
        clock, index = LiveClock(), 0
        while wanted():
            read, picture = capture.read()
            arrived_s = time.perf_counter()
            if not read:
                raise _lost(choice.camera)
            image = np.ascontiguousarray(picture, dtype=np.uint8)
            image.flags.writeable = False
            yield Frame(image, index, clock.time_of(None, arrived_s), captured_s=arrived_s)
            index += 1
    finally:
        capture.release()


def _lost(name: str) -> SourceError:
    return SourceError(
        f"The connection to the camera {name} was lost: it was unplugged, or another program is using it.",
        advice="Plug it in again, then reconnect.",
    )
