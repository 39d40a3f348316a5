"""Draws what is to be shown in a thread of its own, the newest first, so that neither analysis nor window waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.drawing.drawing import draw
from app.drawing.reshaping import fitted
from app.frames import Analysis, Face
from app.threads.handoff import Newest
from app.watch.shown_frame import Look, Pace, Shown
from detectors import BgrImage
from hopenet import CropRule
from hopenet.preprocess import cut_out, shrink_to_square

MEAN_OF = 30
"""Drawn pictures over which the time of drawing and the delay are averaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """How the network in use looks at a face: the margins around its box, and the side of its input in pixels."""

    crop: CropRule
    input_size: int


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    analysis: Analysis
    eye: Eye | None
    pace: Pace
    look: Look
    again: bool


class Painter:
    """Draws the newest analysis with the newest look, and hands it on.

    `shown` is called in the painter's thread. Thread: any; `close` waits for the thread.
    """

    def __init__(self, look: Look, shown: Callable[[Shown], None]) -> None:
        self._shown = shown
        self._look = look
        self._last: _Job | None = None
        self._lock = threading.Lock()
        self._jobs: Newest[_Job] = Newest()
        self._draw_ms: deque[float] = deque(maxlen=MEAN_OF)
        self._delay_ms: deque[float] = deque(maxlen=MEAN_OF)
        self._thread = threading.Thread(target=self._run, name="painter", daemon=True)
        self._thread.start()

    def show(self, analysis: Analysis, eye: Eye | None, pace: Pace) -> None:
        with self._lock:
            self._last = _Job(analysis, eye, pace, self._look, again=False)
            self._jobs.put(self._last)

    def set_look(self, look: Look) -> None:
        """Draws the last analysis again, and those to come, like this."""
        with self._lock:
            self._look = look
            if self._last is not None:
                self._jobs.put(replace(self._last, look=look, again=True))

    def close(self) -> None:
        self._jobs.end()
        self._thread.join()

    def _run(self) -> None:
        for job in self._jobs:
            self._shown(self._drawn(job))

    def _drawn(self, job: _Job) -> Shown:
        started_s = time.perf_counter()
        look, analysis = job.look, job.analysis
        face = told_of(analysis, look.followed)
        sized = analysis if look.size is None else fitted(analysis, look.size)
        picture = draw(sized, look.style, look.reference)
        self._draw_ms.append(1000 * (time.perf_counter() - started_s))
        captured_s = analysis.frame.captured_s
        if captured_s is not None and not job.again:
            self._delay_ms.append(1000 * (time.perf_counter() - captured_s))
        timings = {**job.pace.timings_ms, "draw": float(np.mean(self._draw_ms))}
        delay_ms = float(np.mean(self._delay_ms)) if captured_s is not None and self._delay_ms else None
        pace = replace(job.pace, timings_ms=timings, delay_ms=delay_ms)
        return Shown(analysis, picture, look, face, _seen_of(analysis, face, job.eye), pace)


def told_of(analysis: Analysis, followed: int | None) -> Face | None:
    """The face that panels tell of: the one followed where it is there, the largest where none is followed."""
    if followed is not None:
        return next((face for face in analysis.faces if face.track_id == followed), None)
    return max(analysis.faces, key=lambda face: face.box.area, default=None)


def _seen_of(analysis: Analysis, face: Face | None, eye: Eye | None) -> BgrImage | None:
    if face is None or eye is None:
        return None
    image = analysis.frame.image
    part = cut_out(image, eye.crop.rectangle(face.box, picture=analysis.frame.size))
    return None if part is None else shrink_to_square(part, eye.input_size)
