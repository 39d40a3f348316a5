"""The command: `python -m benchmarks.robustness --help`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import benchmarks.robustness
from app.atomic_files import replacing, writing
from app.errors import StudioError, UsageError
from app.logs import native_messages_in_file
from app.models.opening import face_detector, load_estimator
from app.outputs.collisions import check_distinct
from app.settings import DetectorChoice, EngineChoice
from app.weights import ModelStore
from benchmarks.robustness.plots import plot
from benchmarks.robustness.report import as_text, without_nan
from benchmarks.robustness.variants import SCALES, SHIFTS, TURNS_DEG
from benchmarks.robustness.video import Extent, VideoReport, measure
from detectors import DETECTORS


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 2 after an error, which is printed as one sentence."""
    options = _parsed(arguments)
    try:
        with native_messages_in_file():
            _run(options)
    except StudioError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    if min(options.frames, options.in_a_row, options.faces, options.step or 1) < 1:
        raise UsageError("--frames, --step, --in-a-row and --faces must be at least 1.")
    if options.json is not None:
        check_distinct([options.json], options.videos)
    store = ModelStore.standard()
    engine = EngineChoice(threads=options.threads)
    estimators = {
        name: load_estimator(snapshot, engine, store=store, progress=False)
        for name, snapshot in _names(options.snapshot).items()
    }
    extent = Extent(options.frames, options.step, options.in_a_row, options.faces)
    choice = DetectorChoice(options.detector)
    reports: list[VideoReport] = []
    with ExitStack() as stack:
        # Opened before measuring, so that a missing folder is reported before the work is done.
        part = stack.enter_context(replacing(options.json)) if options.json is not None else None
        if options.plots is not None:
            with writing(options.plots):
                options.plots.mkdir(parents=True, exist_ok=True)
        detector = stack.enter_context(face_detector(choice, store=store, frame_count=None, progress=False))
        print(f"angles in degrees; boxes from {detector.name}")
        for video in options.videos:
            reports.append(measure(video, estimators, detector, extent))
            print(as_text(reports[-1]), flush=True)
        if options.plots is not None:
            plot(reports, options.plots)
        if part is not None:
            plain = {
                "detector": detector.name,
                "turns_deg": TURNS_DEG,
                "scales": SCALES,
                "shifts": SHIFTS,
                "videos": [asdict(report) for report in reports],
            }
            with writing(options.json):
                part.write_text(json.dumps(without_nan(plain), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _names(snapshots: Sequence[str]) -> dict[str, str]:
    """Each snapshot by its file's name, or as the user gave it if two files have the same name."""
    given = list(dict.fromkeys(snapshots))
    short = [Path(snapshot).name for snapshot in given]
    return dict(zip(short if len(set(short)) == len(short) else given, given, strict=True))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.robustness",
        description=benchmarks.robustness.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("videos", nargs="+", type=Path, metavar="VIDEO")
    parser.add_argument(
        "--snapshot", action="append", required=True, help="a name in the manifest, or a file; ratios are to the first"
    )
    names = [kind.name for kind in DETECTORS if not kind.needs_boxes]
    parser.add_argument("--detector", choices=names, default="mediapipe")
    parser.add_argument("--frames", type=int, default=40, metavar="N", help="frames to modify (default: 40)")
    parser.add_argument(
        "--step", type=int, metavar="K", help="use every K-th frame (default: frames spread over the whole video)"
    )
    parser.add_argument(
        "--in-a-row", type=int, default=150, metavar="N", help="consecutive frames for the jitter (default: 150)"
    )
    parser.add_argument("--faces", type=int, default=4, metavar="N", help="maximum faces per frame (default: 4)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of the network (default: all cores)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures and curves to this file")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="write plots of the curves to this folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
