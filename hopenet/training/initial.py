"""Weights that training begins with: ImageNet's, or a snapshot's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

import torch
from torch import Tensor, nn
from torchvision import models

from hopenet.efficientnet_lite import from_imagenet
from hopenet.preprocess import to_batch
from hopenet.snapshots import ONNX_SUFFIX, LoadedSnapshot, into_network, read_weights
from hopenet.trial_pictures import trial_pictures

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


def snapshot_weights(path: Path) -> Mapping[str, Tensor]:
    """A snapshot's weights. Raises FileNotFoundError or ValueError as `read_weights`."""
    snapshot = read_weights(path)
    return with_measured_norms(snapshot) if path.suffix.lower() == ONNX_SUFFIX else snapshot.tensors


def with_measured_norms(snapshot: LoadedSnapshot) -> Mapping[str, Tensor]:
    """The same network, with batch norms whose statistics are those of the trial pictures.

    The batch norms read from an ONNX model pass on what they take (`hopenet.folding.unfolded`). In training, they would
    bring each channel to a variance of 1 instead, and lose what the network has learnt.
    """
    network = into_network(snapshot).float()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_pre_hook(_measure)
    record = snapshot.record
    with torch.no_grad():
        network(torch.from_numpy(to_batch(trial_pictures(record.input_size), record)))
    return dict(network.state_dict())


def _measure(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    """Gives a batch norm other statistics, and in evaluation mode the same output."""
    if not isinstance(norm, nn.BatchNorm2d) or norm.running_mean is None or norm.running_var is None:
        return
    (values,) = inputs  # (N, C, H, W)
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    offset = norm.bias - norm.running_mean * factor
    variance, mean = torch.var_mean(values, dim=(0, 2, 3), correction=0)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.weight.copy_(factor * torch.sqrt(variance + norm.eps))
    norm.bias.copy_(offset + mean * factor)
