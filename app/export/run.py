"""Runs one export: opens everything that it needs, passes the frames through, and writes the tables' records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.analysis.analyzer import Analyzer, Located, usable_camera
from app.atomic_files import together
from app.errors import Cancelled, UsageError
from app.export.answers import AnsweredSource
from app.export.measured import EveryKth, check_measured, expected_frames, frames_of, number_of
from app.export.pipeline import RunControl, export_frames
from app.export.resume import ResumableWork, resumable
from app.export.task import ExportTask, check_outputs, check_range, check_region
from app.export.zero_lag import analyses_without_delay
from app.frames import Analysis, Frame, Note
from app.models.opening import face_detector, load_estimator
from app.outputs.record import Counts, SourceRecord, described_models, write_record
from app.outputs.tables import PoseTable, open_pose_table
from app.settings import ZERO_LAG, AnalysisSettings
from app.threads.signals import Stop
from app.video import Sink, Source, SourceFacts, open_sink, open_source
from app.video.pictures_writer import PicturesWriter, pictures_folder
from app.weights import ModelStore
from detectors import FaceDetector
from hopenet import HeadPoseEstimator

_ALONE: Mapping[str, Any] = {"smoothing": 0.0, "detect_every": 1, "filter": "one-euro", "measure_every": 1}
"""The settings by which pictures are analysed, each one alone."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export wrote.

    `damage` says what could not be read; None if everything could. `notes`: what else was unusual about the source,
    the analysis or the written video. `measure_every`: which frames were measured; pictures are measured all.
    """

    counts: Counts
    damage: str | None = None
    notes: tuple[Note, ...] = ()
    measure_every: int = 1


OpenModels = Callable[
    [ExportTask, SourceFacts, ModelStore, RunControl], AbstractContextManager[tuple[FaceDetector, HeadPoseEstimator]]
]
"""Opens the models of an export for the length of a block."""


def run_task(
    task: ExportTask,
    *,
    store: ModelStore,
    control: RunControl,
    open_models: OpenModels | None = None,
    notes: tuple[Note, ...] = (),
    answered: AnsweredSource | None = None,
) -> ExportResult:
    """Runs one export.

    `open_models`: None opens them for this export alone. `notes`: what else the records say. `answered`: the source's
    frames, if detector and network have answered for all of them and no annotated video is written.
    Video, tables and records appear together at the end. Raises Cancelled if `control.stop` was requested, and a
    StudioError if an output, the source or a model fails. In both cases none of them appears, and files that existed
    before are unchanged.
    """
    check_outputs(task)
    if not task.resume:
        return _run(task, store, control, None, open_models or _models, notes, answered)
    with resumable(task) as work:
        return _run(task, store, control, work, open_models or _models, notes)


def _run(
    task: ExportTask,
    store: ModelStore,
    control: RunControl,
    work: ResumableWork | None,
    open_models: OpenModels,
    further_notes: tuple[Note, ...],
    answered: AnsweredSource | None = None,
) -> ExportResult:
    keep_decoded = task.video is not None and not task.as_pictures
    by_card = task.decoder == "nvidia"
    opened = open_source(task.source, keep_decoded=keep_decoded, by_card=by_card) if answered is None else answered
    with _cancelled_by(control.stop), opened as source, _folder(task), together():
        facts = source.facts
        if facts.kind != "video":
            task = replace(task, settings=replace(task.settings, **_ALONE))
        check_range(task, end=facts.end)
        check_region(task, size=facts.size)
        usable_camera(task.settings, facts.size)  # Raises for one of another shape.
        # Outputs first: a missing folder should be reported before a network is downloaded, converted and loaded.
        with _outputs(task, facts, work) as (sink, tables), open_models(task, facts, store, control) as models:
            detector, estimator = models if work is None else work.models(task, *models)
            expected = expected_frames(task, facts)
            known_cut = None if answered is None else answered.begins_shot
            analyze = _Analyses(Analyzer(detector, estimator, _settings(task), known_cut=known_cut))
            written: Callable[[Frame], Analysis] = analyze
            every = task.settings.measure_every
            if task.settings.filter == ZERO_LAG:
                written, control = analyses_without_delay(
                    frames_of(task, source, control.stop, every=every),
                    analyze,
                    strength=task.settings.smoothing,
                    expected=number_of(expected, every),
                    control=control,
                    written_for_each=1 if sink is None else every,
                )
            if every > 1 and sink is not None:  # Otherwise, the frames between are not even read.
                written, every = EveryKth(written, every), 1
            counts = export_frames(
                frames_of(task, source, control.stop, every=every),
                written,
                style=task.style,
                reference=task.reference,
                sink=sink,
                tables=tables,
                expected=number_of(expected, every),
                control=control,
            )
            check_measured(counts.frames, every=task.settings.measure_every, since=task.since, until=task.until)
        notes = (
            *source.notes,
            *_fitting_note(task, source),
            *(sink.notes if sink is not None else ()),
            *(work.notes if work is not None else ()),
            *further_notes,
        )
        described = described_models(
            estimator,
            detector.name,
            choice=task.detector,
            engine=task.engine,
            settings=task.settings,
            used=analyze.detectors,
        )
        _write_records(task, source, described, counts, notes)
        of_engine = tuple(Note("engine", sentence) for sentence in estimator.engine.notices)
        said = (*notes, *of_engine, *counts.notes)
        return ExportResult(counts, source.damage, said, task.settings.measure_every)


def _fitting_note(task: ExportTask, source: Source) -> tuple[Note, ...]:
    """Says what a video's one size does to frames of another. Annotated pictures keep their own."""
    if task.video is None or task.as_pictures or all(note.kind != "size change" for note in source.notes):
        return ()
    width, height = source.facts.size
    sentence = f"In the written video of {width} × {height}, frames of another size are fitted on black."
    return (Note("output", sentence),)


