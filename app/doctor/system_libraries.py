"""Libraries of a Linux system that the packages need and do not bring, and which Debian packages have them."""

from __future__ import annotations

import ctypes
import re
import shutil
import sys
from collections.abc import Iterable, Sequence

WINDOW = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""What QtWidgets needs wherever it runs."""

XCB = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
}
"""What Qt needs in addition on an X display."""

SOUND = {"libpulse.so.0": "libpulse0", "libasound.so.2": "libasound2"}

_OTHERS = {"libgthread-2.0.so.0": "libglib2.0-0", "libglib-2.0.so.0": "libglib2.0-0", "libSM.so.6": "libsm6"}
_PACKAGES = WINDOW | XCB | SOUND | _OTHERS

_NOT_FOUND = re.compile(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file")


def missing(names: Iterable[str]) -> list[str]:
    """Those that cannot be loaded. None are missing on systems other than Linux, whose packages bring them."""
    if sys.platform != "linux":
        return []
    return [name for name in names if not _loads(name)]


def named_in(message: str) -> str | None:
    """The library that an error's message says is missing."""
    match = _NOT_FOUND.search(message)
    return match[1] if match else None


def command_for(names: Sequence[str]) -> str:
    """The command that installs these libraries, or what to look for where packages have other names."""
    packages = [_PACKAGES[name] for name in names if name in _PACKAGES]
    if len(packages) == len(names) and (shutil.which("apt-get") or not shutil.which("dnf")):
        return f"sudo apt-get install {' '.join(dict.fromkeys(packages))}"
    if shutil.which("dnf"):
        return "sudo dnf install " + " ".join(f"'{name}()(64bit)'" for name in names)
    return f"Install the packages of your system that have {', '.join(names)}."


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
