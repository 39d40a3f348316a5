"""Writes snapshots as safetensors, and as ONNX that is checked against torch before it is kept."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hopenet.batches import Logits
from hopenet.decode import decode
from hopenet.engines import OnnxEngine
from hopenet.pose import wrapped
from hopenet.records import METADATA_KEY, Decoding
from hopenet.replacing import replacing
from hopenet.snapshots import LoadedSnapshot, into_network

if TYPE_CHECKING:
    import onnx

LARGEST_DIFFERENCE = 1e-3
"""Largest accepted difference of a logit between torch and the converted model; angles then agree to about 0.001°."""

LARGEST_DIFFERENCE_IN_HALF_DEG = 10.0
"""Largest accepted difference of an angle after rounding the weights to half precision, measured on random input.

Without a face in the input even a trained network is uncertain, and a barely trained one differs by a degree; on faces
the difference is a few hundredths of a degree. More than this limit means weights too large for half precision.
"""

_SMALLEST_HALVED = 1024
"""Tensors with fewer elements stay in single precision: halving them would save too little."""


def save_safetensors(snapshot: LoadedSnapshot, path: Path) -> None:
    """Writes a snapshot's weights and record. The file is written completely or not at all. Raises OSError."""
    from safetensors.torch import save

    with replacing(path) as part:
        tensors = {key: tensor.contiguous().clone() for key, tensor in snapshot.tensors.items()}
        # safetensors' own file writer would make the file readable by its owner only.
        part.write_bytes(save(tensors, metadata={METADATA_KEY: snapshot.record.to_json()}))


def save_onnx(snapshot: LoadedSnapshot, path: Path) -> None:
    """Writes the network as ONNX with a variable batch size and the record in its metadata.

    Half-precision weights are stored in half precision; the network still computes in single precision.
    The model and torch are run on the same random input; it is kept only if both agree within LARGEST_DIFFERENCE.
    Raises OSError, ValueError if the network computes NaN, or RuntimeError if the two disagree.
    """
    import onnx
    import torch

    in_half = any(tensor.dtype == torch.float16 for tensor in snapshot.tensors.values())
    network = into_network(snapshot)
    side = snapshot.record.input_size
    example = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with replacing(path) as part:
        with _quiet():
            torch.onnx.export(
                network,
                (example,),
                part,
                input_names=["image"],
                output_names=["logits"],
                dynamic_shapes=({0: torch.export.Dim("faces", min=1)},),
                external_data=False,
                verbose=False,
            )
        model = onnx.load(part)
        remove_traces(model)
        model.metadata_props.add(key=METADATA_KEY, value=snapshot.record.to_json())
        onnx.save(model, part)
        batch = example[:1].repeat(3, 1, 1, 1) * torch.tensor([1.0, 0.5, -1.0]).view(3, 1, 1, 1)
        with torch.inference_mode():
            expected = network(batch).numpy()
        if not np.isfinite(expected).all():
            raise ValueError("The network computes NaN or infinity instead of an angle, so it cannot be used.")
        difference = float(np.abs(OnnxEngine(part).logits(batch.numpy()) - expected).max())
        if not difference <= LARGEST_DIFFERENCE:
            raise RuntimeError(f"The converted model was not kept: a logit differs from torch's by {difference:.4f}.")
        if in_half:
            store_in_half(model)
            onnx.save(model, part)
            error_deg = _largest_error(OnnxEngine(part).logits(batch.numpy()), expected, snapshot.record.decoding)
            if not error_deg <= LARGEST_DIFFERENCE_IN_HALF_DEG:
                raise RuntimeError(
                    f"The model was not kept: in half precision its angles differ by up to {error_deg:.2f}°."
                )


def remove_traces(model: onnx.ModelProto) -> None:
    """Removes how the model was made: the exporter notes the calls behind each node, with the folders of this machine,
    which would go wherever the file goes."""
    graph = model.graph
    parts = (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer)
    for part in (model, *parts):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _largest_error(found: Logits, expected: Logits, decoding: Decoding) -> float:
    """The largest difference of an angle in degrees; NaN if any angle is NaN."""
    poses = [np.array([estimate.pose for estimate in decode(logits, decoding)]) for logits in (found, expected)]
    return float(np.abs(wrapped(poses[0] - poses[1])).max())


def store_in_half(model: onnx.ModelProto) -> None:
    """Stores large weights in half precision, each with a cast that ONNX Runtime folds once, when loading."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and math.prod(tensor.dims) >= _SMALLEST_HALVED:
            name = tensor.name
            with np.errstate(over="ignore"):  # the check that follows finds overflows
                halved = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}_half")
            tensor.CopyFrom(halved)
            casts.append(helper.make_node("Cast", [halved.name], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    # The exporter's value_info would still state the old types.
    del graph.value_info[:]


@contextmanager
def _quiet() -> Iterator[None]:
    # The exporter logs its own progress and deprecations, which mean nothing to someone converting a snapshot.
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
