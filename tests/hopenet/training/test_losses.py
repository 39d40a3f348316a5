"""Losses against worked cases."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopenet import Decoding

if TYPE_CHECKING:  # torch takes a second to import, so tests import it where they use it
    from torch import Tensor

DECODING = Decoding()
CENTRED = Decoding(first_deg=-97.5)


def peaked(bins: tuple[int, int, int], sharpness: float = 40.0) -> Tensor:
    """Logits (1, 3, 66) that prefer one bin for each angle."""
    import torch

    logits = torch.zeros(1, 3, 66)
    for angle, position in enumerate(bins):
        logits[0, angle, position] = sharpness
    return logits


def test_the_published_loss_of_a_certain_and_correct_answer_is_zero() -> None:
    import torch

    from hopenet.training.losses import PublishedLoss

    loss = PublishedLoss(alpha=1.0)(peaked((33, 40, 20)), torch.tensor([[0.0, 21.0, -39.0]]), torch.zeros(1), DECODING)
    assert loss.item() == pytest.approx(0, abs=1e-4)


def test_the_published_loss_adds_entropies_and_weighted_squares_of_three_angles() -> None:
    import torch

    from hopenet.training.losses import PublishedLoss

    # Even logits: each entropy is ln 66, each expectation −1.5°.
    loss = PublishedLoss(alpha=2.0)(torch.zeros(1, 3, 66), torch.tensor([[0.0, 3.0, -1.5]]), torch.zeros(1), DECODING)
    assert loss.item() == pytest.approx(3 * math.log(66) + 2 * (1.5**2 + 4.5**2), rel=1e-5)


@pytest.mark.parametrize("kind", ["PublishedLoss", "SoftLoss"])
@pytest.mark.parametrize("angle", [-180.0, -99.0, 99.0, 170.0])
def test_angles_beyond_the_bins_give_a_finite_loss_and_gradient(kind: str, angle: float) -> None:
    import torch

    from hopenet.training import losses

    loss = getattr(losses, kind)()
    logits = torch.randn(4, 3, 66, generator=torch.Generator().manual_seed(0), requires_grad=True)
    value = loss(logits, torch.full((4, 3), angle), torch.zeros(4), DECODING)
    value.backward()
    assert torch.isfinite(value)
    assert logits.grad is not None and torch.isfinite(logits.grad).all()


def test_the_soft_loss_ignores_angles_beyond_the_bins() -> None:
    import torch

    from hopenet.training.losses import SoftLoss

    logits = torch.randn(1, 3, 66, generator=torch.Generator().manual_seed(0))
    inside = SoftLoss()(logits[:, :2].repeat(1, 2, 1)[:, :3], torch.tensor([[5.0, 5.0, 5.0]]), torch.zeros(1), CENTRED)
    beyond = SoftLoss()(logits, torch.tensor([[150.0, -150.0, 120.0]]), torch.zeros(1), CENTRED)
    assert beyond.item() == 0 and inside.item() > 0


@given(st.floats(-60, 60))
def test_the_soft_loss_is_smallest_at_its_own_target(angle: float) -> None:
    import torch

    from hopenet.training.losses import SoftLoss, expectation

    loss = SoftLoss()
    values = CENTRED.first_deg + CENTRED.width_deg * torch.arange(66)
    label = torch.full((1, 3), angle)
    right = (-0.5 * ((values - angle) / loss.width_deg) ** 2).expand(1, 3, 66)
    here = loss(right, label, torch.zeros(1), CENTRED)
    for shift in (-4, 4):
        assert loss(right.roll(shift, dims=-1), label, torch.zeros(1), CENTRED) > here
    assert expectation(right, CENTRED)[0, 0].item() == pytest.approx(angle, abs=0.05)


def test_an_uncertain_label_has_less_influence() -> None:
    import torch

    from hopenet.training.losses import SoftLoss

    label = torch.tensor([[0.0, 0.0, 0.0]])
    pulls = []
    for doubt in (0.0, 10.0, 20.0):
        logits = peaked((50, 50, 50), 5.0).requires_grad_()
        loss: Tensor = SoftLoss()(logits, label, torch.tensor([doubt]), CENTRED)
        torch.autograd.backward([loss])
        assert logits.grad is not None
        pulls.append(logits.grad.norm().item())
    assert pulls[0] > pulls[1] > pulls[2]


def test_the_angle_between_two_poses_is_that_of_their_matrices() -> None:
    import numpy as np
    import torch

    from hopenet import HeadPose
    from hopenet.training.losses import rotation_between, rotations

    poses = [HeadPose(10, -20, 30), HeadPose(-80, 15, -5), HeadPose(170, 5, 20)]
    others = [HeadPose(12, -20, 30), HeadPose(-60, 35, 15), HeadPose(-175, 0, 0)]
    first, second = torch.tensor(poses), torch.tensor(others)
    np.testing.assert_allclose(rotations(first), [pose.matrix() for pose in poses], atol=1e-6)
    expected = [
        math.degrees(math.acos((np.trace(one.matrix().T @ other.matrix()) - 1) / 2))
        for one, other in zip(poses, others, strict=True)
    ]
    assert rotation_between(first, second).tolist() == pytest.approx(expected, abs=0.01)


def test_two_names_of_one_rotation_cost_less_with_the_weight_of_the_rotation() -> None:
    import torch

    from hopenet.training.losses import SoftLoss, rotation_between

    # At a yaw of 90° only pitch − roll is visible: 20° and 0° is the same head as 0° and −20°.
    one, same = torch.tensor([[90.0, 20.0, 0.0]]), torch.tensor([[90.0, 0.0, -20.0]])
    opposite = torch.tensor([[90.0, 0.0, 20.0]])
    assert rotation_between(one, same).item() == pytest.approx(0, abs=0.1)
    assert rotation_between(one, opposite).item() == pytest.approx(40, abs=0.1)
    logits = peaked((62, 39, 32))  # 88.5°, 19.5°, −1.5°
    agreeing, wrong = (
        (
            SoftLoss(rotation=1.0)(logits, label, torch.zeros(1), CENTRED)
            - SoftLoss()(logits, label, torch.zeros(1), CENTRED)
        ).item()
        for label in (same, opposite)
    )
    assert agreeing < 0.2 * wrong


def test_the_gradient_of_a_perfect_rotation_is_finite() -> None:
    import torch

    from hopenet.training.losses import rotation_between

    pose = torch.tensor([[20.0, 10.0, -5.0]], requires_grad=True)
    (gradient,) = torch.autograd.grad(rotation_between(pose, torch.tensor([[20.0, 10.0, -5.0]])).sum(), pose)
    assert torch.isfinite(gradient).all()
