"""Reads a live source that may block, in a thread that can be left behind: whoever takes its frames never hangs.

No library can be interrupted everywhere: not during a name lookup, not inside a camera's driver. So a live source is
opened, read and closed in a thread of its own, and `frames` gives the newest frame, ends when it is closed, or gives up
when nothing comes for too long (docs/adr/0007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.errors import SourceError
from app.frames import Frame
from app.threads.handoff import Patience, Silence, ahead
from app.threads.signals import Stop

PATIENCE = Patience(first_s=8.0, next_s=2.5, end_s=1.0)
"""A camera warms up and a stream waits for its next key frame, so the first frame may take longer. The reader gets a
second to end, so that the device is free when it is opened again."""


class NewestFrame:
    """Gives the newest frame of a reader, again and again.

    `read` opens the source, yields its frames and closes it; it is given a function that returns whether more frames
    are wanted. `title` is what messages call the source.
    Thread: `frames` is iterated in one, `close` called from any.
    """

    def __init__(self, title: str, read: Callable[[Callable[[], bool]], Iterator[Frame]]) -> None:
        self._title = title
        self._read = read
        self._stop = Stop()

    def frames(self) -> Iterator[Frame]:
        """Raises what the reader raises, or SourceError when no frame comes for too long."""
        if self._stop.requested:
            return
        newest = ahead(
            self._read(lambda: not self._stop.requested),
            capacity=1,
            overwrite=True,
            stop=self._stop,
            patience=PATIENCE,
            name="live source",
        )
        with newest as frames:
            try:
                yield from frames
            except Silence as silence:
                what = "has stopped sending frames" if silence.began else "sends no frames"
                raise SourceError(
                    f"{self._title} {what}: nothing came for {silence.waited_s:g} seconds.",
                    advice="Check that it is switched on and connected, then try again.",
                ) from silence
            finally:
                self.close()

    def close(self) -> None:
        """Ends `frames` at once, and for good. May be called twice."""
        self._stop.request()
