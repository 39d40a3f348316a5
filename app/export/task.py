"""A video, a picture or a folder of pictures in; an annotated video and pose tables out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

from app import product
from app.analysis.analyzer import Analyzer
from app.analysis.style import Style
from app.errors import Cancelled, OutputError, SourceError, UsageError
from app.export.pipeline import Exported, export
from app.frames import Frame
from app.models.opening import DetectorChoice, EngineChoice, face_detector, load_estimator
from app.outputs.record import record_path, write_record
from app.outputs.tables import TableFormat, open_pose_table, table_format
from app.outputs.tables_in_process import opened_in_process
from app.settings import AnalysisSettings, Reference
from app.threads.handoff import Gate, Stop
from app.threads.processes import DetectorProcess
from app.video import Source, SourceFacts, open_sink, open_source
from app.weights import ModelStore, ProgressBar
from detectors import FaceDetector
from hopenet import HeadPoseEstimator


@dataclass(frozen=True, slots=True)
class TableOutput:
    """Where a pose table goes. `format` is a name of `FORMATS`, None the one that the path's extension says."""

    path: Path
    format: str | None = None

    @property
    def kind(self) -> TableFormat:
        """Raises UsageError where there is no such format."""
        return table_format(self.path, name=self.format)


@dataclass(frozen=True, slots=True)
class Task:
    """One video to annotate. `video` and `tables` are where results go; there is at least one.

    `since` and `until` (seconds, the source's times; None: the end) bound what is taken: frames shown from `since` on
    and before `until`. `reference` is what drawn and written angles are told by.
    """

    source: Path
    video: Path | None = None
    tables: tuple[TableOutput, ...] = ()
    snapshot: str | None = None
    engine: EngineChoice = EngineChoice()
    detector: DetectorChoice = DetectorChoice()
    settings: AnalysisSettings = AnalysisSettings()
    style: Style = Style()
    reference: Reference = Reference()
    since: Fraction = Fraction(0)
    until: Fraction | None = None
    encoder: str = "h264"
    quality: int | None = None
    preset: str | None = None
    sound: bool = True
    overwrite: bool = False

    @property
    def written(self) -> tuple[Path, ...]:
        """The video and the tables, without the records beside these."""
        return tuple(path for path in (self.video, *(table.path for table in self.tables)) if path is not None)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Every file that the task makes. Tables of one name share a record."""
        return (*self.written, *dict.fromkeys(record_path(table.path) for table in self.tables))


@dataclass(frozen=True, slots=True)
class Annotated:
    """What came of a task. `damage` and `sound_damage` say what could not be read; None where all could."""

    exported: Exported
    damage: str | None = None
    sound_damage: str | None = None


class InTheWay(OutputError):
    """A file that an output would replace, and may not."""


def check_outputs(task: Task) -> None:
    """Raises before any work is done where an output is missing, stands in the way, or is the source itself."""
    if not task.written:
        raise UsageError("Nothing to write was named.", advice="Add -o VIDEO, --poses TABLE, or both.")
    if not task.source.exists():
        raise SourceError(f"There is no file {task.source}.", advice="Check the name and the folder.")
    for table in task.tables:
        table_format(table.path, name=table.format)
    taken: set[Path] = {task.source.resolve()}
    for path in task.outputs:
        if path.resolve() in taken:
            raise UsageError(f"{path} is named twice, or is the source itself.", advice="Choose another name.")
        taken.add(path.resolve())
        if path.exists() and not path.is_dir() and not task.overwrite:
            raise InTheWay(f"{path} exists already.", advice="Choose another name.")


def annotate(
    task: Task,
    *,
    weights: ModelStore,
    progress: Callable[[int, int | None], object],
    downloads: bool | ProgressBar = False,
    apart: bool = False,
    gate: Gate | None = None,
    stop: Stop | None = None,
) -> Annotated:
    """Does one task.

    `progress(done, total)` is told the frames, first when all is ready; `total` is an estimate, None where there is
    none. `downloads` is how models that are fetched tell of it. `apart` keeps in processes of their own what would hold
    up every thread of this one. `gate` pauses, `stop` ends it, also in the middle of a frame.

    Raises Cancelled where `stop` was requested, and a StudioError where an output, the source, or a model fails.
    Neither leaves anything half-made, nor touches what was there before.
    """
    check_outputs(task)
    try:
        with open_source(task.source) as source:
            check_range(task, source.facts)
            return _annotated(
                task,
                source,
                weights=weights,
                progress=progress,
                downloads=downloads,
                apart=apart,
                gate=gate,
                stop=stop,
            )
    except Exception as error:
        # What is ended in the middle of its work raises whatever it likes.
        if stop is not None and stop.requested and not isinstance(error, Cancelled):
            raise Cancelled("The export was cancelled.") from error
        raise


def check_range(task: Task, facts: SourceFacts) -> None:
    """Raises UsageError where there is nothing of the source between `since` and `until`."""
    if task.since < 0 or (task.until is not None and task.until <= task.since):
        raise UsageError(
            f"From {float(task.since):g} s to {float(task.until or 0):g} s there is nothing.",
            advice="The end must lie behind the beginning.",
        )
    if task.since > 0 and facts.end is not None and task.since >= facts.end:
        raise UsageError(
            f"{task.source.name} ends at {float(facts.end):.2f} s, before {float(task.since):g} s.",
            advice="Choose an earlier beginning.",
        )


def _annotated(
    task: Task,
    source: Source,
    *,
    weights: ModelStore,
    progress: Callable[[int, int | None], object],
    downloads: bool | ProgressBar,
    apart: bool,
    gate: Gate | None,
    stop: Stop | None,
) -> Annotated:
    facts = source.facts
    with ExitStack() as stack:
        # Outputs first: a folder that is missing should be told before a network is fetched, converted and loaded.
        opened = opened_in_process if apart else None
        tables = [
            stack.enter_context(
                open_pose_table(table.path, table_format_name=table.format, reference=task.reference, opened=opened)
            )
            for table in task.tables
        ]
        sink = None
        if task.video is not None:
            sink = stack.enter_context(
                open_sink(
                    task.video,
                    source=facts,
                    sound=task.sound,
                    encoder=task.encoder,
                    quality=task.quality,
                    preset=task.preset,
                    since=task.since,
                    until=task.until,
                )
            )
        detector = stack.enter_context(
            face_detector(
                task.detector,
                weights=weights,
                frame_count=facts.frame_count,
                progress=downloads,
                apart=apart,
                stop=stop,
            )
        )
        stack.enter_context(_ended_by(stop, detector))
        estimator = load_estimator(
            task.snapshot, task.engine, weights=weights, progress=downloads, apart=apart, stop=stop
        )
        counter = _Counter(progress, _expected(task, facts))
        done = export(
            _within(task, source, stop),
            Analyzer(detector, estimator, task.settings),
            style=task.style,
            reference=task.reference,
            sink=sink,
            tables=tables,
            progress=counter,
            gate=gate,
            stop=stop,
        )
    _write_records(task, source, estimator, detector, done)
    return Annotated(done, source.damage, sink.sound_damage if sink is not None else None)


class _Counter:
    def __init__(self, progress: Callable[[int, int | None], object], total: int | None) -> None:
        self._progress, self._total, self._done = progress, total, 0
        progress(0, total)

    def __call__(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


@contextmanager
def _ended_by(stop: Stop | None, detector: FaceDetector) -> Iterator[None]:
    """A detection apart may take seconds, and can be ended at once; others are short, and must not be."""
    if stop is None or not isinstance(detector, DetectorProcess):
        yield
        return
    stop.add(detector.close)
    try:
        yield
    finally:
        stop.discard(detector.close)


def _within(task: Task, source: Source, stop: Stop | None) -> Iterator[Frame]:
    """The source's frames from `since` on and before `until`, with their own numbers and times."""
    frames = source.frames(task.since, wanted=lambda: stop is None or not stop.requested)
    with closing(frames):  # type: ignore[type-var]
        for frame in frames:
            if task.until is not None and frame.time >= task.until:
                return
            if frame.time >= task.since:
                yield frame


