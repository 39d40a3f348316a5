"""The published networks by name, and how to recognise them from the keys of a state dict. Does not need torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network of the Hopenet family.

    `name`: as the HopelessNet authors spell it for `--arch`. `parameters`: number of parameters, including the unused
    `fc_finetune` layer of the ResNets. `features`: number of channels that reach the three heads. `published`: whether
    bare weights of it are those of the published code, so that their input is known.
    """

    name: str
    title: str
    parameters: int
    features: int
    published: bool = True


# Parameter counts: HopelessNet's README (rounded to 0.01 M for the ResNets); exact values counted from our definitions.
ARCHITECTURES: tuple[Architecture, ...] = (
    Architecture("ResNet18", "ResNet-18", 11_279_634, 512),
    Architecture("ResNet34", "ResNet-34", 21_387_794, 512),
    Architecture("ResNet50", "ResNet-50", 23_919_890, 2048),
    Architecture("ResNet101", "ResNet-101", 42_912_018, 2048),
    Architecture("ResNet152", "ResNet-152", 58_555_666, 2048),
    Architecture("Squeezenet_1_0", "SqueezeNet 1.0", 836_998, 512),
    Architecture("Squeezenet_1_1", "SqueezeNet 1.1", 824_070, 512),
    Architecture("MobileNetV2", "MobileNetV2", 2_477_510, 1280),
    Architecture("HopeNetLite", "HopeNet-Lite (ShuffleNetV2 ×1.0)", 1_456_554, 1024),
    Architecture("EfficientNetLite0", "EfficientNet-Lite0", 3_624_646, 1280, published=False),
    Architecture("EfficientNetLite0AE", "EfficientNet-Lite0 with AutoExposure", 3_624_646, 1280, published=False),
    Architecture("EfficientNetLiteNano", "EfficientNet-Lite Nano with AutoExposure", 638_950, 512, published=False),
)

_RESNET_BY_BLOCKS = {
    # number of blocks in layer3, and whether each block has a third convolution
    (2, False): "ResNet18",
    (6, False): "ResNet34",
    (6, True): "ResNet50",
    (23, True): "ResNet101",
    (36, True): "ResNet152",
}

_LITE_BY_DEPTH = {
    # number of blocks, and whether AutoExposure comes first
    (16, False): "EfficientNetLite0",
    (16, True): "EfficientNetLite0AE",
    (11, True): "EfficientNetLiteNano",
}

_SQUEEZENET_BY_STEM: dict[Shape, str] = {(96, 3, 7, 7): "Squeezenet_1_0", (64, 3, 3, 3): "Squeezenet_1_1"}


def architecture(name: str) -> Architecture:
    """The architecture with this name. Raises ValueError, which lists the valid names, if there is none."""
    for candidate in ARCHITECTURES:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in ARCHITECTURES)
    raise ValueError(f"Unknown architecture “{name}”. Choose one of: {names}.")


def recognise(shapes: Mapping[str, Shape]) -> Architecture:
    """The architecture whose state dict has these keys and shapes (without a `module.` prefix).

    Raises ValueError if they do not match any network of this family.
    """
    name = _recognised_name(shapes)
    if name is None:
        some = ", ".join(list(shapes)[:3]) or "none"
        raise ValueError(f"The weights do not match any Hopenet architecture (keys found: {some} …).")
    return architecture(name)


def _recognised_name(shapes: Mapping[str, Shape]) -> str | None:
    head = shapes.get("classifier_yaw.1.weight")
    if head is not None and len(head) == 4:
        return _SQUEEZENET_BY_STEM.get(shapes.get("features.0.weight", ()))
    if head is not None and "features.18.0.weight" in shapes:
        return "MobileNetV2"
    if "fc_yaw.weight" not in shapes:
        return None
    if "blocks.0.filter.0.weight" in shapes:
        return _LITE_BY_DEPTH.get((_blocks(shapes, "blocks."), "exposure.level" in shapes))
    if shapes.get("conv5.0.weight") == (1024, 464, 1, 1):
        return "HopeNetLite"
    return _RESNET_BY_BLOCKS.get((_blocks(shapes, "layer3."), "layer3.0.conv3.weight" in shapes))


def _blocks(shapes: Mapping[str, Shape], stage: str) -> int:
    """The number of blocks whose keys begin with this."""
    return len({key.split(".")[1] for key in shapes if key.startswith(stage)})
