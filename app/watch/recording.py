"""Recording of a live view: a video, a pose table, or a single picture."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Protocol

from app.atomic_files import replacing
from app.drawing.drawing import draw
from app.errors import OutputError, StudioError, UsageError
from app.frames import Analysis
from app.outputs.collisions import check_not_watched
from app.outputs.record import record_path
from app.outputs.tables import table_format
from app.threads.handoff import Inbox
from app.threads.workers import Worker
from app.video import PictureWriter
from app.video.live_addresses import is_live
from app.video.sink import PICTURE_OPTIONS
from app.video.streams import without_password
from app.video.writer import VIDEO_FORMATS
from app.watch.analysis_log import RecordingPlan
from app.watch.listener import ViewListener, ViewRequest, WatcherState
from app.watch.recorded_sound import Wave
from app.watch.recording_folder import Finished, RecordingFolder, finish
from app.watch.shown_frame import ViewOptions
from app.watch.unfinished import claim_new

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
    None if they were not requested or, because of `error`, could not be written. `source_changed`: it ended because
    another source was opened, or its source was closed. `unfinished`: a folder that contains what could not be
    finished because of `error`; the next start of the program offers to finish it.
    """

    frames: int
    dropped: int
    video: Path | None
    table: Path | None
    error: StudioError | None = None
    source_changed: bool = False
    unfinished: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """An analysis, and the request that it was made for. `epoch` counts how often the faces' IDs started again."""

    analysis: Analysis
    request: ViewRequest
    epoch: int


Hear = Callable[[Wave, float], None]
"""Takes samples at `recorded_sound.RATE`, and the moment of `time.perf_counter` at which the first was heard."""


class Closing(Protocol):
    def close(self) -> None: ...


