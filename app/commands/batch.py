"""`batch`: processes whole collections of videos, on this machine or on a cluster, and can be continued."""

from __future__ import annotations

import argparse
import copy
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from app import product
from app.atomic_files import writing
from app.batch.cluster import RayEngine
from app.batch.engine import Engine
from app.batch.inputs import Input, Inputs, find_inputs
from app.batch.job import Job, SourceState, options_of
from app.batch.local import LocalEngine, available_cores
from app.batch.manifest import MANIFEST, History, Manifest
from app.batch.naming import keys
from app.batch.places import is_address
from app.batch.plan import Plan, planned
from app.batch.progress import Progress, duration
from app.batch.scheduler import Tally, run_jobs, split_share
from app.batch.task import TABLES, Layout
from app.commands import arguments
from app.commands.command import Command, explain_numbers
from app.errors import SourceError, StudioError, UsageError
from app.export.task import ExportTask
from app.outputs.tables import FORMATS
from app.settings import AUTO
from app.video.writer import VIDEO_FORMATS
from app.weights import ModelStore
from app.weights.hashing import digests
from hopenet.snapshots import SUFFIXES

_SEGMENT_S = 600.0
_LONGEST_SPLIT_MIN = 10_000

_ENGINES = ("local", "ray")
_ELSEWHERE = Path("elsewhere")
"""What stands for a folder that is an address, and is replaced by a temporary one in each worker."""

_NETWORK_ENGINE = "--network-engine"
_FILE_OPTIONS = ("boxes", "snapshot")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="a video, a folder, a pattern such as 'day*/**/*.mp4', a list of them (.txt), or a table (.csv) with a "
        "column “video” and others named as the options of a single video",
    )
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="folder for all outputs, or its address")
    run = parser.add_argument_group("the run")
    run.add_argument(
        "--resume", action="store_true", help="continue the batch in DIR: do what is not done and verified"
    )
    run.add_argument(
        "--manifest", type=Path, metavar="FILE", help=f"what has been done so far (default: {MANIFEST} in DIR)"
    )
    run.add_argument("--redo", action="store_true", help="with --resume: do again what was done with other options")
    run.add_argument("--retry-aside", action="store_true", help="with --resume: try again what was set aside")
    run.add_argument("--force", action="store_true", help="replace files that the batch has not written")
    run.add_argument(
        "--engine", dest="runs_on", choices=_ENGINES, default="local", help="this machine, or a Ray cluster"
    )
    run.add_argument(
        "--processes", type=int, metavar="N", help="videos processed at once on this machine (default: cores ÷ threads)"
    )
    run.add_argument(
        "--split",
        type=float,
        metavar="MINUTES",
        help="analyse longer videos in segments of about this length at once, and join them without a seam; 0: never "
        f"(default: {_SEGMENT_S / 60:g}, for videos that would keep a process busy after all others have finished)",
    )
    run.add_argument("--address", metavar="ADDRESS", help="with --engine ray: the address of the cluster")
    written = parser.add_argument_group("outputs")
    names = ", ".join(known.name for known in FORMATS)
    written.add_argument(
        "--tables",
        default=",".join(TABLES),
        metavar="LIST",
        help=f"any of {names}; Parquet tables are one partitioned data set (default: {','.join(TABLES)})",
    )
    written.add_argument("--videos", action="store_true", help="also write an annotated video of each")
    written.add_argument(
        "--container", choices=tuple(VIDEO_FORMATS), default=".mp4", help="extension of annotated videos"
    )
    arguments.add_encoding_arguments(written)
    arguments.add_style_arguments(parser)
    arguments.add_size_argument(parser)
    _add_video_arguments(parser)


def _add_video_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that a table may give each video."""
    arguments.add_zero_lag_argument(parser.add_argument_group("smoothing"))
    part = arguments.add_range_arguments(parser)
    arguments.add_every_argument(part)
    arguments.add_decoder_argument(part)
    arguments.add_reference_arguments(parser)
    arguments.add_analysis_arguments(parser, engine_option=_NETWORK_ENGINE, default_threads="1 in each process")


class _RowParser(argparse.ArgumentParser):
    """Parses the options of one video. Its errors name the line of the table instead of ending the program."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        explain_numbers(self)

    def error(self, message: str) -> NoReturn:
        raise UsageError(message[:1].upper() + message[1:] + ".")


