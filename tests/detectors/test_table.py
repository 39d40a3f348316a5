"""The table of detectors, and what each needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from detectors import DETECTORS, open_detector


def test_an_unknown_detector_is_refused_with_the_known_names() -> None:
    with pytest.raises(ValueError, match=f"“retina”.*{', '.join(kind.name for kind in DETECTORS)}"):
        open_detector("retina")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mediapipe", r"needs its model file \(blazeface-short-range\)"),
        ("mediapipe-full", r"needs its model file \(blazeface-full-range\)"),
        ("dlib-cnn", r"needs its model file \(mmod-human-face-detector\)"),
        ("boxes", "needs a box file"),
    ],
)
def test_a_detector_names_the_file_that_it_needs(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        open_detector(name)


@pytest.mark.parametrize("name", [kind.name for kind in DETECTORS if kind.model_name])
def test_a_text_file_as_a_model_is_refused_by_its_path(name: str, tmp_path: Path) -> None:
    model = tmp_path / "model.bin"
    model.write_text("<html>404</html>\n" * 100, encoding="utf-8")
    with pytest.raises(ValueError, match=r"cannot use .*model\.bin"):
        open_detector(name, model=model)


@pytest.mark.parametrize("name", [kind.name for kind in DETECTORS if kind.model_name])
def test_a_missing_model_is_named_by_its_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"lost\.bin"):
        open_detector(name, model=tmp_path / "lost.bin")


def test_importing_the_library_loads_no_detector() -> None:
    heavy = ("mediapipe", "dlib", "cv2", "onnx", "onnxruntime", "torch", "app", "hopenet", "PySide6")
    program = f"import sys, detectors; print([name for name in {heavy!r} if name in sys.modules])"
    root = Path(__file__).parents[2]
    printed = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
