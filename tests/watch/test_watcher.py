from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from app.errors import StudioError
from app.models.background_detector import BackgroundDetector
from app.models.loader import LoadedModels
from app.product import SAMPLE
from app.settings import AnalysisSettings, ModelChoice
from app.watch.listener import Status, ViewListener, ViewRequest, WatcherState
from app.watch.shown_frame import ShownFrame, ViewOptions
from app.watch.watcher import Watcher
from detectors import BgrImage, Box, Detection, open_detector
from hopenet import HeadPoseEstimator
from tests.photograph import astronaut

PATIENCE_S = 60


class House(ViewListener):
    """A watcher, and everything that it reports."""

    def __init__(self) -> None:
        self.models: LoadedModels | None = None
        self.states: list[WatcherState] = []
        self.shown: list[ShownFrame] = []
        self.failed: list[StudioError] = []
        self._shown_before = 0
        """Frames of sources before the present one; those of the old one still come until it is let go of."""
        self._told = threading.Condition()
        self.options, self.settings = ViewOptions(), AnalysisSettings()
        self.watcher = Watcher(lambda: ViewRequest(self.options, self.settings, self.models))
        self.watcher.listeners.add(self)

    @property
    def statuses(self) -> list[Status]:
        return [state.status for state in self.states]

    def wait(self, enough: Callable[..., object]) -> None:
        with self._told:
            assert self._told.wait_for(enough, PATIENCE_S), self.states

    def wait_for(self, status: Status) -> WatcherState:
        self.wait(lambda: self.states and self.states[-1].status == status)
        return self.states[-1]

    def open(self, address: object) -> None:
        """Opens it, and waits for its first frame."""
        before = len(self.states)
        self.watcher.open(str(address))
        self.wait(lambda: "watching" in self.statuses[before:] and len(self.shown) > self._shown_before)

    def pause(self) -> ShownFrame:
        """Stops the video at its fifth second, and gives the frame there."""
        player = self.watcher.player
        assert player is not None
        player.pause()
        player.seek(5.0)
        self.wait(lambda: self.shown[-1].analysis.frame.time == 5)
        return self.shown[-1]

    def step(self) -> ShownFrame:
        player, before = self.watcher.player, self.shown[-1].analysis.frame.index
        assert player is not None
        player.step(1)
        self.wait(lambda: self.shown[-1].analysis.frame.index == before + 1)
        return self.shown[-1]

    def on_shown(self, shown: ShownFrame) -> None:
        self._keep(self.shown, shown)

    def on_models_failed(self, error: StudioError) -> None:
        self._keep(self.failed, error)

    def on_state(self, state: WatcherState) -> None:
        if state.status == "opening":
            self._shown_before = len(self.shown)
        self._keep(self.states, state)

    def _keep(self, to: list[Any], what: object) -> None:
        with self._told:
            to.append(what)
            self._told.notify_all()


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.watcher.close()
    assert not [thread for thread in threading.enumerate() if thread.name in ("watcher", "view loop", "painter")]


