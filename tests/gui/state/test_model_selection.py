from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from app.gui.window.main_window import MainWindow
from app.models.loader import Ready, Refused
from app.product import SAMPLE
from tests.gui.choices import with_detector
from tests.gui.find import find

Until = Callable[..., None]
OpenWindow = Callable[..., MainWindow]


def test_a_box_file_is_used_for_its_own_video_only(
    open_window: OpenWindow, until: Until, blazeface: Path, tmp_path: Path
) -> None:
    boxes, other = tmp_path / "boxes.txt", tmp_path / "other.mp4"
    boxes.write_text("".join(f"{frame} 200 60 420 300 1.0\n" for frame in range(1, 241)), encoding="utf-8")
    other.write_bytes(SAMPLE.read_bytes())
    studio = open_window(with_detector("auto")).studio
    studio.live_view.open(str(SAMPLE))
    studio.models.choose_detector("boxes", boxes)
    until(lambda: studio.models.loaded is not None and studio.models.loaded.detector.detector.name == "boxes")
    studio.live_view.open(str(SAMPLE))
    assert studio.models.choice.detector.boxes == boxes
    until(lambda: studio.live_view.state.address == str(SAMPLE))
    studio.live_view.open(str(other))
    assert studio.models.choice.detector.boxes is None
    until(lambda: studio.models.loaded.detector.detector.name != "boxes")


def test_a_model_that_could_not_be_downloaded_is_used_once_its_file_is_added(
    open_window: OpenWindow, until: Until, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    monkeypatch.delenv("HOPENET_WEIGHTS", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_given, **_named: tmp_path / "cache")
    window = open_window(with_detector("dlib-hog"))
    models = window.studio.models
    until(lambda: models.loaded is not None)
    models.choose_snapshot("squeezenet-1.1")
    until(lambda: isinstance(models.load_event, Refused))
    refused = models.load_event
    assert isinstance(refused, Refused)
    assert "https://github.com/shahroudy/deep-head-pose/" in window.notice.text
    assert models.choice.snapshot is None

    wrong = tmp_path / "wrong.pkl"
    wrong.write_bytes(b"something else")
    models.import_model(wrong, refused)
    until(lambda: "its hash is not the published one" in window.notice.text)
    assert models.choice.snapshot is None

    models.import_model(snapshot, refused)
    until(lambda: isinstance(models.load_event, Ready) and models.choice.snapshot == "squeezenet-1.1")
    assert models.loaded is not None
    assert models.loaded.estimator.record.architecture == "Squeezenet_1_1"
    assert not models.loaded.estimator.record.decoding.is_calibrated
    label = find(window.side.faces, QLabel, "The ± of this snapshot is not calibrated.")
    assert label.isVisibleTo(window.side.faces)
