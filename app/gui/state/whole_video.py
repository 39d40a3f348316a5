"""The angles over the whole video that is open: from its pose table, or from an analysis in the background."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import Cancelled, StudioError
from app.export.in_process import ExportProcess
from app.export.pipeline import RunControl
from app.export.task import ExportTask, TableOutput
from app.gui.kit.bridge import LatestValue
from app.gui.kit.workers import Workers
from app.gui.state.live_view import LiveView
from app.gui.state.model_selection import ModelSelection
from app.gui.state.preference_store import PreferenceStore
from app.outputs.reading import read_pose_table
from app.outputs.table_data import PoseTableData
from app.session.video_curves import VideoCurves
from app.session.whole_tables import Difference, analysed_as, differences, save_table, table_of
from app.settings import Reference
from app.threads.signals import Stop
from app.watch.listener import WatcherState
from app.weights import ModelStore

_TABLE = "poses.csv"
_REPORT_EVERY_S = 0.25
_KINDS = ("video", "folder")


@dataclass(frozen=True, slots=True)
class Running:
    """An analysis that is running, possibly of another video than the one that is open."""

    source: Path
    done: int = 0
    total: int | None = None
    left_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WholeVideoState:
    """What is known about the whole video that is open.

    `source`: None if what is open has no end. `curves`: None if there are none yet. `table_name`: of the pose table
    that they come from; empty if they were analysed here. `differences`: what was set otherwise than it is now.
    """

    source: Path | None = None
    curves: VideoCurves | None = None
    table_name: str = ""
    differences: tuple[Difference, ...] = ()
    running: Running | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was when it was analysed: another one under the same name is another video."""

    path: Path
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> _File:
        try:
            facts = path.stat()
        except OSError:
            return cls(path, 0, 0)
        return cls(path, facts.st_size, facts.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class _Unsaved:
    """An analysis that is not saved, and from when to when it took by `time.perf_counter`; None while it runs."""

    source: Path
    start_s: float
    end_s: float | None = None


class WholeVideo(QObject):
    """Analyses the video that is open with the models and settings of the window, through the export's pipeline.

    What was analysed is kept until the program ends, also while other videos are open. An analysis goes on if another
    video is opened meanwhile; there is one at a time.
    Thread: the GUI's. Tables are read and written in a worker, and an analysis has a thread of its own.
    """

    changed = Signal(object)
    """WholeVideoState"""
    failed = Signal(object)
    """StudioError"""
    saved = Signal(object)
    """Path of a pose table"""

    def __init__(
        self,
        live_view: LiveView,
        models: ModelSelection,
        preferences: PreferenceStore,
        make_store: Callable[[], ModelStore],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live_view, self._models, self._make_store = live_view, models, make_store
        self._workers = Workers("whole-video", self.failed.emit, threads=1)
        self._analyses = Workers("analysis", self._analysis_failed, threads=1)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._kept: dict[_File, Path] = {}
        self._unsaved: dict[Path, _Unsaved] = {}
        """By the table that an analysis is written to."""
        self._table: PoseTableData | None = None
        self._reference: Reference | None = None
        """Of the curves that are shown, or that are being made."""
        self._stop: Stop | None = None
        self._progress: LatestValue[Running] = LatestValue()
        self._progress.on_value(self._show_progress)
        self.state = WholeVideoState()
        live_view.state_changed.connect(self._take_watcher)
        live_view.frame_shown.connect(lambda qt_frame: self._refer(qt_frame.shown.options.reference))
        preferences.changed.connect(lambda _preferences: self._compare())
        models.load_reported.connect(lambda _event: self._compare())

    def analyse(self) -> None:
        """Analyses the video that is open, unless an analysis is running."""
        source = self.state.source
        if source is None or self._stop is not None:
            return
        table, stop = self._new_table(), Stop()
        task = ExportTask(
            source,
            tables=(TableOutput(table),),
            snapshot=self._models.choice.snapshot,
            engine=self._models.choice.engine,
            detector=self._models.choice.detector,
            settings=replace(self._live_view.settings, detect_every=self._models.choice.detect_every),
            reference=self._live_view.options.reference,
        )
        self._stop = stop
        self._unsaved[table] = _Unsaved(source, time.perf_counter())
        self._analyses.stop.add(stop.request)
        control = RunControl(progress=_Report(source, self._progress.put), stop=stop)

        def run() -> _File | None:
            file = _File.of(source)
            try:
                with closing(ExportProcess()) as process:
                    process.run(task, store=self._make_store(), control=control)
            except Cancelled:
                return None
            return file

        self._change(running=Running(source))
        self._analyses.run(run, partial(self._analysed, table))

    def cancel(self) -> None:
        """Ends the analysis that is running."""
        if self._stop is not None:
            self._stop.request()

    def save(self, path: Path) -> None:
        """Saves the table that the curves come from, with its record; `saved` or `failed` follows."""
        table = self._table
        if table is not None:
            self._workers.run(lambda: save_table(table.path, path), partial(self._saved, table.path, path))

    def unsaved(self, at_least_s: float) -> tuple[Path, ...]:
        """The videos of which an analysis is not saved that has taken this long so far, running or finished."""
        now_s = time.perf_counter()
        analyses = self._unsaved.values()
        return tuple(one.source for one in analyses if (one.end_s or now_s) - one.start_s >= at_least_s)

    def close(self) -> None:
        """Ends everything, waits for it, and removes what was not saved."""
        self._analyses.close(wait=True)
        self._workers.close(wait=True)
        if self._folder is not None:
            self._folder.cleanup()

    def _take_watcher(self, state: WatcherState) -> None:
        source = state.facts.path if state.facts is not None and state.facts.kind in _KINDS else None
        if source == self.state.source or (state.status == "opening" and source is None and state.address):
            return
        self._table = None
        self._change(source=source, curves=None, table_name="", differences=())
        if source is not None:
            self._look_for_table(source)

    def _look_for_table(self, source: Path, analysed: Path | None = None) -> None:
        """`analysed`: the table of an analysis that has just ended."""
        reference = self._live_view.options.reference

        def look() -> tuple[PoseTableData, VideoCurves] | None:
            kept = analysed or self._kept.get(_File.of(source))
            table = read_pose_table(kept) if kept is not None else table_of(source)
            return None if table is None else (table, VideoCurves.of(table, reference))

        self._workers.run(look, partial(self._show_table, source))

    def _show_table(self, source: Path, found: tuple[PoseTableData, VideoCurves] | None) -> None:
        if source != self.state.source or found is None:
            return
        self._table, curves = found
        name = "" if self._table.path in self._kept.values() else self._table.name
        self._reference = curves.reference
        self._change(curves=curves, table_name=name)
        self._compare()
        self._refer(self._live_view.options.reference)

    def _refer(self, reference: Reference) -> None:
        """Shows the curves relative to this reference."""
        table, source = self._table, self.state.source
        if table is None or source is None or reference == self._reference:
            return
        self._reference = reference
        self._workers.run(
            lambda: (table, VideoCurves.of(table, reference)),
            lambda found: self._show_table(source, found) if self._table is table else None,
        )

    def _compare(self) -> None:
        """Finds what is set otherwise now than in the analysis."""
        loaded, table = self._models.loaded, self._table
        if loaded is None or table is None:
            return
        settings = replace(self._live_view.settings, detect_every=self._models.choice.detect_every)
        facts = self._live_view.state.facts
        alone = facts is not None and facts.kind != "video"
        now = analysed_as(loaded.estimator, loaded.detector.detector.name, self._models.choice, settings, alone=alone)
        self._change(differences=differences(table.record, now))

    def _saved(self, table: Path, path: Path, _none: None) -> None:
        self._unsaved.pop(table, None)
        self.saved.emit(path)

    def _analysed(self, table: Path, file: _File | None) -> None:
        self._stop = None
        self._change(running=None)
        unsaved = self._unsaved.pop(table)
        if file is None:
            return
        before = self._kept.get(file)
        if before is not None:
            self._unsaved.pop(before, None)  # Nobody can see or save that one any more.
        self._kept[file] = table
        self._unsaved[table] = replace(unsaved, end_s=time.perf_counter())
        if file.path == self.state.source:
            self._look_for_table(file.path, table)  # Also if a file has come into the folder of the pictures meanwhile.

    def _analysis_failed(self, error: StudioError) -> None:
        self._stop = None
        self._unsaved = {table: one for table, one in self._unsaved.items() if one.end_s is not None}
        self._change(running=None)
        self.failed.emit(error)

    def _show_progress(self, running: Running) -> None:
        if self._stop is not None:
            self._change(running=running)

    def _new_table(self) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="head-poses-", ignore_cleanup_errors=True)
        return Path(tempfile.mkdtemp(dir=self._folder.name)) / _TABLE

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self.state)


class _Report:
    """Reports the progress of an analysis. Thread: the one that waits for it."""

    def __init__(self, source: Path, report: Callable[[Running], object]) -> None:
        self._source, self._report = source, report
        self._start_s = time.perf_counter()
        self._reported_s = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        now_s = time.perf_counter()
        if not done:
            self._start_s = now_s
        if now_s - self._reported_s >= _REPORT_EVERY_S or done == total:
            self._reported_s = now_s
            left_s = (now_s - self._start_s) / done * (total - done) if done and total is not None else None
            self._report(Running(self._source, done, total, left_s))
