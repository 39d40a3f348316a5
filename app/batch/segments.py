"""Long videos in segments that several workers analyse, joined without a seam.

A segment keeps only what detector and network answer for its frames, which depends on nothing but the frame, as long as
the detector looks at each. All that has a memory, such as tracks, cuts and smoothing, is computed by the joining worker
from these answers and the frames of the whole video, exactly as a resumed export does. So the table is the same as
that of the unsplit video. Segments overlap by a few frames; where both have other answers for these, the video cannot
be decoded exactly from there, and is processed unsplit.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from app.analysis.analyzer import Analyzer
from app.atomic_files import replacing, writing
from app.export.answers import Answers, KnownDetector, KnownEstimator
from app.export.measured import frames_of
from app.export.pipeline import RunControl, export_frames
from app.export.resume import ANSWERS, work_folder
from app.export.run import OpenModels
from app.export.task import ExportTask
from app.frames import Note
from app.video import open_source
from app.video.video_file import VideoFile
from app.weights import ModelStore

OVERLAP = 5
"""Frames that two segments share."""

_LINES_IN_FRAME = 2
"""What the detector answers, and what the network answers."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The frames of a video from number `first` on and before `end`, which another one begins with or which is its end.

    `number`: of the segment, counted from 0. `place`: of its first frame among those that are exported. `since`,
    `until`: its times, with the overlap; None: up to the end of the export.
    """

    number: int
    first: int
    end: int
    place: int
    since: Fraction
    until: Fraction | None

    def file(self, folder: Path) -> Path:
        """Where its answers are."""
        return folder / f"{self.first}-{self.end}.jsonl"


class SeamDiffers(Exception):
    """Two segments do not agree about the frames that they share, or one of them had damaged frames."""


def segments_of(task: ExportTask, length_s: float) -> tuple[Segment, ...]:
    """The segments of about this length, each starting at a keyframe.

    Fewer than two if the video cannot be split: it is short, its keyframes are not reliable, or boxes are carried from
    frame to frame.
    """
    if task.settings.detect_every > 1 or task.settings.measure_every > 1 or task.detector.boxes is not None:
        return ()
    with open_source(task.source) as source:
        if not isinstance(source, VideoFile):
            return ()
        times, keys = source.times(), source.key_frames()
    if times is None or keys is None:
        return ()
    begin = bisect_left(times, task.since)
    end = len(times) if task.until is None else bisect_left(times, task.until)
    cuts = [begin]
    for key in keys:
        if times[cuts[-1]] + Fraction(length_s) <= times[key] and key + OVERLAP < end:
            cuts.append(key)
    if len(cuts) > 1 and times[end - 1] - times[cuts[-1]] < Fraction(length_s) / 2:
        cuts.pop()
    return tuple(
        Segment(
            number,
            first,
            last,
            first - begin,
            task.since if first == begin else times[first],
            task.until if last == end else times[last + OVERLAP],
        )
        for number, (first, last) in enumerate(itertools.pairwise([*cuts, end]))
    )


def segments_folder(folder: Path, name: str, options: object) -> Path:
    """Where the segments of a video are kept. `options`: what their content depends on, as JSON types."""
    key = hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:12]
    return folder / "work" / f"{name}-{key}"


def answer(task: ExportTask, segment: Segment, path: Path, *, store: ModelStore, open_models: OpenModels) -> int:
    """Writes what detector and network answer for the frames of a segment; returns the number of frames.

    The file appears at the end. Raises what an export raises, and SeamDiffers if a frame is damaged.
    """
    control = RunControl()
    unsmoothed = replace(task.settings, filter="one-euro", smoothing=0.0)
    part_of = replace(task, since=segment.since, until=segment.until, settings=unsmoothed)
    with (
        open_source(task.source) as source,
        replacing(path) as part,
        open_models(part_of, source.facts, store, control) as (detector, estimator),
    ):
        answers = Answers(part)
        try:
            analyzer = Analyzer(
                KnownDetector(detector, answers),
                KnownEstimator(estimator, answers, first=segment.place),
                part_of.settings,
            )
            counts = export_frames(
                frames_of(part_of, source, control.stop), analyzer, style=task.style, sink=None, control=control
            )
        finally:
            answers.close()
        if counts.damaged_frames:
            raise SeamDiffers
    return counts.frames


def join(task: ExportTask, segments: Sequence[Segment], folder: Path) -> tuple[Note, ...]:
    """Prepares the work of an interrupted export from the answers of all segments, for a resumable task to go on with.

    Returns what the record says about it. Raises SeamDiffers, and OutputError if the answers cannot be written.
    """
    work = work_folder(task)
    with writing(work):
        work.mkdir(parents=True, exist_ok=True)
    target = work / ANSWERS
    with replacing(target) as part, writing(target), part.open("w", encoding="utf-8", newline="\n") as file:
        shared: list[str] = []
        for segment in segments:
            lines = _lines(segment.file(folder))
            own = (segment.end - segment.first) * _LINES_IN_FRAME
            beyond = OVERLAP * _LINES_IN_FRAME if segment is not segments[-1] else 0
            if len(lines) != own + beyond or lines[: len(shared)] != shared:
                raise SeamDiffers
            file.writelines(lines[:own])
            shared = lines[own:]
    joints = tuple({"frame": segment.first, "time_s": float(segment.since)} for segment in segments[1:])
    sentence = f"The video was analysed in {len(segments)} segments, which were joined without a difference."
    return (Note("joined", sentence, joints),)


def _lines(path: Path) -> list[str]:
    """Empty if the file has gone, which does not agree with anything."""
    try:
        return path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return []


def remove_segments(segments: Sequence[Segment], folder: Path) -> None:
    """Removes the answers of all segments. Never raises OSError."""
    for segment in segments:
        with suppress(OSError):
            segment.file(folder).unlink(missing_ok=True)
    for empty in (folder, folder.parent):
        with suppress(OSError):
            empty.rmdir()