def _row_parser() -> tuple[_RowParser, dict[str, argparse.Action]]:
    """The parser, and its options by their names without dashes."""
    parser = _RowParser(add_help=False, allow_abbrev=False)
    _add_video_arguments(parser)
    return parser, {option.lstrip("-"): action for action in parser._actions for option in action.option_strings}


def _with_options(namespace: argparse.Namespace, video: Input) -> argparse.Namespace:
    """The command's options with those that a table gives this video. Raises UsageError."""
    if not video.options:
        return namespace
    parser, known = _row_parser()
    words = []
    for name, value in video.options.items():
        if name not in known:
            raise UsageError(
                f"There is no option “{name}” for single videos ({video.where}).",
                advice=f"Columns may be named: {', '.join(sorted(known))}.",
            )
        if known[name].nargs != 0:
            words.append(f"--{name}={_path_from(video, value) if name in _FILE_OPTIONS else value}")
        elif value.lower() in _YES:
            words.append(f"--{name}")
        elif value.lower() not in _NO:
            raise UsageError(f"“{name}” must be yes or no, not “{value}” ({video.where}).")
    try:
        return parser.parse_args(words, copy.copy(namespace))
    except UsageError as error:
        raise UsageError(f"{error.message.rstrip('.')} ({video.where}).", advice=error.advice) from error


def _path_from(video: Input, value: str) -> str:
    """A file that a table names, from the table's folder. The name of a published snapshot is no file there."""
    path = Path(video.where.partition(" of ")[2]).parent / value
    return str(path) if path.exists() else value


def _task(namespace: argparse.Namespace, source: str) -> ExportTask:
    """The export of one video without its outputs. Raises UsageError for values out of range."""
    analysis = arguments.analysis_arguments(namespace)
    snapshot, boxes = analysis.snapshot, analysis.detector.boxes
    if snapshot is not None and Path(snapshot).suffix.lower() in SUFFIXES:
        snapshot = str(Path(snapshot).absolute())  # Workers of a cluster run in other folders.
    return ExportTask(
        source=Path(source),
        snapshot=snapshot,
        engine=replace(analysis.engine, threads=_threads(namespace)),
        detector=replace(analysis.detector, boxes=None if boxes is None else boxes.absolute()),
        settings=arguments.with_every(arguments.with_zero_lag(analysis.settings, namespace), namespace),
        style=arguments.style(namespace),
        reference=arguments.reference(namespace),
        since=namespace.since,
        until=namespace.until,
        video_options=arguments.video_options(namespace),
        decoder=namespace.decoder,
    )


def _threads(namespace: argparse.Namespace) -> int:
    return 1 if namespace.threads is None else int(namespace.threads)


def _jobs(
    namespace: argparse.Namespace, videos: Sequence[Input], layout: Layout, histories: Mapping[str, History]
) -> list[Job]:
    """A job for each video. `histories`: of the videos that the batch has already. Raises UsageError, SourceError."""
    states = {video.source: _state(video.source) for video in videos}
    gone = {key: history.source_state for key, history in histories.items() if history.source not in states}
    taken = {history.source: key for key, history in histories.items()}
    names = keys(
        [video.source for video in videos], taken, is_same=lambda source, key: gone.get(key) == states[source].state
    )
    hashes: dict[str | None, str] = {}  # A file is read once, and not for each of thousands of videos.
    store = ModelStore.standard()
    jobs = []
    for video in videos:
        own = _with_options(namespace, video)
        try:
            task = layout.task(names[video.source], _task(own, video.source))
        except UsageError as error:
            where = f" ({video.where})" if video.where else ""
            raise UsageError(f"{error.message.rstrip('.')}{where}.", advice=error.advice) from error
        boxes = "" if task.detector.boxes is None else _state(task.detector.boxes).state
        state = states[video.source]
        if task.snapshot not in hashes:
            hashes[task.snapshot] = _sha256(store, task.snapshot)
        jobs.append(
            Job(
                names[video.source],
                video.source,
                layout.folder,
                task,
                state.size_bytes,
                state.state,
                options_of(task, snapshot_sha256=hashes[task.snapshot], boxes=boxes),
                address=namespace.output.rstrip("/") if is_address(namespace.output) else "",
            )
        )
    return jobs


