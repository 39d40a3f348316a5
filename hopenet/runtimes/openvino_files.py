"""OpenVINO: an .xml file with the graph and a .bin file with the weights, which stay side by side.

fp16 stores the weights in half precision; the device chooses what it computes in.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hopenet.preprocess import BgrImage
from hopenet.runtimes.formats import Runner
from hopenet.runtimes.interface import INTERFACE_KEY, Interface
from hopenet.runtimes.onnx_files import network
from hopenet.runtimes.running import crops_through
from hopenet.runtimes.source import ExportSource


def write(source: ExportSource, interface: Interface, faces: Sequence[BgrImage], folder: Path, stem: str) -> None:
    """As `FormatModule.write`."""
    openvino = _openvino()
    # Weights are rounded by OpenVINO itself, so that they are not stored with casts around them.
    single = Interface(
        interface.record, interface.sha256, "int8" if interface.precision == "int8" else "fp32", interface.decoding
    )
    model = openvino.Core().read_model(network(source, single, faces).SerializeToString())
    model.set_rt_info(interface.to_json(), [INTERFACE_KEY])
    openvino.save_model(model, folder / f"{stem}.xml", compress_to_fp16=interface.precision == "fp16")


def runner(path: Path, interface: Interface) -> Runner:
    """As `FormatModule.runner`."""
    exact = {"INFERENCE_PRECISION_HINT": "f32"}  # By default, some processors compute in 16 bits.
    compiled = _openvino().Core().compile_model(path, "CPU", exact)
    return crops_through(lambda batch: compiled(batch)[0], interface)


def _openvino() -> Any:
    # It takes stand-ins if its package for reporting its use to its makers is missing. Nothing is to be reported.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
