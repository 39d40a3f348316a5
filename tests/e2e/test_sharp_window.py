"""A playing video is sharp on every display. How smoothly it plays is measured by benchmarks/window.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
STORY = Path(__file__).with_name("sharp_window_story.py")


def report_of(folder: Path, **environment: str) -> dict[str, Any]:
    """What the story reports, run with these environment variables."""
    place = folder / "report.json"
    ended = subprocess.run(
        [sys.executable, str(STORY), str(ROOT / "assets" / "sample.mp4"), str(place)],
        env=os.environ
        | {
            "QT_QPA_PLATFORM": "offscreen",
            "HOPENET_SETTINGS": str(folder / "settings.toml"),
            "PYTHONPATH": str(ROOT),
            **environment,
        },
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    report: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return report


@pytest.mark.parametrize("scale", ["1", "2"], ids=["normal display", "high-density display"])
def test_a_playing_video_is_drawn_in_device_pixels(scale: str, blazeface: Path, tmp_path: Path) -> None:
    report = report_of(tmp_path, QT_SCALE_FACTOR=scale)
    assert report["scale"] == float(scale)
    width, height = report["view in device pixels"]
    assert (width, height) == tuple(round(float(scale) * side) for side in report["view in logical pixels"])
    drawn_width, drawn_height = report["picture"]
    assert drawn_width == width or drawn_height == height
    assert drawn_width <= width and drawn_height <= height
    assert drawn_width / drawn_height == pytest.approx(640 / 360, rel=0.01)