def _settings(task: ExportTask) -> AnalysisSettings:
    """The settings of the analysis. What is smoothed without delay is smoothed after it."""
    if task.settings.filter != ZERO_LAG:
        return task.settings
    return replace(task.settings, filter="one-euro", smoothing=0.0)


class _Analyses:
    """Analyses frames, and keeps which detector found the faces of each picture that stands alone."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.detectors: dict[str, list[int]] = {}
        """The numbers of the pictures by the detector's name."""

    @property
    def frames_at_once(self) -> int:
        return self._analyzer.frames_at_once

    def __call__(self, frame: Frame) -> Analysis:
        (analysis,) = self.several((frame,))
        return analysis

    def several(self, frames: Sequence[Frame]) -> Sequence[Analysis]:
        return self.finish([self.locate(frame) for frame in frames])

    def locate(self, frame: Frame) -> Located:
        return self._analyzer.locate(frame)

    def finish(self, located: Sequence[Located]) -> Sequence[Analysis]:
        analyses = self._analyzer.finish(located)
        for analysis in analyses:
            if analysis.frame.stands_alone:
                self.detectors.setdefault(analysis.detector, []).append(analysis.frame.index)
        return analyses


@contextmanager
def _cancelled_by(stop: Stop) -> Iterator[None]:
    """Work that is interrupted may raise anything; what it raises after a stop means that it was cancelled."""
    try:
        yield
    except Cancelled:
        raise
    except Exception as error:
        if stop.requested:
            raise Cancelled("The export was cancelled.") from error
        raise


@contextmanager
def _outputs(
    task: ExportTask, facts: SourceFacts, work: ResumableWork | None
) -> Iterator[tuple[Sink | None, tuple[PoseTable, ...]]]:
    """The sink, if a video is written, and the tables. They are complete once the block has ended normally."""
    with ExitStack() as stack:
        tables = tuple(
            stack.enter_context(
                open_pose_table(
                    table.path,
                    table_format_name=table.format,
                    reference=task.reference,
                )
            )
            for table in task.tables
        )
        sink = None
        if task.video is not None:
            opened: Sink | None = _opened_sink(task, task.video, facts)
            if work is not None:
                opened = work.sink(opened, task, facts)
            if opened is not None:
                sink = stack.enter_context(opened)
        yield sink, tables


def _folder(task: ExportTask) -> AbstractContextManager[None]:
    """The folder of the annotated pictures, if that is what is written."""
    return pictures_folder(task.video) if task.as_pictures and task.video is not None else nullcontext()


def _opened_sink(task: ExportTask, path: Path, facts: SourceFacts) -> Sink:
    if not task.as_pictures:
        return open_sink(path, source=facts, options=task.video_options, since=task.since, until=task.until)
    if facts.kind != "folder":
        raise UsageError(
            f"{path} is a folder, but the source is not a folder of pictures.", advice="Name a video, or a picture."
        )
    return PicturesWriter(path, source=facts)


@contextmanager
def _models(
    task: ExportTask, facts: SourceFacts, store: ModelStore, control: RunControl
) -> Iterator[tuple[FaceDetector, HeadPoseEstimator]]:
    with (
        face_detector(
            task.detector,
            store=store,
            frame_count=facts.frame_count,
            progress=control.downloads,
            stop=control.stop,
        ) as detector,
    ):
        estimator = load_estimator(
            task.snapshot,
            task.engine,
            store=store,
            progress=control.downloads,
            stop=control.stop,
        )
        yield detector, estimator


def _write_records(
    task: ExportTask,
    source: Source,
    models: Mapping[str, Mapping[str, object]],
    counts: Counts,
    notes: tuple[Note, ...],
) -> None:
    """Writes the tables' records. Tables that differ only in their extension share one."""
    facts = source.facts
    for path in dict.fromkeys(table.record for table in task.tables):
        write_record(
            path,
            tables=[(_name_from(path, table.path), table.kind) for table in task.tables if table.record == path],
            source=SourceRecord(
                path=task.address or facts.path,
                name=facts.path.name,
                kind=facts.kind,
                size=facts.size,
                stored_size=facts.stored_size,
                stored_pixel_aspect=facts.stored_pixel_aspect,
                rotation_deg=facts.rotation_deg,
                frame_count=_frame_count(task, facts, counts),
                frame_rate=facts.frame_rate,
                duration_s=facts.duration_s,
                clock_start_s=float(facts.origin),
                since_s=float(task.since),
                until_s=None if task.until is None else float(task.until),
            ),
            models=models,
            counts=counts,
            reference=task.reference,
            damage=source.damage,
            notes=notes,
            pictures=facts.file_names,
        )


def _frame_count(task: ExportTask, facts: SourceFacts, counts: Counts) -> int:
    """The number of frames of the part; where some are passed over, about that."""
    every = task.settings.measure_every
    return counts.frames if every == 1 else expected_frames(task, facts) or counts.frames * every


def _name_from(record: Path, table: Path) -> str:
    """The table's name as seen from its record."""
    return table.name if table.parent == record.parent else Path(os.path.relpath(table, record.parent)).as_posix()
