"""`benchmark`: measures each stage of an export on this machine, and how close the whole comes to its lower bound."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from app.analysis.analyzer import Analyzer
from app.analysis.optical_flow import GreyView
from app.atomic_files import replacing, writing
from app.commands.arguments import AnalysisArguments, add_analysis_arguments, analysis_arguments
from app.commands.command import Command
from app.drawing.drawing import draw
from app.errors import SourceError, UsageError
from app.export.pipeline import RunControl, export_frames
from app.frames import Analysis, Frame
from app.models.opening import face_detector, load_estimator
from app.outputs.collisions import check_distinct
from app.settings import AnalysisSettings, Style
from app.video import Source, VideoOptions, open_sink, open_source
from app.weights import ModelStore
from detectors import FaceDetector
from hopenet import HeadPoseEstimator
from hopenet.crops import CropRule


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds per frame: by the clock, and processor time summed over all threads."""

    wall_ms: float
    processor_ms: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """The figures of one video in one run.

    `bound_ms`: the minimum time per frame of any export: the stages' processor time divided among all cores, or the
    slowest stage. `ratio`: bound ÷ export; 1 means that no time is lost.
    """

    video: str
    size: tuple[int, int]
    frames: int
    frame_rate: float
    cores: int
    detector: str
    snapshot: str
    engine: str
    stages: dict[str, Cost]
    export: Cost
    bound_ms: float
    ratio: float

    @property
    def export_fps(self) -> float:
        return 1000 / self.export.wall_ms


