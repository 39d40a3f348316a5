"""Small pictures of a video for the seek slider, read in a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from app.errors import StudioError
from app.gui.kit.bridge import LatestValue
from app.gui.kit.qt_frame import display_image
from app.threads.handoff import Newest
from app.threads.workers import Worker
from app.video import open_source
from app.video.thumbnails import Thumbnails

WIDTH_PX = 176


class Previews:
    """Reads a preview for the newest request and skips older ones; the video stays open between requests.

    Thread: the GUI's; `show(time_s, image)` is called there too.
    """

    def __init__(self, show: Callable[[float, QImage], None]) -> None:
        self._path: Path | None = None
        self._requests: Newest[tuple[Path, float]] = Newest()
        self._previews: LatestValue[tuple[float, QImage]] = LatestValue()
        self._previews.on_value(lambda preview: show(*preview))
        self._worker = Worker("previews", self._run)

    def open(self, path: Path | None) -> None:
        """Sets the video of the following requests; with None they are ignored."""
        self._path = path

    def request(self, time_s: float) -> None:
        if self._path is not None:
            self._requests.put((self._path, time_s))

    def close(self) -> None:
        self._requests.end()
        self._worker.join()

    def _run(self) -> None:
        thumbnails: Thumbnails | None = None
        opened: Path | None = None
        try:
            for path, time_s in self._requests:
                if path != opened:
                    if thumbnails is not None:
                        thumbnails.close()
                    thumbnails, opened = _open(path), path
                picture = thumbnails.at(time_s) if thumbnails is not None else None
                if picture is not None:
                    self._previews.put((time_s, display_image(picture)))
        finally:
            if thumbnails is not None:
                thumbnails.close()


def _open(path: Path) -> Thumbnails | None:
    try:
        return Thumbnails(open_source(path), WIDTH_PX)
    except StudioError:
        return None  # Playing the video reports what is wrong with it.
