"""From boxes to poses: engines, crops and decoding."""

from __future__ import annotations

import subprocess
import sys
from copy import copy
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from hopenet import HeadPoseEstimator, MarginCrop, SquareCrop, engines
from hopenet.batches import LARGEST_BATCH, Parts
from hopenet.datasets.aflw2000 import landmark_square, published_crop, read_annotation
from hopenet.decode import decode
from hopenet.engines import OnnxEngine
from hopenet.estimator import plan_load
from hopenet.preprocess import Scratch, cut_out, shrink_to_square
from hopenet.records import Decoding


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "step"), [("onnx", 1), ("torch", 4)], ids=["onnx", "torch"])
def test_each_engine_gives_the_published_angles_on_aflw2000(
    shared_data: Path, published_snapshot: Path, engine: str, step: int
) -> None:
    """The reference has the angles of each picture, made with the published preprocessing. Torch is slower here."""
    reference = np.genfromtxt(shared_data / "aflw2000_dev_reference.csv", delimiter=",", names=True, dtype=None)
    version, expected_mae = {"squeezenet_1_0": ("sq10", 8.79), "squeezenet_1_1": ("sq11", 9.35)}[
        published_snapshot.stem
    ]
    estimator = HeadPoseEstimator.load(published_snapshot, device="cpu", engine=engine)
    found, labels = [], []
    for row in reference[::step]:
        picture = shared_data / "aflw2000_dev" / f"{Path(row['name']).stem}.jpg"
        annotation = read_annotation(picture.with_suffix(".mat"))
        image = np.asarray(cv2.imread(str(picture)), np.uint8)
        # The published crop is black outside the picture, where a rule of margins would be cut off at the edge.
        part = cut_out(image, published_crop(annotation.landmarks_2d))
        assert part is not None
        (estimate,) = estimator.estimate(part, [(0, 0, part.shape[1], part.shape[0])], crop=MarginCrop())
        assert estimate is not None
        found.append(estimate.pose)
        labels.append(annotation.pose)
    angles = [[row[f"{version}_{angle}"] for angle in ("yaw", "pitch", "roll")] for row in reference[::step]]
    assert len(found) == 400 / step
    assert np.abs(np.array(found) - np.array(angles)).mean() < 0.1
    if step == 1:
        assert round(float(np.abs(np.array(found) - np.array(labels)).mean()), 2) == expected_mae


def test_engines_agree_on_a_crowd_larger_than_a_batch(snapshot: Path, estimator: HeadPoseEstimator) -> None:
    image = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    boxes = [(5.0 * n, 3.0 * n, 5.0 * n + 60, 3.0 * n + 60) for n in range(LARGEST_BATCH + 3)]
    by_torch = HeadPoseEstimator.load(snapshot, device="cpu", engine="torch").estimate(image, boxes)
    by_onnx = estimator.estimate(image, boxes)
    assert [e is None for e in by_torch] == [e is None for e in by_onnx]
    np.testing.assert_allclose([e.pose for e in by_torch if e], [e.pose for e in by_onnx if e], atol=0.01)


def test_boxes_too_small_or_outside_have_no_pose_and_others_keep_their_positions(
    estimator: HeadPoseEstimator,
) -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    estimates = estimator.estimate(image, [(0, 0, 2, 2), (20, 20, 80, 80), (500, 500, 600, 600), (50, 50, 50, 90)])
    assert [estimate is None for estimate in estimates] == [True, False, True, True]


def test_no_boxes_give_no_poses(estimator: HeadPoseEstimator) -> None:
    assert estimator.estimate(np.zeros((10, 10, 3), np.uint8), []) == ()