def _state(source: str | Path) -> SourceState:
    """Raises SourceError."""
    try:
        return SourceState.of(source)
    except StudioError:
        raise
    except OSError as error:
        raise SourceError(f"{source} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _in_order(namespace: argparse.Namespace, jobs: Sequence[Job], places: int) -> tuple[Job, ...]:
    """The jobs, with those to split that are long for this number of workers, or longer than the user wants.

    Several workers do the longest videos first, so that none of them is alone with a long one at the end.
    """
    if places > 1:
        jobs = sorted(jobs, key=lambda job: job.size_bytes, reverse=True)
    if namespace.split is not None:
        length_s = 60 * namespace.split or None
        return tuple(replace(job, split_s=length_s) for job in jobs)
    share = split_share(places) * sum(job.size_bytes for job in jobs)
    return tuple(
        replace(job, split_s=_SEGMENT_S if job.size_bytes > share and job.task.video is None else None) for job in jobs
    )


def _sha256(store: ModelStore, snapshot: str | None) -> str:
    """The hash of a snapshot's file, or of the published one; empty if neither is known here."""
    path = Path(snapshot or "")
    if snapshot and path.is_file():
        return digests(path).sha256
    name = snapshot or store.default.name
    return next((record.sha256 or "" for record in store.records if record.name == name), "")


def _layout(namespace: argparse.Namespace) -> Layout:
    names = tuple(dict.fromkeys(name.strip() for name in namespace.tables.split(",") if name.strip()))
    known = [one.name for one in FORMATS]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"Unknown table format “{unknown[0]}”.", advice=f"Choose from {', '.join(known)}.")
    container = namespace.container if namespace.videos else None
    if not names and container is None:
        raise UsageError("No output was given.", advice="Name a table with --tables, or add --videos.")
    folder = _ELSEWHERE if is_address(namespace.output) else Path(namespace.output)
    return Layout(folder.absolute(), names, container)


