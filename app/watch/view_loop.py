"""Watches one source: its frames are analysed and drawn as they come, the newest first, until it is stopped."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from app.errors import StudioError
from app.frames import Analysis, Frame
from app.threads.failures import without_traceback
from app.threads.handoff import ahead
from app.threads.signals import Stop
from app.threads.workers import Worker
from app.video import Source
from app.watch.listener import ViewListener, ViewRequest
from app.watch.painter import Painter
from app.watch.shown_frame import Pace, ViewOptions
from app.watch.source_analysis import Lead, SourceAnalysis, lead_in

LOG = logging.getLogger(__name__)

RATE_WINDOW_S = 2.0


class Watched(Protocol):
    """What can be watched: a live source, or a video's player."""

    def frames(self) -> Iterable[Frame]:
        """The frames, each when it is due. Raises SourceError if the source is lost."""
        ...

    def close(self) -> None:
        """Ends `frames`. Thread: any."""
        ...


class Video(Protocol):
    """What the view loop asks of the player of a video. Thread: any."""

    def repeat(self) -> None:
        """Gives the present frame again."""
        ...

    def stands_at(self, frame: Frame) -> bool:
        """Whether this frame stands still, and no other one is asked for."""
        ...

    def release(self) -> None:
        """The first frame's faces are known: playing may begin."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How a source came to its end; `error` is None if nothing went wrong."""

    error: StudioError | None


class ViewLoop:
    """Watches one source from its construction until `stop`.

    `request` gives what is wanted; it is called at each frame, in the view loop's thread and in the painter's.
    `ended` is called once in the view loop's thread, unless the loop was stopped.
    `video` is None for live sources, which soon give another frame. `open_again` opens a video once more: then a frame
    that stands still is analysed together with what precedes it.
    Thread: any.
    """

    def __init__(
        self,
        source: Watched,
        *,
        request: Callable[[], ViewRequest],
        listener: ViewListener,
        ended: Callable[[Ended], None],
        video: Video | None = None,
        open_again: Callable[[], Source] | None = None,
    ) -> None:
        self._source = source
        self._request = request
        self._listener = listener
        self._ended = ended
        self._video = video
        self._open_again = open_again
        self._lead: Lead | None = None
        self._files = ExitStack()
        self._pace = _PaceKeeper()
        self._stop = Stop()
        self._analysis = SourceAnalysis(
            live=video is None, failed=listener.on_models_failed, restarted=listener.on_faces_restarted
        )
        self._painter = Painter(self._options, listener.on_shown)
        self._worker = Worker("view loop", self._run)

    def watches(self, source: object) -> bool:
        return source is self._source

    def redraw(self) -> None:
        """Shows the present frame as requested now; it is analysed again only if models or settings have changed."""
        self._painter.redraw()
        if self._video is not None and self._analysis.is_outdated(self._request()):
            self._video.repeat()

    def stop(self) -> None:
        """Ends the loop and waits for its threads."""
        self._stop.request()
        self._source.close()
        self._worker.join()

    def _run(self) -> None:
        error: StudioError | None = None
        try:
            with ahead(self._source.frames(), capacity=1, overwrite=True, stop=self._stop) as frames:
                self._watch(frames)
        except StudioError as failure:
            error = without_traceback(failure)
        except Exception as failure:
            LOG.exception("The source failed unexpectedly.")
            error = StudioError(f"The source failed unexpectedly: {failure}.", advice="The log has the details.")
        finally:
            self._files.close()
            self._painter.close()
        if not self._stop.requested:
            self._ended(Ended(error))

    def _watch(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            request = self._request()
            jumped = self._analysis.enter(frame)
            if self._stands_at(frame):
                self._watch_standing(frame, request, jumped=jumped)
            else:
                analysis = self._analysis.of(frame, request)
                self._pace.add(analysis, jumped=jumped)
                self._listener.on_analysed(analysis, request)
                self._show(analysis)
            if self._video is not None:
                if not self._analysis.waiting_for:
                    self._video.release()
                self._analysis.when_detected(self._video.repeat)
                if self._analysis.is_outdated(self._request()):
                    # It changed after this frame's request was taken, but before `redraw` could see which one was.
                    self._video.repeat()

    def _stands_at(self, frame: Frame) -> bool:
        return self._open_again is not None and self._video is not None and self._video.stands_at(frame)

    def _watch_standing(self, frame: Frame, request: ViewRequest, *, jumped: bool) -> None:
        """Shows what is found in the frame at once; as soon as it is known, what does not depend on the way to it."""
        settled = self._analysis.settled(frame, request)
        if settled is None:
            moving = self._analysis.of(frame, request)
            self._pace.add(moving, jumped=jumped)
            settled = self._analysis.settled(frame, request)
            if settled is None:
                self._show(moving, rest="settling")
                settled = self._analysis.settle(
                    frame, request, self._frames_before(), wanted=lambda: self._is_wanted(frame, request)
                ) or self._analysis.settled(frame, request)  # If the models failed, the frame has no faces.
        else:
            self._pace.add(settled, jumped=jumped)
        if settled is not None:
            self._listener.on_analysed(settled, request)
            self._show(settled, rest="settled")

    def _is_wanted(self, frame: Frame, request: ViewRequest) -> bool:
        now = self._request()
        same = now.models is request.models and now.settings == request.settings
        return same and not self._stop.requested and self._stands_at(frame)

    def _frames_before(self) -> Lead:
        if self._lead is None:
            assert self._open_again is not None  # noqa: S101 — for the type checker
            self._lead = lead_in(self._files.enter_context(self._open_again()))
        return self._lead

    def _show(self, analysis: Analysis, *, rest: Literal["", "settling", "settled"] = "") -> None:
        pace = replace(self._pace.pace, waiting_for=self._analysis.waiting_for, rest=rest)
        self._painter.show(analysis, self._analysis.network_crop(analysis), pace)

    def _options(self) -> ViewOptions:
        """As requested; a followed face keeps being followed if its track ID was replaced."""
        options = self._request().options
        if options.followed is None:
            return options
        return replace(options, followed=self._analysis.present_id(options.followed))


class _PaceKeeper:
    """Measures how fast frames come and how many are left out."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int, dict[str, float]]] = deque()
        self._dropped = 0
        self.pace = Pace()

    def add(self, analysis: Analysis, *, jumped: bool) -> None:
        now_s, index = time.perf_counter(), analysis.frame.index
        if jumped:
            self._seen.clear()
        if self._seen and index > self._seen[-1][1] + 1:
            self._dropped += index - self._seen[-1][1] - 1
        self._seen.append((now_s, index, dict(analysis.timings_ms)))
        while now_s - self._seen[0][0] > RATE_WINDOW_S:
            self._seen.popleft()
        self.pace = replace(self._rates(), dropped=self._dropped)

    def _rates(self) -> Pace:
        (first_s, first_index, _), (last_s, last_index, _) = self._seen[0], self._seen[-1]
        span_s = last_s - first_s
        if span_s <= 0:
            return Pace(timings_ms=self._seen[-1][2])
        stages = {stage for _, _, timings in self._seen for stage in timings}
        means = {
            stage: sum(timings.get(stage, 0.0) for _, _, timings in self._seen) / len(self._seen) for stage in stages
        }
        return Pace((len(self._seen) - 1) / span_s, max(0, last_index - first_index) / span_s, timings_ms=means)
