"""Runs a detector that may be slower than the video in a thread of its own, so that it never delays a frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from app.analysis.detection_schedule import Found, detect
from app.analysis.optical_flow import GreyView, carried
from app.errors import Cancelled
from app.frames import Frame
from app.models.detector_process import DetectorProcess
from app.threads.processes import HelperEnded
from app.threads.workers import DeferredCall, SerialWorker
from detectors import Detection, FaceDetector

PATIENCE_S = 0.05
"""How long a frame waits for its own detection: MediaPipe takes 6 ms, and nobody sees a pause of this length."""

MOST_QUICK_TILES = 2
"""With more tiles, MediaPipe searches 30 squares and more, which takes as long as several frames."""

STEP_S = 0.15
"""Old detections are carried to the present in steps of about this length: short enough for optical flow, and few."""


_CLOSED_AFTER_S = 0.2
"""How often someone who waits for the detector asks whether it was closed."""


class _Carried(NamedTuple):
    """What was found, carried to the view at this position."""

    found: Found
    position: int


@dataclass(slots=True)
class _Pending:
    """A detection in progress, with views of the video since it began."""

    call: DeferredCall[_Carried]
    index: int
    """The number of the detector's frame."""
    views: list[GreyView]
    """The view of the detector's frame, and later ones. Only ever appended to, while the detector's thread reads it."""
    last_kept_s: float
    discarded: bool = False
    has_listener: bool = False


class BackgroundDetector:
    """Runs a detector on the newest frame whenever it is free. Implements `DetectionSchedule`.

    A fast detector answers for the frame itself. The detections of a slow one are carried by optical flow to the frame
    at which they are ready. With `every`, it runs on every n-th frame at most.
    Thread: called by one thread; `close` from any, even during a call.
    """

    def __init__(
        self, detector: FaceDetector, *, every: int = 1, tiles: int = 1, patience_s: float = PATIENCE_S
    ) -> None:
        """`tiles`: the detector's option, which is all that says how long it takes."""
        self.detector = detector
        self._tiles = tiles
        self._every = every
        self._patience_s = patience_s
        self._since = every  # The first frame is always one of those that the detector runs on.
        self._fast = True
        self._pending: _Pending | None = None
        self._worker = SerialWorker("detector")
        self._closed = False

    @property
    def waiting(self) -> bool:
        """Whether there is a detection whose faces have not been given yet."""
        return self._pending is not None

    def when_done(self, listener: Callable[[], None]) -> None:
        """Calls `listener`, in any thread, once the detection in progress is done; never if there is none."""
        pending = self._pending
        if pending is not None and not pending.has_listener:
            pending.has_listener = True
            pending.call.when_done(listener)

    @property
    def is_slow(self) -> bool:
        """Whether it takes far longer than a frame on any machine, so that a part of a video cannot be waited for."""
        return isinstance(self.detector, DetectorProcess) or self._tiles > MOST_QUICK_TILES

    def found_in(self, frame: Frame) -> Found:
        """What is found in this frame, however long it takes. A detection that is in progress is discarded.

        Raises what the detector raised, and Cancelled once it is closed.
        """
        self._pending = None
        call = DeferredCall(partial(detect, self.detector, frame))
        if not self._worker.submit(call):
            raise Cancelled("The detector was closed.")
        self._since = 0
        while True:
            try:
                return call.result(_CLOSED_AFTER_S)
            except TimeoutError as error:
                if self._closed:  # Then calls that have not begun are dropped.
                    raise Cancelled("The detector was closed.") from error

    def __call__(self, frame: Frame, view: GreyView, *, reset: bool) -> Found | None:
        """As `DetectionSchedule`. Raises what the detector raised."""
        if reset and self._pending is not None:
            self._pending.discarded = True
        if self._pending is not None and self._pending.discarded and self._pending.call.is_done:
            self._pending = None
            reset = True
        self._since += 1
        if self._pending is None and (reset or self._since >= self._every) and not self._start(frame, view):
            return None
        pending = self._pending
        if pending is None:
            return None
        if time.perf_counter() - pending.last_kept_s >= STEP_S and not pending.discarded:
            pending.last_kept_s = time.perf_counter()
            view.prepare()
            pending.views.append(view)
        return self._answer(pending, frame, view)

    def close(self) -> None:
        """Ends the detector and its thread. May be called twice."""
        self._closed = True
        if isinstance(self.detector, DetectorProcess):
            # A detection there may take seconds. Any other kind is short, and must not be closed while it runs.
            self.detector.close()
        self._worker.close(drop=True)
        self.detector.close()

    def _start(self, frame: Frame, view: GreyView) -> bool:
        self._since = 0
        views = [view]
        call = DeferredCall(partial(self._detect, frame, views))
        if not self._worker.submit(call):
            return False  # Closed in the meantime: the known boxes are carried along until other models are ready.
        self._pending = _Pending(call, frame.index, views, time.perf_counter())
        return True

    def _detect(self, frame: Frame, views: list[GreyView]) -> _Carried:
        started_s = time.perf_counter()
        found = detect(self.detector, frame)
        self._fast = time.perf_counter() - started_s < self._patience_s
        # Done here and not in the calling thread: with many faces it takes as long as several frames.
        position = 0
        while position + 1 < len(views):
            found = _carried_through(found, (views[position], views[position + 1]))
            position += 1
        return _Carried(found, position)

    def _answer(self, pending: _Pending, frame: Frame, view: GreyView) -> Found | None:
        try:
            answer = pending.call.result(self._patience_s if self._fast else 0)
        except TimeoutError:
            return None
        except HelperEnded:
            self._pending = None
            if self._closed:
                return None
            raise
        if pending.discarded:
            return None
        self._pending = None
        if answer.position == 0 and frame.index == pending.index:
            return answer.found
        left = pending.views[answer.position :]
        return _carried_through(answer.found, left if left[-1] is view else [*left, view])


def _carried_through(found: Found, views: Sequence[GreyView]) -> Found:
    """What was found in the first view, carried through the others to the last."""
    boxes = tuple(detection.box for detection in found.detections)
    for before, after in pairwise(views):
        boxes = carried(boxes, before, after)
    moved = tuple(Detection(box, detection.score) for box, detection in zip(boxes, found.detections, strict=True))
    return Found(moved, found.detector, exact=False)