@pytest.mark.parametrize(
    "image", [np.zeros((10, 10), np.uint8), np.zeros((10, 10, 3)), np.zeros((10, 10, 4), np.uint8)]
)
def test_a_picture_of_another_shape_or_type_is_refused(
    estimator: HeadPoseEstimator, image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    with pytest.raises(ValueError, match=r"shape \(H, W, 3\)"):
        estimator.estimate(image, [(0, 0, 5, 5)])


@pytest.mark.parametrize(
    ("device", "engine", "words"),
    [
        pytest.param("cuda", "auto", "CUDA", id="cuda"),
        pytest.param("mps", "auto", "Apple", id="mps"),
        pytest.param("tpu", "auto", "auto, cpu, cuda, mps", id="unknown device"),
        pytest.param("cpu", "tensorrt", "auto, onnx, torch", id="unknown engine"),
        pytest.param("mps", "onnx", "on the CPU or an NVIDIA GPU, not on mps", id="onnx on an Apple GPU"),
    ],
)
def test_an_unavailable_device_is_named(snapshot: Path, device: str, engine: str, words: str) -> None:
    import torch

    if (device == "cuda" and torch.cuda.is_available()) or (device == "mps" and torch.backends.mps.is_available()):
        pytest.skip("this machine has that device")
    with pytest.raises(ValueError, match=words):
        HeadPoseEstimator.load(snapshot, device=device, engine=engine)


def test_onnx_runtime_without_cuda_is_named_with_the_package_that_has_it(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    says = r"on the CPU only, not on cuda\. Install the package onnxruntime-gpu in place of onnxruntime, or .* cpu\.$"
    with pytest.raises(ValueError, match=says):
        HeadPoseEstimator.load(snapshot, device="cuda", engine="onnx")


def test_onnx_runtime_with_cuda_runs_converted_snapshots_and_onnx_models(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CUDAExecutionProvider"])
    model = tmp_path / "model.onnx"
    model.write_bytes(b"")
    for file, runs in ((snapshot, "converted"), (model, "onnx")):
        plan = plan_load(file, device="cuda", engine="onnx")
        assert (plan.runs, plan.device) == (runs, "cuda")
        assert plan_load(file, engine="onnx").device == "cpu"


def test_onnx_runtime_that_leaves_the_gpu_out_is_refused(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on without a provider that cannot start, so a network would silently run on the CPU."""
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setitem(engines._PROVIDERS, "cuda", ["CPUExecutionProvider"])
    with pytest.raises(ValueError, match=r"could not start on the GPU: its version of CUDA or cuDNN is missing\."):
        HeadPoseEstimator.load(snapshot, device="cuda", engine="onnx")


def test_a_gpu_without_memory_gets_smaller_batches_from_onnx_runtime(
    estimator: HeadPoseEstimator,
) -> None:
    class SmallGpu:
        def __init__(self, session: Any) -> None:
            self._session = session

        def run(self, outputs: object, inputs: dict[str, Any]) -> object:
            (batch,) = inputs.values()
            if len(batch) > 4:
                raise RuntimeError("[ONNXRuntimeError] : 6 : bfc_arena.cc:358 Failed to allocate memory for 4096 bytes")
            return self._session.run(outputs, inputs)

    assert isinstance(estimator.engine, OnnxEngine)
    engine = copy(estimator.engine)
    engine._session, engine._device, engine._parts = SmallGpu(engine._session), "cuda", Parts(32)
    batch = np.random.default_rng(0).normal(size=(9, 3, 224, 224)).astype(np.float32)
    np.testing.assert_allclose(engine.logits(batch), estimator.engine.logits(batch), atol=1e-4)
    assert engine.notices == (
        "The memory of the GPU is full, so at most 4 faces are estimated at once, which takes longer.",
    )


def test_a_converted_snapshot_runs_without_torch(estimator: HeadPoseEstimator, snapshot: Path) -> None:
    """The fixture `estimator` has converted it."""
    program = (
        "import sys, numpy; from hopenet import HeadPoseEstimator;"
        f"e = HeadPoseEstimator.load({str(snapshot)!r});"
        "assert e.estimate(numpy.zeros((90, 90, 3), 'uint8'), [(0, 0, 80, 80)])[0] is not None;"
        "assert 'torch' not in sys.modules and 'PySide6' not in sys.modules, 'imported'"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_spread_is_the_standard_deviation_of_the_distribution() -> None:
    logits = np.full((1, 3, 66), -50.0, np.float32)
    logits[0, :, 30] = logits[0, :, 34] = 0.0
    (estimate,) = decode(logits, Decoding())
    assert estimate.pose == pytest.approx((-3.0, -3.0, -3.0), abs=1e-6)
    assert estimate.spread == pytest.approx((6.0, 6.0, 6.0), abs=1e-6)


def test_the_spread_is_multiplied_by_its_factors_and_the_pose_is_not() -> None:
    logits = np.full((1, 3, 66), -50.0, np.float32)
    logits[0, :, 30] = logits[0, :, 34] = 0.0
    (estimate,) = decode(logits, Decoding(spread_factors=(0.5, 1.0, 2.0)))
    assert estimate.pose == pytest.approx((-3.0, -3.0, -3.0), abs=1e-6)
    assert estimate.spread == pytest.approx((3.0, 6.0, 12.0), abs=1e-6)


def test_huge_logits_do_not_overflow() -> None:
    logits = np.zeros((1, 3, 66), np.float32)
    logits[..., 65] = 1e4
    assert decode(logits, Decoding())[0].pose == pytest.approx((96.0, 96.0, 96.0))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(SquareCrop(1.5), (25, 25, 175, 175), id="square"),
        pytest.param(SquareCrop(1.5, -0.08), (25, 17, 175, 167), id="square, higher"),
        pytest.param(MarginCrop(0.5, 0.75, 0.5, 0.25), (0, 0, 200, 175), id="published dlib"),
        pytest.param(MarginCrop(left_px=60, top_px=10, right_px=5, bottom_px=300), (0, 40, 155, 220), id="clamped"),
    ],
)
def test_a_rule_gives_its_rectangle(rule: SquareCrop | MarginCrop, expected: tuple[int, int, int, int]) -> None:
    assert rule.rectangle((50.0, 50.0, 150.0, 150.0), picture=(240, 220)) == expected


def test_outside_the_picture_a_crop_is_black() -> None:
    part = cut_out(np.full((20, 20, 3), 200, np.uint8), (-10, 5, 10, 25))
    assert part is not None
    assert part.shape == (20, 20, 3)
    assert part[:, :10].max() == 0
    assert part[15:].max() == 0
    assert part[:15, 10:].min() == 200


def test_a_wide_crop_keeps_its_centre() -> None:
    wide = np.zeros((50, 150, 3), np.uint8)
    wide[:, 50:100] = 255
    assert shrink_to_square(wide, 20).shape == (20, 20, 3)
    assert shrink_to_square(wide, 20)[:, 2:-2].min() == 255


def test_the_published_crop_grows_the_already_grown_box_and_counts_missing_points() -> None:
    assert published_crop(np.array([[-1.0, 99.0], [-1.0, 199.0]])) == (-41, -81, 155, 232)


def test_the_landmark_square_has_the_diagonal_for_its_side() -> None:
    assert landmark_square(np.array([[0.0, 30.0], [0.0, 40.0]])) == (-10.0, -5.0, 40.0, 45.0)


def test_crops_in_memory_that_is_used_again_are_resized_as_by_pil() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    scratch = Scratch()
    for width, height in ((90, 90), (300, 280), (12, 40), (120, 120), (120, 121)):
        crop = picture[9 : 9 + height, 7 : 7 + width]
        size = 120 * width // min(width, height), 120 * height // min(width, height)
        whole = np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.BILINEAR))
        left, top = round((size[0] - 120) / 2), round((size[1] - 120) / 2)
        expected = whole[top : top + 120, left : left + 120]
        np.testing.assert_array_equal(shrink_to_square(crop, 120, scratch=scratch), expected)
        np.testing.assert_array_equal(shrink_to_square(crop, 120), expected)
