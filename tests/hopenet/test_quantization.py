"""A snapshot in 8-bit integers gives nearly the same angles, or is not written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hopenet import HeadPoseEstimator
from hopenet.quantization import save_int8
from hopenet.trial_pictures import trial_pictures

WEIGHTS = Path(__file__).parents[2] / "weights"
COMPACT = WEIGHTS / "compact.onnx"
FACES = trial_pictures(120)[:10]


def angles(path: Path) -> list[tuple[float, float, float]]:
    estimator = HeadPoseEstimator.load(path, device="cpu")
    found = [estimator.estimate(face, [(0, 0, 120, 120)])[0] for face in FACES]
    return [(one.pose.yaw, one.pose.pitch, one.pose.roll) for one in found if one is not None]


def test_the_angles_stay_and_the_file_shrinks(tmp_path: Path) -> None:
    target = tmp_path / "small.onnx"
    stated_deg = save_int8(COMPACT, FACES, target)
    assert target.stat().st_size < 6_000_000
    differences = np.abs(np.subtract(angles(target), angles(COMPACT)))
    assert differences.shape == (10, 3)
    assert 0.01 < stated_deg < 1.0
    assert float(np.median(differences)) < 1.0


def test_the_record_stays_but_for_name_and_figures(tmp_path: Path) -> None:
    target = tmp_path / "small.onnx"
    save_int8(COMPACT, FACES[:2], target)
    before, after = (HeadPoseEstimator.load(path, device="cpu").record for path in (COMPACT, target))
    assert (after.name, after.figures) == ("small", {})
    assert (after.crops, after.decoding, after.mean, after.std) == (
        before.crops,
        before.decoding,
        before.mean,
        before.std,
    )


def test_a_model_whose_angles_differ_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hopenet.quantization.LARGEST_MEAN_DIFFERENCE_DEG", 0.001)
    target = tmp_path / "small.onnx"
    target.write_bytes(b"the old model")
    with pytest.raises(ValueError, match=r"differ by \d+\.\d\d° on average"):
        save_int8(COMPACT, FACES[:2], target)
    assert target.read_bytes() == b"the old model"
    assert list(tmp_path.iterdir()) == [target]


def test_the_command_reads_a_folder_of_faces_and_refuses_one_without(tmp_path: Path) -> None:
    faces, target = tmp_path / "faces", tmp_path / "small.onnx"
    faces.mkdir()
    command = [sys.executable, "-m", "hopenet.quantization", str(COMPACT), "--faces", str(faces), "-o", str(target)]
    refused = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=WEIGHTS.parent, check=False)
    assert refused.returncode == 1
    assert "no pictures of faces" in refused.stderr and len(refused.stderr.splitlines()) == 1
    Image.fromarray(FACES[0][..., ::-1]).save(faces / "one.png")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=WEIGHTS.parent, check=True)
    assert "on average" in done.stdout and target.is_file()