@pytest.fixture(params=["ts_server", "mjpeg_server"], ids=["MPEG-TS", "MJPEG"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost streams are tried again after 1, 2, 4 … hundredths of a second, at most after 5."""
    monkeypatch.setattr("app.watch.watcher.FIRST_RETRY_S", 0.01)
    monkeypatch.setattr("app.watch.watcher.LONGEST_RETRY_S", 0.05)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "astronaut.png"
    assert cv2.imwrite(str(path), astronaut()[:256, 100:400])
    return path


@pytest.fixture
def models(blazeface: Path, estimator: HeadPoseEstimator) -> Iterator[LoadedModels]:
    beside = BackgroundDetector(open_detector("mediapipe", model=blazeface), patience_s=60)
    yield LoadedModels(ModelChoice(), beside, estimator)
    beside.close()


def test_a_video_is_opened_and_plays(house: House) -> None:
    house.open(SAMPLE)
    assert house.statuses == ["opening", "watching"]
    state = house.watcher.state
    assert (state.title, state.live) == ("sample.mp4", False)
    assert state.facts is not None
    assert state.facts.kind == "video"
    house.wait(lambda: len(house.shown) > 3)
    assert house.shown[0].analysis.frame.index < 30


@pytest.mark.parametrize("kind", ["picture", "folder"])
def test_a_picture_and_a_folder_are_videos_too(kind: str, house: House, picture: Path, tmp_path: Path) -> None:
    if kind == "folder":
        (tmp_path / "another.png").write_bytes(picture.read_bytes())
    house.open(picture if kind == "picture" else tmp_path)
    assert house.watcher.state.facts is not None
    assert house.watcher.state.facts.kind == kind
    assert house.shown[0].analysis.frame.size == (300, 256)
    assert house.watcher.player is not None


def _missing(folder: Path) -> str:
    return str(folder / "missing.mp4")


def _no_video(folder: Path) -> str:
    (folder / "notes.mp4").write_text("not a video", encoding="utf-8")
    return str(folder / "notes.mp4")


def _no_pictures(folder: Path) -> str:
    (folder / "empty").mkdir()
    return str(folder / "empty")


@pytest.mark.parametrize(
    "address",
    [
        _missing,
        _no_video,
        _no_pictures,
        lambda _: "tcp://",
        lambda _: "camera:0?size=big",
        lambda _: "camera:No such camera",
        lambda _: "tcp://127.0.0.1:1",
        lambda _: "http://127.0.0.1:1/video",
        lambda folder: f"synthetic:{folder / 'missing.mp4'}",
    ],
    ids=[
        "missing",
        "no video",
        "no pictures",
        "no host",
        "odd wish",
        "no camera",
        "nothing is listening",
        "no site",
        "no toy",
    ],
)
def test_what_cannot_be_opened_is_refused_in_a_sentence(
    address: Callable[[Path], str], house: House, tmp_path: Path
) -> None:
    house.watcher.open(address(tmp_path))
    state = house.wait_for("refused")
    assert state.error is not None
    assert str(state.error).endswith(".")
    assert "\n" not in str(state.error)
    assert state.error.advice
    assert (state.retry_in_s, house.watcher.player) == (None, None)
    house.open(SAMPLE)


def test_a_password_in_an_address_is_not_told(house: House) -> None:
    house.watcher.open("http://me:secret@127.0.0.1:1/video")
    house.wait_for("refused")
    assert not any("secret" in f"{state.title} {state.error}" for state in house.states)
    assert "secret" in house.watcher.state.address


def test_another_source_takes_the_place_of_the_one_that_runs(house: House, picture: Path) -> None:
    house.open(SAMPLE)
    house.open("synthetic")
    assert house.watcher.state.live
    assert house.watcher.player is None
    house.open(picture)
    assert house.watcher.state.title == picture.name
    assert house.shown[-1].analysis.frame.size == (300, 256)
    assert house.statuses == ["opening", "watching", "opening", "opening", "watching", "opening", "watching"]


def test_of_many_wishes_at_once_the_last_is_watched(house: House, picture: Path) -> None:
    for address in (SAMPLE, "synthetic", picture, "synthetic", SAMPLE, picture):
        house.watcher.open(str(address))
    house.wait(lambda: house.shown and house.shown[-1].analysis.frame.size == (300, 256))
    house.wait(lambda: house.statuses.count("opening") >= 6 and house.statuses[-1] == "watching")
    assert house.watcher.state.title == picture.name


def test_a_stream_that_was_lost_is_tried_again_after_growing_pauses(server: Any, house: House, hurried: None) -> None:
    house.open(server.address)
    server.cut()
    house.wait(lambda: house.statuses.count("lost") >= 5)
    pauses = [state.retry_in_s for state in house.states if state.status == "lost"]
    assert pauses[:5] == [0.01, 0.02, 0.04, 0.05, 0.05]
    server.back()
    seen = len(house.shown)
    house.wait(lambda: house.statuses[-1] == "watching" and len(house.shown) > seen)
    server.cut()
    lost = house.wait_for("lost")
    assert lost.error is not None
    assert lost.retry_in_s is not None
    before = len(house.states)
    house.watcher.stop_live()
    house.wait(lambda: house.states[-1].status == "stopped")
    assert house.states[-1].retry_in_s is None
    assert "watching" not in house.statuses[before:]


def test_pauses_begin_anew_once_it_came_back(server: Any, house: House, hurried: None) -> None:
    house.open(server.address)
    for _ in range(2):
        before = len(house.states)
        server.cut()
        house.wait(lambda before=before: "lost" in house.statuses[before:])
        lost = next(state for state in house.states[before:] if state.status == "lost")
        assert lost.retry_in_s == 0.01
        server.back()
        house.wait(lambda before=before: "watching" in house.statuses[before:])


def test_a_live_source_is_stopped_and_started(house: House) -> None:
    house.open("synthetic")
    house.watcher.stop_live()
    stopped = house.wait_for("stopped")
    seen = len(house.shown)
    assert (stopped.address, stopped.title, stopped.live) == ("synthetic", "Synthetic camera", True)
    house.watcher.reopen()
    house.wait_for("watching")
    house.wait(lambda: len(house.shown) > seen)
    assert house.shown[seen].analysis.frame.index < 30, "a new opening counts from 0"


def test_a_video_is_not_stopped_as_a_camera_is(house: House) -> None:
    house.watcher.stop_live()
    house.open(SAMPLE)
    house.watcher.stop_live()
    house.watcher.close_source()
    house.wait_for("empty")
    assert house.statuses == ["opening", "watching", "empty"]


def test_a_video_opened_again_begins_at_its_start(house: House) -> None:
    house.open(SAMPLE)
    assert house.watcher.player is not None
    house.watcher.player.seek(3.0)
    house.wait(lambda: house.shown[-1].analysis.frame.time_s >= 3.0)
    seen = len(house.shown)
    house.watcher.reopen()
    house.wait(lambda: house.shown[seen:] and house.shown[-1].analysis.frame.index < 30)


def test_closing_the_source_empties_the_stage_and_reopening_nothing_does_nothing(house: House) -> None:
    house.open(SAMPLE)
    house.watcher.close_source()
    house.wait_for("empty")
    seen = len(house.shown)
    house.watcher.reopen()
    house.watcher.close_source()
    house.wait(lambda: house.statuses[-2:] == ["empty", "empty"])
    assert house.watcher.player is None
    assert len(house.shown) == seen


@pytest.mark.parametrize("status", ["empty", "opening", "watching", "paused", "stopped", "lost", "refused"])
def test_it_closes_from_every_state(status: str, house: House, ts_server: Any, tmp_path: Path) -> None:
    if status == "opening":
        ts_server.hush()
        house.watcher.open(ts_server.address)
        house.wait_for("opening")
    elif status == "refused":
        house.watcher.open(str(tmp_path / "missing.mp4"))
        house.wait_for("refused")
    elif status == "paused":
        house.open(SAMPLE)
        house.pause()
    elif status != "empty":
        house.open(ts_server.address)
        if status == "stopped":
            house.watcher.stop_live()
            house.wait_for("stopped")
        elif status == "lost":
            ts_server.cut()
            house.wait_for("lost")
    house.watcher.close()
    seen = len(house.shown)
    ended = threading.Event()
    ended.wait(0.05)
    assert len(house.shown) == seen


def test_a_paused_video_is_analysed_again_with_other_settings(house: House, models: LoadedModels) -> None:
    house.models = models
    house.open(SAMPLE)
    house.pause()
    house.step()
    paused = house.step()
    house.settings = AnalysisSettings(smoothing=0.0)
    house.watcher.redraw()
    house.wait(lambda: house.shown[-1].analysis is not paused.analysis)
    again = house.shown[-1]
    assert again.analysis.frame.index == paused.analysis.frame.index
    assert paused.face is not None and again.face is not None
    assert again.face.track_id == paused.face.track_id
    assert again.face.smoothed == again.face.pose
    assert paused.face.smoothed != paused.face.pose


def test_a_paused_video_is_analysed_again_when_models_are_loaded(house: House, models: LoadedModels) -> None:
    house.open(SAMPLE)
    paused = house.pause()
    assert paused.analysis.faces == ()
    house.models = models
    house.watcher.redraw()
    house.wait(lambda: house.shown[-1].face is not None)
    assert house.shown[-1].analysis.frame.index == paused.analysis.frame.index


def test_an_analysis_again_loses_no_step(house: House) -> None:
    house.open(SAMPLE)
    began = house.pause().analysis.frame.index
    player = house.watcher.player
    assert player is not None
    for number in range(20):
        player.step(1)
        house.settings = AnalysisSettings(smoothing=number / 20)
        house.watcher.redraw()
    house.wait(lambda: house.shown[-1].analysis.frame.index == began + 20)


def test_a_slow_detector_answers_in_a_paused_video_when_it_is_done(house: House, estimator: HeadPoseEstimator) -> None:
    class Held:
        name = "dlib-cnn"
        let = threading.Event()
        asked = 0

        def detect(self, image: BgrImage, *, index: int, time_s: float) -> tuple[Detection, ...]:
            self.asked += 1
            assert self.let.wait(PATIENCE_S)
            return (Detection(Box(60, 60, 160, 160), 1.0),)

        def close(self) -> None:
            """Holds nothing."""

    detector = Held()
    beside = BackgroundDetector(detector, patience_s=0)
    house.models = LoadedModels(ModelChoice(), beside, estimator)
    try:
        house.open(SAMPLE)
        paused = house.pause()
        assert paused.analysis.faces == ()
        detector.let.set()
        house.wait(lambda: house.shown[-1].face is not None)
        assert house.shown[-1].analysis.frame.index == paused.analysis.frame.index
    finally:
        detector.let.set()
        house.models = None
        house.watcher.close()
        beside.close()


def test_options_changed_while_a_source_opens_are_not_lost(house: House) -> None:
    for width in range(40, 52, 2):
        house.watcher.open(str(SAMPLE))
        house.options = ViewOptions(size=(width, width))
        house.watcher.redraw()
        house.wait(lambda width=width: house.shown and house.shown[-1].picture.shape[1] == width)


def test_other_options_show_a_paused_video_again_without_another_analysis(house: House) -> None:
    house.open(SAMPLE)
    paused = house.pause()
    house.options = replace(paused.options, style=replace(paused.options.style, mirror=True))
    house.watcher.redraw()
    house.wait(lambda: house.shown[-1].options.style.mirror)
    assert house.shown[-1].analysis is paused.analysis
    assert np.array_equal(house.shown[-1].picture, paused.picture[:, ::-1])
