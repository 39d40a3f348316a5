"""Times one face on one CPU thread: `python -m benchmarks.one_face --snapshot A --snapshot B`.

The networks take turns, so that a busy machine slows them all equally; only the ratio to the first is comparable
between machines.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from app.models.opening import load_estimator
from app.settings import EngineChoice
from app.weights import ModelStore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", action="append", required=True, help="a name or a file; ratios are to the first")
    parser.add_argument("--rounds", type=int, default=200)
    args = parser.parse_args()
    choice, store = EngineChoice(device="cpu", threads=1), ModelStore.standard()
    estimators = {name: load_estimator(name, choice, store=store, progress=False) for name in args.snapshot}
    random = np.random.default_rng(0)
    batches = {
        name: random.standard_normal((1, 3, one.record.input_size, one.record.input_size), np.float32)
        for name, one in estimators.items()
    }
    times_ms: dict[str, list[float]] = {name: [] for name in estimators}
    for _ in range(args.rounds):
        for name, estimator in estimators.items():
            started = time.perf_counter()
            estimator.engine.logits(batches[name])
            times_ms[name].append(1000 * (time.perf_counter() - started))
    first = times_ms[args.snapshot[0]]
    for name, times in times_ms.items():
        ratio = statistics.median(time_ms / other for time_ms, other in zip(times, first, strict=True))
        print(f"{name}: median {statistics.median(times):.1f} ms, minimum {min(times):.1f} ms, {ratio:.2f} × the first")


if __name__ == "__main__":
    main()
