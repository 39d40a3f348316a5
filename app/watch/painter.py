"""Draws frames for the view in a thread of its own, always the newest, so that neither analysis nor window waits."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.drawing.drawing import draw
from app.drawing.reshaping import fitted
from app.drawing.zooming import zoomed
from app.frames import Analysis, Face
from app.threads.handoff import Newest
from app.threads.workers import Monitor, Worker, synchronized
from app.watch.shown_frame import Pace, ShownFrame, ViewOptions
from detectors import BgrImage
from hopenet import CropRule
from hopenet.camera_geometry import CameraGeometry
from hopenet.perspective import cut_out_face_on
from hopenet.preprocess import cut_out, shrink_to_square

MEAN_OF = 30
"""Drawing time and delay are averaged over this many pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkCrop:
    """What the network in use sees of a face: the margins around its box, and the side of its input in pixels.

    `camera`: the one that is turned towards each face, if perspective is corrected.
    """

    crop: CropRule
    input_size: int
    camera: CameraGeometry | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    analysis: Analysis
    network_crop: NetworkCrop | None
    pace: Pace
    redrawn: bool = False


class Painter(Monitor):
    """Draws the newest analysis by the newest options, and hands it on.

    `options` and `on_shown` are called in the painter's thread.
    Thread: any; `close` waits for the painter's.
    """

    def __init__(self, options: Callable[[], ViewOptions], on_shown: Callable[[ShownFrame], None]) -> None:
        super().__init__()
        self._options = options
        self._on_shown = on_shown
        self._last: _Job | None = None
        self._jobs: Newest[_Job] = Newest()
        self._draw_ms: deque[float] = deque(maxlen=MEAN_OF)
        self._delay_ms: deque[float] = deque(maxlen=MEAN_OF)
        self._worker = Worker("painter", self._run)

    @synchronized
    def show(self, analysis: Analysis, network_crop: NetworkCrop | None, pace: Pace) -> None:
        self._last = _Job(analysis, network_crop, pace)
        self._jobs.put(self._last)

    @synchronized
    def redraw(self) -> None:
        """Draws the last analysis again, by the options of now."""
        if self._last is not None:
            self._jobs.put(replace(self._last, redrawn=True))

    def close(self) -> None:
        self._jobs.end()
        self._worker.join()

    def _run(self) -> None:
        for job in self._jobs:
            self._on_shown(self._drawn(job))

    def _drawn(self, job: _Job) -> ShownFrame:
        started_s = time.perf_counter()
        options, analysis = self._options(), job.analysis
        face = selected_face(analysis, options.followed)
        picture = draw(_sized(analysis, options), options.style, options.reference)
        self._draw_ms.append(1000 * (time.perf_counter() - started_s))
        captured_s = analysis.frame.captured_s
        if captured_s is not None and not job.redrawn:
            self._delay_ms.append(1000 * (time.perf_counter() - captured_s))
        timings = {**job.pace.timings_ms, "draw": float(np.mean(self._draw_ms))}
        delay_ms = float(np.mean(self._delay_ms)) if captured_s is not None and self._delay_ms else None
        pace = replace(job.pace, timings_ms=timings, delay_ms=delay_ms)
        return ShownFrame(analysis, picture, options, face, _network_view(analysis, face, job.network_crop), pace)


def _sized(analysis: Analysis, options: ViewOptions) -> Analysis:
    if options.size is None:
        return analysis
    return fitted(analysis, options.size) if options.zoom.factor == 1 else zoomed(analysis, options.size, options.zoom)


def selected_face(analysis: Analysis, followed: int | None) -> Face | None:
    """The face that panels describe: the one followed if it is there, or the largest if none is followed."""
    if followed is not None:
        return next((face for face in analysis.faces if face.track_id == followed), None)
    return max(analysis.faces, key=lambda face: face.box.area, default=None)


def _network_view(analysis: Analysis, face: Face | None, network_crop: NetworkCrop | None) -> BgrImage | None:
    if face is None or network_crop is None:
        return None
    image, crop, camera = analysis.frame.image, network_crop.crop, network_crop.camera
    if camera is None:
        part = cut_out(image, crop.rectangle(face.box, picture=analysis.frame.size))
    else:
        part = cut_out_face_on(image, face.box, crop, camera)
    return None if part is None else shrink_to_square(part, network_crop.input_size)
