"""The networks, and how their snapshots are recognised."""

from __future__ import annotations

import pytest

from hopenet.architectures import ARCHITECTURES, Architecture, architecture, recognise

# torch takes a second to import, so tests import it where they use it.

# Millions of parameters as the HopelessNet and HopeNet-Lite authors state them, or as counted from their snapshots.
STATED = {
    "ResNet18": 11.28,
    "ResNet34": 21.39,
    "ResNet50": 23.92,
    "ResNet101": 42.91,
    "ResNet152": 58.56,
    "Squeezenet_1_0": 0.836998,
    "Squeezenet_1_1": 0.824070,
    "MobileNetV2": 2.477510,
}

KEYS = {
    "ResNet18": ("conv1.weight", "layer4.1.bn2.bias", "fc_yaw.weight", "fc_finetune.bias"),
    "ResNet34": ("conv1.weight", "layer3.5.bn2.bias", "fc_pitch.weight", "fc_finetune.bias"),
    "ResNet50": ("conv1.weight", "layer4.2.conv3.weight", "fc_roll.bias", "fc_finetune.weight"),
    "ResNet101": ("layer3.22.conv3.weight", "fc_yaw.bias"),
    "ResNet152": ("layer3.35.conv3.weight", "fc_yaw.bias"),
    "Squeezenet_1_0": ("features.12.expand3x3.weight", "classifier_yaw.1.weight", "classifier_roll.1.bias"),
    "Squeezenet_1_1": ("features.12.expand3x3.weight", "classifier_pitch.1.weight"),
    "MobileNetV2": ("features.18.0.weight", "classifier_yaw.1.weight", "classifier_roll.1.bias"),
    "HopeNetLite": ("conv5.0.weight", "stage4.3.branch2.0.weight", "fc_yaw.weight"),
    "EfficientNetLite0": ("stem.0.weight", "blocks.15.project.1.bias", "last.0.weight", "fc_yaw.weight"),
    "EfficientNetLite0AE": ("exposure.level", "blocks.15.project.1.bias", "fc_yaw.weight"),
    "EfficientNetLiteNano": ("exposure.level", "blocks.10.project.1.bias", "fc_yaw.weight"),
}
"""Keys that published files have; an architecture without such a file needs no entry."""


@pytest.mark.parametrize("known", ARCHITECTURES, ids=lambda known: known.name)
def test_each_network_has_its_published_size_keys_and_output(known: Architecture) -> None:
    import torch

    from hopenet.networks import build

    network = build(known.name).eval()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert parameters == known.parameters
    if known.name in STATED:
        assert parameters / 1e6 == pytest.approx(STATED[known.name], abs=0.005 if parameters > 5e6 else 1e-9)
    state = network.state_dict()
    assert set(KEYS.get(known.name, ())) <= set(state)
    assert recognise({key: tuple(tensor.shape) for key, tensor in state.items()}) is known
    with torch.inference_mode():
        assert network(torch.zeros(2, 3, 224, 224)).shape == (2, 3, 66)


def test_squeezenet_never_gives_a_negative_logit() -> None:
    import torch

    from hopenet.networks import build

    with torch.inference_mode():
        logits = build("Squeezenet_1_1").eval()(torch.randn(2, 3, 224, 224))
    assert logits.min() >= 0


def test_keys_of_another_network_are_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"do not match any Hopenet architecture \(keys found: encoder.weight …\)"):
        recognise({"encoder.weight": (3, 3)})


def test_an_unknown_name_is_refused_and_never_becomes_a_resnet50() -> None:
    with pytest.raises(ValueError, match="ResNet18, ResNet34"):
        architecture("ResNet51")
