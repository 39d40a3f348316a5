"""Faults at random moments: `python -m tests.fuzz.faults`. Linux only, and as root, because it mounts small disks.

Each operation of `operations` is stopped by each fault at ten random moments. Afterwards its files must be as before or
complete, never in between, and once the same operation has run undisturbed, nothing may be left of the stopped one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.operations import MODEL, OPERATIONS, make_pictures
from tests.fuzz.trial import decoded_by_ffmpeg

OLD = "what was here before\n"
ROOT = Path(__file__).parents[2]


class SlowServer(BaseHTTPRequestHandler):
    """Serves the model within about a second."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(MODEL)))
        self.end_headers()
        with suppress(OSError):
            for start in range(0, len(MODEL), len(MODEL) // 20):
                self.wfile.write(MODEL[start : start + len(MODEL) // 20])
                time.sleep(0.05)

    def log_message(self, *args: Any, **named: Any) -> None:
        pass


@dataclass(frozen=True)
class Run:
    """A program that runs in `folder`."""

    process: subprocess.Popen[str]
    folder: Path


Fault = Callable[[Run], None]


def _signal(number: int) -> Fault:
    return lambda run: run.process.send_signal(number)


def _fill_disk(run: Run) -> None:
    with suppress(OSError), (run.folder / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))


def _make_read_only(run: Run) -> None:
    # A disk with files that are open for writing cannot be made read-only, so it is tried until it can.
    while run.process.poll() is None:
        if _mount("remount,ro", run.folder):
            return
        time.sleep(0.01)


def _take_folder_away(run: Run) -> None:
    for name in ("", "cache", "run", "results"):
        folder = run.folder / name
        if name and folder.is_dir():
            folder.rename(run.folder / f"{name}-gone")


FAULTS: dict[str, Fault] = {
    "kill -9": _signal(signal.SIGKILL),
    "SIGTERM": _signal(signal.SIGTERM),
    "SIGHUP": _signal(signal.SIGHUP),
    "SIGINT": _signal(signal.SIGINT),
    "full disk": _fill_disk,
    "read-only disk": _make_read_only,
    "folder gone": _take_folder_away,
}
CODES = {"SIGTERM": {143, -15, -2, 0}, "SIGHUP": {129, -1, -2, 0}, "SIGINT": {130, -2, 0}, "kill -9": {-9, 0}}
"""The exit codes that each fault may have; 0 if the program was faster. Others: any but a signal's.

A signal that comes before the program handles it, or after, when there is nothing left to clean, ends the process in
the system's own way, which a shell reports as the same number. If a signal interrupts a module that is being imported
while Python makes one of its dataclasses, Python itself ends as after Ctrl-C (-2), whatever the program returns.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.faults", description=__doc__)
    parser.add_argument("--operations", nargs="*", choices=list(OPERATIONS), default=list(OPERATIONS))
    parser.add_argument("--faults", nargs="*", choices=list(FAULTS), default=list(FAULTS))
    parser.add_argument("--moments", type=int, default=10, metavar="N", help="for each pair (default: 10)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    survived: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    with _server() as address:
        for operation in arguments.operations:
            with _disk() as folder:
                _prepare(folder)
                duration_s = _undisturbed(operation, folder, address)
                expected = _result(operation, folder)
            for fault in arguments.faults:
                for _ in range(arguments.moments):
                    moment_s = random.uniform(0, duration_s)
                    problem = _trial(operation, fault, moment_s, address, expected)
                    tried[operation] += 1
                    survived[operation] += problem is None
                    if problem is not None:
                        print(f"{operation}, {fault} after {moment_s:.2f} of {duration_s:.2f} s: {problem}", flush=True)
            print(f"{operation}: {survived[operation]} of {tried[operation]} survived", flush=True)
    return 0 if survived == tried else 1


def _trial(operation: str, fault: str, moment_s: float, address: str, expected: object) -> str | None:
    with _disk() as folder:
        _prepare(folder)
        run = Run(_start(operation, folder, address), folder)
        assert run.process.stdout is not None
        run.process.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(moment_s)
        if run.process.poll() is None:
            FAULTS[fault](run)
        try:
            _, said = run.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            run.process.kill()
            return "it did not end within a minute"
        code = run.process.returncode
        # Saving settings is a part of the window, whose own handling of signals is not a part of this operation.
        if operation != "settings" and code not in CODES.get(fault, {code if code >= 0 else 0}):
            return f"exit code {code}: {said[-300:]}"
        if "Traceback" in said:
            return f"a traceback: {said[-600:]}"
        _repair(folder)
        if problem := _in_between(operation, folder):
            return problem
        _undisturbed(operation, folder, address)
        if _result(operation, folder) != expected:
            return "after another run, the result is not that of an undisturbed one"
        # What was in a folder that was moved away cannot be found by its path.
        return None if fault == "folder gone" else _leftovers(folder)


def _repair(folder: Path) -> None:
    _mount("remount,rw", folder)
    with suppress(OSError):
        (folder / "filler").unlink()
    for gone in folder.glob("*-gone"):
        kept = folder / gone.name.removesuffix("-gone")
        if kept.exists():
            shutil.rmtree(kept)
        gone.rename(kept)


def _prepare(folder: Path) -> None:
    for name in ("film.mp4", "table.csv", "table.json"):
        (folder / name).write_text(OLD)
    (folder / "given.bin").write_bytes(MODEL)
    (folder / "film.mp4.part").write_text("someone else's")
    (folder / "cache").mkdir()
    make_pictures(folder / "pictures")


def _undisturbed(operation: str, folder: Path, address: str) -> float:
    process = _start(operation, folder, address)
    assert process.stdout is not None
    process.stdout.readline()
    begun = time.monotonic()
    _, said = process.communicate(timeout=300)
    if process.returncode:
        raise RuntimeError(f"{operation} fails undisturbed: {said}")
    return time.monotonic() - begun


def _start(operation: str, folder: Path, address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.operations", operation, str(folder)],
        cwd=ROOT,
        env=os.environ | {"MODEL_ADDRESS": address, "XDG_CACHE_HOME": str(folder / "home"), "NO_PROXY": "127.0.0.1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _in_between(operation: str, folder: Path) -> str | None:
    """What is neither as before nor complete; None if everything is."""
    if (folder / "film.mp4.part").read_text() != "someone else's":
        return "another program's file was changed"
    if (folder / "given.bin").read_bytes() != MODEL:
        return "the input was changed"
    if operation == "annotate":
        states = {name: _is_old(folder / name) for name in ("film.mp4", "table.csv", "table.json")}
        if len(set(states.values())) > 1:
            return f"some files are new, others are not: {states}"
        if not any(states.values()):
            _result(operation, folder)
    model = folder / "cache" / "tiny.bin"
    if model.exists() and model.read_bytes() != MODEL:
        return "the model is damaged"
    settings = folder / "settings.toml"
    if settings.exists() and not tomllib.loads(settings.read_text()).get("recent"):
        return "the settings are damaged"
    return None


def _is_old(path: Path) -> bool:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text() == OLD
    return False


def _result(operation: str, folder: Path) -> object:
    """What the operation has made, in a form that is equal for equal results."""
    if operation == "annotate":
        json.loads((folder / "table.json").read_text())
        return len(decoded_by_ffmpeg(folder / "film.mp4").times), (folder / "table.csv").read_text()
    if operation == "evaluate":
        return sorted(path.name for path in (folder / "results").rglob("*"))
    if operation == "train":
        from safetensors.numpy import load_file

        tensors = load_file(folder / "run" / "run.safetensors")
        return hashlib.sha256(b"".join(tensors[key].tobytes() for key in sorted(tensors))).hexdigest()
    if operation in ("fetch", "import"):
        return hashlib.sha256((folder / "cache" / "tiny.bin").read_bytes()).hexdigest()
    return tomllib.loads((folder / "settings.toml").read_text())


def _leftovers(folder: Path) -> str | None:
    left = [str(path.relative_to(folder)) for path in folder.rglob("*") if ".part" in path.name]
    left.remove("film.mp4.part")
    return f"left behind: {left}" if left else None


@contextmanager
def _disk() -> Iterator[Path]:
    """A small disk of its own."""
    folder = Path(tempfile.mkdtemp())
    if not _mount("size=80m", folder, new=True):
        raise SystemExit("A disk cannot be mounted: this needs root on Linux.")
    try:
        yield folder
    finally:
        for _ in range(50):
            if subprocess.run(["umount", str(folder)], check=False, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        folder.rmdir()


def _mount(options: str, folder: Path, *, new: bool = False) -> bool:
    kind = ["-t", "tmpfs"] if new else []
    command = ["mount", *kind, "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@contextmanager
def _server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowServer) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/tiny.bin"
        http.shutdown()


if __name__ == "__main__":
    sys.exit(main())
