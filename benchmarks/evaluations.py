"""Measures every bundled snapshot on the same pictures, and keeps the figures in `results/evaluation/`.

    python -m benchmarks.evaluations --development AFLW2000 --heads heads/images --table heads/labels2.csv \\
        --points heads/points21.npz --list held-out.txt --turned renderings --speed

Each option is one set of pictures, and one file of figures; those that are left out keep the figures that they have.
The bundled snapshots are those of the manifest; published ones are measured too where their files are at hand.
`python -m benchmarks.figures` writes the figures into the documents; `make figures` does both.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.benchmark.cost import Others
from app.benchmark.figures import BUSY_SHARE
from app.benchmark.machine import this_machine
from app.commands.evaluate import COMMAND
from app.weights import ModelStore
from benchmarks import one_face

RESULTS = Path(__file__).parent / "results" / "evaluation"
WEIGHTS = Path(__file__).parent.parent / "weights"

REFERENCE = "squeezenet-1.1"
"""The snapshot to which times are relative."""

_PATHS = ("root", "table", "list", "points")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--development", type=Path, metavar="DIR", help="the development pictures of AFLW2000")
    parser.add_argument("--heads", type=Path, metavar="DIR", help="crops of heads, for robustness")
    parser.add_argument("--table", type=Path, metavar="CSV", help="labels of --heads")
    parser.add_argument("--list", type=Path, metavar="FILE", help="which of --heads: those that no snapshot has seen")
    parser.add_argument("--points", type=Path, metavar="FILE", help="points set on --heads")
    parser.add_argument("--turned", type=Path, metavar="DIR", help="heads of any yaw, with labels.csv")
    parser.add_argument("--speed", action="store_true", help="time of one face, relative to SqueezeNet 1.1")
    parser.add_argument("--rounds", type=int, default=200, help="of --speed")
    args = parser.parse_args()
    own = bundled()
    if args.development is not None:
        words = ["--dataset", "aflw2000", "--root", args.development, "--boxes", "mediapipe"]
        keep("development", evaluated((*own, *published()), words))
    if args.heads is not None:
        words = ["--dataset", "csv", "--root", args.heads, "--robustness"]
        for name, value in (("--table", args.table), ("--list", args.list), ("--points", args.points)):
            words += [] if value is None else [name, value]
        keep("heads", evaluated(own, words))
    if args.turned is not None:
        keep("turned", evaluated(own, ("--dataset", "csv", "--root", args.turned, "--angles", "all")))
    if args.speed:
        with Others() as others:
            times = timed((REFERENCE, *own), args.rounds)
        if others.share is not None and others.share > BUSY_SHARE:
            print(
                f"Other processes used {100 * others.share:.0f} % of the processors, which changes even ratios: the "
                "times of one face were not kept. Run --speed again when the machine is idle.",
                file=sys.stderr,
            )
        else:
            keep("speed", times)


def bundled() -> tuple[str, ...]:
    """The names of the bundled snapshots, the default first."""
    store = ModelStore.standard()
    names = [one.name for one in store.records if one.kind == "snapshot" and (WEIGHTS / one.filename).is_file()]
    return tuple(sorted(names, key=lambda name: name != store.default.name))


def published() -> tuple[str, ...]:
    """The names of other snapshots of the manifest whose files are on this machine."""
    store, own = ModelStore.standard(), bundled()
    others = [one.name for one in store.records if one.kind == "snapshot" and one.name not in own]
    return tuple(name for name in others if store.find(name) is not None)


def evaluated(names: Sequence[str], words: Sequence[object]) -> dict[str, Any]:
    """What `evaluate --json` writes for the first snapshot compared with the others."""
    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    compare = [word for name in names[1:] for word in ("--compare", name)]
    with TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        line = [*words, "--device", "cpu", "--threads", 1, "--snapshot", names[0], *compare, "--json", figures]
        COMMAND.run(parser.parse_args([str(word) for word in line]))
        found: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    kept: dict[str, Any] = without_groups(without_paths(found))
    return kept


def without_paths(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures without the folders of this machine: the names of the files say what was measured."""
    options = {
        name: Path(value).name if name in _PATHS and value else value
        for name, value in figures["options"].items()
        if name not in ("json", "csv", "plots")
    }
    return figures | {"options": options}


def without_groups(value: Any) -> Any:
    """The figures without the groups of heads by spread, which fill most of the file and are in no document."""
    if isinstance(value, dict):
        return {key: without_groups(item) for key, item in value.items() if key != "groups"}
    return [without_groups(item) for item in value] if isinstance(value, list) else value


def timed(names: Sequence[str], rounds: int) -> dict[str, Any]:
    """The times of one face, relative to the first snapshot."""
    machine = this_machine()
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processor": machine.processor, "cores": machine.cores, "system": machine.system},
        "reference": names[0],
        "rounds": rounds,
        "snapshots": {name: asdict(times) for name, times in one_face.measured(names, rounds).items()},
    }


def keep(name: str, figures: dict[str, Any]) -> None:
    """Writes one file of figures."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
