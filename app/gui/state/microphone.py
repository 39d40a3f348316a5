"""The microphone, in a process of its own. Imported only when somebody records with it."""

from __future__ import annotations

import time

import numpy as np

from app.errors import SourceError
from app.gui.state.microphone_device import MicrophoneDevice, microphone_names
from app.threads.processes import HelperEnded, HelperProcess, run_in_process
from app.threads.signals import Stop
from app.threads.workers import Worker
from app.watch.recorded_sound import RATE
from app.watch.recording import Hear

_STEP_S = 0.02
_START_S = 15.0
_WITHOUT = "Switch the microphone off in the File menu, and record again."
_ADVICE = "Connect a microphone and allow its use, or choose another one, or none, in the File menu."
_LISTING_S = 10.0


def microphones() -> tuple[str, ...]:
    """The names of all microphones; empty if they cannot be listed. Thread: a worker's, because it waits."""
    try:
        return run_in_process(microphone_names, limit_s=_LISTING_S)
    except (ImportError, HelperEnded, OSError):
        return ()


class Microphone:
    """Listens to a microphone from its construction until `close`, in a thread of its own."""

    def __init__(self, hear: Hear, name: str = "") -> None:
        """Waits until the microphone of that name has been opened; the system's default if it is empty.

        Raises SourceError if there is none.
        """
        self._hear = hear
        self._name = name
        self._stop, self._opened = Stop(), Stop()
        self._refusal: SourceError | None = None
        self._worker = Worker("microphone", self._run)
        if not self._opened.wait_until(time.perf_counter() + _START_S):
            self._refusal = self._refusal or SourceError("The microphone does not respond.", advice=_ADVICE)
        if self._refusal is not None:
            self.close()
            raise self._refusal

    def close(self) -> None:
        self._stop.request()
        self._worker.join(_START_S)

    def _run(self) -> None:
        try:
            process = HelperProcess(MicrophoneDevice, RATE, self._name, stop=self._stop, limit_s=_START_S)
        except ImportError:
            self._refusal = SourceError("The library for sound cannot be used on this system.", advice=_WITHOUT)
            return
        except HelperEnded:
            self._refusal = SourceError("The microphone does not respond.", advice=_ADVICE)
            return
        except OSError as error:
            self._refusal = SourceError(str(error), advice=_ADVICE)
            return
        finally:
            self._opened.request()
        try:
            self._listen(process)
        except HelperEnded:
            return  # As if the microphone were silent from now on: the recording goes on.
        finally:
            process.close()

    def _listen(self, process: HelperProcess) -> None:
        while not self._stop.wait_until(time.perf_counter() + _STEP_S):
            wave = np.frombuffer(process.call("heard"), np.int16)
            heard_s = time.perf_counter()
            if len(wave):
                self._hear(wave, heard_s - len(wave) / RATE)
