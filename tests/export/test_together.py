from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.analysis.analyzer import Analyzer
from app.errors import ModelError, OutputError
from app.export.answers import DETECTED, ESTIMATED, Answers, KnownEstimator
from app.export.pipeline import RunControl
from app.export.run import ExportResult, run_task
from app.export.task import ExportTask, TableOutput
from app.export.together import analysed, analysed_ahead
from app.frames import Analysis, Frame, Note
from app.product import SAMPLE
from app.settings import AnalysisSettings
from app.threads.signals import Stop
from app.weights import ModelStore
from detectors import BgrImage, Box, Detection
from hopenet import HeadPoseEstimator
from hopenet.estimator import PICTURES_ON_GPU
from tests.photograph import FACE, astronaut


class SeenBatches:
    """An engine that calls itself one of a GPU, and notes how many faces each batch has."""

    name = "onnx-cuda"
    notices: tuple[str, ...] = ("It is only a test.",)

    def __init__(self, estimator: HeadPoseEstimator, *, fails: bool = False) -> None:
        self._engine, self._fails = estimator.engine, fails
        self.batches: list[int] = []

    def logits(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        if self._fails:
            raise ValueError("the GPU is gone.")
        self.batches.append(len(batch))
        # One face at a time, so that what is compared depends on nothing but the face.
        rows = [self._engine.logits(batch[place : place + 1]) for place in range(len(batch))]
        return np.concatenate([np.empty((0, 3, 66), np.float32), *rows])


class NoGpu(SeenBatches):
    """The same on a CPU."""

    name = "onnx-cpu"
    notices = ()


class ChangingFaces:
    """Finds no face in every fifth frame, and two in every third."""

    name = "mediapipe"

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        face = Detection(FACE.moved(-4 * index, 0), 0.9)
        other = Detection(Box(5, 5, 65, 65), 0.7)
        return () if index % 5 == 4 else (face, other) if index % 3 == 0 else (face,)

    def close(self) -> None:
        """Has nothing to release."""


def frames(count: int, *, alone: bool = False) -> Iterator[Frame]:
    photograph = astronaut()
    for index in range(count):
        image = np.ascontiguousarray(photograph[:300, 4 * index : 4 * index + 400])
        image.flags.writeable = False
        yield Frame(image, index, Fraction(index, 25), name=f"{index}.jpg" if alone else "")


def on_gpu(estimator: HeadPoseEstimator, *, fails: bool = False) -> tuple[HeadPoseEstimator, SeenBatches]:
    engine = SeenBatches(estimator, fails=fails)
    return HeadPoseEstimator(engine, estimator.record, sha256=""), engine


@pytest.mark.parametrize("alone", [False, True], ids=["video", "pictures"])
def test_frames_analysed_together_are_in_order_and_have_the_numbers_of_each_alone(
    alone: bool, estimator: HeadPoseEstimator
) -> None:
    settings = AnalysisSettings(smoothing=0.7, detect_every=1)
    together, engine = on_gpu(estimator)
    one_by_one, _ = on_gpu(estimator)
    found = list(analysed(frames(19, alone=alone), Analyzer(ChangingFaces(), together, settings)))
    analyze = Analyzer(ChangingFaces(), one_by_one, settings)
    expected = [analyze(frame) for frame in frames(19, alone=alone)]
    assert [analysis.frame.index for analysis in found] == list(range(19))
    assert [analysis.faces for analysis in found] == [analysis.faces for analysis in expected]
    assert [analysis.detector for analysis in found] == [analysis.detector for analysis in expected]
    faces = [len(analysis.faces) for analysis in expected]
    groups = [faces[start : start + PICTURES_ON_GPU] for start in range(0, 19, PICTURES_ON_GPU)]
    assert engine.batches == [sum(group) for group in groups]


def test_on_a_cpu_each_frame_is_analysed_before_the_next_one_is_read(estimator: HeadPoseEstimator) -> None:
    read: list[int] = []

    def watched() -> Iterator[Frame]:
        for frame in frames(4):
            read.append(frame.index)
            yield frame

    analyze = Analyzer(ChangingFaces(), estimator, AnalysisSettings())
    assert analyze.frames_at_once == 1
    for analysis in analysed(watched(), analyze):
        assert read[-1] == analysis.frame.index


def test_an_export_that_can_be_resumed_runs_the_network_frame_by_frame(
    estimator: HeadPoseEstimator, tmp_path: Path
) -> None:
    """Another batch could change the last digits, and what is resumed must equal what was not interrupted."""
    answers = Answers(tmp_path / "answers")
    known = KnownEstimator(on_gpu(estimator)[0], answers)
    assert (known.pictures_at_once, on_gpu(estimator)[0].pictures_at_once) == (1, PICTURES_ON_GPU)
    answers.close()


def test_a_network_that_fails_is_named_with_the_frames(estimator: HeadPoseEstimator) -> None:
    broken, _ = on_gpu(estimator, fails=True)
    with pytest.raises(ModelError, match=r"failed in frames 0 to 7: the GPU is gone\.$"):
        list(analysed(frames(9), Analyzer(ChangingFaces(), broken, AnalysisSettings())))


@pytest.mark.parametrize("settings", [{"smoothing": 0.5}, {"filter": "zero-lag"}], ids=["one-euro", "zero-lag"])
def test_an_export_with_frames_together_writes_the_table_of_one_without_and_says_what_the_engine_noticed(
    settings: dict[str, Any], estimator: HeadPoseEstimator, tmp_path: Path
) -> None:
    def exported(name: str, by: HeadPoseEstimator) -> tuple[ExportResult, str, dict[str, Any]]:
        @contextmanager
        def models(*_: object) -> Iterator[tuple[ChangingFaces, HeadPoseEstimator]]:
            yield ChangingFaces(), by

        outputs = (TableOutput(tmp_path / f"{name}.csv"),)
        task = ExportTask(SAMPLE, tables=outputs, until=Fraction(1), settings=AnalysisSettings(**settings))
        result = run_task(task, store=ModelStore.standard(), control=RunControl(), open_models=models)
        table, record = (outputs[0].path.with_suffix(suffix).read_text("utf-8") for suffix in (".csv", ".json"))
        return result, table, json.loads(record)

    gpu, engine = on_gpu(estimator)
    result, table, record = exported("gpu", gpu)
    cpu = HeadPoseEstimator(NoGpu(estimator), estimator.record, sha256="")
    one_by_one, expected, plain = exported("cpu", cpu)
    assert table == expected
    assert result.counts == one_by_one.counts
    assert len(engine.batches) < result.counts.frames / 4
    assert Note("engine", "It is only a test.") in result.notes
    assert record["settings"]["engine_notices"] == ["It is only a test."]
    assert "engine_notices" not in plain["settings"]


def test_a_function_of_one_frame_is_called_frame_by_frame() -> None:
    def analyze(frame: Frame) -> Analysis:
        return Analysis(frame, ())

    found: Sequence[Analysis] = list(analysed(frames(3), analyze))
    assert [analysis.frame.index for analysis in found] == [0, 1, 2]


class ByTurns:
    """An analysis in two steps that notes which step ran for which frame, in which thread."""

    frames_at_once = 1

    def __init__(self) -> None:
        self.steps: list[tuple[str, int]] = []
        self.threads: dict[str, set[int]] = {"locate": set(), "finish": set()}
        self._second_located = threading.Event()

    def locate(self, frame: Frame) -> Analysis:
        self._note("locate", frame)
        if frame.index == 1:
            self._second_located.set()
        return Analysis(frame, ())

    def finish(self, located: Sequence[Analysis]) -> Sequence[Analysis]:
        frame = located[0].frame
        if frame.index == 0:  # Without a thread for each step, this would wait for ever.
            assert self._second_located.wait(timeout=60)
        self._note("finish", frame)
        return located

    def __call__(self, frame: Frame) -> Analysis:
        raise AssertionError("It is asked in two steps.")

    def _note(self, step: str, frame: Frame) -> None:
        self.steps.append((step, frame.index))
        self.threads[step].add(threading.get_ident())


def test_faces_of_the_next_frame_are_found_while_a_frame_is_at_the_network() -> None:
    analyze = ByTurns()
    with analysed_ahead(frames(9), analyze, stop=Stop()) as analyses:
        assert [analysis.frame.index for analysis in analyses] == list(range(9))
    for step in ("locate", "finish"):
        assert [index for one, index in analyze.steps if one == step] == list(range(9))
    assert not analyze.threads["locate"] & analyze.threads["finish"]


def test_an_analysis_in_two_threads_gives_what_one_thread_gives(estimator: HeadPoseEstimator) -> None:
    settings = AnalysisSettings(smoothing=0.7, detect_every=2)
    with analysed_ahead(frames(19), Analyzer(ChangingFaces(), estimator, settings), stop=Stop()) as analyses:
        found = list(analyses)
    analyze = Analyzer(ChangingFaces(), estimator, settings)
    expected = [analyze(frame) for frame in frames(19)]
    assert [one.faces for one in found] == [one.faces for one in expected]
    assert [one.detector for one in found] == [one.detector for one in expected]


@pytest.mark.parametrize("ahead", [1, 3])
def test_answers_are_found_again_however_far_the_detector_was_ahead_of_the_network(ahead: int, tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    for index in range(6 + ahead):
        answers.add(DETECTED, index, f"boxes {index}")
        if index >= ahead:
            answers.add(ESTIMATED, index - ahead, f"poses {index - ahead}")
    answers.close()
    again = Answers(tmp_path / "answers")
    assert [again.known(ESTIMATED, index) for index in range(6)] == [f"poses {index}" for index in range(6)]
    assert again.known(ESTIMATED, 6) is None
    assert [again.known(DETECTED, index) for index in range(6 + ahead)] == [f"boxes {i}" for i in range(6 + ahead)]
    assert again.known(DETECTED, 6 + ahead) is None
    again.close()


def test_answers_of_other_frames_are_refused(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers")
    answers.add(DETECTED, 4, [])
    answers.close()
    again = Answers(tmp_path / "answers")
    with pytest.raises(OutputError, match="does not belong to this export"):
        again.known(DETECTED, 5)
    again.close()
