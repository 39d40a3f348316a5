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
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import BgrImage
from hopenet import CropRule
from hopenet.preprocess import cut_out, shrink_to_square

MEAN_OF = 30
"""Drawn pictures over which the time of drawing and the delay are averaged."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkCrop:
    """How the network in use looks at a face: the margins around its box, and the side of its input in pixels."""

    crop: CropRule
    input_size: int


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    analysis: Analysis
    eye: NetworkCrop | None
    pace: Pace
    options: ViewOptions
    again: bool


class Painter:
    """Draws the newest analysis with the newest look, and hands it on.

    `shown` is called in the painter's thread. Thread: any; `close` waits for the thread.
    """

    def __init__(self, options: ViewOptions, shown: Callable[[ShownFrame], None]) -> None:
        self._shown = shown
        self._options = options
        self._last: _Job | None = None
        self._lock = threading.Lock()
        self._jobs: Newest[_Job] = Newest()
        self._draw_ms: deque[float] = deque(maxlen=MEAN_OF)
        self._delay_ms: deque[float] = deque(maxlen=MEAN_OF)
        self._thread = threading.Thread(target=self._run, name="painter", daemon=True)
        self._thread.start()

    def show(self, analysis: Analysis, eye: NetworkCrop | None, pace: Pace) -> None:
        with self._lock:
            self._last = _Job(analysis, eye, pace, self._options, again=False)
            self._jobs.put(self._last)

    def set_options(self, options: ViewOptions) -> None:
        """Draws the last analysis again, and those to come, like this."""
        with self._lock:
            self._options = options
            if self._last is not None:
                self._jobs.put(replace(self._last, options=options, again=True))

    def close(self) -> None:
        self._jobs.end()
        self._thread.join()

    def _run(self) -> None:
        for job in self._jobs:
            self._shown(self._drawn(job))

    def _drawn(self, job: _Job) -> ShownFrame:
        started_s = time.perf_counter()
        options, analysis = job.options, job.analysis
        face = told_of(analysis, options.followed)
        sized = analysis if options.size is None else fitted(analysis, options.size)
        picture = draw(sized, options.style, options.reference)
        self._draw_ms.append(1000 * (time.perf_counter() - started_s))
        captured_s = analysis.frame.captured_s
        if captured_s is not None and not job.again:
            self._delay_ms.append(1000 * (time.perf_counter() - captured_s))
        timings = {**job.pace.timings_ms, "draw": float(np.mean(self._draw_ms))}
        delay_ms = float(np.mean(self._delay_ms)) if captured_s is not None and self._delay_ms else None
        pace = replace(job.pace, timings_ms=timings, delay_ms=delay_ms)
        return ShownFrame(analysis, picture, options, face, _seen_of(analysis, face, job.eye), pace)


def told_of(analysis: Analysis, followed: int | None) -> Face | None:
    """The face that panels tell of: the one followed where it is there, the largest where none is followed."""
    if followed is not None:
        return next((face for face in analysis.faces if face.track_id == followed), None)
    return max(analysis.faces, key=lambda face: face.box.area, default=None)


def _seen_of(analysis: Analysis, face: Face | None, eye: NetworkCrop | None) -> BgrImage | None:
    if face is None or eye is None:
        return None
    image = analysis.frame.image
    part = cut_out(image, eye.crop.rectangle(face.box, picture=analysis.frame.size))
    return None if part is None else shrink_to_square(part, eye.input_size)
