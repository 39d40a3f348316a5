"""The losses that training minimises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from hopenet.records import Decoding


@dataclass(frozen=True, slots=True)
class PublishedLoss:
    """Cross entropy for the label's bin plus α times the squared error of the expectation, summed over the angles.

    Angles beyond the bins count as the outermost bin in the cross entropy and keep their value in the other term.
    With circular bins none is beyond, and errors go the shorter way round.
    Source: Ruiz et al., CVPRW 2018, section 3.2.
    """

    kind: Literal["published"] = "published"
    alpha: float = 1.0

    def __call__(self, logits: Tensor, angles_deg: Tensor, disagreement_deg: Tensor, decoding: Decoding) -> Tensor:
        """(N, 3, bins), (N, 3), (N,) → scalar."""
        bins = ((angles_deg - decoding.first_deg) / decoding.width_deg).floor().long()
        bins = bins.remainder(decoding.bins) if decoding.circular else bins.clamp(0, decoding.bins - 1)
        entropy = F.cross_entropy(logits.flatten(0, 1), bins.flatten())
        squared = differences(expectation(logits, decoding), angles_deg, decoding).square().mean()
        return 3 * (entropy + self.alpha * squared)  # both are means over three angles; the published code sums them


@dataclass(frozen=True, slots=True)
class SoftLoss:
    """Cross entropy to a normal distribution around the label, plus a robust error of the expectation.

    The distribution widens with the label's disagreement, √(width_deg² + (disagreement_share · disagreement)²), so that
    uncertain labels have less influence and the network's spread becomes meaningful. `alpha` weights the Huber error
    (with its threshold at `bend_deg`), whose weight per head falls with the disagreement as
    1 ÷ (1 + (disagreement ÷ disagreement_half_deg)²). Angles beyond the bins are ignored in both terms. With circular
    bins none is beyond, and distances go the shorter way round.
    `rotation` weights the same robust error of the rotation that the three expectations make together: near a yaw of
    90°, where pitch and roll are hardly determined individually, it is what can be learnt.
    """

    kind: Literal["soft"] = "soft"
    alpha: float = 0.1
    width_deg: float = 2.5
    disagreement_share: float = 0.3
    bend_deg: float = 4.0
    disagreement_half_deg: float = 12.0
    rotation: float = 0.0

    def __call__(self, logits: Tensor, angles_deg: Tensor, disagreement_deg: Tensor, decoding: Decoding) -> Tensor:
        """(N, 3, bins), (N, 3), (N,) → scalar."""
        values = bin_values(decoding, logits)
        inside = ((angles_deg >= values[0]) & (angles_deg <= values[-1]) | decoding.circular).float()
        width = (self.width_deg**2 + (self.disagreement_share * disagreement_deg) ** 2).sqrt()[:, None, None]
        distance = differences(values, angles_deg[..., None], decoding)
        target = torch.softmax(-0.5 * (distance / width) ** 2, dim=-1)
        entropy = -(target * F.log_softmax(logits, dim=-1)).sum(-1)  # (N, 3)
        weight = 1 / (1 + (disagreement_deg / self.disagreement_half_deg) ** 2)
        estimate = expectation(logits, decoding)
        off = differences(estimate, angles_deg, decoding)
        error = F.huber_loss(off, torch.zeros_like(off), reduction="none", delta=self.bend_deg)
        loss = (entropy + self.alpha * weight[:, None] * error / self.bend_deg * 2) * inside
        mean = loss.sum() / inside.sum().clamp(min=1)
        if not self.rotation:
            return mean
        turn = rotation_between(estimate, angles_deg)
        bent = F.huber_loss(turn, torch.zeros_like(turn), reduction="none", delta=self.bend_deg)
        whole = inside.prod(dim=1)
        return mean + self.rotation * 2 / self.bend_deg * (weight * bent * whole).sum() / whole.sum().clamp(min=1)


Loss = PublishedLoss | SoftLoss

_NO_ZERO = 1e-7
"""Added to a mean vector's cosine: the direction of a vector that is exactly 0 has no gradient."""


def bin_values(decoding: Decoding, like: Tensor) -> Tensor:
    """The angle in degrees that each bin represents: (bins,), on the device of `like`."""
    return decoding.first_deg + decoding.width_deg * torch.arange(decoding.bins, device=like.device, dtype=like.dtype)


def expectation(logits: Tensor, decoding: Decoding) -> Tensor:
    """(N, 3, bins) → (N, 3) degrees, as `hopenet.decode.decode`.

    The direction of a mean vector changes the faster the shorter the vector is: without limit for an undecided network,
    whose vector is almost 0. With circular bins, the gradient is that of the direction times the vector's length.
    """
    probabilities: Tensor = torch.softmax(logits, dim=-1)
    values = bin_values(decoding, logits)
    if not decoding.circular:
        return probabilities @ values
    radians = torch.deg2rad(values)
    sine, cosine = probabilities @ radians.sin(), probabilities @ radians.cos() + _NO_ZERO
    direction = torch.rad2deg(torch.atan2(sine, cosine))
    length = torch.hypot(sine, cosine).detach()
    return direction.detach() + length * (direction - direction.detach())


def differences(to_deg: Tensor, from_deg: Tensor, decoding: Decoding) -> Tensor:
    """One angle minus the other, in degrees: with circular bins the shorter way round the circle."""
    plain = to_deg - from_deg
    return plain - 360 * ((plain.detach() - 180) / 360).ceil() if decoding.circular else plain


def rotations(angles_deg: Tensor) -> Tensor:
    """The matrices (N, 3, 3) of poses (N, 3) in degrees, in the convention of `HeadPose.matrix`."""
    radians = torch.deg2rad(angles_deg)
    (cy, cp, cr), (sy, sp, sr) = radians.cos().unbind(1), radians.sin().unbind(1)
    rows = (
        (cy * cr, cy * sr, -sy),
        (sp * sy * cr - cp * sr, sp * sy * sr + cp * cr, sp * cy),
        (cp * sy * cr + sp * sr, cp * sy * sr - sp * cr, cp * cy),
    )
    return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)


def rotation_between(estimate_deg: Tensor, label_deg: Tensor) -> Tensor:
    """The angle (N,) in degrees of the rotation from one pose to the other, (N, 3) each.

    It is computed from the distance of the matrices, whose gradient is finite everywhere but at 180°.
    """
    distance = (rotations(estimate_deg) - rotations(label_deg)).square().sum((1, 2))
    half = ((distance + 1e-8).sqrt() / (2 * math.sqrt(2))).clamp(max=1 - 1e-6)
    return torch.rad2deg(2 * half.asin())
