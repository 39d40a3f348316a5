"""Reads something that may block in a thread that can be left behind, so that whoever takes its frames never hangs.

No library can be interrupted everywhere: not in a name look-up, not in a camera's driver. So a live source is opened,
read and closed in a thread of its own, and the one who iterates waits for the newest frame, for its closing, or for too
long. This is the one place outside `app/threads/handoff.py` where threads wait for each other (docs/adr/0007).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from app.errors import SourceError
from app.frames import Frame

OPENING_S = 8.0
"""The first frame may take this long: a camera warms up, a stream waits for its next key picture."""

SILENCE_S = 2.5
"""No frame for so long means that the source is lost."""

FAREWELL_S = 1.0
"""So long a reader is waited for, that a device is free when it is opened again; then it is left to end by itself."""


class NewestFrame:
    """The newest frame of a reader, again and again. `read` is given a function that says whether frames are wanted."""

    def __init__(self, title: str, read: Callable[[Callable[[], bool]], Iterator[Frame]]) -> None:
        self._title = title
        self._read = read
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._error: BaseException | None = None
        self._ended = False
        self._closed = False

    def frames(self) -> Iterator[Frame]:
        """Raises what the reader raised, or SourceError where it is silent for too long."""
        if self._closed:
            return
        reader = threading.Thread(target=self._run, name="live source", daemon=True)
        reader.start()
        try:
            patience_s = OPENING_S
            while (frame := self._next(patience_s)) is not None:
                yield frame
                patience_s = SILENCE_S
        finally:
            self.close()
            reader.join(FAREWELL_S)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self, patience_s: float) -> Frame | None:
        deadline_s = time.perf_counter() + patience_s
        with self._changed:
            while self._newest is None and not (self._ended or self._closed):
                left_s = deadline_s - time.perf_counter()
                if left_s <= 0:
                    verb = "gives no picture" if patience_s == OPENING_S else "has fallen silent"
                    raise SourceError(
                        f"{self._title} {verb}: nothing came for {patience_s:g} seconds.",
                        advice="Check that it is switched on and connected, then try again.",
                    )
                self._changed.wait(left_s)
            if self._closed:
                return None
            frame, self._newest = self._newest, None
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for frame in self._read(self._wanted):
                with self._changed:
                    if self._closed:
                        break
                    self._newest = frame
                    self._changed.notify_all()
        except BaseException as failure:  # noqa: BLE001 — it is raised again in the thread that takes the frames
            error = failure
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def _wanted(self) -> bool:
        return not self._closed
