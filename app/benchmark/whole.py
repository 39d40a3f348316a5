"""The whole export, in a process of its own, whose peak memory is therefore an export's."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.analysis.analyzer import Analyzer
from app.benchmark.cost import Cost, Others, Stopwatch
from app.benchmark.machine import peak_memory_mib
from app.benchmark.subject import SILENT, STYLE, Subject, opened
from app.export.annotating import Annotating
from app.export.pipeline import RunControl, export_frames
from app.frames import Frame
from app.video import Sink, open_sink

_WARM_UP_FRAMES = 5
"""The first export of a process imports and sets up what others find there."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost, and the size of the video that it wrote, both per frame.

    `others`: the share of the cores' time that other processes used meanwhile.
    """

    cost: Cost
    others: float | None
    peak_memory_mib: float | None
    file_kib: float


class WholeExport:
    """Exports the first frames of a video as often as it is asked to. The models stay open between runs."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._open = ExitStack()
        self._source, self._models = self._open.enter_context(opened(subject))
        self.run(_WARM_UP_FRAMES)

    def run(self, count: int) -> Run:
        """From the first frame that is read to the finished file."""
        return self._measured(
            count,
            lambda frames, analyze, sink: export_frames(frames, analyze, style=STYLE, sink=sink, control=RunControl()),
        )

    def run_in_one_loop(self, count: int) -> Run:
        """The same work without the export's threads: what the stages cost if they take turns with each frame."""

        def loop(frames: Iterator[Frame], analyze: Analyzer, sink: Sink) -> None:
            annotating = Annotating(sink, STYLE)
            for frame in frames:
                annotating.write(analyze(frame))

        return self._measured(count, loop)

    def _measured(self, count: int, work: Callable[[Iterator[Frame], Analyzer, Sink], object]) -> Run:
        source, models = self._source, self._models
        watch, others = Stopwatch(), Others()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "benchmark.mp4"
            with others, watch, open_sink(path, source=source.facts, options=SILENT) as sink:
                analyze = Analyzer(models.detector, models.estimator, self._subject.settings)
                work(islice(source.frames(), count), analyze, sink)
            kib = path.stat().st_size / 1024 / count
        return Run(watch.cost(count), others.share, peak_memory_mib(), kib)
