"""Long videos in segments that several workers analyse, joined without a seam by `app.batch.joining`.

A segment keeps what detector and network answer for its frames, which depends on nothing but the frame, as long as the
detector looks at each that is measured; and when each is shown, how large it is, and whether a shot begins with it. All
that has a memory, such as tracks and smoothing, is computed by the joining worker from these, so the table is the same
as that of the unsplit video. Segments overlap by a few frames; where both have other answers for these, the video
cannot be decoded exactly from there, and is processed unsplit.
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
from app.analysis.turned_away import keeps_turned_s
from app.atomic_files import replacing
from app.export.answers import Answers, KnownDetector, KnownEstimator
from app.export.measured import frames_of
from app.export.pipeline import RunControl, export_frames
from app.export.resume import ANSWERS
from app.export.run import OpenModels
from app.export.task import ExportTask
from app.frames import Analysis, Frame
from app.video import open_source
from app.video.video_file import VideoFile
from app.weights import ModelStore

OVERLAP = 5
"""Measured frames that two segments share."""

SEEN = "seen"
"""What a line says that is about the frame itself."""

FRAMES = "frames.jsonl"
"""What is known of all frames, once segments are joined."""

LINES_IN_FRAME = 3
"""What the detector answers, what the network answers, and what is known of the frame itself, in this order."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The frames of a video from number `first` on and before `end`, which another one begins with or which is its end.

    `number`: of the segment, counted from 0. `place`: of its first measured frame among all that are. `since`,
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
    """Segments do not agree about the frames that they share, or something in them needs the whole video to be read."""


def segments_of(task: ExportTask, length_s: float) -> tuple[Segment, ...]:
    """The segments of about this length, each starting at a keyframe.

    Fewer than two if the video cannot be split: it is short, its keyframes are not reliable, or boxes are carried from
    frame to frame.
    """
    if task.settings.detect_every > 1 or task.settings.keep_turned_s or task.detector.boxes is not None:
        return ()
    with open_source(task.source) as source:
        if not isinstance(source, VideoFile):
            return ()
        times, keys = source.times(), source.key_frames()
    if times is None or keys is None:
        return ()
    every = task.settings.measure_every
    begin = bisect_left(times, task.since)
    end = len(times) if task.until is None else bisect_left(times, task.until)
    cuts = [begin]
    for key in keys:
        if times[cuts[-1]] + Fraction(length_s) <= times[key] and key + OVERLAP * every < end:
            cuts.append(key)
    if len(cuts) > 1 and times[end - 1] - times[cuts[-1]] < Fraction(length_s) / 2:
        cuts.pop()
    return tuple(
        Segment(
            number,
            first,
            last,
            measured(begin, first, every),
            task.since if first == begin else times[first],
            task.until if last == end else times[last + OVERLAP * every],
        )
        for number, (first, last) in enumerate(itertools.pairwise([*cuts, end]))
    )


def measured(first: int, end: int, every: int) -> int:
    """How many of the frames from number `first` on and before `end` are multiples of `every`."""
    return max(0, -(-end // every) + -first // every)


def segments_folder(folder: Path, name: str, options: object) -> Path:
    """Where the segments of a video are kept. `options`: what their content depends on, as JSON types."""
    key = hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:12]
    return folder / "work" / f"{name}-{key}"


def answer(task: ExportTask, segment: Segment, path: Path, *, store: ModelStore, open_models: OpenModels) -> int:
    """Writes what detector and network answer for the frames of a segment; returns the number of frames.

    The file appears at the end. Raises what an export raises, and SeamDiffers if the reading of the whole video would
    say more about it than that of its parts: damage, another size of pictures, or answers that are not numbers.
    """
    control = RunControl()
    unsmoothed = replace(task.settings, filter="one-euro", smoothing=0.0)
    part_of = replace(task, since=segment.since, until=segment.until, settings=unsmoothed)
    with (
        open_source(task.source, by_card=task.decoder == "nvidia") as source,
        replacing(path) as part,
        open_models(part_of, source.facts, store, control) as (detector, estimator),
    ):
        if keeps_turned_s(task.settings, estimator.record) > 0:
            raise SeamDiffers  # Where a head is that has turned away depends on the pictures before.
        usual = source.notes
        answers = Answers(part)
        try:
            analyzer = Analyzer(
                KnownDetector(detector, answers),
                KnownEstimator(estimator, answers, first=segment.place),
                part_of.settings,
            )
            counts = export_frames(
                frames_of(part_of, source, control.stop, every=task.settings.measure_every),
                _Noting(analyzer, answers),
                style=task.style,
                sink=None,
                control=control,
            )
        finally:
            answers.close()
        if counts.damaged_frames or counts.undefined_poses or source.damage is not None or source.notes != usual:
            raise SeamDiffers
    return counts.frames


class _Noting:
    """An analysis that adds to the answers what is known of each frame. Thread: one at a time."""

    def __init__(self, analyzer: Analyzer, answers: Answers) -> None:
        self._analyzer, self._answers = analyzer, answers

    def __call__(self, frame: Frame) -> Analysis:
        analysis = self._analyzer(frame)
        self._answers.add(SEEN, frame.index, [str(frame.time), *frame.size, self._analyzer.begins_shot])
        return analysis


def remove_segments(segments: Sequence[Segment], folder: Path) -> None:
    """Removes the answers of all segments. Never raises OSError."""
    for path in (*(segment.file(folder) for segment in segments), folder / ANSWERS, folder / FRAMES):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    for empty in (folder, folder.parent):
        with suppress(OSError):
            empty.rmdir()
