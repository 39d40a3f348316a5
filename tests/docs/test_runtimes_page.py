"""The code of docs/runtimes.md runs as it stands, on files that its own commands write."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hopenet import HeadPoseEstimator
from hopenet.trial_pictures import trial_pictures

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "runtimes.md").read_text(encoding="utf-8")
PARTS = re.findall(r"## (?P<title>[^\n]+)\n(?P<text>.*?)(?=\n## |\Z)", TEXT, re.DOTALL)
BLOCKS = [(title, block) for title, text in PARTS for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
PACKAGES = {"OpenVINO": "openvino", "LiteRT": "litert_torch"}
SIDE = 120


def cases() -> list[Any]:
    marked = []
    for number, (title, block) in enumerate(BLOCKS):
        package = PACKAGES.get(title, "onnxruntime")
        missing = importlib.util.find_spec(package) is None
        marks = [pytest.mark.skipif(missing, reason=f"{package} is not installed"), pytest.mark.slow]
        marked.append(pytest.param(block, marks=marks, id=f"{title} {number}"))
    return marked


@pytest.fixture
def expected() -> str:
    """What the program says about the face of the examples."""
    estimator = HeadPoseEstimator.load(ROOT / "weights" / "compact.onnx", device="cpu")
    (estimate,) = estimator.estimate(
        np.ascontiguousarray(trial_pictures(SIDE)[0]), [(0, 0, SIDE, SIDE)], detector="landmarks"
    )
    assert estimate is not None
    yaw, pitch, roll = estimate.pose
    return f"yaw {yaw:.1f}°, pitch {pitch:.1f}°, roll {roll:.1f}°"


@pytest.mark.parametrize("block", cases())
def test_the_code_prints_the_angles_of_the_program(block: str, expected: str, tmp_path: Path) -> None:
    command = shlex.split(block.splitlines()[0].removeprefix("# python "))
    made = subprocess.run(
        [sys.executable, str(ROOT / command[0]), *command[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    face = np.ascontiguousarray(trial_pictures(SIDE)[0][..., ::-1])
    np.save(tmp_path / "square.npy", face)
    np.save(tmp_path / "crop.npy", face)
    (tmp_path / "example.py").write_text(block, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "example.py"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert run.stdout.strip().splitlines()[-1:] == [expected], run.stderr


def test_every_format_is_shown_or_said_to_run_elsewhere() -> None:
    from hopenet.runtimes.formats import FORMATS

    assert all(f"| `{one.name}` |" in TEXT for one in FORMATS)
    assert len(BLOCKS) == 5
