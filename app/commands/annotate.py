"""`annotate`: a film, a picture or a folder of pictures in; an annotated film and a pose table out."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app.analysis.analyzer import Analyzer
from app.analysis.style import Style
from app.commands import arguments
from app.errors import OutputError, SourceError, UsageError
from app.flow.export import Exported, export
from app.flow.parts import DetectorChoice, EngineChoice, face_detector, load_estimator
from app.outputs.sidecar import sidecar_path, write_sidecar
from app.outputs.tables import FORMATS, open_pose_table, table_format
from app.settings import AnalysisSettings
from app.video import ENCODERS, Source, open_sink, open_source
from app.weights import Weights
from detectors import FaceDetector
from hopenet import HeadPoseEstimator

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One film to annotate. `film` and `table` are where results go; at least one is given."""

    source: Path
    film: Path | None
    table: Path | None
    table_format: str | None = None
    snapshot: str | None = None
    engine: EngineChoice = EngineChoice()
    detector: DetectorChoice = DetectorChoice()
    settings: AnalysisSettings = AnalysisSettings()
    style: Style = Style()
    encoder: str = "h264"
    quality: int | None = None
    preset: str | None = None
    sound: bool = True
    overwrite: bool = False

    @property
    def outputs(self) -> tuple[Path, ...]:
        record = sidecar_path(self.table) if self.table else None
        return tuple(path for path in (self.film, self.table, record) if path is not None)


def add_annotate_command(subparsers: argparse._SubParsersAction[Any]) -> None:
    parser = subparsers.add_parser(
        "annotate",
        help="annotate a film and write its pose table",
        description="Annotates a film, a picture, or a folder of pictures.",
    )
    parser.add_argument("source", type=Path, help="a film, a picture, or a folder of pictures")
    outputs = parser.add_argument_group("outputs")
    outputs.add_argument(
        "-o", "--output", type=Path, metavar="FILM", help="annotated film (.mp4, .mov, .mkv) or picture"
    )
    suffixes = ", ".join(known.suffix for known in FORMATS if known.suffix)
    outputs.add_argument("--poses", type=Path, metavar="TABLE", help=f"pose table, by its extension: {suffixes}")
    names = [known.name for known in FORMATS]
    outputs.add_argument("--table-format", choices=names, help="format of the table whatever its extension")
    outputs.add_argument(
        "--encoder",
        default="h264",
        metavar="NAME",
        help=f"one of {', '.join(e.name for e in ENCODERS)} (default: h264)",
    )
    outputs.add_argument("--quality", type=int, metavar="N", help="the encoder's constant quality; smaller is better")
    outputs.add_argument("--preset", metavar="NAME", help="the encoder's speed, as veryfast or slow")
    outputs.add_argument("--no-sound", action="store_true", help="leave the sound out")
    outputs.add_argument("--force", action="store_true", help="replace outputs that exist")
    arguments.add_analysis_arguments(parser)
    arguments.add_style_arguments(parser)
    parser.set_defaults(run=run_annotate)


def run_annotate(args: argparse.Namespace) -> int:
    task = Task(
        source=args.source,
        film=args.output,
        table=args.poses,
        table_format=args.table_format,
        snapshot=args.snapshot,
        engine=arguments.engine_choice(args),
        detector=arguments.detector_choice(args),
        settings=arguments.analysis_settings(args),
        style=arguments.style(args),
        encoder=args.encoder,
        quality=args.quality,
        preset=args.preset,
        sound=not args.no_sound,
        overwrite=args.force,
    )
    return annotate(task)


def annotate(task: Task) -> int:
    """Does one task and says what came of it. 0, or 2 where the film broke off and only its readable part is there."""
    check_outputs(task)
    interactive = sys.stderr.isatty()
    weights = Weights.standard()
    with open_source(task.source) as source:
        facts = source.facts
        with ExitStack() as stack:
            # Outputs first: a folder that is missing should be told before a network is fetched, converted and loaded.
            table = sink = None
            if task.table is not None:
                table = stack.enter_context(open_pose_table(task.table, table_format_name=task.table_format))
            if task.film is not None:
                sink = stack.enter_context(
                    open_sink(
                        task.film,
                        source=facts,
                        sound=task.sound,
                        encoder=task.encoder,
                        quality=task.quality,
                        preset=task.preset,
                    )
                )
            detector = stack.enter_context(
                face_detector(task.detector, weights=weights, frame_count=facts.frame_count, progress=interactive)
            )
            estimator = load_estimator(task.snapshot, task.engine, weights=weights, progress=interactive)
            bar = stack.enter_context(
                tqdm(total=facts.frame_count, unit=" frames", desc=task.source.name, disable=None, dynamic_ncols=True)
            )
            analyze = Analyzer(detector, estimator, task.settings)
            done = export(source.frames(), analyze, style=task.style, sink=sink, table=table, progress=bar.update)
        if task.table is not None:
            _write_record(task, source, estimator, detector, done)
        return _report(task, source, done, sink.sound_damage if sink else None)


def check_outputs(task: Task) -> None:
    """Raises before any work is done where an output is missing, stands in the way, or is the source itself."""
    if task.film is None and task.table is None:
        raise UsageError("Nothing to write was named.", advice="Add -o FILM, --poses TABLE, or both.")
    if not task.source.exists():
        raise SourceError(f"There is no file {task.source}.", advice="Check the name and the folder.")
    if task.table is not None:
        table_format(task.table, name=task.table_format)
    taken: set[Path] = {task.source.resolve()}
    for path in task.outputs:
        if path.resolve() in taken:
            raise UsageError(f"{path} is named twice, or is the source itself.", advice="Choose another name.")
        taken.add(path.resolve())
        if path.exists() and not path.is_dir() and not task.overwrite:
            raise OutputError(f"{path} exists already.", advice="Add --force to replace it, or choose another name.")


def _write_record(
    task: Task, source: Source, estimator: HeadPoseEstimator, detector: FaceDetector, done: Exported
) -> None:
    assert task.table is not None  # noqa: S101 — told by the caller, for the type checker
    facts = source.facts
    write_sidecar(
        sidecar_path(task.table),
        product_version=metadata.version("hopenet-studio"),
        table=table_format(task.table, name=task.table_format),
        source={
            "path": facts.path,
            "name": facts.path.name,
            "kind": facts.kind,
            "size": facts.size,
            "rotation_deg": facts.rotation_deg,
            "frame_count": done.frames,
            "frame_rate": facts.frame_rate,
            "duration_s": facts.duration_s,
        },
        snapshot={
            "name": estimator.record.name,
            "architecture": estimator.record.architecture,
            "sha256": estimator.sha256,
            "training_data": estimator.record.training_data,
            "licence": estimator.record.licence,
            "figures": dict(estimator.record.figures),
            "source": estimator.record.source,
        },
        detector={"name": detector.name, "boxes": task.detector.boxes, **asdict(task.detector.options)},
        settings={**asdict(task.settings), "device": task.engine.device, "engine": estimator.engine.name},
        counts=asdict(done),
        damage=source.damage,
    )


def _report(task: Task, source: Source, done: Exported, sound_damage: str | None) -> int:
    written = " and ".join(str(path) for path in (task.film, task.table) if path is not None)
    frames = "1 frame" if done.frames == 1 else f"{done.frames} frames"
    faces = "1 face" if done.faces == 1 else f"{done.faces} faces"
    print(f"{written}: {frames}, {done.frames_with_face} with a face, {faces} in all.")
    for damage in (source.damage, sound_damage):
        if damage:
            print(f"hopenet-studio: {damage} What could be read is kept.", file=sys.stderr)
    return 2 if source.damage else 0
