"""The library for sound costs nothing before a video with sound is shown."""

from __future__ import annotations

import subprocess
import sys


def test_the_window_is_imported_without_the_library_for_sound() -> None:
    code = "import sys, app.gui.window.main_window; print('PySide6.QtMultimedia' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert (run.stdout, run.stderr) == ("False\n", "")
