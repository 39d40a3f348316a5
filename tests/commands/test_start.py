"""What each command imports before it begins its work: every heavy library delays its start, or the help."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.commands import table

HEAVY = frozenset(
    [
        "PIL",
        "PySide6",
        "av",
        "cv2",
        "google",
        "lightning",
        "matplotlib",
        "mediapipe",
        "numpy",
        "onnx",
        "onnxruntime",
        "pooch",
        "pyarrow",
        "pyqtgraph",
        "requests",
        "scipy",
        "torch",
        "torchvision",
    ]
)
READING = {"PIL", "av", "cv2", "numpy"}
"""What everything needs that reads videos or pictures."""

NEEDED: dict[str, set[str]] = {
    "demo": READING,
    "annotate": READING,
    "batch": READING,
    "track": READING,
    "attention": READING - {"av", "cv2"},
    "evaluate": READING,
    "train": {"PIL", "numpy"},
    "weights": set(),
    "benchmark": READING,
    "cameras": set(),
    "calibrate-camera": set(),
    "doctor": set(),
    "export-model": READING - {"av"},
    "licences": set(),
    "lists": {"PIL", "cv2", "numpy"},
    "render-heads": set(),
}


def imported_by(code: str) -> frozenset[str]:
    """The heavy libraries that a new process has imported after running this code."""
    script = f"import sys\n{code}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    return HEAVY & set(run.stdout.splitlines()[-1].split())


def test_the_list_of_commands_is_printed_without_any_heavy_library() -> None:
    code = """
from app.main import main
try:
    main(["--help"])
except SystemExit:
    pass
"""
    assert imported_by(code) == set()


def test_the_version_is_printed_without_any_heavy_library() -> None:
    assert (
        imported_by('from app.main import main\ntry:\n    main(["--version"])\nexcept SystemExit:\n    pass') == set()
    )


@pytest.mark.parametrize("name", [command.name for command in table.COMMANDS])
def test_a_command_imports_no_library_before_it_needs_it(name: str) -> None:
    assert imported_by(f'from app import cli\ncli.import_command(["{name}"])') == NEEDED[name]


def test_an_annotated_frame_needs_neither_torch_nor_scipy_nor_a_plotting_library() -> None:
    """Their imports take from half a second to three seconds."""
    code = """
import numpy as np
from fractions import Fraction
from app.analysis.analyzer import Analyzer
from app.drawing.drawing import draw
from app.frames import Frame
from app.models.opening import load_estimator
from app.settings import AnalysisSettings, EngineChoice, Style
from app.weights import ModelStore
from detectors import Box, Detection
import app.commands.annotate

class Found:
    name = "boxes"
    def detect(self, image, *, index, time_s):
        return (Detection(Box(40, 40, 140, 140), 1.0),)

estimator = load_estimator(None, EngineChoice("cpu"), store=ModelStore.standard(), progress=False)
analyze = Analyzer(Found(), estimator, AnalysisSettings())
for index in range(3):
    image = np.full((180, 180, 3), 80 + index, np.uint8)
    draw(analyze(Frame(image, index, Fraction(index, 25))), Style())
"""
    assert imported_by(code) == READING | {"onnxruntime"}
