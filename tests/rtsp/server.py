"""A real RTSP server, GStreamer's, in a process of its own. Tests can end it, as if a cable were pulled."""

from __future__ import annotations

import functools
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.live_server import SAMPLE, Picture, pictures_of, stamp_of

PROGRAM = Path(__file__).with_name("program.py")
_NEEDS = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); "
    "from gi.repository import Gst, GstRtspServer; Gst.init(None); "
    "raise SystemExit(any(Gst.ElementFactory.find(name) is None for name in ('x264enc', 'rtph264pay', 'appsrc')))"
)
PACKAGES = "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base -good -ugly"
USER, PASSWORD = "ada", "pa55/w:rd"


@functools.cache
def python_with_gstreamer() -> str | None:
    """The system's Python, if it has GStreamer's RTSP server."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None or sys.platform != "linux":
        return None
    run = subprocess.run([python, "-W", "ignore", "-c", _NEEDS], capture_output=True, timeout=60, check=False)
    return python if run.returncode == 0 else None


class RtspServer:
    """Sends the sample video, over and over, from when the first client asks for it.

    `options`: those of the program. After `cut`, nothing listens on its port until `back`.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self._raw = folder / "pictures.raw"
        images = pictures_of(SAMPLE)
        self._size = images[0].shape[1], images[0].shape[0]
        np.stack(images).tofile(self._raw)
        self._options = options
        self.port = 0
        self._process = self._start()

    @property
    def address(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    def address_for(self, user: str, password: str) -> str:
        return f"rtsp://{user}:{password}@127.0.0.1:{self.port}/live"

    @staticmethod
    def number_of(image: Picture) -> int:
        """The number that the picture carries."""
        return stamp_of(image)

    def cut(self) -> None:
        """Ends the server without a farewell. May be called twice."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def hush(self) -> None:
        """Stops it without closing a connection, as if the network were gone."""
        if sys.platform != "win32":
            self._process.send_signal(signal.SIGSTOP)

    def back(self) -> None:
        """Starts it again, on the same port, from the first picture."""
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        python = python_with_gstreamer()
        assert python is not None
        width, height = self._size
        words = [python, "-W", "ignore", str(PROGRAM), str(self._raw), str(width), str(height)]
        process = subprocess.Popen(
            [*words, "--port", str(self.port), *self._options], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the RTSP server did not start"
        self.port = int(line)
        return process
