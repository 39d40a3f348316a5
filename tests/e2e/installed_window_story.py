"""Opens the window of an installed package on the sample video; run by test_wheel.py in its own process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import app
from app.gui.kit import theme
from app.gui.window.main_window import MainWindow
from app.main import main
from app.product import SAMPLE


def is_drawn(icon: str) -> bool:
    picture = theme.icon(icon).pixmap(24, 24).toImage()
    return any(picture.pixelColor(x, y).alpha() for x in range(picture.width()) for y in range(picture.height()))


def report_when_the_first_frame_is_shown() -> None:
    window = next((one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)), None)
    if window is None or window.studio.live_view.newest is None:
        return
    timer.stop()
    window.grab().save(str(folder / "window.png"))
    icons = {path.stem: is_drawn(path.stem) for path in theme.ICONS.glob("*.svg")}
    report = {"package": app.__file__, "title": window.windowTitle(), "icons": icons}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    window.close()


folder = Path(sys.argv[1])
application = QApplication(sys.argv[:1])
timer = QTimer(interval=100)
timer.timeout.connect(report_when_the_first_frame_is_shown)
timer.start()
sys.exit(main([str(SAMPLE), "--detector", "dlib-hog"]))
