"""Poses alone, ours against MediaPipe Face Mesh and solvePnP: `python -m benchmarks.face_mesh VIDEO --peer PYTHON`.

Both analyse the same decoded frames of one face, in turns; nothing is drawn or written. PYTHON is the interpreter of an
environment with `mediapipe==0.10.21`, the last version with Face Mesh: that package reports each use to Google, so it
is in no environment of this project.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.analysis.analyzer import Analyzer
from app.analysis.rotations import angles_between_deg, nose_axes
from app.benchmark.machine import this_machine
from app.export.together import analysed_ahead
from app.frames import Analysis, Frame
from app.models.opening import face_detector, load_estimator
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice
from app.threads.signals import Stop
from app.video import open_source
from app.weights import ModelStore
from detectors import FaceDetector
from hopenet import HeadPoseEstimator

_PEER = Path(__file__).with_name("face_mesh_peer.py")

Noses = npt.NDArray[np.float64]
"""Where the nose points in each frame, (N, 3); NaN without a face."""


class Turn(NamedTuple):
    """What one analysis of all frames cost, in milliseconds per frame, and what it found."""

    wall_ms: float
    processor_ms: float
    noses: Noses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("--peer", required=True, help="the interpreter of an environment with mediapipe==0.10.21")
    parser.add_argument("--snapshot", action="append", help="a name or a file (default: compact)")
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=9)
    args = parser.parse_args()
    names: list[str] = args.snapshot or ["compact"]
    store = ModelStore.standard()
    estimators = {name: load_estimator(name, EngineChoice("cpu"), store=store, progress=False) for name in names}
    with (
        open_source(args.video) as source,
        closing(source.frames()) as reading,  # type: ignore[type-var]
        face_detector(DetectorChoice("mediapipe"), store=store, frame_count=None, progress=False) as detector,
    ):
        frames = tuple(islice(reading, args.frames))
        with peer(args.peer, frames) as process:
            turns = list(_turns(frames, detector, estimators, process, args.rounds))
    print(f"{args.video.name}, {len(frames)} frames, {args.rounds} rounds. {this_machine()}")
    for name in names:
        print(comparison(name, [ours[name] for ours, _ in turns], [theirs for _, theirs in turns]))


@contextmanager
def peer(python: str, frames: Sequence[Frame], *, script: Path = _PEER) -> Iterator[subprocess.Popen[str]]:
    """The peer's process, which reads the frames from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frames.npy"
        np.save(path, np.stack([frame.image for frame in frames]))
        with subprocess.Popen(
            [python, str(script), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


def _turns(
    frames: Sequence[Frame],
    detector: FaceDetector,
    estimators: dict[str, HeadPoseEstimator],
    process: subprocess.Popen[str],
    rounds: int,
) -> Iterator[tuple[dict[str, Turn], Turn]]:
    """A turn of each snapshot and of the peer, round by round. The first round, which warms up, is left out."""
    for number in range(rounds + 1):
        ours = {name: our_turn(frames, detector, estimator) for name, estimator in estimators.items()}
        theirs = peer_turn(process, len(frames))
        if number:
            yield ours, theirs


def our_turn(frames: Sequence[Frame], detector: FaceDetector, estimator: HeadPoseEstimator) -> Turn:
    """As an export analyses: detection in every frame, tracking, poses, smoothing, in the threads of an export."""
    analyze = Analyzer(detector, estimator, AnalysisSettings())
    wall_s, processor_s = time.perf_counter(), time.process_time()
    with analysed_ahead(frames, analyze, stop=Stop()) as analysed:
        analyses = list(analysed)
    wall_s, processor_s = time.perf_counter() - wall_s, time.process_time() - processor_s
    return Turn(1000 * wall_s / len(frames), 1000 * processor_s / len(frames), np.array([*map(_nose, analyses)]))


def peer_turn(process: subprocess.Popen[str], count: int) -> Turn:
    """Raises RuntimeError if the peer does not answer."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("The peer needs pipes.")
    process.stdin.write("\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError("The peer has ended. Does its environment have mediapipe==0.10.21?")
    found = json.loads(answer)
    noses = np.array([nose or (np.nan,) * 3 for nose in found["noses"]], float)
    return Turn(1000 * found["wall_s"] / count, 1000 * found["processor_s"] / count, noses)


def comparison(name: str, ours: Sequence[Turn], theirs: Sequence[Turn]) -> str:
    """Medians, and the medians of the ratios of each round, with the lowest and highest.

    The ratio of the fastest rounds is closest to that of a machine with nothing else to do.
    """
    walls = [own.wall_ms / other.wall_ms for own, other in zip(ours, theirs, strict=True)]
    processors = [own.processor_ms / other.processor_ms for own, other in zip(ours, theirs, strict=True)]
    fastest = min(one.wall_ms for one in ours) / min(one.wall_ms for one in theirs)
    apart = angles_between_deg(ours[0].noses, theirs[0].noses)
    ours_ms, theirs_ms = (_median([one.wall_ms for one in turns]) for turns in (ours, theirs))
    return (
        f"{name}: {ours_ms:.2f} ms per frame, Face Mesh {theirs_ms:.2f} ms\n"
        f"    ours ÷ Face Mesh: time {_with_limits(walls)}, of the fastest rounds {fastest:.2f}; "
        f"processor time {_with_limits(processors)}\n"
        f"    faces in {_seen(ours[0])} and {_seen(theirs[0])} frames; noses {np.nanmedian(apart):.1f}° apart (median)"
    )


def _with_limits(ratios: Sequence[float]) -> str:
    return f"{_median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def _nose(analysis: Analysis) -> Sequence[float]:
    pose = analysis.faces[0].pose if analysis.faces else None
    return (np.nan,) * 3 if pose is None else nose_axes(np.array([pose]))[0].tolist()


def _seen(turn: Turn) -> int:
    return int(np.isfinite(turn.noses[:, 0]).sum())


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