class Recording(ViewListener):
    """Writes the analyses of one source to a video, a table, or both, until it is stopped or another source is opened.

    Frames are numbered from 0, and their times start at 0 and rise: if the user seeks in a video, or a lost stream
    comes back, the recording continues. The time between frames is kept. Each face has a number of its own, even if the
    source's IDs start again. The video has the size of the first frame; frames of another size are fitted into it.

    Until it is finished, everything is in a folder beside the files, which is noted in `journal` (None: nowhere) and
    survives the end of the program.

    `title`: the source's name for people. `address`: the source as the user named it; a video never overwrites itself.
    `clean`: a second video, without anything drawn on it. `open_microphone`: opens a microphone whose sound is recorded
    as well; it may raise StudioError.
    `ended` is called once if the recording ends by itself, because of an error or because the source was closed.
    Thread: any.
    """

    def __init__(
        self,
        video: Path | None,
        table: Path | None,
        *,
        title: str,
        address: str = "",
        clean: Path | None = None,
        open_microphone: Callable[[Hear], Closing] | None = None,
        journal: Path | None = None,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        """Raises UsageError for an extension of another kind of file, OutputError if a path cannot be written."""
        if video is None and table is None:
            raise UsageError("A recording needs a video or a table.", advice="Choose at least one.")
        for path in (video, clean):
            if path is not None:
                _check_suffix(path, tuple(VIDEO_FORMATS))
        if table is not None:
            table_format(table)
        record = record_path(table) if table is not None else None
        written = [path for path in (video, table, record, clean) if path is not None]
        check_not_watched(written, address)
        for path in written:
            _check_writable(path)
        self._ended = ended
        self._address = address
        self._inbox: Inbox[_Moment] = Inbox(WAITING_FRAMES)
        self._timeline = _Timeline()
        self._faces = _FaceNumbers()
        self._epoch = 0
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        shown = without_password(address) if is_live(address) else address
        plan = RecordingPlan(video, table, title, shown, now, clean, open_microphone is not None)
        self._folder = RecordingFolder(plan)
        self._claim = claim_new(journal, self._folder.path) if journal is not None else None
        self._finished: Finished | None = None
        self._error: StudioError | None = None
        self._unfinished: Path | None = None
        self._source_changed = False
        self._sound_error: OSError | None = None
        self.frames = 0
        """How many have been written so far."""
        self.dropped = 0
        """How many were left out because too many were waiting."""
        self._microphone: Closing | None = None
        if open_microphone is not None:
            try:
                self._microphone = open_microphone(self._hear)
            except BaseException:
                self._folder.discard()
                if self._claim is not None:
                    self._claim.remove()
                raise
        self._worker = Worker("recording", self._run)

    def on_state(self, state: WatcherState) -> None:
        """Ends the recording when another source is opened, or the source is closed.

        A source that is lost, stopped or has ended may come back.
        """
        if state.status == "empty" or (state.status == "opening" and state.address != self._address):
            self.end_with_source()

    def end_with_source(self) -> None:
        """Ends the recording because its source is not watched any more. Does not wait."""
        if not self._source_changed:
            self._source_changed = True
            self._inbox.end()
            self._ended()

    def on_faces_restarted(self) -> None:
        self._epoch += 1

    def on_analysed(self, analysis: Analysis, request: ViewRequest) -> None:
        """Takes the analysis, or leaves it out and counts it if too many are waiting. Never waits.

        A frame that is analysed again, such as in a paused video, is written once.
        """
        if self._source_changed or self._timeline.is_again(analysis):
            return
        taken = self._inbox.offer(_Moment(analysis, request, self._epoch))
        if not taken and self._error is None:
            self.dropped += 1

    def _hear(self, wave: Wave, heard_s: float) -> None:
        """Thread: the microphone's."""
        if self._folder.sound is not None and self._sound_error is None:
            try:
                self._folder.sound.add(wave, heard_s)
            except OSError as error:
                LOG.warning("The sound of the recording cannot be written: %s", error)
                self._sound_error = error

    def stop(self) -> Recorded:
        """Completes the video and the table, and waits until that is done."""
        self._inbox.end()
        self._worker.join()
        finished = self._finished or Finished(self.frames, None, None)
        return Recorded(
            finished.frames,
            self.dropped,
            finished.video,
            finished.table,
            self._error,
            self._source_changed,
            self._unfinished,
        )

    def _run(self) -> None:
        for moment in self._inbox:
            analysis = self._faces.unique(self._timeline.placed(moment.analysis, self.frames), moment.epoch)
            if not self._try(partial(self._folder.write, analysis, moment.request)):
                self._inbox.abandon()
                break
            self.frames += 1
        if self._microphone is not None:
            self._microphone.close()
        if self._sound_error is not None:
            reason = self._sound_error.strerror or self._sound_error
            self._error = self._error or OutputError(f"The sound could not be written completely: {reason}.")
        if self.frames:
            self._try(partial(self._folder.end, dropped=self.dropped))
            self._try(self._finish)
        if self.frames and self._finished is None:
            self._unfinished = self._folder.path if self._folder.path.exists() else None
            if self._claim is not None:
                self._claim.release()
        else:
            self._folder.discard()
            if self._claim is not None:
                self._claim.remove()
        if self._error is not None and not self._source_changed:
            self._ended()

    def _finish(self) -> None:
        self._folder.check_present()
        self._finished = finish(self._folder.path)

    def _try(self, work: Callable[[], object]) -> bool:
        """Returns whether the work succeeded. The first error is kept."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 — it is reported, and what can be finished is
            self._error = self._error or _described(error, self._folder.path)
            return False
        return True


class _FaceNumbers:
    """Gives each face of the recording a number of its own. Thread: the recording's."""

    def __init__(self) -> None:
        self._epoch = 0
        self._shift = 0
        self._highest = 0

    def unique(self, analysis: Analysis, epoch: int) -> Analysis:
        """The IDs as they are shown; once they have started again, higher ones than all before."""
        if epoch != self._epoch:
            self._epoch, self._shift = epoch, self._highest
        faces = tuple(replace(face, track_id=face.track_id + self._shift) for face in analysis.faces)
        self._highest = max((self._highest, *(face.track_id for face in faces)))
        return replace(analysis, faces=faces)


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


def save_still(analysis: Analysis, options: ViewOptions, path: Path, *, address: str = "") -> None:
    """Writes the frame as it is shown, in its own size, in the format of the path's extension.

    `address`: the source, which must not be overwritten.
    Raises UsageError for an extension of another kind of file or the source itself, OutputError if the path cannot be
    written.
    """
    _check_suffix(path, tuple(PICTURE_OPTIONS))
    check_not_watched([path], address)
    with PictureWriter(path) as writer:
        writer.write(draw(analysis, options.style, options.reference), analysis.frame.time)


def _check_suffix(path: Path, known: tuple[str, ...]) -> None:
    if path.suffix.lower() not in known:
        raise UsageError(
            f"Files of this type ({path.name}) cannot be written.", advice=f"Choose one of: {', '.join(known)}."
        )


def _check_writable(path: Path) -> None:
    """Raises OutputError if the path cannot be written. Changes nothing."""
    with suppress(_OnlyTried), replacing(path):
        raise _OnlyTried


class _OnlyTried(Exception):
    """Leaves a block without a file."""


def _described(error: Exception, folder: Path) -> StudioError:
    if isinstance(error, StudioError):
        return error
    LOG.error("The recording in %s failed.", folder, exc_info=error)
    return StudioError(f"The recording failed unexpectedly: {error}", advice="The log has the details.")
