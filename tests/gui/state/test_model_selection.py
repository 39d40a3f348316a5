from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.gui.window.main_window import MainWindow
from app.product import SAMPLE
from tests.gui.choices import with_detector

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
