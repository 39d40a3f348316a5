"""Generates the README's pictures from the sample video: `python docs/make_pictures.py`.

It drives the window as a user would. Without a display, set QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PySide6.QtWidgets import QApplication  # noqa: E402 - after the checkout is on the path

from app.export.task import ExportTask, TableOutput  # noqa: E402
from app.gui.guide.signs_picture import SignsPicture  # noqa: E402
from app.gui.session.viewer import SessionViewer  # noqa: E402
from app.gui.window.main_window import MainWindow  # noqa: E402
from app.main import main  # noqa: E402
from app.models.loader import Ready  # noqa: E402
from app.product import SAMPLE  # noqa: E402
from app.settings import Signs  # noqa: E402
from benchmarks.driving import Driver, Step, after  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SIZE = 1280, 800
MOMENT_S = 3.4
"""At this time, the head is turned and tilted."""


def story(window: MainWindow, folder: Path) -> Iterator[Step]:
    studio = window.studio
    window.menus.choose_scheme("dark")
    yield lambda: isinstance(studio.models.load_event, Ready) and studio.live_view.newest is not None
    window.resize(*SIZE)
    yield lambda: studio.live_view.newest is not None and studio.live_view.newest.analysis.frame.time >= MOMENT_S
    window.action("play").trigger()
    yield after(1.0)
    window.grab().save(str(PICTURES / "window.png"))

    annotated, table = folder / "sample-poses.mp4", folder / "sample-poses.csv"
    studio.queue.add(ExportTask(SAMPLE, video=annotated, tables=(TableOutput(table),)))
    yield lambda: studio.queue.rows[0].is_over
    window.menus.choose_scheme("light")
    window.dialogs.open_session(annotated, table)
    yield lambda: any(isinstance(one, SessionViewer) and one.isVisible() for one in QApplication.topLevelWidgets())
    viewer = next(one for one in QApplication.topLevelWidgets() if isinstance(one, SessionViewer))
    viewer.resize(*SIZE)
    yield after(2.0)
    viewer.grab().save(str(PICTURES / "session.png"))

    signs = SignsPicture(Signs())
    signs.resize(signs.sizeHint())
    signs.grab().save(str(PICTURES / "signs.png"))


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        os.environ["HOPENET_SETTINGS"] = str(Path(place) / "settings.toml")
        driver = Driver(lambda window: story(window, Path(place)))
        main([str(SAMPLE)])
    if driver.error is not None:
        raise driver.error
