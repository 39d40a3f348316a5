"""EfficientNet-Lite0 as a backbone: EfficientNet without squeeze-and-excitation and with ReLU6, designed for CPUs.

Source: Tan and Le, ICML 2019, arXiv:1905.11946; the Lite variant follows its published configuration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths and depths of an EfficientNet-Lite.

    `stem`: channels of the first convolution, which has stride 2. `stages`: expansion, kernel, stride, channels and
    number of blocks of each stage. `features`: channels that reach the heads.
    """

    stem: int
    stages: tuple[tuple[int, int, int, int, int], ...]
    features: int


LITE0 = Shape(
    32,
    (
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ),
    1280,
)

NANO = Shape(
    16,
    ((1, 3, 2, 16, 1), (4, 3, 2, 24, 2), (4, 5, 2, 48, 3), (6, 5, 1, 64, 3), (6, 5, 2, 112, 2)),
    512,
)
"""Ours: half the depth, and a second stride right after the stem, because most of the time goes into large maps."""

_EPSILON = 1e-3
"""Epsilon of the batch norms, as used when the ImageNet weights were trained."""


_EXPOSURE_STEP = 4
"""The brightness is measured on every fourth pixel of every fourth row."""


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
        self.expand = _activated(nn.Conv2d(inputs, width, 1, bias=False)) if expansion > 1 else nn.Identity()
        self.filter = _activated(SamePadConv(width, width, kernel, stride, groups=width, bias=False))
        self.project = nn.Sequential(nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs, eps=_EPSILON))
        self.adds_input = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.filter(self.expand(x)))
        return x + y if self.adds_input else y


class AutoExposure(nn.Module):
    """Brightens dark pictures as a camera would, so that the layers behind it see faces at about the same brightness.

    The factor brings the picture's root mean square to `level` (0 to 1), is at least 1, and at most 16. The input is
    normalised with mean and standard deviation 0.5, from −1 to 1.
    """

    def __init__(self, level: float = 0.4) -> None:
        super().__init__()
        self.level: Tensor
        self.register_buffer("level", torch.tensor([level]))

    def forward(self, image: Tensor) -> Tensor:
        some = image[:, :, ::_EXPOSURE_STEP, ::_EXPOSURE_STEP] * 0.5 + 0.5
        power = (some * some).mean(dim=(1, 2, 3), keepdim=True)
        factor = torch.clamp(self.level / torch.sqrt(power + 1e-6), 1.0, 16.0)
        return torch.clamp(image * factor + (factor - 1), max=1.0)


class EfficientNetLitePose(nn.Module):
    """Hopenet's three heads on an EfficientNet-Lite, optionally with `AutoExposure` before it."""

    def __init__(self, bins: int, *, shape: Shape = LITE0, exposure: bool = False) -> None:
        super().__init__()
        self.exposure = AutoExposure() if exposure else nn.Identity()
        self.stem = _activated(SamePadConv(3, shape.stem, 3, 2, bias=False))
        blocks: list[InvertedResidual] = []
        inputs = shape.stem
        for expansion, kernel, stride, outputs, count in shape.stages:
            for position in range(count):
                first = stride if position == 0 else 1
                blocks.append(InvertedResidual(inputs, outputs, expansion=expansion, kernel=kernel, stride=first))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.last = _activated(nn.Conv2d(inputs, shape.features, 1, bias=False))
        self.dropout = nn.Dropout(0.2)
        self.fc_yaw = nn.Linear(shape.features, bins)
        self.fc_pitch = nn.Linear(shape.features, bins)
        self.fc_roll = nn.Linear(shape.features, bins)

    def forward(self, image: Tensor) -> Tensor:
        x = self.last(self.blocks(self.stem(self.exposure(image))))  # (N, features, S/32, S/32)
        x = self.dropout(x.mean(dim=(2, 3)))  # (N, features)
        return torch.stack((self.fc_yaw(x), self.fc_pitch(x), self.fc_roll(x)), dim=1)


def _activated(convolution: nn.Conv2d) -> nn.Sequential:
    norm = nn.BatchNorm2d(convolution.out_channels, eps=_EPSILON)
    return nn.Sequential(convolution, norm, nn.ReLU6())


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
