"""The thread of one live output: whoever has something to send never waits for it."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.errors import StudioError
from app.live_outputs.delays import Delays
from app.live_outputs.output import LiveOutput, OutputAddress, OutputEnded, PictureOutput, Serving
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import kind_of, open_output
from app.threads.failures import without_traceback
from app.threads.handoff import Newest
from app.threads.signals import Gate
from app.threads.workers import Monitor, Worker, synchronized
from detectors import BgrImage

LOG = logging.getLogger(__name__)

RATE_WINDOW_S = 2.0

END_S = 2.0
"""So long may an output take to close. One that hangs in the network is left behind."""


@dataclass(frozen=True, slots=True)
class OutputState:
    """How an output does.

    `status`: "opening"; "sending", whether or not there has been something to send; "failing" if the last sample could
    not be sent because of `error`; "refused" if it could not be opened because of `error`; "ended" if nothing more can
    be sent because of `error`; "closed", with the `error` because of which the last sample could not be sent, if so.
    `sent` and `dropped` count frames: sent, and replaced by a newer one before they could be. `per_s`: frames sent per
    second in the last seconds. Delays are from capture until sent, over the last ten seconds, in milliseconds.
    `clients`: how many are connected; None if nobody connects to this output.
    """

    status: Literal["opening", "sending", "failing", "refused", "ended", "closed"] = "opening"
    sent: int = 0
    dropped: int = 0
    per_s: float = 0.0
    delay_median_ms: float | None = None
    delay_95_ms: float | None = None
    error: StudioError | None = None
    clients: int | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is sent of one frame. `number` counts what was put."""

    number: int
    captured_s: float
    samples: tuple[HeadSample, ...] = ()
    picture: Callable[[], BgrImage] | None = None


class OutputThread(Monitor):
    """Opens one output in a thread of its own and sends the newest frame to it, until it is closed.

    Thread: any.
    """

    def __init__(
        self,
        address: OutputAddress,
        *,
        opened: Callable[[OutputAddress], LiveOutput | PictureOutput] = open_output,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        """`changed` is called in the output's thread when its status has changed."""
        super().__init__()
        self.address = address
        self.kind = kind_of(address)
        self._opened = opened
        self._changed = changed
        self._batches: Newest[_Batch] = Newest()
        self._number = 0
        self._closed = False
        self._status: Literal["opening", "sending", "failing", "refused", "ended", "closed"] = "opening"
        self._error: StudioError | None = None
        self._sent, self._dropped, self._taken = 0, 0, 0
        self._moments: deque[float] = deque()
        self._delays = Delays()
        self._serving: Serving | None = None
        self._is_open = Gate()
        self._is_open.close()
        self._worker = Worker(f"output {address.scheme}", self._run)

    @synchronized
    def put(self, samples: tuple[HeadSample, ...]) -> None:
        """Sends the samples of one frame, the most important first, unless newer ones replace them. Never waits."""
        if samples and not self._closed:
            self._number += 1
            chosen = samples[:1] if self.kind.one_head else samples
            self._batches.put(_Batch(self._number, samples[0].captured_s, chosen))

    @synchronized
    def put_picture(self, picture: Callable[[], BgrImage], captured_s: float) -> None:
        """Sends a picture, which is made in the output's thread. Never waits."""
        if not self._closed:
            self._number += 1
            self._batches.put(_Batch(self._number, captured_s, picture=picture))

    @property
    @synchronized
    def state(self) -> OutputState:
        now_s = time.perf_counter()
        while self._moments and now_s - self._moments[0] > RATE_WINDOW_S:
            self._moments.popleft()
        span_s = now_s - self._moments[0] if self._moments else 0.0
        per_s = (len(self._moments) - 1) / span_s if span_s > 0 else 0.0
        median, most = self._delays.recent(0.5), self._delays.recent(0.95)
        clients = self._serving.clients if self._serving is not None else None
        return OutputState(self._status, self._sent, self._dropped, per_s, median, most, self._error, clients)

    @synchronized
    def overall_delay_ms(self, share: float) -> float | None:
        """The delay that this share of all samples since the output was opened does not exceed."""
        return self._delays.overall(share)

    def wait_until_open(self) -> None:
        """Raises the StudioError because of which it could not be opened."""
        self._is_open.pass_through()
        state = self.state
        if state.status in {"refused", "ended"} and state.error is not None:
            raise state.error

    def close(self) -> None:
        """Ends the output after what it is sending now, and waits for its thread, but no longer than END_S."""
        with self._monitor:
            self._closed = True
        self._batches.finish()
        if not self._worker.join(END_S):
            LOG.warning("The live output %s did not end in time.", self.address.text)

    def _run(self) -> None:
        try:
            output = self._opened(self.address)
        except StudioError as error:
            self._turn("refused", error)
            return
        except Exception as error:
            LOG.exception("The live output %s cannot be opened.", self.address.text)
            self._turn("refused", _unexpected(self.address, error))
            return
        self._serving = output if isinstance(output, Serving) else None
        self._turn("sending")
        try:
            for batch in self._batches:
                self._note_taken(batch)
                if not self._sent_on(output, batch):
                    return
            self._turn("closed", self._error)
        finally:
            output.close()

    def _sent_on(self, output: LiveOutput | PictureOutput, batch: _Batch) -> bool:
        """Returns whether more can be sent."""
        try:
            _send(output, batch)
        except OutputEnded as error:
            self._turn("ended", error)
            return False
        except StudioError as error:
            self._turn("failing", error)
            return True
        except Exception as error:
            LOG.exception("The live output %s failed.", self.address.text)
            self._turn("ended", _unexpected(self.address, error))
            return False
        self._note_sent(batch)
        if self._status != "sending":
            self._turn("sending")
        return True

    @synchronized
    def _note_taken(self, batch: _Batch) -> None:
        self._dropped += batch.number - self._taken - 1
        self._taken = batch.number

    @synchronized
    def _note_sent(self, batch: _Batch) -> None:
        now_s = time.perf_counter()
        self._sent += 1
        self._delays.add(1000 * (now_s - batch.captured_s))
        self._moments.append(now_s)
        while now_s - self._moments[0] > RATE_WINDOW_S:
            self._moments.popleft()

    def _turn(
        self,
        status: Literal["sending", "failing", "refused", "ended", "closed"],
        error: StudioError | None = None,
    ) -> None:
        with self._monitor:
            self._status = status
            self._error = without_traceback(error) if error is not None else None
        self._is_open.open()
        self._changed()


def _send(output: LiveOutput | PictureOutput, batch: _Batch) -> None:
    if batch.picture is not None:
        output.send_picture(batch.picture())  # type: ignore[union-attr]  # As the row of its kind says.
        return
    for sample in batch.samples:
        output.send(sample)  # type: ignore[union-attr]


def _unexpected(address: OutputAddress, error: Exception) -> StudioError:
    return StudioError(
        f"The live output {address.text} failed unexpectedly: {error}.", advice="The log has the details."
    )
