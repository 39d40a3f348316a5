"""A long run of mutated films, `python -m tests.fuzz --films 500`, which prints what goes wrong."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz import films
from tests.fuzz.trial import GOOD, Trials


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--films", type=int, default=500, metavar="N", help="how many films (default: 500)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first film (default: 0)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the films that went wrong here")
    parser.add_argument("--all", action="store_true", help="print every film")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    largest_mb = 0
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(Path(folder))
        for number in range(arguments.first, arguments.first + arguments.films):
            path, film = films.write(number, Path(folder))
            outcome = trials.run(path)
            counts[outcome.verdict] += 1
            largest_mb = max(largest_mb, outcome.memory_mb)
            if arguments.all or not outcome.is_good:
                print(f"{number}: {outcome.verdict}: {outcome.reason}\n    {film.story}", flush=True)
            if arguments.keep is not None and not outcome.is_good:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / film.name).write_bytes(film.contents)
            path.unlink()
        trials.close()
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()), f"(at most {largest_mb} MB)")
    return 0 if counts.keys() <= GOOD else 1


if __name__ == "__main__":
    sys.exit(main())
