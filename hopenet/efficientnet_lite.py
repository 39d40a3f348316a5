"""EfficientNet-Lite0 as a backbone: EfficientNet without squeeze-and-excitation and with ReLU6, designed for CPUs.

Source: Tan and Le, ICML 2019, arXiv:1905.11946; the Lite variant follows its published configuration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FEATURES = 1280

_STAGES = (
    # expansion, kernel, stride, channels, blocks
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)

_EPSILON = 1e-3
"""Epsilon of the batch norms, as used when the ImageNet weights were trained."""


class SamePadConv(nn.Conv2d):
    """A convolution with TensorFlow's padding: an odd pixel goes to the right and the bottom.

    The ImageNet weights were trained this way; symmetric padding would shift features by half a pixel at each stride.
    """

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        height, width = int(x.shape[2]), int(x.shape[3])
        down = max((-(-height // stride) - 1) * stride + kernel - height, 0)
        across = max((-(-width // stride) - 1) * stride + kernel - width, 0)
        if down == across and down % 2 == 0:
            return F.conv2d(x, self.weight, self.bias, stride, down // 2, 1, self.groups)
        x = F.pad(x, (across // 2, across - across // 2, down // 2, down - down // 2))
        return F.conv2d(x, self.weight, self.bias, stride, 0, 1, self.groups)


class InvertedResidual(nn.Module):
    """Expand, filter each channel, project; the input is added if the shapes match."""

    def __init__(self, inputs: int, outputs: int, *, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        width = inputs * expansion
        self.expand = (
            nn.Sequential(nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width, eps=_EPSILON), nn.ReLU6())
            if expansion > 1
            else nn.Identity()
        )
        self.filter = nn.Sequential(
            SamePadConv(width, width, kernel, stride, groups=width, bias=False),
            nn.BatchNorm2d(width, eps=_EPSILON),
            nn.ReLU6(),
        )
        self.project = nn.Sequential(nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs, eps=_EPSILON))
        self.adds_input = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.filter(self.expand(x)))
        return x + y if self.adds_input else y


class EfficientNetLitePose(nn.Module):
    """Hopenet's three heads on EfficientNet-Lite0."""

    def __init__(self, bins: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(SamePadConv(3, 32, 3, 2, bias=False), nn.BatchNorm2d(32, eps=_EPSILON), nn.ReLU6())
        blocks: list[InvertedResidual] = []
        inputs = 32
        for expansion, kernel, stride, outputs, count in _STAGES:
            for position in range(count):
                first = stride if position == 0 else 1
                blocks.append(InvertedResidual(inputs, outputs, expansion=expansion, kernel=kernel, stride=first))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Sequential(
            nn.Conv2d(inputs, FEATURES, 1, bias=False), nn.BatchNorm2d(FEATURES, eps=_EPSILON), nn.ReLU6()
        )
        self.dropout = nn.Dropout(0.2)
        self.fc_yaw = nn.Linear(FEATURES, bins)
        self.fc_pitch = nn.Linear(FEATURES, bins)
        self.fc_roll = nn.Linear(FEATURES, bins)

    def forward(self, image: Tensor) -> Tensor:
        x = self.last(self.blocks(self.stem(image)))  # (N, 1280, S/32, S/32)
        x = self.dropout(x.mean(dim=(2, 3)))  # (N, 1280)
        return torch.stack((self.fc_yaw(x), self.fc_pitch(x), self.fc_roll(x)), dim=1)


def from_imagenet(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published ImageNet state dict of EfficientNet-Lite0 with this module's keys, without the classifier.

    Raises ValueError if a key does not belong to EfficientNet-Lite0.
    """
    renamed: dict[str, Tensor] = {}
    for key, tensor in tensors.items():
        if key.startswith("_fc."):
            continue
        renamed[_own_key(key)] = tensor
    return renamed


def _own_key(key: str) -> str:
    top = re.fullmatch(r"_(conv_stem|bn0|conv_head|bn1)\.(\w+)", key)
    if top:
        place = {"conv_stem": "stem.0", "bn0": "stem.1", "conv_head": "last.0", "bn1": "last.1"}[top[1]]
        return f"{place}.{top[2]}"
    block = re.fullmatch(r"_blocks\.(\d+)\._(expand_conv|bn0|depthwise_conv|bn1|project_conv|bn2)\.(\w+)", key)
    if block is None:
        raise ValueError(f"These are not ImageNet weights of EfficientNet-Lite0: they contain the key {key}.")
    place = {
        "expand_conv": "expand.0",
        "bn0": "expand.1",
        "depthwise_conv": "filter.0",
        "bn1": "filter.1",
        "project_conv": "project.0",
        "bn2": "project.1",
    }[block[2]]
    return f"blocks.{block[1]}.{place}.{block[3]}"
