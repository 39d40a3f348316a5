"""A frame of a video that stands still has one set of numbers, whichever way one comes to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.models.background_detector import BackgroundDetector
from app.models.loader import LoadedModels
from app.product import SAMPLE
from app.settings import AnalysisSettings, DetectorChoice, ModelChoice
from app.watch.listener import ViewListener, ViewRequest
from app.watch.player import Player
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.watcher import Watcher
from detectors import BgrImage, Detection, DetectorOptions, open_detector
from hopenet import HeadPoseEstimator

PATIENCE_S = 60
TARGET, PLACE_BEFORE = 40, 25


class Audience(ViewListener):
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.newest: ShownFrame | None = None
        self.all: list[ShownFrame] = []

    def on_shown(self, shown: ShownFrame) -> None:
        with self._changed:
            self.newest = shown
            self.all.append(shown)
            self._changed.notify_all()

    def until(self, holds: Callable[[ShownFrame], bool]) -> ShownFrame:
        with self._changed:
            assert self._changed.wait_for(lambda: self.newest is not None and holds(self.newest), PATIENCE_S)
            assert self.newest is not None
            return self.newest

    def rests_at(self, index: int) -> ShownFrame:
        """The frame of this number, once its numbers are final."""
        return self.until(lambda shown: shown.analysis.frame.index == index and shown.pace.rest == "settled")


@contextmanager
def watched(
    models: LoadedModels, *, smoothing: float = 0.5, settings: AnalysisSettings | None = None
) -> Iterator[tuple[Player, Audience]]:
    """The sample video, paused at its first frame."""
    audience = Audience()
    request = ViewRequest(ViewOptions(size=(64, 64)), settings or AnalysisSettings(smoothing=smoothing), models)
    watcher = Watcher(lambda: request)
    watcher.listeners.add(audience)
    watcher.open(str(SAMPLE))
    try:
        audience.until(lambda shown: not shown.pace.waiting_for)
        assert watcher.player is not None
        watcher.player.pause()
        yield watcher.player, audience
    finally:
        watcher.close()


def models_with(estimator: HeadPoseEstimator, blazeface: Path, *, every: int = 1) -> LoadedModels:
    detector = BackgroundDetector(open_detector("mediapipe", model=blazeface), every=every, patience_s=PATIENCE_S)
    return LoadedModels(ModelChoice(detect_every=every), detector, estimator)


@pytest.fixture(params=[1, 3], ids=["every frame", "every third frame"])
def models(request: pytest.FixtureRequest, estimator: HeadPoseEstimator, blazeface: Path) -> Iterator[LoadedModels]:
    made = models_with(estimator, blazeface, every=request.param)
    yield made
    made.detector.close()


def seek(player: Player, audience: Audience) -> None:
    player.seek_frame(TARGET)


def play(player: Player, audience: Audience) -> None:
    player.seek_frame(PLACE_BEFORE)
    player.set_speed(4)  # So that frames are left out.
    player.play()
    audience.until(lambda shown: shown.analysis.frame.index >= TARGET - 4)
    player.pause()
    player.seek_frame(TARGET)


def step_back(player: Player, audience: Audience) -> None:
    player.seek_frame(TARGET + 2)
    audience.rests_at(TARGET + 2)
    player.step(-1)
    audience.rests_at(TARGET + 1)
    player.step(-1)


def step_forward(player: Player, audience: Audience) -> None:
    player.seek_frame(TARGET - 2)
    audience.rests_at(TARGET - 2)
    player.step(1)
    audience.rests_at(TARGET - 1)
    player.step(1)


def test_by_whatever_way_one_comes_to_a_frame_its_angles_and_its_number_are_the_same(models: LoadedModels) -> None:
    found = []
    for way in (seek, play, step_back, step_forward):
        with watched(models) as (player, audience):
            way(player, audience)
            (face,) = audience.rests_at(TARGET).analysis.faces
        assert face.smoothed is not None
        assert face.smoothed != face.pose
        found.append(face)
    first = found[0].smoothed
    for face in found[1:]:
        assert face.smoothed is not None
        assert first is not None
        assert tuple(face.smoothed) == pytest.approx(tuple(first), abs=0.02)
        assert (face.track_id, len(face.trail)) == (found[0].track_id, len(found[0].trail))


def test_a_frame_that_one_comes_back_to_shows_the_very_same_numbers(
    estimator: HeadPoseEstimator, blazeface: Path
) -> None:
    models = models_with(estimator, blazeface)
    with watched(models) as (player, audience):
        player.seek_frame(TARGET)
        first = audience.rests_at(TARGET).analysis.faces
        player.seek_frame(0)
        audience.rests_at(0)
        player.seek_frame(TARGET)
        again = audience.rests_at(TARGET).analysis.faces
    models.detector.close()
    assert first == again


def test_a_face_keeps_its_number_through_seeks_within_a_video(estimator: HeadPoseEstimator, blazeface: Path) -> None:
    models = models_with(estimator, blazeface)
    with watched(models) as (player, audience):
        numbers = []
        for place in (TARGET, 5, TARGET + 20, 0, TARGET):
            player.seek_frame(place)
            numbers.append([face.track_id for face in audience.rests_at(place).analysis.faces])
    models.detector.close()
    assert numbers == [[1]] * 5


class Slow:
    """A detector of the kind that takes seconds, which answers at once here and counts how often it looks."""

    name = "mediapipe"

    def __init__(self, blazeface: Path) -> None:
        self.asked: list[int] = []
        self._detector = open_detector("mediapipe", model=blazeface)

    def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
        self.asked.append(index)
        return self._detector.detect(image, index=index, time_s=time_s)

    def close(self) -> None:
        self._detector.close()


def test_a_detector_that_takes_long_looks_at_the_standing_frame_alone(
    estimator: HeadPoseEstimator, blazeface: Path
) -> None:
    detector = Slow(blazeface)
    tiles = ModelChoice(detector=DetectorChoice(options=DetectorOptions(tiles=8)))
    models = LoadedModels(tiles, BackgroundDetector(detector, tiles=8, patience_s=PATIENCE_S), estimator)
    with watched(models) as (player, audience):
        player.seek_frame(TARGET)
        (face,) = audience.rests_at(TARGET).analysis.faces
    models.detector.close()
    assert face.pose is not None
    assert face.smoothed == pytest.approx(face.pose)
    assert set(detector.asked) <= {*range(TARGET - 30), TARGET}


def test_while_its_numbers_are_not_final_a_frame_is_shown_with_what_is_known(
    estimator: HeadPoseEstimator, blazeface: Path
) -> None:
    models = models_with(estimator, blazeface)
    with watched(models) as (player, audience):
        player.seek_frame(TARGET)
        audience.rests_at(TARGET)
        shown = [one for one in audience.all if one.analysis.frame.index == TARGET]
    models.detector.close()
    assert shown[-1].pace.rest == "settled"
    assert all(len(one.analysis.faces) == 1 for one in shown)


def test_the_camera_of_a_frame_is_known_also_when_its_faces_were_kept(
    estimator: HeadPoseEstimator, blazeface: Path
) -> None:
    models = models_with(estimator, blazeface)
    settings = AnalysisSettings(field_of_view_deg=90)
    with watched(models, settings=settings) as (player, audience):
        for index in (TARGET, TARGET + 1, TARGET):
            player.seek_frame(index)
            analysis = audience.rests_at(index).analysis
            assert analysis.faces and analysis.camera == settings.camera_for(analysis.frame.size)
    models.detector.close()
