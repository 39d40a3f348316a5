"""Bins over the full circle: angles, spreads, records, losses and exports against worked cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hopenet import Decoding, SnapshotRecord
from hopenet.decode import decode, errors
from hopenet.pose import wrapped

CIRCULAR = Decoding(bins=60, width_deg=6.0, first_deg=-177.0, circular=True)
"""Bins at −177°, −171°, … 177°."""


def logits_of(*shares: dict[int, float], bins: int = 60) -> np.ndarray:
    """Logits (1, 3, bins) of three distributions that are 0 but for these bins."""
    logits = np.full((1, 3, bins), -60.0, np.float32)
    for angle, distribution in enumerate(shares):
        for position, share in distribution.items():
            logits[0, angle, position] = np.log(share)
    return logits


def test_the_mean_of_the_last_and_the_first_bin_lies_between_them_and_not_opposite() -> None:
    (estimate,) = decode(logits_of({0: 0.5, 59: 0.5}, {29: 0.5, 30: 0.5}, {29: 1.0}), CIRCULAR)
    assert abs(estimate.pose.yaw) == pytest.approx(180)
    assert estimate.pose[1:] == pytest.approx((0, -3), abs=1e-4)
    assert estimate.spread == pytest.approx((3, 3, 0), abs=1e-4)


def test_the_spread_is_the_root_mean_square_of_the_differences_the_shorter_way_round() -> None:
    decoding = Decoding(60, 6.0, -177.0, (2.0, 1.0, 1.0), circular=True)
    # 171° and −171° (189°) are 9° from 180° each.
    (estimate,) = decode(logits_of({58: 0.5, 1: 0.5}, {58: 0.5, 1: 0.5}, {0: 1.0}), decoding)
    assert estimate.spread == pytest.approx((18, 9, 0), abs=1e-3)
    assert estimate.pose.roll == pytest.approx(-177)


def test_a_distribution_within_a_few_bins_has_nearly_the_mean_of_ordinary_bins() -> None:
    shares = {40: 0.2, 41: 0.5, 42: 0.3}
    (circular,) = decode(logits_of(shares, shares, shares), CIRCULAR)
    (plain,) = decode(logits_of(shares, shares, shares), Decoding(60, 6.0, -177.0))
    assert circular.pose == pytest.approx(plain.pose, abs=0.02)
    assert circular.spread == pytest.approx(plain.spread, abs=0.02)


def test_a_logit_that_is_not_a_number_makes_its_angle_none() -> None:
    logits = logits_of({3: 1.0}, {4: 1.0}, {5: 1.0})
    logits[0, 1, 7] = np.nan
    (estimate,) = decode(logits, CIRCULAR)
    assert not estimate.is_finite and estimate.pose.yaw == pytest.approx(-159)


def test_errors_go_the_shorter_way_round_only_with_circular_bins() -> None:
    found, label = np.array([[179.0, 10, -170]]), np.array([[-179.0, 4, 170]])
    assert errors(found, label, CIRCULAR) == pytest.approx(np.array([[-2, 6, 20]]))
    assert errors(found, label, Decoding()) == pytest.approx(np.array([[358, 6, -340]]))
    assert wrapped(np.array([180.0, -180, 190, -190, 540])) == pytest.approx(np.array([180.0, 180, -170, 170, 180]))


def test_bins_that_do_not_close_the_circle_are_refused_in_a_record_and_in_python() -> None:
    with pytest.raises(ValueError, match="66 circular bins of 6° cover 396°, but must cover 360°"):
        Decoding(66, 6.0, -177.0, circular=True)
    plain = json.loads(SnapshotRecord("EfficientNetLite0", decoding=CIRCULAR).to_json())
    assert plain["decoding"]["circular"] is True
    plain["decoding"]["bins"] = 59
    with pytest.raises(ValueError, match=r"x\.onnx cannot be used, because .*59 circular bins of 6° cover 354°"):
        SnapshotRecord.from_json(json.dumps(plain), file="x.onnx")
    plain["decoding"] = plain["decoding"] | {"bins": 60, "circular": 1}
    with pytest.raises(ValueError, match=r"decoding\.circular is 1, but must be true or false"):
        SnapshotRecord.from_json(json.dumps(plain), file="x.onnx")


def test_a_record_with_circular_bins_is_read_back_and_one_without_does_not_name_them() -> None:
    circular = SnapshotRecord("EfficientNetLite0", decoding=CIRCULAR)
    assert SnapshotRecord.from_json(circular.to_json()) == circular
    ordinary = SnapshotRecord("EfficientNetLite0")
    assert "circular" not in ordinary.to_json()
    assert SnapshotRecord.from_json(ordinary.to_json()) == ordinary


def test_training_sees_the_same_angle_and_the_shorter_way_to_the_label() -> None:
    import torch

    from hopenet.training.losses import differences, expectation

    logits = logits_of({0: 0.5, 59: 0.5}, {29: 0.2, 30: 0.8}, {7: 0.6, 8: 0.4})
    found = expectation(torch.from_numpy(logits), CIRCULAR)
    (estimate,) = decode(logits, CIRCULAR)
    assert wrapped(found.numpy()[0] - np.array(estimate.pose)) == pytest.approx(np.zeros(3), abs=1e-3)
    off = differences(torch.tensor([179.0, -179.0]), torch.tensor([-179.0, 170.0]), CIRCULAR)
    assert off.tolist() == pytest.approx([-2, 11])


@pytest.mark.parametrize("kind", ["PublishedLoss", "SoftLoss"])
def test_an_estimate_across_the_seam_costs_what_it_costs_elsewhere(kind: str) -> None:
    import torch

    from hopenet.training import losses

    loss, none = getattr(losses, kind)(), torch.zeros(1)
    across = loss(torch.from_numpy(logits_of(*[{0: 0.9, 59: 0.1}] * 3)), torch.full((1, 3), 177.0), none, CIRCULAR)
    within = loss(torch.from_numpy(logits_of(*[{31: 0.9, 30: 0.1}] * 3)), torch.full((1, 3), 3.0), none, CIRCULAR)
    assert across.item() == pytest.approx(within.item(), rel=1e-4)


@pytest.mark.parametrize("kind", ["PublishedLoss", "SoftLoss"])
def test_an_undecided_network_gets_a_finite_gradient(kind: str) -> None:
    import torch

    from hopenet.training import losses

    logits = torch.zeros(2, 3, 60, requires_grad=True)
    value = getattr(losses, kind)()(logits, torch.tensor([[170.0, 3, 0], [-90.0, 0, 5]]), torch.zeros(2), CIRCULAR)
    value.backward()
    assert logits.grad is not None and torch.isfinite(logits.grad).all()
    # The square of an error of 170° pulls hard with ordinary bins too.
    assert logits.grad.abs().max() < (5 if kind == "SoftLoss" else 200)


def test_following_the_gradient_turns_an_estimate_the_shorter_way_to_the_label() -> None:
    import torch

    from hopenet.training.losses import expectation

    logits = torch.from_numpy(logits_of({2: 0.5, 3: 0.5}, {2: 0.5, 3: 0.5}, {2: 0.5, 3: 0.5})).requires_grad_()
    torch.autograd.backward([expectation(logits, CIRCULAR).sum()])
    assert logits.grad is not None
    assert logits.grad[0, 0, 3].item() > 0 > logits.grad[0, 0, 2].item()


def test_the_spread_is_calibrated_with_errors_across_the_seam() -> None:
    from hopenet.training.calibration import calibrated

    random = np.random.default_rng(0)
    labels = np.full((400, 3), 179.0, np.float32)
    centres = labels + random.normal(0, 6, labels.shape)
    values = CIRCULAR.first_deg + CIRCULAR.width_deg * np.arange(60)
    logits = (-0.5 * (wrapped(values - centres[..., None]) / 12) ** 2).astype(np.float32)
    decoding, figures = calibrated(logits, labels, np.zeros(400, np.float32), CIRCULAR)
    assert decoding.spread_factors == pytest.approx((0.5, 0.5, 0.5), abs=0.06)
    assert decoding.circular and figures["validation yaw"] == pytest.approx(6 * 0.798, abs=0.6)


def test_the_decoding_within_a_file_gives_the_same_angles_and_spreads(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    import onnx
    import torch
    from onnx import TensorProto, helper

    from hopenet.runtimes.onnx_graphs import with_decoding
    from hopenet.runtimes.source import pixel_network

    decoding = Decoding(60, 6.0, -177.0, (0.5, 1.0, 2.0), circular=True)
    record = SnapshotRecord("EfficientNetLite0", input_size=32, mean=(0, 0, 0), std=(1, 1, 1), decoding=decoding)
    random = np.random.default_rng(1)
    kernel = random.normal(0, 6, (3, 180)).astype(np.float32)

    class Network(torch.nn.Module):
        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return (image.mean((2, 3)) @ torch.from_numpy(kernel)).view(-1, 3, 60)

    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["mean", "kernel"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["logits"]),
    ]
    stored = [
        onnx.numpy_helper.from_array(kernel, "kernel"),
        onnx.numpy_helper.from_array(np.array([-1, 3, 60]), "shape"),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["faces", 3, 32, 32])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["faces", 3, 60])],
        stored,
    )
    small = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    model = with_decoding(small, record, any_size=False)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    crops = random.integers(0, 256, (200, 1, 1, 3)).repeat(32, 1).repeat(32, 2).astype(np.uint8)
    means = (crops[:, 0, 0].astype(np.float32) / np.float32(255)) @ kernel
    expected = decode(means.reshape(-1, 3, 60).astype(np.float32), decoding)
    poses, spreads = (np.array([one[part] for one in expected]) for part in (0, 1))
    assert np.abs(poses).max() > 170  # all quadrants
    with torch.inference_mode():
        of_torch = pixel_network(Network(), record)(torch.from_numpy(crops))
    for angles, spread in (session.run(None, {"crop": crops}), of_torch):
        assert wrapped(np.asarray(angles, np.float64) - poses) == pytest.approx(np.zeros_like(poses), abs=0.02)
        assert np.asarray(spread) == pytest.approx(spreads, abs=0.02)
