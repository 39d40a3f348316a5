"""Times one face on one CPU thread: `python -m benchmarks.one_face --snapshot A --snapshot B`.

All calls take turns, so that a busy machine slows them equally, and processor time counts; only ratios are comparable
between machines. For each snapshot: a bare call of ONNX Runtime; a whole call, with cropping, preprocessing and
decoding; and sixteen faces at once, also by the clock with all cores.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.benchmark.ideal import network_session
from app.models.opening import load_estimator
from app.settings import EngineChoice
from app.weights import ModelStore
from detectors import BgrImage
from hopenet.crops import rule_for

SIZE = (720, 1280, 3)
BOX = (640.0, 150.0, 890.0, 400.0)
MANY = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", action="append", required=True, help="a name or a file; ratios are to the first")
    parser.add_argument("--rounds", type=int, default=200)
    args = parser.parse_args()
    for name, times in measured(args.snapshot, args.rounds).items():
        print(
            f"{name}: bare call {times.bare_ms:.2f} ms, {times.ratio:.2f} × the first; "
            f"whole ÷ bare {times.whole_to_bare:.2f}; {MANY} faces ÷ one {times.many_to_one:.1f}, "
            f"by the clock with all cores {times.many_to_one_wall:.1f}"
        )


@dataclass(frozen=True, slots=True)
class OneFace:
    """Medians of one snapshot: `ratio` is the bare call's time relative to the first snapshot's, in the same round."""

    bare_ms: float
    ratio: float
    whole_to_bare: float
    many_to_one: float
    many_to_one_wall: float


def measured(names: Sequence[str], rounds: int) -> dict[str, OneFace]:
    """Times these snapshots, in turn."""
    image = np.random.default_rng(0).integers(0, 255, SIZE, np.uint8)
    alone = {name: _calls(name, image, EngineChoice("cpu", threads=1)) for name in names}
    together = {name: _calls(name, image, EngineChoice("cpu")) for name in names}
    processor = _times_ms(alone, rounds, time.process_time)
    wall = _times_ms(together, rounds, time.perf_counter)
    first = processor[names[0], "bare"]
    found = {}
    for name in names:
        bare, whole, many = (processor[name, call] for call in ("bare", "whole", "many"))
        found[name] = OneFace(
            bare_ms=statistics.median(bare),
            ratio=_ratio(bare, first),
            whole_to_bare=_ratio(whole, bare),
            many_to_one=_ratio(many, whole),
            many_to_one_wall=_ratio(wall[name, "many"], wall[name, "whole"]),
        )
    return found


def _calls(name: str, image: BgrImage, choice: EngineChoice) -> dict[str, Callable[[], object]]:
    estimator = load_estimator(name, choice, store=ModelStore.standard(), progress=False)
    crop = rule_for(estimator.record.crops, "mediapipe")
    session = network_session(name, choice)
    inputs = {session.get_inputs()[0].name: estimator.prepare(image, [BOX], crop=crop).batch}
    return {
        "bare": lambda: session.run(None, inputs),
        "whole": lambda: estimator.estimate(image, [BOX], crop=crop),
        "many": lambda: estimator.estimate(image, [BOX] * MANY, crop=crop),
    }


def _times_ms(
    calls: dict[str, dict[str, Callable[[], object]]], rounds: int, clock: Callable[[], float]
) -> dict[tuple[str, str], list[float]]:
    """Milliseconds of each call, by the snapshot's name and the call's; the rounds alternate between them."""
    times: dict[tuple[str, str], list[float]] = {(name, call): [] for name, of in calls.items() for call in of}
    for _ in range(rounds):
        for (name, call), spent in times.items():
            run = calls[name][call]
            started = clock()
            run()
            spent.append(1000 * (clock() - started))
    return times


def _ratio(times: list[float], others: list[float]) -> float:
    return statistics.median(time_ms / other for time_ms, other in zip(times, others, strict=True))


if __name__ == "__main__":
    main()
