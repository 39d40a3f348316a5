from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from app.errors import ModelError, SourceError, StudioError
from app.frames import Analysis, Frame
from app.models.background_detector import BackgroundDetector
from app.models.loader import LoadedModels
from app.product import SAMPLE
from app.settings import AnalysisSettings, ModelChoice, Style
from app.video import open_source
from app.watch.listener import Listeners, ViewListener, ViewRequest
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.view_loop import Ended, ViewLoop
from detectors import BgrImage, Detection, open_detector
from hopenet import HeadPoseEstimator

T = TypeVar("T")


class Steps:
    """A source that gives each frame when it is let, so that nothing depends on speed."""

    def __init__(self, frames: Iterator[Frame], *, error: StudioError | None = None) -> None:
        self._frames = frames
        self._error = error
        self._allowed = threading.Semaphore(0)
        self._closed = False

    def let(self) -> None:
        self._allowed.release()

    def frames(self) -> Iterator[Frame]:
        for frame in self._frames:
            assert self._allowed.acquire(timeout=60)
            if self._closed:
                return
            yield frame
        assert self._allowed.acquire(timeout=60)
        if self._error is not None and not self._closed:
            raise self._error

    def close(self) -> None:
        self._closed = True
        self._allowed.release()


class Asked:
    """A video that always plays, and keeps what it is asked for."""

    def __init__(self) -> None:
        self.repeats = self.releases = 0
        self.repeated = threading.Event()

    def repeat(self) -> None:
        self.repeats += 1
        self.repeated.set()

    def release(self) -> None:
        self.releases += 1

    def stands_at(self, frame: Frame) -> bool:
        return False