def _expected(task: Task, facts: SourceFacts) -> int | None:
    """How many frames will come."""
    count, end = facts.frame_count, facts.end
    if not task.since and task.until is None:
        return count
    ends = [time for time in (end, task.until) if time is not None]
    if not ends:
        return None
    expected = max(1, round((min(ends) - task.since) * facts.frame_rate))
    return expected if count is None else min(expected, count)


def _write_records(
    task: Task, source: Source, estimator: HeadPoseEstimator, detector: FaceDetector, done: Exported
) -> None:
    for place in dict.fromkeys(record_path(table.path) for table in task.tables):
        first, *others = (table for table in task.tables if record_path(table.path) == place)
        facts = source.facts
        write_record(
            place,
            product_version=product.version(),
            table=first.kind,
            source={
                "path": facts.path,
                "name": facts.path.name,
                "kind": facts.kind,
                "size": facts.size,
                "rotation_deg": facts.rotation_deg,
                "frame_count": done.frames,
                "frame_rate": facts.frame_rate,
                "duration_s": facts.duration_s,
                "since_s": float(task.since),
                "until_s": None if task.until is None else float(task.until),
            },
            snapshot=described_snapshot(estimator),
            detector={"name": detector.name, "boxes": task.detector.boxes, **asdict(task.detector.options)},
            settings={**asdict(task.settings), "device": task.engine.device, "engine": estimator.engine.name},
            counts=asdict(done),
            damage=source.damage,
            reference=task.reference,
            others=[(table.path.name, table.kind) for table in others],
        )


def described_snapshot(estimator: HeadPoseEstimator) -> dict[str, object]:
    """A snapshot as the record beside a table has it."""
    record = estimator.record
    return {
        "name": record.name,
        "architecture": record.architecture,
        "sha256": estimator.sha256,
        "training_data": record.training_data,
        "licence": record.licence,
        "figures": dict(record.figures),
        "source": record.source,
    }
