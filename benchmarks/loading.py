"""How fast heads are read, cropped and augmented: `python -m benchmarks.loading --root DIR [--table CSV]`.

Loading has to be at least as fast as the network; the ratio to no workers shows whether more of them help.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from torch.utils.data import DataLoader

from hopenet.datasets import DATASETS, open_dataset
from hopenet.training.loading import EpochSampler, TrainingHeads
from hopenet.training.recipes import load_recipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", choices=tuple(DATASETS), default="csv")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--recipe", default="compact")
    parser.add_argument("--heads", type=int, default=2000)
    args = parser.parse_args()
    recipe = load_recipe(args.recipe)
    source = open_dataset(args.dataset, args.root, table=args.table)
    heads = TrainingHeads(
        source, source.names[: args.heads], side=recipe.input_size, rules=recipe.augmentation, seed=0, skip_bad=True
    )
    first = 0.0
    for workers in range(min(4, os.cpu_count() or 1) + 1):
        loader = DataLoader(heads, batch_size=64, sampler=EpochSampler(len(heads), seed=0), num_workers=workers)
        started = time.perf_counter()
        count = sum(len(batch.pixels) for batch in loader)
        rate = count / (time.perf_counter() - started)
        first = first or rate
        print(f"{workers} workers: {rate:.0f} heads/s, {rate / first:.2f} × none", flush=True)


if __name__ == "__main__":
    main()
