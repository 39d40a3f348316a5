"""Small pictures of a video for the seek slider, read in a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from app.errors import StudioError
from app.gui.kit.bridge import LatestValue
from app.gui.kit.qt_frame import display_image
from app.threads.handoff import Newest
from app.video import open_source
from app.video.thumbnails import Thumbnails

WIDTH_PX = 176


class Previews:
    """Asked for many, it gives the newest; the video stays open between them.

    Thread: the GUI's; `show(time_s, image)` is called there too.
    """

    def __init__(self, show: Callable[[float, QImage], None]) -> None:
        self._path: Path | None = None
        self._asked: Newest[tuple[Path, float]] = Newest()
        self._ready: LatestValue[tuple[float, QImage]] = LatestValue()
        self._ready.on_value(lambda ready: show(*ready))
        self._thread = threading.Thread(target=self._run, name="previews", daemon=True)
        self._thread.start()

    def open(self, path: Path | None) -> None:
        """The video that is asked about from now on; None for none."""
        self._path = path

    def ask(self, time_s: float) -> None:
        if self._path is not None:
            self._asked.put((self._path, time_s))

    def close(self) -> None:
        self._asked.end()
        self._thread.join()

    def _run(self) -> None:
        video: Thumbnails | None = None
        at: Path | None = None
        try:
            for path, time_s in self._asked:
                if path != at:
                    if video is not None:
                        video.close()
                    video, at = _opened(path), path
                picture = video.at(time_s) if video is not None else None
                if picture is None:
                    continue
                self._ready.put((time_s, display_image(picture)))
        finally:
            if video is not None:
                video.close()


def _opened(path: Path) -> Thumbnails | None:
    try:
        return Thumbnails(open_source(path), WIDTH_PX)
    except StudioError:
        return None  # A preview is a courtesy; the video itself tells what is wrong with it.
