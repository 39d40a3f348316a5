"""How long the GUI thread is blocked in each step of days' work in the window: `python -m benchmarks.journeys`.

Runs the journeys of tests/e2e, each through the real `main()` in a process of its own. Needs a display, or xvfb-run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.journeys.__main__ import JOURNEYS
from tests.e2e.journeys.journey import LIMIT_MS


def measured(name: str, folder: Path) -> dict[str, tuple[float, int]]:
    """The longest stall of each step in milliseconds, and how many were longer than LIMIT_MS."""
    subprocess.run([sys.executable, "-m", "tests.e2e.journeys", name, str(folder)], check=True, capture_output=True)
    steps: dict[str, tuple[float, int]] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["stalls"]
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()
    figures: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as whole:
        for name in JOURNEYS:
            folder = Path(whole) / name.split(",")[0]  # What is continued has its files in the same folder.
            folder.mkdir(exist_ok=True)
            print(name, flush=True)
            figures[name] = {}
            for step, (longest_ms, over) in measured(name, folder).items():
                print(f"  {step:<34} longest stall {longest_ms:4.0f} ms, {over} over {LIMIT_MS:.0f} ms", flush=True)
                figures[name][step] = {"longest_ms": round(longest_ms, 1), "over_limit": over}
    if args.json is not None:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
