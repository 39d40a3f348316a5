"""Nothing is imported or opened before it is wanted: a video's first face waits for what is needed to show it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.gui.window.main_window import MainWindow
from app.watch.playback_sound import PlaybackSound
from app.watch.shown_frame import ShownFrame
from tests.video.videos import make_video

LATER = (
    "PySide6.QtMultimedia",
    "app.gui.guide.numbers_dialog",
    "app.gui.preferences.dialog",
    "app.gui.session",
    "app.session.attention",
    "app.session.statistics",
    "matplotlib",
    "pyarrow",
    "pyqtgraph",
    "scipy",
    "torch",
)
"""The library for sound, that for curves, and what only other windows or commands use."""


def test_the_window_is_imported_without_what_it_shows_later() -> None:
    code = f"import sys, app.gui.application; print([name for name in {LATER} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert (run.stdout, run.stderr) == ("[]\n", "")


def test_the_sound_starts_when_the_video_plays_or_its_faces_are_known(
    window: MainWindow, tmp_path: Path, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    live_view = window.studio.live_view
    started: list[ShownFrame] = []

    def start(_sound: PlaybackSound) -> None:
        assert live_view.newest is not None
        started.append(live_view.newest)

    monkeypatch.setattr(PlaybackSound, "start", start)
    path = make_video(tmp_path / "sound.mkv", ticks=range(10), tone="aac")
    live_view.open(str(path))
    until(lambda: started)
    assert started[0].analysis.frame.index > 0 or not started[0].pace.waiting_for
    assert len(started) == 1
