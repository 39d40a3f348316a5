"""EfficientNet-Lite0 takes the published ImageNet weights, pads as they were trained, and brightens dark pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

# torch takes a second to import, so tests import it where they use it.


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2)])
@pytest.mark.parametrize("side", [7, 14, 15, 112])
def test_a_convolution_pads_as_tensorflow_does(kernel: int, stride: int, side: int) -> None:
    import torch
    from torch.nn import functional as F

    from hopenet.efficientnet_lite import SamePadConv

    torch.manual_seed(0)
    conv = SamePadConv(2, 2, kernel, stride, groups=2, bias=False)
    x = torch.randn(1, 2, side, side)
    # TensorFlow's rule: one output for each whole or partial stride, and the odd pixel of padding goes last.
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    before, after = total // 2, total - total // 2
    expected = F.conv2d(F.pad(x, (before, after, before, after)), conv.weight, stride=stride, groups=2)
    torch.testing.assert_close(conv(x), expected)
    assert conv(x).shape[-1] == -(-side // stride)


@pytest.mark.network
def test_the_published_imagenet_weights_load_into_the_whole_backbone(model: Callable[[str], Path]) -> None:
    import torch

    from hopenet.efficientnet_lite import from_imagenet
    from hopenet.networks import build

    tensors = torch.load(model("efficientnet-lite0-imagenet"), map_location="cpu", weights_only=True)
    network = build("EfficientNetLite0")
    missing, unexpected = network.load_state_dict(from_imagenet(tensors), strict=False)
    assert not unexpected
    assert {key.split(".")[0] for key in missing} == {"fc_yaw", "fc_pitch", "fc_roll"}


def test_weights_of_another_network_are_refused_with_the_unexpected_key() -> None:
    import torch

    from hopenet.efficientnet_lite import from_imagenet

    with pytest.raises(ValueError, match=r"they contain the key layer1\.0\.conv1\.weight"):
        from_imagenet({"layer1.0.conv1.weight": torch.zeros(1)})


def test_dark_pictures_reach_the_network_at_the_brightness_of_bright_ones() -> None:
    import torch

    from hopenet.efficientnet_lite import AutoExposure

    exposure = AutoExposure(level=0.4)
    light = torch.rand(1, 3, 120, 120, generator=torch.Generator().manual_seed(0)) * 0.6
    bright, dark = exposure(light * 2 - 1), exposure(light * 0.1 * 2 - 1)
    torch.testing.assert_close(bright, dark, atol=0.01, rtol=0)
    power = ((bright + 1) / 2).square().mean().sqrt().item()
    assert power == pytest.approx(0.4, abs=0.01)


def test_bright_and_black_pictures_stay_as_they_are() -> None:
    import torch

    from hopenet.efficientnet_lite import AutoExposure

    exposure = AutoExposure(level=0.4)
    bright = torch.full((1, 3, 112, 112), 0.9)
    torch.testing.assert_close(exposure(bright), bright)
    black = torch.full((2, 3, 112, 112), -1.0)
    torch.testing.assert_close(exposure(black), black)


def test_each_picture_of_a_batch_has_its_own_exposure() -> None:
    import torch

    from hopenet.efficientnet_lite import AutoExposure

    exposure = AutoExposure()
    pictures = torch.stack([torch.full((3, 64, 64), value) for value in (-0.8, 0.5)])
    alone = torch.cat([exposure(picture[None]) for picture in pictures])
    torch.testing.assert_close(exposure(pictures), alone)
