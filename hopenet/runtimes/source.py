"""What an export is made from: a loaded snapshot, as an ONNX model and as a torch network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hopenet.estimator import HeadPoseEstimator, LoadPlan
from hopenet.preprocess import scale_and_shift
from hopenet.records import FULL_CIRCLE, SnapshotRecord
from hopenet.snapshots import ONNX_SUFFIX, into_network, read_file, read_weights

if TYPE_CHECKING:
    import onnx
    from torch import nn


@dataclass(frozen=True, slots=True, eq=False)
class ExportSource:
    """A snapshot on ONNX Runtime on the CPU: `plan` says where its file is, `estimator` gives the product's angles."""

    plan: LoadPlan
    estimator: HeadPoseEstimator

    @property
    def record(self) -> SnapshotRecord:
        return self.estimator.record

    def onnx_content(self) -> bytes:
        """The model that ONNX Runtime runs. Raises ValueError if it has been removed."""
        if self.plan.path.suffix.lower() == ONNX_SUFFIX:
            return read_file(self.plan.path, self.plan.sha256)
        found = self.plan.conversions.find(self.plan.sha256)
        if found is None:
            raise ValueError(f"The converted model in {self.plan.conversions.folder} was removed. Try again.")
        return found.content

    def torch_network(self) -> nn.Module:
        """The network in single precision, from normalised RGB to logits.

        Raises ValueError if the snapshot is an ONNX model whose weights cannot be read.
        """
        return into_network(read_weights(self.plan.path, sha256=self.plan.sha256)).float()


def is_8_bit(model: onnx.ModelProto) -> bool:
    """Whether a model already computes in 8-bit integers."""
    return any(node.op_type == "QuantizeLinear" for node in model.graph.node)


def pixel_network(network: nn.Module, record: SnapshotRecord) -> nn.Module:
    """A network from RGB pixels (N, S, S, 3), 0 to 255, to angles and spreads (N, 3) in degrees, in the order of
    `hopenet.runtimes.interface`."""
    import torch
    from torch import Tensor, nn

    circular = record.decoding.circular

    class Pixels(nn.Module):
        scale: Tensor
        shift: Tensor
        values: Tensor
        factors: Tensor

        def __init__(self) -> None:
            super().__init__()
            self.network = network
            decoding = record.decoding
            scale, shift = (torch.from_numpy(values).view(1, 3, 1, 1) for values in scale_and_shift(record))
            self.register_buffer("scale", scale)
            self.register_buffer("shift", shift)
            bins = torch.arange(decoding.bins, dtype=torch.float32)
            self.register_buffer("values", decoding.first_deg + decoding.width_deg * bins)
            self.register_buffer("factors", torch.tensor(decoding.spread_factors))

        def forward(self, crop: Tensor) -> tuple[Tensor, Tensor]:
            image = crop.permute(0, 3, 1, 2).float() * self.scale + self.shift
            shares = self.network(image).softmax(2)
            if circular:
                radians = self.values * (math.pi / 180)
                sine, cosine = (shares * radians.sin()).sum(2), (shares * radians.cos()).sum(2)
                angles = torch.atan2(sine, cosine) * (180 / math.pi)
                far = (self.values - angles.unsqueeze(2)).abs()  # 540° at most
                off = torch.minimum(far, (far - FULL_CIRCLE).abs())
            else:
                angles = (shares * self.values).sum(2)
                off = self.values - angles.unsqueeze(2)
            variance = (shares * off**2).sum(2)
            return angles, variance.sqrt() * self.factors

    return Pixels().eval()


def halved_network(network: nn.Module) -> nn.Module:
    """The same network computing in half precision between single precision."""
    from torch import Tensor, nn

    class Halved(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network.half()

        def forward(self, image: Tensor) -> Tensor:
            logits: Tensor = self.network(image.half())
            return logits.float()

    return Halved().eval()
