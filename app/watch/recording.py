"""What is watched is kept: live analyses as a video, a table, or a single picture."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from app.atomic_files import replacing
from app.drawing.drawing import draw
from app.errors import StudioError, UsageError
from app.frames import Analysis
from app.models.loader import LoadedModels
from app.settings import AnalysisSettings
from app.threads.handoff import Inbox
from app.video import PictureWriter
from app.video.sink import PICTURE_OPTIONS
from app.video.writer import VIDEO_FORMATS
from app.watch.recorded_files import Abandoned, Counts, Moment, Output, TableRecorder, VideoRecorder
from app.watch.shown_frame import ViewOptions

LOG = logging.getLogger(__name__)

WAITING_FRAMES = 12
"""Enough for a slow moment of the encoder; 75 MB in full HD."""

VIDEO_JUMP_S = 1
"""A larger step forward in a video is the user's seeking; a live source may well be silent for longer."""

_USUAL_STEP = Fraction(1, 25)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording came to. `video` and `table` are None where they were not wanted or could not be kept, and
    `error` says why. `dropped` counts analyses for which there was no room."""

    frames: int
    dropped: int
    video: Path | None
    table: Path | None
    error: StudioError | None = None


class Recording:
    """Keeps the analyses that it is offered, until it is stopped.

    Frames are numbered from 0 and their times begin at 0 and rise, whatever is watched meanwhile: where a video is
    wound, or another source opened, the recording simply goes on. Distances between frames are kept. The picture has
    the first frame's size; others are fitted into it.

    `title` is what a person calls the source, and `address` what the user named it; a video never replaces itself.
    `models` and `settings` tell what is in use, for the record beside the table. `failed` is told of the first failure,
    in the recording's thread; the recording has ended then, and what could be kept is there.
    Thread: any.
    """

    def __init__(
        self,
        video: Path | None,
        table: Path | None,
        *,
        title: str,
        address: str = "",
        models: Callable[[], LoadedModels | None],
        settings: Callable[[], AnalysisSettings],
        failed: Callable[[StudioError], object],
    ) -> None:
        """Raises UsageError for a name that no video or table can have, OutputError where a place cannot be written."""
        if video is None and table is None:
            raise UsageError("A recording needs a video or a table.", advice="Choose at least one.")
        if video is not None:
            _check_suffix(video, tuple(VIDEO_FORMATS))
        for path in (video, table):
            _try_place(path)
        self._models = models
        self._settings = settings
        self._failed = failed
        self._inbox: Inbox[Moment] = Inbox(WAITING_FRAMES)
        self._course = _Timeline()
        self._outputs: list[Output] = []
        if video is not None:
            self._outputs.append(VideoRecorder(video, Path(address)))
        if table is not None:
            self._outputs.append(TableRecorder(table, title))
        self._kept: list[Path] = []
        self._error: StudioError | None = None
        self._video, self._table = video, table
        self.frames = 0
        """Written so far."""
        self.dropped = 0
        """Offered, and not taken for want of room."""
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def offer(self, analysis: Analysis, options: ViewOptions) -> bool:
        """Whether the analysis is kept. Never waits: where there is no room it is dropped, and counted.

        The same frame again, as of a paused video, is no other one and not kept twice.
        """
        if self._course.is_again(analysis):
            return True
        taken = self._inbox.offer(Moment(analysis, options, self._models(), self._settings()))
        if not taken and self._error is None:
            self.dropped += 1
        return taken

    def stop(self) -> Recorded:
        """Finishes video and table, and waits for it."""
        self._inbox.end()
        self._thread.join()
        video, table = (path if path in self._kept else None for path in (self._video, self._table))
        return Recorded(self.frames, self.dropped, video, table, self._error)

    def _run(self) -> None:
        for moment in self._inbox:
            placed = replace(moment, analysis=self._course.placed(moment.analysis, self.frames))
            for output in tuple(self._outputs):
                self._do(output, partial(output.write, placed))
            self.frames += 1
            if self._error is not None:
                self._inbox.abandon()
                break
        for output in tuple(self._outputs):
            if not self.frames:
                output.abandon()
            elif self._do(output, partial(output.finish, Counts(self.frames, self.dropped))):
                self._kept.append(output.path)
        if self._error is not None:
            self._failed(self._error)

    def _do(self, output: Output, work: Callable[[], None]) -> bool:
        """Whether it went well; an output that fails is given up, and the others go on to their end."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 — it is told, and must not cost the other output
            output.abandon()
            self._outputs.remove(output)
            self._error = self._error or _told(error, output.path)
            return False
        return True


class _Timeline:
    """The recording's timeline. `is_again` is asked where analyses are offered, `placed` where they are written."""

    def __init__(self) -> None:
        self._offered: tuple[int, Fraction] | None = None
        self._shift = Fraction(0)
        self._last: Fraction | None = None
        self._step = _USUAL_STEP

    def is_again(self, analysis: Analysis) -> bool:
        frame = analysis.frame
        before, self._offered = self._offered, (frame.index, frame.time)
        return frame.captured_s is None and before == self._offered

    def placed(self, analysis: Analysis, number: int) -> Analysis:
        """The analysis with its number and time in the recording."""
        frame = analysis.frame
        if self._last is None:
            self._shift = -frame.time
        else:
            step = frame.time + self._shift - self._last
            wound = frame.captured_s is None and step > VIDEO_JUMP_S
            if step <= 0 or wound:
                self._shift += self._step - step
            else:
                self._step = step
        self._last = frame.time + self._shift
        return Analysis(replace(frame, index=number, time=self._last), analysis.faces, analysis.timings_ms)


def save_still(analysis: Analysis, options: ViewOptions, path: Path) -> None:
    """The frame as it is shown, in its own size, as a picture of the kind that the name says.

    Raises UsageError for a name that no picture can have, OutputError where the place cannot be written.
    """
    _check_suffix(path, tuple(PICTURE_OPTIONS))
    with PictureWriter(path) as writer:
        writer.write(draw(analysis, options.style, options.reference), analysis.frame.time)


def _check_suffix(path: Path, known: tuple[str, ...]) -> None:
    if path.suffix.lower() not in known:
        raise UsageError(f"{path.name} has no ending that can be written.", advice=f"Choose one of {', '.join(known)}.")


def _try_place(path: Path | None) -> None:
    """Raises OutputError where nothing can be written there, before the first frame comes; touches nothing."""
    if path is not None:
        with suppress(Abandoned), replacing(path):
            raise Abandoned


def _told(error: Exception, path: Path) -> StudioError:
    if isinstance(error, StudioError):
        return error
    LOG.error("The recording to %s failed.", path, exc_info=error)
    return StudioError(f"{path.name} could not be recorded: {error}", advice="The log has the details.")
