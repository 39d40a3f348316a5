from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.errors import ModelError, SourceError, StudioError
from app.frames import Frame
from app.models.background_detector import BackgroundDetector
from app.models.loader import LoadedModels, ModelChoice
from app.product import SAMPLE
from app.settings import AnalysisSettings, Style
from app.video import open_source
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.view_loop import Ended, ViewLoop
from detectors import BgrImage, Detection, open_detector
from hopenet import HeadPoseEstimator


class Steps:
    """A source that gives each frame when it is let, so that nothing depends on speed."""

    def __init__(self, frames: Iterator[Frame], *, error: StudioError | None = None) -> None:
        self._frames = frames
        self._error = error
        self._update_enabled = threading.Semaphore(0)
        self._closed = False

    def let(self) -> None:
        self._update_enabled.release()

    def frames(self) -> Iterator[Frame]:
        for frame in self._frames:
            assert self._update_enabled.acquire(timeout=60)
            if self._closed:
                return
            yield frame
        assert self._update_enabled.acquire(timeout=60)
        if self._error is not None and not self._closed:
            raise self._error

    def close(self) -> None:
        self._closed = True
        self._update_enabled.release()


class Audience:
    """Waits for what the viewing tells."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.shown: list[ShownFrame] = []
        self.ended: list[Ended] = []
        self.failed: list[StudioError] = []

    def add(self, to: list[Any]) -> Any:
        def take(what: object) -> None:
            with self._changed:
                to.append(what)
                self._changed.notify_all()

        return take

    def wait(self, enough: Any) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self), 60)


@pytest.fixture(scope="module")
def videos() -> list[Frame]:
    with open_source(SAMPLE) as source:
        return [frame for frame, _ in zip(source.frames(), range(12), strict=False)]


@pytest.fixture
def models(blazeface: Path, estimator: HeadPoseEstimator) -> Iterator[LoadedModels]:
    beside = BackgroundDetector(open_detector("mediapipe", model=blazeface), patience_s=60)
    yield LoadedModels(ModelChoice(), beside, estimator)
    beside.close()


def watch(
    source: Steps, audience: Audience, *, models: Any, options: ViewOptions | None = None, **named: Any
) -> ViewLoop:
    return ViewLoop(
        source,
        models=models,
        settings=AnalysisSettings(),
        options=options or ViewOptions(),
        shown=audience.add(audience.shown),
        ended=audience.add(audience.ended),
        failed=audience.add(audience.failed),
        live=False,
        **named,
    )


def test_each_frame_is_shown_with_what_was_found_in_it(videos: list[Frame], models: LoadedModels) -> None:
    source, audience = Steps(iter(videos)), Audience()
    view_loop = watch(source, audience, models=lambda: models, options=ViewOptions(size=(200, 200)))
    try:
        for number in range(3):
            source.let()
            audience.wait(lambda told, number=number: len(told.shown) > number)
    finally:
        view_loop.stop()
    assert [shown.analysis.frame.index for shown in audience.shown] == [0, 1, 2]
    shown = audience.shown[-1]
    assert shown.face is not None
    assert shown.picture.shape[1] == 200
    assert shown.network_view is not None
    assert shown.network_view.shape[:2] == (224, 224)
    assert {"detect", "infer", "draw"} <= set(shown.pace.timings_ms)
    assert not audience.ended


def test_until_parts_are_there_frames_are_shown_without_faces(videos: list[Frame], models: LoadedModels) -> None:
    source, audience, ready = Steps(iter(videos)), Audience(), []
    view_loop = watch(source, audience, models=lambda: ready[-1] if ready else None)
    try:
        source.let()
        audience.wait(lambda told: len(told.shown) == 1)
        ready.append(models)
        source.let()
        audience.wait(lambda told: len(told.shown) == 2)
    finally:
        view_loop.stop()
    assert [bool(shown.analysis.faces) for shown in audience.shown] == [False, True]


def test_another_network_goes_on_with_the_same_heads(
    videos: list[Frame], models: LoadedModels, published_snapshot: Path
) -> None:
    other = LoadedModels(ModelChoice(), models.detector, HeadPoseEstimator.load(published_snapshot, device="cpu"))
    source, audience, now = Steps(iter(videos)), Audience(), [models]
    view_loop = watch(source, audience, models=lambda: now[-1])
    try:
        for wanted in (1, 2, 3):
            if wanted == 3:
                now.append(other)
            source.let()
            audience.wait(lambda told, wanted=wanted: len(told.shown) == wanted)
    finally:
        view_loop.stop()
    assert len({shown.analysis.faces[0].track_id for shown in audience.shown}) == 1


def test_a_new_look_shows_the_present_frame_again(videos: list[Frame], models: LoadedModels) -> None:
    source, audience = Steps(iter(videos)), Audience()
    view_loop = watch(source, audience, models=lambda: models)
    try:
        source.let()
        audience.wait(lambda told: len(told.shown) == 1)
        view_loop.set_options(ViewOptions(style=Style(mirror=True)))
        audience.wait(lambda told: len(told.shown) == 2)
    finally:
        view_loop.stop()
    first, again = audience.shown
    assert first.analysis is again.analysis
    assert not np.array_equal(first.picture, again.picture)


def test_a_lost_source_is_told_after_its_last_frame(videos: list[Frame], models: LoadedModels) -> None:
    lost = SourceError("The camera was unplugged.")
    source, audience = Steps(iter(videos[:1]), error=lost), Audience()
    view_loop = watch(source, audience, models=lambda: models)
    try:
        source.let()
        source.let()
        audience.wait(lambda told: told.ended)
    finally:
        view_loop.stop()
    assert audience.ended == [Ended(lost)]


def test_a_network_that_breaks_is_told_once_and_the_picture_goes_on(videos: list[Frame], models: LoadedModels) -> None:
    class Broken:
        name = "mediapipe"

        def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

        def close(self) -> None:
            """Holds nothing."""

    broken = LoadedModels(ModelChoice(), BackgroundDetector(Broken(), patience_s=60), models.estimator)
    source, audience, now = Steps(iter(videos)), Audience(), [broken]
    view_loop = watch(source, audience, models=lambda: now[-1])
    try:
        for wanted in (1, 2, 3):
            if wanted == 3:
                now.append(models)
            source.let()
            audience.wait(lambda told, wanted=wanted: len(told.shown) == wanted)
    finally:
        view_loop.stop()
        broken.detector.close()
    assert [type(error) for error in audience.failed] == [ModelError]
    assert "out of memory" in audience.failed[0].message
    assert [bool(shown.analysis.faces) for shown in audience.shown] == [False, False, True]


def test_a_jump_back_in_a_video_begins_anew(videos: list[Frame], models: LoadedModels) -> None:
    order = [videos[8], videos[9], videos[0], videos[1]]
    source, audience = Steps(iter(order)), Audience()
    view_loop = watch(source, audience, models=lambda: models)
    try:
        for number in range(len(order)):
            source.let()
            audience.wait(lambda told, number=number: len(told.shown) == number + 1)
    finally:
        view_loop.stop()
    assert [len(shown.analysis.faces[0].trail) for shown in audience.shown] == [1, 2, 1, 2]


def test_frames_that_were_skipped_are_counted(videos: list[Frame], models: LoadedModels) -> None:
    source, audience = Steps(iter([videos[0], videos[3], videos[4]])), Audience()
    view_loop = watch(source, audience, models=lambda: models)
    try:
        for number in range(3):
            source.let()
            audience.wait(lambda told, number=number: len(told.shown) == number + 1)
    finally:
        view_loop.stop()
    assert [shown.pace.dropped for shown in audience.shown] == [0, 2, 2]


def test_the_delay_of_live_frames_is_told(videos: list[Frame], models: LoadedModels) -> None:
    import time

    live = [Frame(videos[0].image, 0, Fraction(0), captured_s=time.perf_counter())]
    source, audience = Steps(iter(live)), Audience()
    view_loop = watch(source, audience, models=lambda: models)
    try:
        source.let()
        audience.wait(lambda told: told.shown)
    finally:
        view_loop.stop()
    delay_ms = audience.shown[0].pace.delay_ms
    assert delay_ms is not None
    assert delay_ms > 0
