"""How long the program takes to start, each time as a process of its own, as a user would run it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.benchmark.figures import Start
from app.errors import StudioError
from app.export.pipeline import FIRST_FRAME

_PRODUCT = Path(__file__).parents[2]
_COMMAND = "from app.main import main; raise SystemExit(main())"
_WINDOW = "from app.gui.measuring import main; main()"
_SILENT_FOR_S = 120.0
LIVE_S = 10.0
"""For how long a simulated camera is watched."""


def start_times(source: Path, *, repeats: int) -> Start:
    """Medians of several starts, with the files that Python compiles and the disk's cache warm from one more.

    `source`: the video that is annotated and opened. Raises StudioError if the program does not start.
    """
    measures: dict[str, Callable[[], float]] = {"help": _help_s, "first frame": lambda: _first_frame_s(source)}
    times: dict[str, list[float]] = {name: [] for name in measures}
    windows: list[Mapping[str, float]] = []
    for number in range(repeats + 1):
        for name, measure in measures.items():
            seconds = measure()
            if number:
                times[name].append(seconds)
    if _has_display():
        _window(source, seconds=0.0)
        windows = [_window(source, seconds=LIVE_S if number == 0 else 0.0) for number in range(repeats)]
    shown = {
        name: statistics.median(one[name] for one in windows)
        for name in ("window shown", "first face")
        if windows and all(name in one for one in windows)
    }
    live = {name: value for name, value in windows[0].items() if name not in shown} if windows else None
    help_s, first_frame_s = map(statistics.median, times.values())
    return Start(help_s, first_frame_s, window=shown or None, live=live or None)


def _has_display() -> bool:
    linux = sys.platform.startswith("linux")
    return not linux or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _program(code: str, words: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", code, *words]


def _environment(settings: Path | None = None) -> dict[str, str]:
    paths = (str(_PRODUCT), os.environ.get("PYTHONPATH", ""))
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return found if settings is None else {**found, "HOPENET_SETTINGS": str(settings)}


def _help_s() -> float:
    began = time.perf_counter()
    done = subprocess.run(
        _program(_COMMAND, ["--help"]), env=_environment(), capture_output=True, check=False, timeout=_SILENT_FOR_S
    )
    if done.returncode:
        raise StudioError(f"The program did not start: {done.stderr.decode(errors='replace').strip()}")
    return time.perf_counter() - began


def _first_frame_s(source: Path) -> float:
    """Until the first annotated frame has gone to the encoder."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["annotate", "-v", str(source.absolute()), "-o", str(Path(folder) / "first.mp4")]
        began = time.perf_counter()
        with subprocess.Popen(
            _program(_COMMAND, words), env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            said = []
            for line in process.stderr or ():
                said.append(line)
                if FIRST_FRAME in line:
                    taken = time.perf_counter() - began
                    process.terminate()
                    process.communicate()
                    return taken
    raise StudioError(f"{source} was not annotated: {''.join(said[-1:]).strip()}")


def _window(source: Path, *, seconds: float) -> Mapping[str, float]:
    """Opens the window with a video, then watches it as a simulated camera for some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**_environment(Path(folder) / "settings.toml"), "HOPENET_STARTED": repr(time.time())}
        done = subprocess.run(
            _program(_WINDOW, [str(source.absolute()), str(seconds)]),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SILENT_FOR_S,
        )
    if done.returncode:
        raise StudioError(f"The window did not open: {done.stderr.strip().splitlines()[-1:]}")
    found: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
