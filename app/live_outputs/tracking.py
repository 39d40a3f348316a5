"""Follows a source without a window, and sends what it finds to live outputs."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from app.errors import SourceError
from app.frames import Analysis, Frame
from app.live_outputs.sender import HeadSender
from app.settings import Reference
from app.threads.handoff import ahead
from app.threads.signals import Stop
from app.video.live_addresses import LiveSource
from app.watch.listener import ViewRequest
from app.watch.shown_frame import ViewOptions
from app.watch.watcher import FIRST_RETRY_S, LONGEST_RETRY_S

LOG = logging.getLogger(__name__)

RATE_WINDOW_S = 2.0


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """How far it is: seconds since the first frame, frames analysed, frames left out because they came too fast, frames
    analysed per second in the last seconds, and the faces in the last one."""

    passed_s: float = 0.0
    frames: int = 0
    skipped: int = 0
    frames_with_face: int = 0
    per_s: float = 0.0
    faces: int = 0


class Tracking:
    """One run over a source. The newest frame is analysed, again and again.

    `make_analyze` makes what analyses the frames of a source that has just been opened.
    `neutral_taken` is called when a neutral pose has been taken.
    `open_again`: opens the source once more after it was lost; None: that is an error.
    Thread: `run` in one; `set_neutral` and `progress` from any.
    """

    def __init__(
        self,
        source: LiveSource,
        make_analyze: Callable[[], Callable[[Frame], Analysis]],
        sender: HeadSender,
        *,
        reference: Reference,
        neutral_after_s: float | None = None,
        open_again: Callable[[], LiveSource] | None = None,
        neutral_taken: Callable[[], object] = lambda: None,
    ) -> None:
        self._source = source
        self._make_analyze = make_analyze
        self._sender = sender
        self._request = ViewRequest(ViewOptions(reference=reference))
        self._neutral_at_s = neutral_after_s
        self._open_again = open_again
        self._neutral_taken = neutral_taken
        self._began_s: float | None = None
        self._moments: deque[float] = deque()
        self._last_index: int | None = None
        self._tries = 0
        self.progress = TrackProgress()

    def set_neutral(self) -> None:
        """The next face that is found is in the neutral pose."""
        self._neutral_at_s = 0.0

    def run(self, stop: Stop, *, duration_s: float | None = None, report: Callable[[], object] = lambda: None) -> None:
        """Returns at the end of the source, after this many seconds from the first frame on, or when `stop` was
        requested. `report` is called after each frame.

        Raises SourceError if the source cannot be opened, or is lost and cannot be opened again.
        """
        stop.add(self._close_source)
        try:
            while not stop.requested:
                try:
                    self._follow(stop, duration_s, report)
                except SourceError as error:
                    self._reopen(error, stop)
                else:
                    return
        finally:
            stop.discard(self._close_source)
            self._source.close()

    def _close_source(self) -> None:
        self._source.close()

    def _follow(self, stop: Stop, duration_s: float | None, report: Callable[[], object]) -> None:
        analyze = self._make_analyze()
        self._sender.on_faces_restarted()
        with ahead(self._source.frames(), capacity=1, overwrite=True, stop=stop) as frames:
            for frame in self._until(frames, duration_s):
                analysis = analyze(frame)
                self._take_neutral(analysis)
                self._sender.on_analysed(analysis, self._request)
                self._note(analysis)
                report()

    def _until(self, frames: Iterator[Frame], duration_s: float | None) -> Iterator[Frame]:
        for frame in frames:
            now_s = time.perf_counter()
            if self._began_s is None:
                self._began_s = now_s
            if duration_s is not None and now_s - self._began_s >= duration_s:
                return
            yield frame

    def _reopen(self, error: SourceError, stop: Stop) -> None:
        if self._open_again is None or self._began_s is None:
            raise error
        wait_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2**self._tries)
        self._tries += 1
        LOG.warning("%s It is opened again in %.0f s.", error.message, wait_s)
        if not stop.wait_until(time.perf_counter() + wait_s):
            self._source, self._last_index = self._open_again(), None
            if stop.requested:
                self._source.close()

    def _take_neutral(self, analysis: Analysis) -> None:
        """Makes the pose of the face that is sent the neutral one, if that is wanted and there is one."""
        passed_s = time.perf_counter() - self._began_s if self._began_s is not None else 0.0
        if self._neutral_at_s is None or passed_s < self._neutral_at_s:
            return
        face = self._sender.chosen(analysis, self._request.options)
        if face is None or face.smoothed is None:
            return
        options = self._request.options
        neutral = replace(options.reference, neutral=face.smoothed, neutral_source=self._source.title)
        self._request = replace(self._request, options=replace(options, reference=neutral))
        self._neutral_at_s = None
        self._neutral_taken()

    def _note(self, analysis: Analysis) -> None:
        now_s, index, before = time.perf_counter(), analysis.frame.index, self.progress
        self._tries = 0
        self._moments.append(now_s)
        while now_s - self._moments[0] > RATE_WINDOW_S:
            self._moments.popleft()
        span_s = now_s - self._moments[0]
        skipped = 0 if self._last_index is None else max(0, index - self._last_index - 1)
        self._last_index = index
        found = sum(1 for face in analysis.faces if face.smoothed is not None)
        self.progress = TrackProgress(
            passed_s=now_s - (self._began_s or now_s),
            frames=before.frames + 1,
            skipped=before.skipped + skipped,
            frames_with_face=before.frames_with_face + bool(found),
            per_s=(len(self._moments) - 1) / span_s if span_s > 0 else 0.0,
            faces=found,
        )
