"""The networks: a backbone, most of them from torchvision, and three heads of 66 bins each.

Parameter names match the published snapshots, so that their state dicts load unchanged.
Every network maps (N, 3, S, S) float, normalised RGB, to (N, 3, bins) logits in the order yaw, pitch, roll.

Source: Ruiz et al., CVPRW 2018, arXiv:1710.00925; HopelessNet and HopeNet-Lite from their published keys.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torchvision
from torch import Tensor, nn

from hopenet.architectures import architecture
from hopenet.efficientnet_lite import NANO, EfficientNetLitePose

BINS = 66


class ResNetPose(nn.Module):
    """Hopenet on a torchvision ResNet.

    `fc_finetune` does not affect the angles; it is kept because published snapshots contain its weights.
    """

    def __init__(self, backbone: torchvision.models.ResNet, features: int, bins: int = BINS) -> None:
        super().__init__()
        self.conv1, self.bn1, self.relu, self.maxpool = backbone.conv1, backbone.bn1, backbone.relu, backbone.maxpool
        self.layer1, self.layer2 = backbone.layer1, backbone.layer2
        self.layer3, self.layer4 = backbone.layer3, backbone.layer4
        self.fc_yaw = nn.Linear(features, bins)
        self.fc_pitch = nn.Linear(features, bins)
        self.fc_roll = nn.Linear(features, bins)
        self.fc_finetune = nn.Linear(features + 3, 3)

    def forward(self, image: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(image))))  # (N, 64, S/4, S/4)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))  # (N, F, S/32, S/32)
        x = x.mean(dim=(2, 3))  # (N, F)
        return torch.stack((self.fc_yaw(x), self.fc_pitch(x), self.fc_roll(x)), dim=1)


class SqueezeNetPose(nn.Module):
    """HopelessNet on SqueezeNet: each head is a 1×1 convolution, a ReLU (so logits are never negative), and a mean."""

    def __init__(self, backbone: torchvision.models.SqueezeNet, features: int, bins: int = BINS) -> None:
        super().__init__()
        self.features = backbone.features
        self.classifier_yaw = self._head(features, bins)
        self.classifier_pitch = self._head(features, bins)
        self.classifier_roll = self._head(features, bins)

    @staticmethod
    def _head(features: int, bins: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Dropout(0.5), nn.Conv2d(features, bins, kernel_size=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1)
        )

    def forward(self, image: Tensor) -> Tensor:
        x = self.features(image)  # (N, 512, S/17, S/17)
        heads = (self.classifier_yaw(x), self.classifier_pitch(x), self.classifier_roll(x))  # each (N, bins, 1, 1)
        return torch.stack(heads, dim=1).flatten(start_dim=2)


class MobileNetPose(nn.Module):
    """HopelessNet on MobileNetV2."""

    def __init__(self, backbone: torchvision.models.MobileNetV2, features: int, bins: int = BINS) -> None:
        super().__init__()
        self.features = backbone.features
        self.classifier_yaw = nn.Sequential(nn.Dropout(0.2), nn.Linear(features, bins))
        self.classifier_pitch = nn.Sequential(nn.Dropout(0.2), nn.Linear(features, bins))
        self.classifier_roll = nn.Sequential(nn.Dropout(0.2), nn.Linear(features, bins))

    def forward(self, image: Tensor) -> Tensor:
        x = self.features(image).mean(dim=(2, 3))  # (N, 1280)
        return torch.stack((self.classifier_yaw(x), self.classifier_pitch(x), self.classifier_roll(x)), dim=1)


class ShuffleNetPose(nn.Module):
    """HopeNet-Lite on ShuffleNetV2 ×1.0."""

    def __init__(self, backbone: torchvision.models.ShuffleNetV2, features: int, bins: int = BINS) -> None:
        super().__init__()
        self.conv1, self.maxpool = backbone.conv1, backbone.maxpool
        self.stage2, self.stage3, self.stage4 = backbone.stage2, backbone.stage3, backbone.stage4
        self.conv5 = backbone.conv5
        self.fc_yaw = nn.Linear(features, bins)
        self.fc_pitch = nn.Linear(features, bins)
        self.fc_roll = nn.Linear(features, bins)

    def forward(self, image: Tensor) -> Tensor:
        x = self.maxpool(self.conv1(image))  # (N, 24, S/4, S/4)
        x = self.conv5(self.stage4(self.stage3(self.stage2(x))))  # (N, 1024, S/32, S/32)
        x = x.mean(dim=(2, 3))  # (N, 1024)
        return torch.stack((self.fc_yaw(x), self.fc_pitch(x), self.fc_roll(x)), dim=1)


_BUILDERS: dict[str, Callable[[int, int], nn.Module]] = {
    "ResNet18": lambda features, bins: ResNetPose(torchvision.models.resnet18(), features, bins),
    "ResNet34": lambda features, bins: ResNetPose(torchvision.models.resnet34(), features, bins),
    "ResNet50": lambda features, bins: ResNetPose(torchvision.models.resnet50(), features, bins),
    "ResNet101": lambda features, bins: ResNetPose(torchvision.models.resnet101(), features, bins),
    "ResNet152": lambda features, bins: ResNetPose(torchvision.models.resnet152(), features, bins),
    "Squeezenet_1_0": lambda features, bins: SqueezeNetPose(torchvision.models.squeezenet1_0(), features, bins),
    "Squeezenet_1_1": lambda features, bins: SqueezeNetPose(torchvision.models.squeezenet1_1(), features, bins),
    "MobileNetV2": lambda features, bins: MobileNetPose(torchvision.models.mobilenet_v2(), features, bins),
    "HopeNetLite": lambda features, bins: ShuffleNetPose(torchvision.models.shufflenet_v2_x1_0(), features, bins),
    "EfficientNetLite0": lambda _, bins: EfficientNetLitePose(bins),
    "EfficientNetLite0AE": lambda _, bins: EfficientNetLitePose(bins, exposure=True),
    "EfficientNetLiteNano": lambda _, bins: EfficientNetLitePose(bins, shape=NANO, exposure=True),
}


def build(name: str, *, bins: int = BINS) -> nn.Module:
    """The network of this architecture with random weights. Raises ValueError for an unknown name."""
    return _BUILDERS[architecture(name).name](architecture(name).features, bins)
