"""ImageNet weights for initialising a backbone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

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
"""The first version of torchvision's weights, as used for the published networks; the networks use the same keys."""


def imagenet_weights(architecture: str, *, lite_file: Path | None = None) -> Mapping[str, Tensor]:
    """ImageNet weights with the network's own keys; torchvision's are downloaded and verified by their hash.

    `lite_file`: the published file of EfficientNet-Lite0, which torchvision does not provide.
    Raises ValueError if a file is missing or does not match, OSError if a download fails.
    """
    if architecture in _TORCHVISION:
        weights = _TORCHVISION[architecture]
        try:
            # torchvision's download verifies the hash in the file's name.
            tensors: Mapping[str, Tensor] = weights.get_state_dict(check_hash=True, weights_only=True)
        except URLError as error:
            folder = Path(torch.hub.get_dir()) / "checkpoints"
            reason = getattr(error.reason, "strerror", None) or error.reason
            raise OSError(
                f"{weights.url} cannot be downloaded ({reason}); you can also put the file into {folder} yourself"
            ) from error
        return tensors
    if lite_file is None:
        raise ValueError(f"torchvision has no ImageNet weights for {architecture}, and no file with them was given.")
    return from_imagenet(torch.load(lite_file, map_location="cpu", weights_only=True))
