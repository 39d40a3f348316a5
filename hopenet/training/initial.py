"""ImageNet weights to start from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor
from torchvision import models

from hopenet.efficientnet_lite import from_imagenet

_TORCHVISION: Mapping[str, models.WeightsEnum] = {
    "ResNet18": models.ResNet18_Weights.IMAGENET1K_V1,
    "ResNet34": models.ResNet34_Weights.IMAGENET1K_V1,
    "ResNet50": models.ResNet50_Weights.IMAGENET1K_V1,
    "ResNet101": models.ResNet101_Weights.IMAGENET1K_V1,
    "ResNet152": models.ResNet152_Weights.IMAGENET1K_V1,
    "Squeezenet_1_0": models.SqueezeNet1_0_Weights.IMAGENET1K_V1,
    "Squeezenet_1_1": models.SqueezeNet1_1_Weights.IMAGENET1K_V1,
    "MobileNetV2": models.MobileNet_V2_Weights.IMAGENET1K_V1,
    "HopeNetLite": models.ShuffleNet_V2_X1_0_Weights.IMAGENET1K_V1,
}
"""Of torchvision's first recipes, which the published networks started from; their keys are the networks'."""


def imagenet_weights(architecture: str, *, lite_file: Path | None = None) -> Mapping[str, Tensor]:
    """ImageNet weights by the network's own keys; torchvision's are downloaded and verified by their hash.

    `lite_file`: the published file of EfficientNet-Lite0, which torchvision does not have.
    Raises ValueError where a file does not fit, OSError where a download fails.
    """
    if architecture in _TORCHVISION:
        # torchvision's download verifies the hash in the file's name.
        tensors: Mapping[str, Tensor] = _TORCHVISION[architecture].get_state_dict(check_hash=True, weights_only=True)
        return tensors
    if lite_file is None:
        raise ValueError(f"The ImageNet weights of {architecture} are a file of their own, which was not given.")
    return from_imagenet(torch.load(lite_file, map_location="cpu", weights_only=True))
