"""A video, a picture or a folder of pictures as a source that gives its frames in real time, once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.frames import Frame
from app.threads.signals import Stop
from app.video.source import open_source

_LATEST_S = 0.25
"""If a frame is later than this, the clock is moved: a video that is slow to decode plays slower, without gaps."""


class RealTime:
    """A `LiveSource`: each frame comes when it is due, and counts as captured then."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError if the path cannot be read."""
        self.title = path.name
        self._source = open_source(path)
        self._closed = Stop()

    def frames(self) -> Iterator[Frame]:
        """As `LiveSource.frames`; they end with the source."""
        with self._source:
            began_s: float | None = None
            for frame in self._source.frames():
                now_s = time.perf_counter()
                began_s = now_s - frame.time_s if began_s is None else max(began_s, now_s - frame.time_s - _LATEST_S)
                if self._closed.wait_until(began_s + frame.time_s):
                    return
                yield replace(frame, captured_s=time.perf_counter())

    def close(self) -> None:
        """As `LiveSource.close`."""
        self._closed.request()
