"""How long the program takes to start, each time as a process of its own, as a user would run it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.benchmark.figures import Moment, Start
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
    found: list[dict[str, Moment]] = []
    live: Mapping[str, float] = {}
    for number in range(repeats + 1):
        moments = {"--help": _help(), "first annotated frame": _first_frame(source)}
        if _has_display():
            in_window, of_camera = _window(source, seconds=LIVE_S if number == repeats else 0.0)
            moments.update(in_window)
            live = of_camera or live
        found.append(moments)
    counted = found[1:]
    medians = {
        name: Moment(*(statistics.median(values) for values in zip(*(one[name] for one in counted), strict=True)))
        for name in counted[0]
        if all(name in one for one in counted)
    }
    return Start(medians, live)


def _has_display() -> bool:
    linux = sys.platform.startswith("linux")
    return not linux or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _program(code: str, words: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", code, *words]


def _environment(settings: Path | None = None) -> dict[str, str]:
    paths = (str(_PRODUCT), os.environ.get("PYTHONPATH", ""))
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return found if settings is None else {**found, "HOPENET_SETTINGS": str(settings)}


class _Child:
    """Measures a child process: by the clock from now on, and the processor time of all that have ended since."""

    def __init__(self) -> None:
        self._began_s, self._processor_s = time.perf_counter(), _children_s()

    def moment(self, wall_s: float | None = None) -> Moment:
        return Moment(self.wall_s if wall_s is None else wall_s, _children_s() - self._processor_s)

    @property
    def wall_s(self) -> float:
        return time.perf_counter() - self._began_s


def _children_s() -> float:
    """Zero on Windows, which does not tell."""
    times = os.times()
    return times.children_user + times.children_system


def _help() -> Moment:
    child = _Child()
    done = subprocess.run(
        _program(_COMMAND, ["--help"]), env=_environment(), capture_output=True, check=False, timeout=_SILENT_FOR_S
    )
    if done.returncode:
        raise StudioError(f"The program did not start: {done.stderr.decode(errors='replace').strip()}")
    return child.moment()


def _first_frame(source: Path) -> Moment:
    """Until the first annotated frame has gone to the encoder."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["annotate", "-v", str(source.absolute()), "-o", str(Path(folder) / "first.mp4")]
        child = _Child()
        with subprocess.Popen(
            _program(_COMMAND, words), env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            said = []
            for line in process.stderr or ():
                said.append(line)
                if FIRST_FRAME in line:
                    wall_s = child.wall_s
                    process.terminate()
                    process.communicate()
                    return child.moment(wall_s)
    raise StudioError(f"{source} was not annotated: {''.join(said[-1:]).strip()}")


def _window(source: Path, *, seconds: float) -> tuple[dict[str, Moment], Mapping[str, float]]:
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
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: Moment(*moment) for name, moment in found["moments"].items()}, found["live"]
