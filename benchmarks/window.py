"""The window at work on real videos: `python -m benchmarks.window VIDEO…`.

Each video is played in the real window for some seconds, then while snapshot and detector are switched, then while it
is exported, and finally as a live camera. Reports the frames shown per second, the delay from a live frame's capture to
its painting, and stalls: how long the GUI thread was blocked. Needs a display (or xvfb-run).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app.benchmark.machine import this_machine, versions
from app.export.task import ExportTask, TableOutput
from app.gui.kit.qt_frame import QtFrame
from app.gui.state.studio import Studio
from app.gui.window.main_window import MainWindow
from app.main import main as run_program
from app.models.loader import Ready
from benchmarks.driving import Driver, Step, after
from benchmarks.stalls import StallWatch

LIMIT_MS = 50.0


@dataclass
class Phase:
    """The measurements of one period."""

    name: str
    seconds: float = 0.0
    frames: int = 0
    skipped: int = 0
    delays_ms: list[float] = field(default_factory=list)
    stalls_ms: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Without delays if the source was not live."""
        found = {
            "frames per second": self.frames / self.seconds,
            "skipped": float(self.skipped),
            "longest stall, ms": max(self.stalls_ms, default=0.0),
            "long stalls": float(sum(stall > LIMIT_MS for stall in self.stalls_ms)),
        }
        if self.delays_ms:
            ordered = sorted(self.delays_ms)
            found["median delay, ms"] = statistics.median(ordered)
            found["95 % of delays, ms"] = ordered[int(0.95 * len(ordered))]
        return found

    def text(self) -> str:
        found = self.figures()
        text = f"  {self.name:<34} {found['frames per second']:5.1f} frames/s, {self.skipped} skipped, "
        text += f"longest stall {found['longest stall, ms']:.0f} ms, {found['long stalls']:.0f} over {LIMIT_MS:.0f} ms"
        if self.delays_ms:
            text += f", delay median {found['median delay, ms']:.0f} ms, 95 % {found['95 % of delays, ms']:.0f} ms"
        return text


class Meter:
    """Measures a running window, phase by phase."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self._watch = StallWatch(window)
        self._phase: Phase | None = None
        self._dropped_before = 0
        self._began_s = 0.0
        self.video = ""
        self.phases: dict[str, list[Phase]] = {}
        """Of each video."""
        window.studio.live_view.frame_shown.connect(self._see)

    def begin(self, name: str) -> None:
        self._phase = Phase(name)
        newest = self.window.studio.live_view.newest
        self._dropped_before = newest.pace.dropped if newest is not None else 0
        self._began_s = time.perf_counter()
        self._watch.start()

    def end(self) -> None:
        assert self._phase is not None
        self._watch.stop()
        self._phase.seconds = time.perf_counter() - self._began_s
        self._phase.stalls_ms = self._watch.stalls_ms
        newest = self.window.studio.live_view.newest
        self._phase.skipped = (newest.pace.dropped if newest is not None else 0) - self._dropped_before
        self.phases.setdefault(self.video, []).append(self._phase)
        print(self._phase.text(), flush=True)
        self._phase = None

    def _see(self, qt_frame: QtFrame) -> None:
        if self._phase is None:
            return
        self._phase.frames += 1
        captured_s = qt_frame.shown.analysis.frame.captured_s
        if captured_s is not None:
            self.window.view.repaint()  # The delay ends when the pixels are painted.
            self._phase.delays_ms.append(1000 * (time.perf_counter() - captured_s))


def story(meter: Meter, videos: list[Path], seconds: float, folder: Path) -> Iterator[Step]:
    """Runs all phases for one video after another."""
    window = meter.window
    studio = window.studio
    studio.models.choose_snapshot(None)
    studio.models.choose_detector("auto")
    yield lambda: isinstance(studio.models.load_event, Ready)
    for video in videos:
        print(video.name, flush=True)
        meter.video = video.name
        studio.live_view.open(str(video))
        yield partial(_is_shown, studio, str(video))
        window.action("loop").trigger()
        yield after(1.0)
        meter.begin("playing")
        yield after(seconds)
        meter.end()
        meter.begin("switching the snapshot")
        yield from _switch(lambda: studio.models.choose_snapshot("squeezenet-1.1"), window)
        yield from _switch(lambda: studio.models.choose_snapshot(None), window)
        meter.end()
        meter.begin("switching the detector (dlib CNN)")
        yield from _switch(lambda: studio.models.choose_detector("dlib-cnn"), window)
        yield after(seconds)
        yield from _switch(lambda: studio.models.choose_detector("auto"), window)
        meter.end()
        meter.begin("exporting")
        table = TableOutput(folder / f"{video.stem}.csv")
        studio.queue.add(ExportTask(video, video=folder / video.name, tables=(table,)))
        yield after(min(seconds, 8.0))
        studio.queue.cancel_all()
        meter.end()
        yield lambda: all(row.is_over for row in studio.queue.rows)
        studio.live_view.open(f"synthetic:{video}")
        yield lambda: studio.live_view.state.live and studio.live_view.newest is not None
        yield after(1.0)
        meter.begin("watching as a camera")
        yield after(seconds)
        meter.end()
    studio.live_view.close_source()


def _is_shown(studio: Studio, address: str) -> bool:
    return studio.live_view.state.address == address and studio.live_view.newest is not None


def _switch(call: object, window: MainWindow) -> Iterator[Step]:
    before = window.studio.models.loaded
    call()  # type: ignore[operator]
    yield lambda: window.studio.models.loaded is not before
    yield after(2.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each phase (default: 10)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()
    meters: list[Meter] = []

    def measured(window: MainWindow) -> Iterator[Step]:
        meters.append(Meter(window))
        return story(meters[0], args.video, args.seconds, Path(name))

    with tempfile.TemporaryDirectory() as name:
        driver = Driver(measured)
        run_program(["synthetic"])
    if driver.error is not None:
        raise driver.error
    if args.json is not None:
        figures = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": asdict(this_machine()),
            "versions": versions(),
            "seconds": args.seconds,
            "videos": {
                video: {phase.name: phase.figures() for phase in phases} for video, phases in meters[0].phases.items()
            },
        }
        args.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
