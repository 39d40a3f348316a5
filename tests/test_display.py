"""OpenCV's wheel and Qt's work in one process, on a real display."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata

import cv2
import pytest

_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication, QLabel
import numpy as np
app = QApplication([])
picture = cv2.cvtColor(np.full((90, 120, 3), 127, np.uint8), cv2.COLOR_BGR2RGB)
label = QLabel()
label.setPixmap(QPixmap.fromImage(QImage(picture.data, 120, 90, 360, QImage.Format.Format_RGB888)))
label.show()
assert label.windowHandle().screen() is not None
QTimer.singleShot(0, app.quit)
code = app.exec()
print(app.platformName())
raise SystemExit(code)
"""


def _on_a_display() -> list[str] | None:
    """What to put before a command so that it has a display; None if there is none."""
    if sys.platform != "linux" or os.environ.get("DISPLAY"):
        return []
    server = shutil.which("xvfb-run")
    return [server, "-a"] if server else None


@pytest.mark.parametrize(
    "imports",
    ["import cv2\nimport PySide6.QtWidgets\n", "import PySide6.QtWidgets\nimport cv2\n"],
    ids=["OpenCV first", "Qt first"],
)
def test_a_window_opens_in_a_process_with_opencv(imports: str) -> None:
    display = _on_a_display()
    if display is None:
        pytest.skip("needs a display, or xvfb-run")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    if sys.platform == "linux":
        environment["QT_QPA_PLATFORM"] = "xcb"
    ended = subprocess.run(
        [*display, sys.executable, "-c", imports + _WINDOW],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    if sys.platform == "linux":
        assert ended.stdout.strip() == "xcb"


def test_both_opencv_wheels_have_the_same_version() -> None:
    versions = {metadata.version(name) for name in ("opencv-python", "opencv-contrib-python")}
    assert len(versions) == 1
    # The fourth number of a wheel's version counts its builds.
    assert versions.pop().startswith(cv2.__version__)


def test_qt_calls_do_not_lose_references_to_none() -> None:
    """PySide6 6.12.0 releases one with every call; after some thousand calls the program crashes."""
    from PySide6.QtCore import QObject

    one, before = QObject(), sys.getrefcount(None)
    for _ in range(500):
        one.setObjectName("x")
    assert sys.getrefcount(None) > before - 100
