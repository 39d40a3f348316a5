"""The folder beside a recording's files, in which it is written until it is finished, and how it is finished.

It contains a video in fragments and a log of the analyses. Both survive the end of the process, whatever ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np

from app.atomic_files import together, writing
from app.drawing.drawing import draw
from app.errors import OutputError
from app.frames import Analysis, Face, Frame, Note
from app.outputs.record import LIVE, WATCHED_VIDEO, Counts, SourceRecord, record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.outputs.tables_in_process import open_in_process
from app.video import SourceFacts, VideoWriter
from app.video.fitting import place_in
from app.video.fragments import encoded_packets
from app.video.writer import output_tick
from app.watch.analysis_log import AnalysisLog, LoggedFrame, LogReader, LogStart, RecordingPlan
from app.watch.listener import ViewRequest
from app.watch.recorded_sound import SoundFile, has_sound
from detectors import Box

_VIDEO, _CLEAN, _SOUND, _LOG = "video.mp4", "clean.mp4", "sound.wav", "analyses.jsonl"
_USUAL_RATE = Fraction(25)
_TICK = Fraction(1, 90_000)
"""A whole multiple of this is the frame time of every usual frame rate."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The files of a finished recording, and the number of frames in them."""

    frames: int
    video: Path | None
    table: Path | None


class RecordingFolder:
    """A recording being written, in a folder of its own: `path`.

    The video has the size of the first frame. A frame of another size is fitted into it, and so are its boxes: they are
    always in the pixels of the recorded video. The video is not mirrored, even if the view is, because the numbers
    belong to the picture that the camera saw.

    Thread: made in any, everything else in the recording's.
    """

    def __init__(self, plan: RecordingPlan) -> None:
        """Raises OutputError if the folder cannot be written to."""
        self._plan = plan
        target = plan.video or plan.table
        assert target is not None  # noqa: S101 — for the type checker
        with writing(target):
            self.path = _new_folder(target)
            self._log = AnalysisLog(self.path / _LOG, plan)
            self.sound = SoundFile(self.path / _SOUND) if plan.microphone else None
        self._files = ExitStack()
        self._video: VideoWriter | None = None
        self._clean: VideoWriter | None = None
        self._size: tuple[int, int] | None = None

    def write(self, analysis: Analysis, request: ViewRequest) -> None:
        """Adds a frame, with its number and time in the recording. Raises OutputError."""
        frame, options = analysis.frame, request.options
        if self._size is None:
            self._size = frame.size
        self.check_present()
        with writing(self.path / _LOG):
            self._log.write(_fitted(analysis, self._size), request, frame.size)
        if self.sound is not None and frame.captured_s is not None:
            self.sound.place(frame.time, frame.captured_s)
        if self._plan.video is not None:
            self._video = self._video or self._opened(_VIDEO, self._size)
            self._video.write(draw(analysis, replace(options.style, mirror=False), options.reference), frame.time)
        if self._plan.clean is not None:
            self._clean = self._clean or self._opened(_CLEAN, self._size)
            self._clean.write(frame.image, frame.time)

    def _opened(self, name: str, size: tuple[int, int]) -> VideoWriter:
        video = VideoWriter(self.path / name, size=size, source=_facts(self._plan, size), fragments=True)
        return self._files.enter_context(video)

    def end(self, *, dropped: int) -> None:
        """Completes what is in the folder. `dropped`: how many frames were left out. Raises OutputError."""
        with writing(self.path / _LOG):
            self._log.end(dropped=dropped)
            self._log.close()
            if self.sound is not None:
                self.sound.close()
        self._files.close()

    def check_present(self) -> None:
        """Raises OutputError if the folder is not there any more.

        On some systems, files that were moved or deleted can still be written to, and nobody would notice the loss.
        """
        if not (self.path / _LOG).is_file():
            raise OutputError(
                f"The recording has ended, because its folder {self.path} was moved or deleted.",
                advice="If it was moved, move it back: the next start of the program offers to finish the recording.",
            )

    def discard(self) -> None:
        """Removes the folder and all that is in it. Never raises OSError."""
        with suppress(OSError):
            self._log.close()
            if self.sound is not None:
                self.sound.close()
        with suppress(Exception):  # A file that is discarded need not be complete.
            self._files.close()
        remove_folder(self.path)


def finish(folder: Path, *, plan: RecordingPlan | None = None, recovered: bool = False) -> Finished | None:
    """Makes the video, the table and its record out of what is in the folder, which stays; None without a frame.

    All of them appear together. `plan`: where they go; None: where the recording was meant to go. `recovered`: the
    recording was not ended, and the record says so.

    Raises OutputError.
    """
    log = LogReader(folder / _LOG)
    plan = plan or log.plan
    if plan is None or log.start is None:
        return None
    shown = _shown(folder / _VIDEO)
    if not shown:
        plan = replace(plan, video=None)
    summary = _Summary(log.start)
    kept = _kept(log, shown, summary)
    with together():
        if plan.video is not None:
            _write_video(plan.video, folder / _VIDEO, _facts(plan, log.start.size, folder / _SOUND))
        if plan.clean is not None and _shown(folder / _CLEAN):
            _write_video(plan.clean, folder / _CLEAN, _facts(plan, log.start.size, folder / _SOUND))
        if plan.table is not None:
            _write_table(plan, log, kept, summary, recovered=recovered)
        for _ in kept:
            pass
        if not summary.frames:
            return None
    return Finished(summary.frames, plan.video, plan.table)


