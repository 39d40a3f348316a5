"""The bundled snapshot is what its card says, and needs nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.weights import ModelStore
from hopenet import Decoding, HeadPoseEstimator, SquareCrop
from hopenet.datasets import open_dataset
from hopenet.evaluation import errors_of, estimate_heads, landmark_view
from hopenet.export import save_onnx
from hopenet.snapshots import file_sha256, read_weights

ROOT = Path(__file__).parents[2]
ONNX, CARD = (ROOT / "weights" / f"compact{suffix}" for suffix in (".onnx", ".md"))
LARGEST_BYTES = 8_000_000


@pytest.fixture(scope="module")
def bundled() -> HeadPoseEstimator:
    return HeadPoseEstimator.load(ONNX, device="cpu")


def test_it_is_the_default_and_found_without_network_cache_or_folders(tmp_path: Path) -> None:
    program = (
        "from app.weights import ModelStore\n"
        "weights = ModelStore.standard()\n"
        "print(weights.default.name, weights.path(weights.default.name))"
    )
    alone = {key: value for key, value in os.environ.items() if key != "HOPENET_WEIGHTS"}
    alone |= {"HOPENET_OFFLINE": "1", "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=alone, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["compact", str(ONNX)]


def test_its_file_is_small_and_matches_the_manifest() -> None:
    record = ModelStore.standard().default
    assert ONNX.stat().st_size == record.size_bytes
    assert ONNX.stat().st_size < LARGEST_BYTES
    assert file_sha256(ONNX) == record.sha256


@pytest.mark.parametrize("path", sorted(ONNX.parent.glob("*.onnx")), ids=lambda path: path.name)
def test_nothing_in_a_model_tells_where_it_was_made(path: Path) -> None:
    assert not re.search(rb"site-packages|stack_trace|File \"|\.py\b", path.read_bytes())


def test_a_converted_model_does_not_tell_where_it_was_made(tmp_path: Path) -> None:
    model = tmp_path / "converted.onnx"
    save_onnx(read_weights(ONNX), model)
    content = model.read_bytes()
    assert not re.search(rb"site-packages|stack_trace|File \"", content)
    assert str(ROOT).encode() not in content


def test_its_record_describes_its_use(bundled: HeadPoseEstimator) -> None:
    record = bundled.record
    assert (record.architecture, record.input_size, record.name) == ("EfficientNetLite0AE", 120, "compact")
    assert record.crops["landmarks"] == SquareCrop(1.0)
    assert record.decoding != Decoding() and min(record.decoding.spread_factors) > 0
    assert "research use" in record.licence and "AFLW" in record.training_data


def test_both_engines_give_the_same_poses(bundled: HeadPoseEstimator) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    boxes = [(20, 20, 140, 140), (50, 50, 90, 100)]
    by_torch = HeadPoseEstimator.load(ONNX, device="cpu", engine="torch")
    assert by_torch.engine.name == "torch-cpu"
    poses = [[found.pose for found in one.estimate(picture, boxes) if found] for one in (bundled, by_torch)]
    np.testing.assert_allclose(poses[0], poses[1], atol=1.0)  # noise, of which no network is sure


def test_its_error_is_the_one_on_its_card(bundled: HeadPoseEstimator, shared_data: Path) -> None:
    heads = open_dataset("aflw2000", shared_data / "aflw2000_dev")
    outcome = estimate_heads(bundled, heads, heads.names, [landmark_view(bundled.record)])
    mae = float(np.abs(errors_of(outcome.evaluated, 0).absolute).mean())
    stated = re.search(r"\| landmark squares \|.*\| \*\*([\d.]+)\*\*", CARD.read_text(encoding="utf-8"))
    assert stated is not None
    assert mae == pytest.approx(float(stated[1]), abs=0.02)
