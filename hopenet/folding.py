"""Folds batch norms into the convolutions before them, for the same angles in fewer steps, and unfolds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norms(network: nn.Module) -> nn.Module:
    """The network in evaluation mode, changed in place, with each batch norm part of the convolution before it.

    In the networks of `hopenet.networks`, a batch norm that is registered right after a convolution is also computed
    right after it.
    """
    for name, norm_name in list(_pairs(network)):
        convolution, norm = network.get_submodule(name), network.get_submodule(norm_name)
        _replace(network, name, fuse_conv_bn_eval(convolution, norm))  # type: ignore[type-var, arg-type]
        _replace(network, norm_name, nn.Identity())
    return network


def unfolded(tensors: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """The state dict of a network whose batch norms are folded, as one of `network`, whose batch norms are not.

    The batch norms give what they take, plus the bias of the convolution: they are not those that were folded, but the
    network computes the same.
    """
    whole = dict(tensors)
    for name, norm_name in _pairs(network):
        epsilon = float(network.get_submodule(norm_name).eps)  # type: ignore[arg-type]
        bias = whole.pop(f"{name}.bias")
        whole[f"{norm_name}.weight"] = torch.ones_like(bias)
        whole[f"{norm_name}.bias"] = bias
        whole[f"{norm_name}.running_mean"] = torch.zeros_like(bias)
        whole[f"{norm_name}.running_var"] = torch.full_like(bias, 1 - epsilon)
    return whole


def _pairs(network: nn.Module) -> Iterator[tuple[str, str]]:
    """The names of each convolution with a batch norm after it, and of that batch norm."""
    for parent, module in network.named_modules():
        before: tuple[str, nn.Module] | None = None
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d) and before is not None and isinstance(before[1], nn.Conv2d):
                prefix = f"{parent}." if parent else ""
                yield prefix + before[0], prefix + name
            before = name, child


def _replace(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, module)