class Audience(ViewListener):
    """Keeps what the view loop reports, and waits for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.analysed: list[tuple[Analysis, ViewRequest]] = []
        self.shown: list[ShownFrame] = []
        self.ended: list[Ended] = []
        self.failed: list[StudioError] = []

    def on_analysed(self, analysis: Analysis, request: ViewRequest) -> None:
        self.analysed.append((analysis, request))

    def on_shown(self, shown: ShownFrame) -> None:
        self._add(self.shown, shown)

    def on_models_failed(self, error: StudioError) -> None:
        self._add(self.failed, error)

    def on_ended(self, ended: Ended) -> None:
        self._add(self.ended, ended)

    def wait(self, enough: Callable[..., object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self), 60)

    def _add(self, to: list[T], what: T) -> None:
        with self._changed:
            to.append(what)
            self._changed.notify_all()


@pytest.fixture(scope="module")
def videos() -> list[Frame]:
    with open_source(SAMPLE) as source:
        return [frame for frame, _ in zip(source.frames(), range(12), strict=False)]


@pytest.fixture
def models(blazeface: Path, estimator: HeadPoseEstimator) -> Iterator[LoadedModels]:
    beside = BackgroundDetector(open_detector("mediapipe", model=blazeface), patience_s=60)
    yield LoadedModels(ModelChoice(), beside, estimator)
    beside.close()


def watch(source: Steps, audience: Audience, request: Callable[[], ViewRequest]) -> ViewLoop:
    """Watches it as a video: frames may jump, and it can be asked to repeat one (which these steps do not)."""
    return ViewLoop(source, request=request, listener=audience, ended=audience.on_ended, video=Asked())


def test_each_frame_is_shown_with_the_faces_found_in_it(videos: list[Frame], models: LoadedModels) -> None:
    source, audience = Steps(iter(videos)), Audience()
    view_loop = watch(source, audience, lambda: ViewRequest(ViewOptions(size=(200, 200)), models=models))
    try:
        for number in range(3):
            source.let()
            audience.wait(lambda audience, number=number: len(audience.shown) > number)
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


def test_until_models_are_loaded_frames_are_shown_without_faces(videos: list[Frame], models: LoadedModels) -> None:
    ready: list[LoadedModels] = []
    source, audience = Steps(iter(videos)), Audience()
    view_loop = watch(source, audience, lambda: ViewRequest(models=ready[-1] if ready else None))
    try:
        source.let()
        audience.wait(lambda audience: len(audience.shown) == 1)
        ready.append(models)
        source.let()
        audience.wait(lambda audience: len(audience.shown) == 2)
    finally:
        view_loop.stop()
    assert [bool(shown.analysis.faces) for shown in audience.shown] == [False, True]


def test_a_frame_is_given_again_if_the_models_came_just_after_it_was_taken_up(
    videos: list[Frame], models: LoadedModels
) -> None:
    requests = iter([ViewRequest()])
    source, audience, video = Steps(iter(videos)), Audience(), Asked()
    view_loop = ViewLoop(
        source,
        request=lambda: next(requests, ViewRequest(models=models)),
        listener=audience,
        ended=audience.on_ended,
        video=video,
    )
    try:
        source.let()
        assert video.repeated.wait(60)
    finally:
        view_loop.stop()


def test_another_network_keeps_the_track_ids(
    videos: list[Frame], models: LoadedModels, published_snapshot: Path
) -> None:
    other = LoadedModels(ModelChoice(), models.detector, HeadPoseEstimator.load(published_snapshot, device="cpu"))
    source, audience, now = Steps(iter(videos)), Audience(), [models]
    view_loop = watch(source, audience, lambda: ViewRequest(models=now[-1]))
    try:
        for wanted in (1, 2, 3):
            if wanted == 3:
                now.append(other)
            source.let()
            audience.wait(lambda audience, wanted=wanted: len(audience.shown) == wanted)
    finally:
        view_loop.stop()
    assert len({shown.analysis.faces[0].track_id for shown in audience.shown}) == 1


def test_redrawing_shows_the_present_frame_with_the_options_of_now(videos: list[Frame], models: LoadedModels) -> None:
    source, audience, options = Steps(iter(videos)), Audience(), [ViewOptions()]
    view_loop = watch(source, audience, lambda: ViewRequest(options[-1], models=models))
    try:
        source.let()
        audience.wait(lambda audience: len(audience.shown) == 1)
        options.append(ViewOptions(style=Style(mirror=True)))
        view_loop.redraw()
        audience.wait(lambda audience: len(audience.shown) == 2)
    finally:
        view_loop.stop()
    first, again = audience.shown
    assert first.analysis is again.analysis
    assert not np.array_equal(first.picture, again.picture)


def test_a_lost_source_is_reported_after_its_last_frame(videos: list[Frame], models: LoadedModels) -> None:
    lost = SourceError("The camera was unplugged.")
    source, audience = Steps(iter(videos[:1]), error=lost), Audience()
    view_loop = watch(source, audience, lambda: ViewRequest(models=models))
    try:
        source.let()
        source.let()
        audience.wait(lambda audience: audience.ended)
    finally:
        view_loop.stop()
    assert audience.ended == [Ended(lost)]


def test_a_network_that_fails_is_reported_once_and_the_picture_continues(
    videos: list[Frame], models: LoadedModels
) -> None:
    class Broken:
        name = "mediapipe"

        def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

        def close(self) -> None:
            """Holds nothing."""

    broken = LoadedModels(ModelChoice(), BackgroundDetector(Broken(), patience_s=60), models.estimator)
    source, audience, now = Steps(iter(videos)), Audience(), [broken]
    view_loop = watch(source, audience, lambda: ViewRequest(models=now[-1]))
    try:
        for wanted in (1, 2, 3):
            if wanted == 3:
                now.append(models)
            source.let()
            audience.wait(lambda audience, wanted=wanted: len(audience.shown) == wanted)
    finally:
        view_loop.stop()
        broken.detector.close()
    assert [type(error) for error in audience.failed] == [ModelError]
    assert "out of memory" in audience.failed[0].message
    assert [bool(shown.analysis.faces) for shown in audience.shown] == [False, False, True]


def test_a_jump_back_in_a_video_starts_new_trails(videos: list[Frame], models: LoadedModels) -> None:
    order = [videos[8], videos[9], videos[0], videos[1]]
    source, audience = Steps(iter(order)), Audience()
    view_loop = watch(source, audience, lambda: ViewRequest(models=models))
    try:
        for number in range(len(order)):
            source.let()
            audience.wait(lambda audience, number=number: len(audience.shown) == number + 1)
    finally:
        view_loop.stop()
    assert [len(shown.analysis.faces[0].trail) for shown in audience.shown] == [1, 2, 1, 2]


def test_skipped_frames_are_counted(videos: list[Frame], models: LoadedModels) -> None:
    source, audience = Steps(iter([videos[0], videos[3], videos[4]])), Audience()
    view_loop = watch(source, audience, lambda: ViewRequest(models=models))
    try:
        for number in range(3):
            source.let()
            audience.wait(lambda audience, number=number: len(audience.shown) == number + 1)
    finally:
        view_loop.stop()
    assert [shown.pace.dropped for shown in audience.shown] == [0, 2, 2]


def test_live_frames_have_a_delay(videos: list[Frame], models: LoadedModels) -> None:
    live = [Frame(videos[0].image, 0, Fraction(0), captured_s=time.perf_counter())]
    source, audience = Steps(iter(live)), Audience()
    view_loop = watch(source, audience, lambda: ViewRequest(models=models))
    try:
        source.let()
        audience.wait(lambda audience: audience.shown)
    finally:
        view_loop.stop()
    delay_ms = audience.shown[0].pace.delay_ms
    assert delay_ms is not None
    assert delay_ms > 0


def test_every_listener_hears_of_a_frame_with_the_request_it_was_analysed_by(
    videos: list[Frame], models: LoadedModels
) -> None:
    source, first, second, listeners = Steps(iter(videos)), Audience(), Audience(), Listeners()
    listeners.add(first)
    listeners.add(second)
    wanted = ViewRequest(ViewOptions(followed=7), AnalysisSettings(smoothing=0.1), models)
    view_loop = ViewLoop(source, request=lambda: wanted, listener=listeners, ended=first.on_ended)
    try:
        source.let()
        first.wait(lambda audience: len(audience.shown) == 1)
        listeners.remove(second)
        source.let()
        first.wait(lambda audience: len(audience.shown) == 2)
    finally:
        view_loop.stop()
    assert [request for _, request in first.analysed] == [wanted, wanted]
    assert [analysis.frame.index for analysis, _ in second.analysed] == [0]
    assert len(second.shown) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"options": ViewOptions(size=(100, 100))}, 0),
        ({"settings": AnalysisSettings(smoothing=0.0)}, 1),
        ({"models": None}, 1),
    ],
    ids=["options", "settings", "models"],
)
def test_redrawing_repeats_the_frame_only_if_it_must_be_analysed_again(
    change: dict[str, Any], expected: int, videos: list[Frame], models: LoadedModels
) -> None:
    source, audience, requests = Steps(iter(videos)), Audience(), [ViewRequest(models=models)]
    asked = Asked()
    view_loop = ViewLoop(
        source,
        request=lambda: requests[-1],
        listener=audience,
        ended=audience.on_ended,
        video=asked,
    )
    try:
        source.let()
        audience.wait(lambda audience: audience.shown)
        requests.append(replace(requests[-1], **change))
        view_loop.redraw()
        audience.wait(lambda audience: len(audience.shown) == 2)
    finally:
        view_loop.stop()
    assert asked.repeats == expected


def test_what_is_missing_before_faces_are_known_is_said_and_only_then_playing_begins(
    videos: list[Frame], estimator: HeadPoseEstimator
) -> None:
    class Held:
        name = "mediapipe"

        def __init__(self) -> None:
            self.released = threading.Event()

        def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
            assert self.released.wait(60)
            return ()

        def close(self) -> None:
            """Holds nothing."""

    held, asked = Held(), Asked()
    models = LoadedModels(ModelChoice(), BackgroundDetector(held, patience_s=0), estimator)
    order = [videos[8], videos[8], videos[9], videos[0]]  # Loading, looking, found none; then a seek.
    source, audience, now = Steps(iter(order)), Audience(), [ViewRequest(models=None)]
    view_loop = ViewLoop(source, request=lambda: now[-1], listener=audience, ended=audience.on_ended, video=asked)
    releases: list[int] = []
    try:
        for number in range(len(order)):
            source.let()
            audience.wait(lambda audience, number=number: len(audience.shown) == number + 1)
            releases.append(asked.releases)
            if number == 0:
                now.append(ViewRequest(models=models))
            if number == 1:
                held.released.set()
                assert asked.repeated.wait(60)
            if number == 2:
                held.released.clear()
    finally:
        held.released.set()
        view_loop.stop()
        models.detector.close()
    assert [shown.pace.waiting_for for shown in audience.shown] == ["models", "faces", "", "faces"]
    assert releases[:2] == [0, 0]
