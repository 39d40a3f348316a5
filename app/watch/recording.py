"""Recording of a live view: a video, a pose table, or a single picture."""

from __future__ import annotations

import logging
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
from app.threads.handoff import Inbox
from app.threads.workers import Worker
from app.video import PictureWriter
from app.video.sink import PICTURE_OPTIONS
from app.video.writer import VIDEO_FORMATS
from app.watch.listener import ViewListener, ViewRequest
from app.watch.recorded_files import Abandoned, Moment, Output, TableRecorder, VideoRecorder
from app.watch.shown_frame import ViewOptions

LOG = logging.getLogger(__name__)

WAITING_FRAMES = 12
"""How many analyses wait for the encoder: enough for a slow moment; 75 MB in full HD."""

VIDEO_JUMP_S = 1
"""A longer step forward in a video means that the user has seeked. A live source may well pause for longer."""

_USUAL_STEP = Fraction(1, 25)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording wrote.

    `frames` were written and `dropped` left out because the disk or the encoder was too slow. `video` and `table` are
    None if they were not requested or, because of `error`, could not be written.
    """

    frames: int
    dropped: int
    video: Path | None
    table: Path | None
    error: StudioError | None = None


class Recording(ViewListener):
    """Writes the analyses that it is given to a video, a table, or both, until it is stopped.

    Frames are numbered from 0, and their times start at 0 and rise, whatever is watched meanwhile: if the user seeks in
    a video or opens another source, the recording continues. The time between frames is kept. The video has the size of
    the first frame; frames of another size are fitted into it.

    `title`: the source's name for people. `address`: the source as the user named it; a video never overwrites itself.
    `failed` gets the first error, in the recording's thread. The recording has ended by then, and the files that could
    be completed are there.
    Thread: any.
    """

    def __init__(
        self,
        video: Path | None,
        table: Path | None,
        *,
        title: str,
        address: str = "",
        failed: Callable[[StudioError], object],
    ) -> None:
        """Raises UsageError for an extension of another kind of file, OutputError if a path cannot be written."""
        if video is None and table is None:
            raise UsageError("A recording needs a video or a table.", advice="Choose at least one.")
        if video is not None:
            _check_suffix(video, tuple(VIDEO_FORMATS))
        for path in (video, table):
            _check_writable(path)
        self._failed = failed
        self._inbox: Inbox[Moment] = Inbox(WAITING_FRAMES)
        self._timeline = _Timeline()
        self._outputs: list[Output] = []
        if video is not None:
            self._outputs.append(VideoRecorder(video, Path(address)))
        if table is not None:
            self._outputs.append(TableRecorder(table, title))
        self._complete: list[Path] = []
        self._error: StudioError | None = None
        self._video, self._table = video, table
        self.frames = 0
        """How many have been written so far."""
        self.dropped = 0
        """How many were left out because too many were waiting."""
        self._worker = Worker("recording", self._run)

    def on_analysed(self, analysis: Analysis, request: ViewRequest) -> None:
        """Takes the analysis, or leaves it out and counts it if too many are waiting. Never waits.

        A frame that is analysed again, such as in a paused video, is written once.
        """
        if self._timeline.is_again(analysis):
            return
        taken = self._inbox.offer(Moment(analysis, request))
        if not taken and self._error is None:
            self.dropped += 1

    def stop(self) -> Recorded:
        """Completes the video and the table, and waits until that is done."""
        self._inbox.end()
        self._worker.join()
        video, table = (path if path in self._complete else None for path in (self._video, self._table))
        return Recorded(self.frames, self.dropped, video, table, self._error)

    def _run(self) -> None:
        for moment in self._inbox:
            placed = replace(moment, analysis=self._timeline.placed(moment.analysis, self.frames))
            for output in tuple(self._outputs):
                self._do(output, partial(output.write, placed))
            self.frames += 1
            if self._error is not None:
                self._inbox.abandon()
                break
        for output in tuple(self._outputs):
            if not self.frames:
                output.abandon()
            elif self._do(output, partial(output.finish, dropped=self.dropped)):
                self._complete.append(output.path)
        if self._error is not None:
            self._failed(self._error)

    def _do(self, output: Output, work: Callable[[], None]) -> bool:
        """Returns whether the work succeeded. An output that fails is abandoned, and the others are completed."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 — it is reported, and must not affect the other output
            output.abandon()
            self._outputs.remove(output)
            self._error = self._error or _described(error, output.path)
            return False
        return True


class _Timeline:
    """Frame times of the recording. Thread: `is_again` where analyses arrive, `placed` where they are written."""

    def __init__(self) -> None:
        self._offered: tuple[int, Fraction] | None = None
        self._shift = Fraction(0)
        self._last: Fraction | None = None
        self._step = _USUAL_STEP

    def is_again(self, analysis: Analysis) -> bool:
        """Whether it is of the same frame as the one before."""
        frame = analysis.frame
        before, self._offered = self._offered, (frame.index, frame.time)
        return frame.captured_s is None and before == self._offered

    def placed(self, analysis: Analysis, number: int) -> Analysis:
        """The analysis with its frame number and time in the recording."""
        frame = analysis.frame
        if self._last is None:
            self._shift = -frame.time
        else:
            step = frame.time + self._shift - self._last
            seeked = frame.captured_s is None and step > VIDEO_JUMP_S
            if step <= 0 or seeked:
                self._shift += self._step - step
            else:
                self._step = step
        self._last = frame.time + self._shift
        return Analysis(replace(frame, index=number, time=self._last), analysis.faces, analysis.timings_ms)


def save_still(analysis: Analysis, options: ViewOptions, path: Path) -> None:
    """Writes the frame as it is shown, in its own size, in the format of the path's extension.

    Raises UsageError for an extension of another kind of file, OutputError if the path cannot be written.
    """
    _check_suffix(path, tuple(PICTURE_OPTIONS))
    with PictureWriter(path) as writer:
        writer.write(draw(analysis, options.style, options.reference), analysis.frame.time)


def _check_suffix(path: Path, known: tuple[str, ...]) -> None:
    if path.suffix.lower() not in known:
        raise UsageError(
            f"Files of this type ({path.name}) cannot be written.", advice=f"Choose one of: {', '.join(known)}."
        )


def _check_writable(path: Path | None) -> None:
    """Raises OutputError if the path cannot be written. Changes nothing."""
    if path is not None:
        with suppress(Abandoned), replacing(path):
            raise Abandoned


def _described(error: Exception, path: Path) -> StudioError:
    if isinstance(error, StudioError):
        return error
    LOG.error("The recording to %s failed.", path, exc_info=error)
    return StudioError(f"{path.name} could not be recorded: {error}", advice="The log has the details.")