@dataclass(frozen=True, slots=True)
class BenchmarkArguments:
    """What to measure, and how often. `json`: also write the figures to this file."""

    source: Path
    frames: int
    repeats: int
    json: Path | None
    analysis: AnalysisArguments

    def __post_init__(self) -> None:
        if self.frames < 1 or self.repeats < 1:
            raise UsageError("--frames and --repeats must be at least 1.")
        if self.json is not None:
            check_distinct([self.json], [self.source])

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> BenchmarkArguments:
        """Raises UsageError for values out of range."""
        return cls(
            source=namespace.source,
            frames=namespace.frames,
            repeats=namespace.repeats,
            json=namespace.json,
            analysis=analysis_arguments(namespace),
        )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="VIDEO", help="a video, a picture, or a folder of pictures")
    parser.add_argument(
        "--frames", type=int, default=120, metavar="N", help="frames to measure, held in memory (default: 120)"
    )
    parser.add_argument(
        "--repeats", type=int, default=3, metavar="N", help="runs, of which the median counts (default: 3)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    add_analysis_arguments(parser)


def run(arguments: BenchmarkArguments) -> int:
    """Measures, writes the figures if asked to, and prints them. Raises what `annotate` raises."""
    with ExitStack() as stack:
        # Tried before measuring, so that a missing folder does not cost the figures.
        part = stack.enter_context(replacing(arguments.json)) if arguments.json is not None else None
        measurement = measure(arguments)
        if arguments.json is not None and part is not None:
            with writing(arguments.json):
                part.write_text(json.dumps(asdict(measurement), indent=2) + "\n", encoding="utf-8")
    print(as_text(measurement))
    return 0


def measure(arguments: BenchmarkArguments) -> Measurement:
    """Measures the first frames of a video."""
    store, analysis = ModelStore.standard(), arguments.analysis
    path, settings = arguments.source, analysis.settings
    estimator = load_estimator(analysis.snapshot, analysis.engine, store=store, progress=False)

    def fresh_detector() -> AbstractContextManager[FaceDetector]:
        return face_detector(analysis.detector, store=store, frame_count=None, progress=False)

    with open_source(path) as source:
        held = tuple(islice(source.frames(), arguments.frames))
        if not held:
            raise SourceError(f"{path} has no frames to measure.")
        with fresh_detector() as finder:
            analyzer = Analyzer(finder, estimator, settings)
            analyses = tuple(analyzer(frame) for frame in held)
            detector_name = finder.name
        rounds = [
            _round(source, held, analyses, estimator, fresh_detector, settings, analyzer.crop)
            for _ in range(arguments.repeats)
        ]
        facts = source.facts
    stages = {name: _median([stages[name] for stages, _ in rounds]) for name in rounds[0][0]}
    whole = _median([whole for _, whole in rounds])
    cores = os.cpu_count() or 1
    shared = sum(cost.processor_ms for cost in stages.values()) / cores
    bound = max(shared, *(cost.wall_ms for cost in stages.values()))
    return Measurement(
        video=path.name,
        size=facts.size,
        frames=len(held),
        frame_rate=float(facts.frame_rate),
        cores=cores,
        detector=detector_name,
        snapshot=estimator.record.name,
        engine=estimator.engine.name,
        stages=stages,
        export=whole,
        bound_ms=bound,
        ratio=bound / whole.wall_ms,
    )


def _round(
    source: Source,
    held: tuple[Frame, ...],
    analyses: tuple[Analysis, ...],
    estimator: HeadPoseEstimator,
    fresh_detector: Callable[[], AbstractContextManager[FaceDetector]],
    settings: AnalysisSettings,
    crop: CropRule,
) -> tuple[dict[str, Cost], Cost]:
    count = len(held)
    boxes = [tuple(face.box for face in analysis.faces) for analysis in analyses]
    prepared = [estimator.prepare(frame.image, at, crop=crop) for frame, at in zip(held, boxes, strict=True)]
    style = Style()
    drawn = [draw(analysis, style) for analysis in analyses]
    stages = {
        "decode": _cost(count, lambda: _drain(islice(source.frames(), count))),
        "detect": _detection_cost(held, fresh_detector, settings),
        "track": _cost(count, lambda: [GreyView(frame.image) for frame in held]),
        "crop": _cost(
            count,
            lambda: [estimator.prepare(frame.image, at, crop=crop) for frame, at in zip(held, boxes, strict=True)],
        ),
        "infer": _cost(count, lambda: [estimator.infer(one) for one in prepared]),
        "draw": _cost(count, lambda: [draw(analysis, style) for analysis in analyses]),
    }
    with tempfile.TemporaryDirectory() as folder:
        video, silent = Path(folder) / "benchmark.mp4", VideoOptions(sound=False)

        def encode() -> None:
            with open_sink(video, source=source.facts, options=silent) as sink:
                for image, frame in zip(drawn, held, strict=True):
                    sink.write(image, frame.time)

        stages["encode"] = _cost(count, encode)

        def whole() -> None:
            with fresh_detector() as finder, open_sink(video, source=source.facts, options=silent) as sink:
                analyze = Analyzer(finder, estimator, settings)
                frames = islice(source.frames(), count)
                export_frames(frames, analyze, style=style, sink=sink, control=RunControl())

        return stages, _cost(count, whole)


def _detection_cost(
    held: tuple[Frame, ...],
    fresh_detector: Callable[[], AbstractContextManager[FaceDetector]],
    settings: AnalysisSettings,
) -> Cost:
    with fresh_detector() as detector:
        # The first call sets up the detector, which an export does only once.
        detector.detect(held[0].image, index=0, time_s=-1.0)
        wanted = held[:: settings.detect_every]
        return _cost(
            len(held),
            lambda: [detector.detect(frame.image, index=frame.index, time_s=frame.time_s) for frame in wanted],
        )


def _cost(frames: int, work: Callable[[], object]) -> Cost:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Cost(
        1000 * (time.perf_counter() - wall) / frames,
        1000 * (time.process_time() - processor) / frames,
    )


def _drain(frames: Iterator[Frame]) -> None:
    for _ in frames:
        pass


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall_ms for cost in costs), statistics.median(cost.processor_ms for cost in costs)
    )


def as_text(measurement: Measurement) -> str:
    """The figures as a table for the terminal."""
    it = measurement
    width, height = it.size
    speed = f"{it.export_fps:.1f} frames/s, {it.export_fps / it.frame_rate:.2f} × real time"
    return "\n".join(
        (
            f"{it.video}, {width}×{height}, {it.frames} frames at {it.frame_rate:.2f} frames/s",
            f"{it.detector}, {it.snapshot} on {it.engine}; {it.cores} cores, {platform.system()}",
            "",
            f"{'stage':<10}{'ms/frame':>10}{'processor ms':>15}",
            *(f"{name:<10}{cost.wall_ms:>10.2f}{cost.processor_ms:>15.2f}" for name, cost in it.stages.items()),
            "",
            f"{'export':<10}{it.export.wall_ms:>10.2f}{it.export.processor_ms:>15.2f}   {speed}",
            f"{'bound':<10}{it.bound_ms:>10.2f}{'':>15}   {100 * it.ratio:.0f} % of the bound reached",
        )
    )


COMMAND = Command(
    name="benchmark",
    help="measure the speed of each stage and of a whole export",
    description="Measures the speed of each stage alone, and of a whole export, in one run.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(BenchmarkArguments.from_namespace(namespace)),
)
