"""Folds batch norms into the convolutions before them: the same angles with a third fewer steps."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norms(network: nn.Module) -> nn.Module:
    """The network in evaluation mode, changed in place, with each batch norm part of the convolution before it.

    In the networks of `hopenet.networks`, a batch norm that is registered right after a convolution is also computed
    right after it.
    """
    for module in network.modules():
        before: tuple[str, nn.Module] | None = None
        for name, child in list(module.named_children()):
            if isinstance(child, nn.BatchNorm2d) and before is not None and isinstance(before[1], nn.Conv2d):
                setattr(module, before[0], fuse_conv_bn_eval(before[1], child))
                setattr(module, name, nn.Identity())
            before = name, child
    return network
