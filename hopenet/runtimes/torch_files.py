"""torch.export: an .pt2 file that torch runs without this project's code, compiled if one likes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hopenet.preprocess import BgrImage
from hopenet.runtimes.formats import Runner
from hopenet.runtimes.interface import INTERFACE_KEY, Interface
from hopenet.runtimes.running import crops_through
from hopenet.runtimes.source import ExportSource, halved_network, pixel_network

_PLACES = ("stack_trace", "nn_module_stack", "source_fn_stack", "torch_fn", "from_node")
"""What torch notes with each node about the code that it comes from, with the folders of this machine."""


def write(source: ExportSource, interface: Interface, _faces: Sequence[BgrImage], folder: Path, stem: str) -> None:
    """As `FormatModule.write`."""
    import torch

    program = torch.export.export(
        module_for(source, interface),
        (example(interface, 2),),
        dynamic_shapes=({0: torch.export.Dim("faces", min=1)},),
    )
    for node in program.graph.nodes:
        for place in _PLACES:
            node.meta.pop(place, None)
    torch.export.save(program, folder / f"{stem}.pt2", extra_files={INTERFACE_KEY: interface.to_json()})


def module_for(source: ExportSource, interface: Interface) -> Any:
    """The network of an interface as a module: in half precision if it says so, with decoding if it says so."""
    network = source.torch_network()
    if interface.precision == "fp16":
        network = halved_network(network)
    return pixel_network(network, source.record) if interface.decoding else network


def example(interface: Interface, faces: int) -> Any:
    """An input of the right shape and type."""
    import torch

    side = interface.record.input_size
    if interface.decoding:
        return torch.zeros(faces, side, side, 3, dtype=torch.uint8)
    return torch.zeros(faces, 3, side, side)


def runner(path: Path, interface: Interface) -> Runner:
    """As `FormatModule.runner`."""
    import torch

    module = torch.export.load(path).module()

    def call(batch: Any) -> Any:
        with torch.inference_mode():
            answer = module(torch.from_numpy(batch))
        return (answer[0] if interface.decoding else answer).numpy()

    return crops_through(call, interface)
