"""Reads a live source that may block, in a thread that can be left behind: whoever takes its frames never hangs.

No library can be interrupted everywhere: not during a name lookup, not inside a camera's driver. So a live source is
opened, read and closed in a thread of its own, and `frames` gives the newest frame, ends when it is closed, or gives up
when nothing comes for too long (docs/adr/0007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.errors import SourceError
from app.frames import Frame
from app.threads.handoff import Patience, Pulse, Silence, ahead
from app.threads.signals import Stop

PATIENCE = Patience(first_s=8.0, next_s=2.5, end_s=1.0)
"""A camera warms up, so the first frame may take longer. The reader gets a second to end, so that the device is free
when it is opened again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is given: `wanted` returns whether more frames are wanted; it calls `alive` whenever data comes."""

    wanted: Callable[[], bool]
    alive: Callable[[], None]


class NewestFrame:
    """Gives the newest frame of a reader, again and again.

    `read` opens the source, yields its frames and closes it. `title` is what messages call the source. `patience` is
    called when the frames are requested.
    Thread: `frames` is iterated in one, `close` called from any.
    """

    def __init__(
        self,
        title: str,
        read: Callable[[Reading], Iterator[Frame]],
        patience: Callable[[], Patience] = lambda: PATIENCE,
    ) -> None:
        self._title = title
        self._read = read
        self._patience = patience
        self._stop = Stop()

    def frames(self) -> Iterator[Frame]:
        """Raises what the reader raises, or SourceError when no frame comes for too long."""
        if self._stop.requested:
            return
        pulse = Pulse()
        newest = ahead(
            self._read(Reading(lambda: not self._stop.requested, pulse.beat)),
            capacity=1,
            overwrite=True,
            stop=self._stop,
            patience=self._patience(),
            pulse=pulse,
            name="live source",
        )
        with newest as frames:
            try:
                yield from frames
            except Silence as silence:
                raise self._silent(silence) from None
            finally:
                self.close()

    def close(self) -> None:
        """Ends `frames` at once, and for good. May be called twice."""
        self._stop.request()

    def _silent(self, silence: Silence) -> SourceError:
        waited = f"{silence.waited_s:.2g} seconds"
        if silence.alive:
            return SourceError(
                f"{self._title} sends data, but no picture came of it for {waited}.",
                advice="Let the sender give key pictures more often, or choose another source.",
            )
        what = "has stopped sending frames" if silence.began else "sends no frames"
        return SourceError(
            f"{self._title} {what}: nothing came for {waited}.",
            advice="Check that it is switched on and connected, then try again.",
        )
