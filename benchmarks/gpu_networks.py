"""The networks that `benchmarks.gpu` measures, with random weights where there is no snapshot."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from app.weights import ModelStore
from hopenet.networks import build
from hopenet.preprocess import to_batch
from hopenet.records import SnapshotRecord, published_record
from hopenet.snapshots import LoadedSnapshot, into_network, read_weights
from hopenet.trial_pictures import trial_pictures

NETWORKS: dict[str, SnapshotRecord] = {
    "resnet50": published_record("ResNet50"),
    "compact": replace(published_record("EfficientNetLite0AE"), input_size=120),
}
"""What each network is like if it has random weights."""


@dataclass(frozen=True, slots=True)
class Network:
    """`is_random`: its weights are, because there is no snapshot."""

    name: str
    snapshot: LoadedSnapshot
    is_random: bool


def open_network(name: str) -> Network:
    """The snapshot of this name, if it is on this machine."""
    path = ModelStore.standard().find(name)
    if path is None:
        return Network(name, random_snapshot(NETWORKS[name]), is_random=True)
    return Network(name, read_weights(path), is_random=False)


def random_snapshot(record: SnapshotRecord) -> LoadedSnapshot:
    """Random weights whose activations are as large as those of a trained network.

    Without that, they would grow from layer to layer until half precision overflows.
    """
    torch.manual_seed(0)
    network = build(record.architecture, bins=record.decoding.bins).train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    with torch.no_grad():
        network(torch.from_numpy(to_batch(trial_pictures(record.input_size), record)))
    return LoadedSnapshot(record.named("random"), network.eval().state_dict())


def flops_of(snapshot: LoadedSnapshot) -> int:
    """Floating-point operations of the network for one face, each multiplication and each addition being one."""
    side = snapshot.record.input_size
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        into_network(snapshot)(torch.zeros(1, 3, side, side))
    return int(counter.get_total_flops())
