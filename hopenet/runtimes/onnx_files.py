"""ONNX: for ONNX Runtime on any system, in a browser, and on phones.

fp16 stores the weights in half precision, and computes in single precision: the file is half as large, and input,
output and speed are the same everywhere. A file without decoding is itself a snapshot that this project loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hopenet.export import remove_traces
from hopenet.onnx_storage import store, unpacked
from hopenet.preprocess import BgrImage
from hopenet.quantization import save_int8
from hopenet.records import METADATA_KEY
from hopenet.runtimes.formats import Runner
from hopenet.runtimes.interface import INTERFACE_KEY, Interface
from hopenet.runtimes.onnx_graphs import with_decoding
from hopenet.runtimes.running import crops_through
from hopenet.runtimes.source import ExportSource, is_8_bit

if TYPE_CHECKING:
    import onnx


def write(source: ExportSource, interface: Interface, faces: Sequence[BgrImage], folder: Path, stem: str) -> None:
    """As `FormatModule.write`."""
    import onnx

    model = network(source, interface, faces)
    model.metadata_props.add(key=INTERFACE_KEY, value=interface.to_json())
    if not interface.decoding:
        model.metadata_props.add(key=METADATA_KEY, value=source.record.to_json())
    onnx.save(model, folder / f"{stem}.onnx")


def network(source: ExportSource, interface: Interface, faces: Sequence[BgrImage]) -> onnx.ModelProto:
    """The network in the precision of an interface, with decoding if it says so, without metadata.

    Raises ValueError if the snapshot is in 8-bit integers and another precision is wanted.
    """
    import onnx

    content = source.onnx_content()
    model = onnx.load_model_from_string(content)
    if is_8_bit(model):
        if interface.precision != "int8":
            raise ValueError(f"The snapshot is in 8-bit integers, so it cannot be written as {interface.precision}.")
    elif interface.precision == "int8":
        model = _quantized(content, faces)
    else:
        model = unpacked(model)
        if interface.precision == "fp16":
            store(model, "half")
    remove_traces(model)
    model.producer_name, model.producer_version = "Hopenet Studio", ""
    return with_decoding(model, source.record, any_size=interface.any_size) if interface.decoding else model


def _quantized(content: bytes, faces: Sequence[BgrImage]) -> onnx.ModelProto:
    import onnx

    with TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        whole.write_bytes(content)
        save_int8(whole, faces, small)
        return onnx.load(small)


def runner(path: Path, interface: Interface) -> Runner:
    """As `FormatModule.runner`: ONNX Runtime with NumPy alone."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    names = [interface.output_names[0]]
    return crops_through(lambda batch: session.run(names, {interface.input_name: batch})[0], interface)