def summary_of(folder: Path) -> tuple[RecordingPlan, int, float] | None:
    """The plan, the number of frames and the seconds of a recording; None if there is nothing to finish."""
    log = LogReader(folder / _LOG)
    if log.plan is None or log.start is None:
        return None
    summary = _Summary(log.start)
    times = [logged.time for logged in _kept(log, _shown(folder / _VIDEO), summary)]
    return (log.plan, summary.frames, float(times[-1])) if times else None


def remove_folder(folder: Path) -> None:
    """Removes a recording's folder; other files that somebody put there stay. Never raises OSError."""
    for name in (_VIDEO, _CLEAN, _SOUND, _LOG):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


@dataclass(slots=True)
class _Summary:
    """What the record says about the frames that were kept."""

    start: LogStart
    frames: int = 0
    damaged: int = 0
    left_out: int = 0
    changes: list[Mapping[str, object]] = field(default_factory=list)


def _kept(log: LogReader, shown: frozenset[int], summary: _Summary) -> Iterator[LoggedFrame]:
    """The frames that are in the video as well; all of them if there is no video. Updates the summary after each."""
    tick, last = output_tick(_TICK), -1
    for logged in log.frames():
        last = max(round(logged.time / tick), last + 1)  # As the writer does.
        if shown and last not in shown:
            summary.left_out += 1
            continue
        if logged.change:
            summary.changes.append({"frame": summary.frames, "time_s": float(logged.time), **logged.change})
        yield logged
        summary.frames += 1
        summary.damaged += logged.damaged


def _shown(video: Path) -> frozenset[int]:
    """The times of the pictures in the video, in ticks."""
    tick = output_tick(_TICK)
    if not video.exists():
        return frozenset()
    return frozenset(
        round(packet.pts * packet.time_base / tick) for packet in encoded_packets(video) if packet.pts is not None
    )


def _write_video(path: Path, encoded: Path, facts: SourceFacts) -> None:
    with VideoWriter(path, size=facts.size, source=facts) as writer:
        for packet in encoded_packets(encoded):
            writer.copy(packet)


def _write_table(
    plan: RecordingPlan, log: LogReader, kept: Iterator[LoggedFrame], summary: _Summary, *, recovered: bool
) -> None:
    assert plan.table is not None  # noqa: S101 — for the type checker
    start, size = summary.start, summary.start.size
    with open_pose_table(plan.table, reference=start.reference, open_writer=open_in_process) as table:
        for logged in kept:
            table.write(_analysis(logged, summary.frames, size), logged.reference)
    counts = Counts(summary.frames, table.faces, table.frames_with_face, summary.damaged, table.undefined)
    write_record(
        record_path(plan.table),
        tables=[(plan.table.name, table_format(plan.table))],
        source=SourceRecord(
            name=plan.title, kind=LIVE if start.live else WATCHED_VIDEO, size=size, frame_count=summary.frames
        ),
        models=start.models,
        counts=counts,
        reference=start.reference,
        notes=_notes(summary, recovered=recovered),
        frames_dropped=log.dropped or 0,
        changes=summary.changes,
    )


def _notes(summary: _Summary, *, recovered: bool) -> Sequence[Note]:
    if not recovered:
        return ()
    sentence = f"The program ended during this recording. {summary.frames} frames were recovered"
    if summary.left_out:
        sentence += f"; the last {summary.left_out} were not yet in the video and were left out"
    return (Note("recovered", f"{sentence}.", ({"frames": summary.frames, "left_out": summary.left_out},)),)


def _facts(plan: RecordingPlan, size: tuple[int, int], sound: Path | None = None) -> SourceFacts:
    """Of a video with the sound in this file, if there is any; else of the source, which must not be overwritten."""
    if sound is None or not has_sound(sound):
        return SourceFacts(Path(plan.address), "video", *size, frame_rate=_USUAL_RATE, time_base=_TICK)
    return SourceFacts(sound, "video", *size, frame_rate=_USUAL_RATE, time_base=_TICK, has_sound=True)


def _analysis(logged: LoggedFrame, number: int, size: tuple[int, int]) -> Analysis:
    image = np.broadcast_to(np.uint8(0), (size[1], size[0], 3))
    return Analysis(Frame(image, number, logged.time, damaged=logged.damaged), logged.faces)


def _fitted(analysis: Analysis, size: tuple[int, int]) -> Analysis:
    """The analysis with its boxes where they are in a video of this size."""
    given = analysis.frame.size
    if given == size:
        return analysis
    left, top, inner = place_in(given, size)
    across, down = inner[0] / given[0], inner[1] / given[1]

    def moved(face: Face) -> Face:
        x1, y1, x2, y2 = face.box
        box = Box(left + x1 * across, top + y1 * down, left + x2 * across, top + y2 * down)
        return replace(face, box=box)

    return replace(analysis, faces=tuple(map(moved, analysis.faces)))


def _new_folder(target: Path) -> Path:
    """A new folder beside the target, with its name. Raises OSError."""
    for number in count(1):
        folder = target.with_name(f"{target.name}.recording" + (f"-{number}" if number > 1 else ""))
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise AssertionError
