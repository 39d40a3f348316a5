"""A session in the window from start to end, on a real display and without one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.video import read_back

# On the display that the tests of the window use, where only one window has the keyboard.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]
ROOT = Path(__file__).parents[2]
STORY = Path(__file__).with_name("window_story.py")


def command_on(platform: str) -> list[str]:
    """What to put before a command so that it runs on this platform of Qt's."""
    if platform == "offscreen" or os.environ.get("DISPLAY"):
        return []
    server = shutil.which("xvfb-run")
    if server is None:
        pytest.skip("needs a display, or xvfb-run")
    return [server, "-a", "-s", "-screen 0 1280x800x24"]


PLATFORMS = ["offscreen", *(["xcb"] if sys.platform == "linux" else [])]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_first_session(platform: str, snapshot: Path, blazeface: Path, tmp_path: Path) -> None:
    video = ROOT / "assets" / "sample.mp4"
    ended = subprocess.run(
        [*command_on(platform), sys.executable, str(STORY), str(video), str(tmp_path)],
        env=os.environ
        | {
            "QT_QPA_PLATFORM": platform,
            "HOPENET_SETTINGS": str(tmp_path / "settings.toml"),
            "PYTHONPATH": str(ROOT),
        },
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "This plugin does not support" not in ended.stderr, "Qt's messages go to the log, without the known noise"
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["platform"] == platform
    assert "squeezenet-1.1" in report["second snapshot"]
    assert "dlib HOG" in report["second detector"]
    assert "broken.pkl" in report["refusal"]
    assert report["earlier models stay"]
    assert report["same frame, mirrored"]
    exported, table = (Path(path) for path in report["outputs"])
    assert len(read_back(exported).times) == len(read_back(video).times)
    assert table.read_text(encoding="utf-8").startswith("frame,time_s,face_id")
    assert "squeezenet-1.1" in (tmp_path / "settings.toml").read_text(encoding="utf-8")


SIGNALLED = """
import os, signal, sys
import app.gui.application as application
signal.signal(signal.Signals[sys.argv[1]], signal.SIG_DFL)  # It may be ignored, as after nohup.
def steps():  # taken once the window is visible
    yield os.kill(os.getpid(), signal.Signals[sys.argv[1]])
application.qt_names_in_steps = steps
from app.main import main
sys.exit(main([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize(
    ("name", "settings", "kept"),
    [
        ("SIGHUP", "x = " + "[" * 5000, ".unreadable"),
        ("SIGTERM", "[layout]\nposition = [99999999999, 0]\nsize = [90000, 90000]\n[style]\nsize = nan\n", ".bak"),
    ],
    ids=["closed terminal, nested settings", "asked to end, impossible layout"],
)
def test_the_window_starts_with_damaged_settings_and_closes_on_a_signal(
    name: str, settings: str, kept: str, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(settings, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", SIGNALLED, name],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "HOPENET_SETTINGS": str(path), "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert str(path) in ended.stderr
    assert (tmp_path / f"settings.toml{kept}").read_text(encoding="utf-8") == settings
    assert path.is_file(), "the preferences were saved when the window closed"
