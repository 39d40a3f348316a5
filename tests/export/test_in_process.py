"""An export in a process of its own gives what one in this process gives, and can be stopped, paused and lost."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import errors
from app.errors import Cancelled, ModelNotDownloaded, SourceError, StudioError
from app.export.in_process import ExportProcess
from app.export.pipeline import RunControl
from app.export.resume import WorkDiffers
from app.export.run import run_task
from app.export.task import ExportTask, OutputExists, TableOutput
from app.product import SAMPLE
from app.settings import DetectorChoice
from app.threads.signals import Gate, Stop
from app.weights import ModelStore

pytestmark = pytest.mark.xdist_group("export processes")


@pytest.fixture(scope="module")
def process() -> Iterator[ExportProcess]:
    """One for all tests, because starting it takes a second; it has refused an export."""
    process = ExportProcess()
    with pytest.raises(SourceError):
        process.run(ExportTask(Path("nothing.mp4"), Path("out.mp4")), store=ModelStore.standard(), control=RunControl())
    yield process
    process.close()


@pytest.fixture
def store() -> ModelStore:
    return ModelStore.standard()


@pytest.fixture
def task(tmp_path: Path) -> Callable[..., ExportTask]:
    def make(name: str, **changes: object) -> ExportTask:
        folder = tmp_path / name
        folder.mkdir()
        table = (TableOutput(folder / "poses.csv"),)
        return ExportTask(SAMPLE, folder / "video.mp4", table, **changes)  # type: ignore[arg-type]

    return make


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_tables_and_counts_are_those_of_an_export_here(
    process: ExportProcess, store: ModelStore, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    seen: list[tuple[int, int | None]] = []
    control = RunControl(progress=lambda done, expected: seen.append((done, expected)))
    there = process.run(task("there"), store=store, control=control)
    here = run_task(task("here"), store=store, control=RunControl())
    assert there == here
    assert (tmp_path / "there" / "poses.csv").read_bytes() == (tmp_path / "here" / "poses.csv").read_bytes()
    assert files(tmp_path / "there") == files(tmp_path / "here") == ["poses.csv", "poses.json", "video.mp4"]
    assert seen[-1] == (here.counts.frames, here.counts.frames)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_errors_arrive_with_their_kind_and_advice(
    process: ExportProcess, store: ModelStore, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    existing = task("existing")
    assert existing.video is not None
    existing.video.write_bytes(b"an old video")
    with pytest.raises(OutputExists) as refused:
        process.run(existing, store=store, control=RunControl())
    with pytest.raises(OutputExists) as expected:
        run_task(existing, store=store, control=RunControl())
    assert str(refused.value) == str(expected.value) and refused.value.advice == expected.value.advice
    with pytest.raises(SourceError, match=r"nothing\.mp4"):
        process.run(ExportTask(tmp_path / "nothing.mp4", tmp_path / "out.mp4"), store=store, control=RunControl())


def test_a_stop_ends_it_and_leaves_nothing(
    process: ExportProcess, store: ModelStore, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    stop = Stop()

    def progress(done: int, _expected: int | None) -> None:
        if done:
            stop.request()

    with pytest.raises(Cancelled):
        process.run(task("stopped"), store=store, control=RunControl(progress=progress, stop=stop))
    assert files(tmp_path / "stopped") == []


def test_a_closed_gate_pauses_it(process: ExportProcess, store: ModelStore, task: Callable[..., ExportTask]) -> None:
    gate, begun, seen = Gate(), threading.Event(), list[int]()

    def progress(done: int, _expected: int | None) -> None:
        seen.append(done)
        if done and not begun.is_set():
            gate.close()
            begun.set()

    results: list[int] = []

    def run() -> None:
        control = RunControl(progress=progress, gate=gate)
        results.append(process.run(task("paused"), store=store, control=control).counts.frames)

    export = threading.Thread(target=run)
    export.start()
    assert begun.wait(60)
    time.sleep(0.5)
    at_rest = seen[-1]
    time.sleep(0.5)
    assert seen[-1] == at_rest and not results
    gate.open()
    export.join(60)
    assert results == [240]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process by a signal")
def test_a_process_that_is_killed_is_said_and_the_next_export_runs(
    store: ModelStore, task: Callable[..., ExportTask], tmp_path: Path
) -> None:
    process = ExportProcess()
    numbers: list[int] = []

    def progress(done: int, _expected: int | None) -> None:
        if done and not numbers:
            assert process.number is not None
            numbers.append(process.number)
            os.kill(numbers[0], signal.SIGKILL)

    try:
        with pytest.raises(StudioError, match="ended unexpectedly"):
            process.run(task("killed"), store=store, control=RunControl(progress=progress))
        assert files(tmp_path / "killed") == []
        done = process.run(task("next", detector=DetectorChoice("mediapipe")), store=store, control=RunControl())
        assert done.counts.frames == 240
        assert process.number not in (None, numbers[0])
    finally:
        process.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority instead")
def test_it_lets_other_processes_go_first(process: ExportProcess) -> None:
    assert process.number is not None
    assert os.getpriority(os.PRIO_PROCESS, process.number) > os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.parametrize(
    "error",
    [
        *(kind("It failed.", advice="Try again.") for kind in StudioError.__subclasses__()),
        OutputExists("It exists.", advice="Choose another."),
        WorkDiffers("It differs."),
        ModelNotDownloaded("No model.", advice="Get it.", model="m", filename="m.pkl", address="https://example.org/m"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_can_cross_from_one_process_to_another(error: StudioError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.message, again.advice, vars(again)) == (
        str(error),
        error.message,
        error.advice,
        vars(error),
    )
    assert errors.StudioError in type(again).__mro__
