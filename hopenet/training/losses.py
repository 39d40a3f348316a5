"""The losses that training minimises."""

from __future__ import annotations

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
    Source: Ruiz et al., CVPRW 2018, section 3.2.
    """

    kind: Literal["published"] = "published"
    alpha: float = 1.0

    def __call__(self, logits: Tensor, angles_deg: Tensor, disagreement_deg: Tensor, decoding: Decoding) -> Tensor:
        """(N, 3, bins), (N, 3), (N,) → scalar."""
        bins = ((angles_deg - decoding.first_deg) / decoding.width_deg).floor().long().clamp(0, decoding.bins - 1)
        entropy = F.cross_entropy(logits.flatten(0, 1), bins.flatten())
        squared = (expectation(logits, decoding) - angles_deg).square().mean()
        return 3 * (entropy + self.alpha * squared)  # both are means over three angles; the published code sums them


@dataclass(frozen=True, slots=True)
class SoftLoss:
    """Cross entropy to a normal distribution around the label, plus a robust error of the expectation.

    The distribution widens with the label's disagreement, √(width_deg² + (disagreement_share · disagreement)²), so that
    uncertain labels have less influence and the network's spread becomes meaningful. `alpha` weights the Huber error
    (with its threshold at `bend_deg`), whose weight per head falls with the disagreement as
    1 ÷ (1 + (disagreement ÷ disagreement_half_deg)²). Angles beyond the bins are ignored in both terms.
    """

    kind: Literal["soft"] = "soft"
    alpha: float = 0.1
    width_deg: float = 2.5
    disagreement_share: float = 0.3
    bend_deg: float = 4.0
    disagreement_half_deg: float = 12.0

    def __call__(self, logits: Tensor, angles_deg: Tensor, disagreement_deg: Tensor, decoding: Decoding) -> Tensor:
        """(N, 3, bins), (N, 3), (N,) → scalar."""
        values = bin_values(decoding, logits)
        inside = ((angles_deg >= values[0]) & (angles_deg <= values[-1])).float()
        width = (self.width_deg**2 + (self.disagreement_share * disagreement_deg) ** 2).sqrt()[:, None, None]
        target = torch.softmax(-0.5 * ((values - angles_deg[..., None]) / width) ** 2, dim=-1)
        entropy = -(target * F.log_softmax(logits, dim=-1)).sum(-1)  # (N, 3)
        weight = 1 / (1 + (disagreement_deg / self.disagreement_half_deg) ** 2)
        error = F.huber_loss(expectation(logits, decoding), angles_deg, reduction="none", delta=self.bend_deg)
        loss = (entropy + self.alpha * weight[:, None] * error / self.bend_deg * 2) * inside
        return loss.sum() / inside.sum().clamp(min=1)


Loss = PublishedLoss | SoftLoss


def bin_values(decoding: Decoding, like: Tensor) -> Tensor:
    """The angle in degrees that each bin represents: (bins,), on the device of `like`."""
    return decoding.first_deg + decoding.width_deg * torch.arange(decoding.bins, device=like.device, dtype=like.dtype)


def expectation(logits: Tensor, decoding: Decoding) -> Tensor:
    """(N, 3, bins) → (N, 3) degrees."""
    probabilities: Tensor = torch.softmax(logits, dim=-1)
    return probabilities @ bin_values(decoding, logits)