def _engine(namespace: argparse.Namespace) -> Engine:
    if namespace.runs_on == "ray":
        if namespace.processes is not None:
            raise UsageError("--processes is for this machine; a Ray cluster has a worker for each of its cores.")
        return RayEngine(namespace.address, threads=_threads(namespace), uses_gpu=namespace.device != "cpu")
    if namespace.address is not None:
        raise UsageError("--address is the address of a Ray cluster.", advice="Add --engine ray.")
    return LocalEngine(namespace.processes or max(1, available_cores() // _threads(namespace)))


def _run(namespace: argparse.Namespace) -> int:
    arguments.apply_size_limit(namespace)
    if namespace.processes is not None and namespace.processes < 1:
        raise UsageError(f"--processes must be at least 1, not {namespace.processes}.")
    if namespace.split is not None and not 0 <= namespace.split <= _LONGEST_SPLIT_MIN:
        raise UsageError(f"--split must be from 0 to {_LONGEST_SPLIT_MIN} minutes, not {namespace.split:g}.")
    layout = _layout(namespace)
    inputs = find_inputs(namespace.inputs, leave_out=layout.folder)
    with Manifest(_manifest_path(namespace, layout)) as manifest:
        if manifest.videos and not namespace.resume:
            raise UsageError(
                f"{namespace.output} has a batch already.",
                advice="Add --resume to continue it, or choose another folder.",
            )
        wanted = _jobs(namespace, inputs.videos, layout, manifest.videos)
        plan = planned(
            wanted, manifest.videos, force=namespace.force, redo=namespace.redo, retry_aside=namespace.retry_aside
        )
        _say_plan(inputs, plan)
        if not plan.jobs:
            return 0 if not plan.aside else 2
        if namespace.runs_on == "local" or namespace.device in (
            AUTO,
            "cpu",
        ):  # Other devices may be the cluster's only.
            _prepare(plan.jobs)
        engine = _engine(namespace)
        manifest.begin({"inputs": namespace.inputs, "engine": namespace.runs_on, "videos": len(plan.jobs)})
        with closing(Progress(plan.jobs)) as progress:
            jobs = _in_order(namespace, plan.jobs, engine.places)
            try:
                tally = run_jobs(jobs, engine=engine, manifest=manifest, reporter=progress)
            except BaseException:
                progress.close()
                print(f"{product.NAME}: The same command with --resume continues this batch.", file=sys.stderr)
                raise
            spent_s = progress.spent_s
    return _report(tally, plan, namespace.output, spent_s)


def _manifest_path(namespace: argparse.Namespace, layout: Layout) -> Path:
    """Where the manifest is; its folder is made. Lines cannot be added to an object, so it is always on a disk."""
    path: Path | None = namespace.manifest
    if path is None and is_address(namespace.output):
        raise UsageError(
            "The manifest of a batch must be a file on a disk, and the outputs are not.", advice="Add --manifest FILE."
        )
    if path is None:
        path = layout.folder / MANIFEST
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _prepare(jobs: Sequence[Job]) -> None:
    """Downloads, checks and converts the models once, before several workers would. Raises ModelError."""
    from app.models.opening import load_detector, load_estimator

    store = ModelStore.standard()
    downloads = os.isatty(2)
    for snapshot, engine in dict.fromkeys((job.task.snapshot, job.task.engine) for job in jobs):
        load_estimator(snapshot, engine, store=store, progress=downloads)
    for choice in dict.fromkeys(job.task.detector for job in jobs if job.task.detector.boxes is None):
        load_detector(choice, store=store, progress=downloads).close()


def _say_plan(inputs: Inputs, plan: Plan) -> None:
    lines = [f"{_videos(len(plan.jobs))} to process"]
    lines += [f"{_videos(len(plan.verified))} done and verified"] if plan.verified else []
    lines += [f"{_videos(count)} again, because {reason}" for reason, count in plan.again.items()]
    lines += [f"{_videos(len(plan.aside))} set aside earlier"] if plan.aside else []
    lines += [f"{_videos(inputs.repeated)} named more than once"] if inputs.repeated else []
    lines += [f"{_videos(inputs.copies)} left out as annotated copies"] if inputs.copies else []
    print("; ".join(lines) + ".", flush=True)


def _videos(number: int) -> str:
    return "1 video" if number == 1 else f"{number} videos"


def _report(tally: Tally, plan: Plan, where: str, spent_s: float) -> int:
    """Prints a summary, and returns the exit code: 2 if something could not be read or processed."""
    frames = sum(done.frames for done in tally.done.values())
    length = duration(sum(done.video_s for done in tally.done.values()))
    print(f"{where}: {_videos(len(tally.done))} done, {frames} frames, {length} of video, in {duration(spent_s)}.")
    for what, names in (("failed", tally.failed), ("set aside", tally.set_aside)):
        if names:
            print(f"{_videos(len(names))} {what}; the manifest says why.")
    used = Counter(done.by for done in tally.done.values())
    if len(used) > 1:
        kinds = "; ".join(f"{by} ({_videos(count)})" for by, count in used.most_common())
        print(f"Detectors or engines differ, which changes the angles a little: {kinds}.")
    if tally.damaged:
        print(f"{_videos(tally.damaged)} could not be read completely; the records say what is missing.")
    return 2 if tally.failed or tally.set_aside or tally.damaged or plan.aside else 0


COMMAND = Command(
    name="batch",
    description=f"Processes whole collections of videos, each as “{product.NAME} annotate” does.",
    add_arguments=_add_arguments,
    run=_run,
)
