"""A detector that may be slower than the video: it looks in a thread of its own, and never holds up a picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.analysis.optical_flow import GreyView, carried
from app.frames import Frame
from app.threads.processes import DetectorProcess, HelperEnded
from detectors import Detection, FaceDetector

PATIENCE_S = 0.05
"""How long a frame waits for its own detection: MediaPipe takes 6 ms, and a pause of this length is not seen."""

STEP_S = 0.15
"""Old detections are carried to the present in steps of about this length: short enough for optical flow, and few."""


@dataclass(slots=True)
class _Pending:
    """A detection under way, with views of the video since it began."""

    future: Future[_Found]
    views: list[GreyView]
    """The frame looked at first, and what came since; only ever appended to, while the detector's thread reads it."""
    last_kept_s: float
    discarded: bool = False
    told: bool = False


class _Found(NamedTuple):
    """What was found, carried to the view at this position."""

    detections: tuple[Detection, ...]
    position: int


class BackgroundDetector:
    """Has a detector look at the newest frame whenever it is free. Implements `DetectionSchedule`.

    A quick detector answers for the very frame. What a slow one finds is carried by optical flow to the frame at which
    it is done. `every` lets it look at every n-th frame at most.
    Thread: called by one thread; `close` from any, also while it is being called.
    """

    def __init__(self, detector: FaceDetector, *, every: int = 1, patience_s: float = PATIENCE_S) -> None:
        self.detector = detector
        self._every = every
        self._patience_s = patience_s
        self._since = every  # A new one looks at the first frame that it is given.
        self._quick = True
        self._pending: _Pending | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="detector")
        self._closed = False
        self.has_answered = False
        """Whether it has told of any frame yet."""

    @property
    def waiting(self) -> bool:
        """Whether a detection is under way whose faces have not been given yet."""
        return self._pending is not None

    def when_done(self, call: Callable[[], None]) -> None:
        """Calls `call` once the detection under way is done, in some thread; not at all where none is under way."""
        pending = self._pending
        if pending is not None and not pending.told:
            pending.told = True
            pending.future.add_done_callback(lambda _future: call())

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> tuple[Detection, ...] | None:
        """As `DetectionSchedule`. Raises what the detector raised."""
        if reset and self._pending is not None:
            self._pending.discarded = True
        if self._pending is not None and self._pending.discarded and self._pending.future.done():
            self._pending = None
            reset = True
        self._since += 1
        if self._pending is None and (reset or self._since >= self._every) and not self._begin(frame, view):
            return None
        pending = self._pending
        if pending is None:
            return None
        if time.perf_counter() - pending.last_kept_s >= STEP_S and not pending.discarded:
            pending.last_kept_s = time.perf_counter()
            pending.views.append(view)
        return self._answer(pending, view)

    def close(self) -> None:
        """Ends the detector and its thread. May be called twice."""
        self._closed = True
        if isinstance(self.detector, DetectorProcess):
            self.detector.close()  # Ends a detection of seconds; any other kind is short, and must not be closed in it.
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.detector.close()

    def _begin(self, frame: Frame, view: GreyView) -> bool:
        self._since = 0
        try:
            views = [view]
            future = self._thread.submit(self._detect, frame, views)
        except RuntimeError:  # Closed meanwhile: the boxes known are carried along until other parts come.
            return False
        self._pending = _Pending(future, views, time.perf_counter())
        return True

    def _detect(self, frame: Frame, views: list[GreyView]) -> _Found:
        started = time.perf_counter()
        found = self.detector.detect(frame.image, index=frame.index, time_s=frame.time_s)
        self._quick = time.perf_counter() - started < self._patience_s
        # Here and not in the thread that calls: with many faces it takes as long as some frames.
        position = 0
        while position + 1 < len(views):
            found = _brought(found, (views[position], views[position + 1]))
            position += 1
        return _Found(found, position)

    def _answer(self, pending: _Pending, view: GreyView) -> tuple[Detection, ...] | None:
        try:
            found = pending.future.result(timeout=self._patience_s if self._quick else 0)
        except NotYet:
            return None
        except (CancelledError, HelperEnded):
            self._pending = None
            if self._closed:
                return None
            raise
        if pending.discarded:
            return None
        self._pending = None
        self.has_answered = True
        left = pending.views[found.position :]
        return _brought(found.detections, left if left[-1] is view else [*left, view])


def _brought(found: tuple[Detection, ...], views: Sequence[GreyView]) -> tuple[Detection, ...]:
    """What was found in the first of the views, carried through them to the last."""
    boxes = tuple(detection.box for detection in found)
    for before, after in pairwise(views):
        boxes = carried(boxes, before, after)
    return tuple(Detection(box, detection.score) for box, detection in zip(boxes, found, strict=True))
