"""Checks a snapshot file of unknown origin, in a process of its own.

    python -m hopenet.checking model.onnx

The file is loaded as it would be for use, and tried on the pictures of `hopenet.trial_pictures`. What passes is
remembered by its hash, so it is checked once.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from hopenet.estimator import LoadPlan, check_answers, describe, plan_load
from hopenet.record_schema import shown_name
from hopenet.records import SnapshotRecord

CHECK = 1
"""Part of the names of remembered checks. To have all files checked again, increase it."""

LONGEST_LOAD_S = 30.0
LONGEST_CONVERSION_S = 600.0
"""How long a check may take: of a file that is run as it is, and of one that torch has to convert first.

Loading and trying the largest published network takes 2 s on two cores, converting it half a minute.
"""

LARGEST_MEMORY = 6 << 30
"""Bytes that the check may use: converting the largest network takes 2.5 GB."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Remembers which files have passed, as empty files in a folder."""

    folder: Path

    @classmethod
    def in_cache(cls) -> Checked:
        """Those of this user."""
        return cls(platformdirs.user_cache_path("hopenet-studio") / "checked")

    def __contains__(self, sha256: str) -> bool:
        return self._note(sha256).is_file()

    def add(self, sha256: str) -> None:
        """Remembers that the file with this hash has passed. If that cannot be stored, it is checked again."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._note(sha256).touch()

    def _note(self, sha256: str) -> Path:
        return self.folder / f"{sha256}-{CHECK}"


def check_file(path: Path) -> None:
    """Runs `examine` for a file in a process of its own, which ends when it takes too long.

    Raises FileNotFoundError, or ValueError in one sentence if the file cannot be used.
    """
    plan, checked = plan_load(path, device="cpu"), Checked.in_cache()
    if plan.sha256 in checked:
        return
    limit_s = longest_check_s(plan)
    program = "import sys; from hopenet.checking import report; report(sys.argv[1])"
    command = [sys.executable, "-c", program, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=limit_s, encoding="utf-8", check=False)
    except subprocess.TimeoutExpired as error:
        raise ValueError(too_slow(path, limit_s)) from error
    if done.returncode:
        raise ValueError(done.stdout.strip() or too_large(path))
    checked.add(plan.sha256)


def report(path: str) -> None:
    """Examines a file; if it cannot be used, writes why and ends the process with exit code 1."""
    try:
        examine(plan_load(path, device="cpu"))
    except (OSError, ValueError, RuntimeError) as error:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        print(error)
        raise SystemExit(1) from error


def longest_check_s(plan: LoadPlan) -> float:
    """How long `examine` may take."""
    return LONGEST_LOAD_S if plan.runs == "onnx" else LONGEST_CONVERSION_S


def examine(plan: LoadPlan) -> None:
    """Loads a snapshot and tries it, in a process that is used for nothing else: its memory is limited from then on.

    The caller ends the process after `longest_check_s`. Raises FileNotFoundError, or ValueError in one sentence if the
    file cannot be used.
    """
    limit_memory()
    try:
        # What runs on a GPU is tried on the CPU: the check is about the file, and no limit holds for a GPU's memory.
        on_cpu = LoadPlan(plan.path, plan.sha256, "cpu", plan.runs, plan.conversions)
        estimator = on_cpu.load(threads=1)
        check_answers(estimator.engine, estimator.record, plan.path)
    except MemoryError as error:
        raise ValueError(too_large(plan.path)) from error


def examined_record(path: Path) -> SnapshotRecord:
    """As `hopenet.estimator.describe`, under the conditions of `examine`."""
    limit_memory()
    try:
        return describe(path)
    except MemoryError as error:
        raise ValueError(too_large(path)) from error


def too_large(path: Path) -> str:
    """The sentence about a file that ended the process that checked it."""
    return (
        f"{shown_name(path.name)} cannot be used: loading it crashed, or needed more than {LARGEST_MEMORY >> 30} GB of "
        "memory."
    )


def too_slow(path: Path, limit_s: float) -> str:
    """The sentence about a file whose check was ended after `limit_s`."""
    return f"{shown_name(path.name)} cannot be used: it gave no answer within {limit_s:.0f} s."


def limit_memory() -> None:
    """Limits the memory of this process, where the system can do that."""
    if sys.platform != "linux":
        return
    resource = importlib.import_module("resource")
    for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CORE):
        most = LARGEST_MEMORY if kind == resource.RLIMIT_DATA else 0
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError, OSError):  # a stricter limit is in force
            resource.setrlimit(kind, (most, hard))


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m hopenet.checking FILE", file=sys.stderr)
        return 2
    try:
        check_file(Path(sys.argv[1]))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
