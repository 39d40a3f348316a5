"""LiteRT, formerly TensorFlow Lite: a .tflite file for phones and small computers. One face at a time.

fp16 and int8 are made from the single-precision file. In int8, convolutions and sums compute in 8-bit integers; the
first convolutions, the heads and the decoding stay in floating point: the last would give angles in steps of a degree.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hopenet.preprocess import BgrImage
from hopenet.quantization import FLOAT_CONVOLUTIONS
from hopenet.runtimes.formats import Runner
from hopenet.runtimes.interface import INTERFACE_KEY, Interface
from hopenet.runtimes.running import crops_through, network_input
from hopenet.runtimes.source import ExportSource, pixel_network

_SIGNATURE = "serving_default"
_IDENTIFIER = b"TFL3"
_MOST_FACES = 100
"""On which ranges are measured: the calibrator takes a second for each, and more change nothing."""

_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")
_IN_8_BITS = (*_CONVOLUTIONS, "ADD", "MAX_POOL_2D", "CONCATENATION")
_IN_16_BITS = (*_CONVOLUTIONS, "FULLY_CONNECTED")


def write(source: ExportSource, interface: Interface, faces: Sequence[BgrImage], folder: Path, stem: str) -> None:
    """As `FormatModule.write`."""
    with _quiet():
        content = _converted(source, interface)
        if interface.precision != "fp32":
            content = _quantized(content, interface, faces)
        content = _described(content, interface)
    (folder / f"{stem}.tflite").write_bytes(content)


def _converted(source: ExportSource, interface: Interface) -> bytes:
    import litert_torch
    import torch
    from torch import Tensor, nn

    network = source.torch_network()
    if interface.decoding:
        network = pixel_network(network, source.record)
    side = interface.record.input_size
    names = interface.output_names

    class Named(nn.Module):
        """Outputs with names. It takes the numbers of a picture in the order of the interface."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, **inputs: Tensor) -> dict[str, Tensor]:
            answer = self.network(inputs[interface.input_name])
            return dict(zip(names, answer if isinstance(answer, tuple) else (answer,), strict=True))

    example = torch.zeros(1, side, side, 3, dtype=torch.uint8) if interface.decoding else torch.zeros(1, 3, side, side)
    model = litert_torch.convert(Named().eval(), sample_kwargs={interface.input_name: example})
    return bytes(model.model_content())


def _quantized(content: bytes, interface: Interface, faces: Sequence[BgrImage]) -> bytes:
    from ai_edge_quantizer import quantizer, recipe, recipe_manager

    wanted = recipe_manager.RecipeManager()
    operations, algorithms = recipe.TFLOperationName, recipe.AlgorithmName
    if interface.precision == "fp16":
        for name in _IN_16_BITS:
            wanted.add_weight_only_config(
                regex=".*", operation_name=operations[name], num_bits=16, algorithm_key=algorithms.FLOAT_CASTING
            )
        calibration = None
    else:
        for name in _IN_8_BITS:
            wanted.add_static_config(
                regex=".*",
                operation_name=operations[name],
                activation_num_bits=8,
                weight_num_bits=8,
                algorithm_key=algorithms.MIN_MAX_UNIFORM_QUANT,
            )
        for output in _first_convolutions(content):
            for name in _CONVOLUTIONS:
                wanted.add_quantization_config(
                    regex=re.escape(output), operation_name=operations[name], algorithm_key=algorithms.NO_QUANTIZE
                )
        batch = network_input(faces[:: -(-len(faces) // _MOST_FACES)], interface)
        calibration = {_SIGNATURE: [{interface.input_name: one[None]} for one in batch]}
    tool = quantizer.Quantizer(content, wanted.get_quantization_recipe())
    ranges = tool.calibrate(calibration) if calibration is not None else None
    return bytes(tool.quantize(ranges).quantized_model)


def _first_convolutions(content: bytes) -> list[str]:
    """The names of what the first convolutions compute: as in ONNX, they stay in floating point."""
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.ModelT.InitFromPackedBuf(bytearray(content), 0)
    (graph,) = model.subgraphs
    kinds = [getattr(schema.BuiltinOperator, name) for name in _CONVOLUTIONS]
    convolutions = [
        one.outputs[0] for one in graph.operators if model.operatorCodes[one.opcodeIndex].builtinCode in kinds
    ]
    return [graph.tensors[number].name.decode() for number in convolutions[:FLOAT_CONVOLUTIONS]]


def _described(content: bytes, interface: Interface) -> bytes:
    """The same file with the interface among its metadata."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(bytearray(content), 0)
    for stored in model.buffers:
        if stored.offset > 1:  # The quantizer appends weights to the flatbuffer, where they would be lost.
            stored.data = np.frombuffer(content, np.uint8, stored.size, stored.offset)
            stored.offset = stored.size = 0
    model.description = b"Head pose of a face. Made by Hopenet Studio."
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(interface.to_json().encode(), np.uint8)
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = INTERFACE_KEY.encode(), len(model.buffers) - 1
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), file_identifier=_IDENTIFIER)
    return bytes(builder.Output())


def runner(path: Path, interface: Interface) -> Runner:
    """As `FormatModule.runner`."""
    with _quiet():
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(str(path))
        call = interpreter.get_signature_runner(_SIGNATURE)
    name = interface.output_names[0]
    return crops_through(lambda batch: call(**{interface.input_name: batch})[name], interface)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the packages' own progress and advice, which mean nothing to someone who exports a snapshot."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    level = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        aside = io.StringIO()
        with warnings.catch_warnings(), contextlib.redirect_stdout(aside), contextlib.redirect_stderr(aside):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def metadata(path: Path) -> dict[str, bytes]:
    """The metadata of a .tflite file."""
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.ModelT.InitFromPackedBuf(bytearray(path.read_bytes()), 0)
    return {one.name.decode(): bytes(model.buffers[one.buffer].data) for one in model.metadata or []}
