"""Writes snapshots: safetensors, and ONNX that is checked against torch before it is kept."""

from __future__ import annotations

import logging
import math
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hopenet.decode import decode
from hopenet.engines import Logits, OnnxEngine
from hopenet.records import METADATA_KEY, Decoding
from hopenet.snapshots import LoadedSnapshot, into_network

if TYPE_CHECKING:
    import onnx

LARGEST_DIFFERENCE = 1e-3
"""Largest difference of a logit that a converted model may show; the angles then agree to about 0.001°."""

LARGEST_DIFFERENCE_IN_HALF_DEG = 10.0
"""Largest difference of an angle after weights were rounded to half precision, on input without any face: there even a
trained network is unsure, and one that has hardly begun differs by a degree. On faces it is some hundredths. More than
this means weights too large for half precision.
"""

_SMALLEST_HALVED = 1024
"""Initialisers of fewer numbers are not worth halving."""


def save_safetensors(weights: LoadedSnapshot, path: Path) -> None:
    """Writes the weights with their record. The file appears whole or not at all. Raises OSError."""
    from safetensors.torch import save

    with _replacing(path) as part:
        tensors = {key: tensor.contiguous().clone() for key, tensor in weights.tensors.items()}
        # safetensors' own writing to a file leaves it readable by its owner alone.
        part.write_bytes(save(tensors, metadata={METADATA_KEY: weights.record.to_json()}))


def save_onnx(weights: LoadedSnapshot, path: Path) -> None:
    """Writes the network as ONNX with a free number of faces and the record in its metadata.

    Weights that come in half precision are stored so; the network computes in single precision all the same.
    The model is run beside torch on random input; it is kept only where both agree within LARGEST_DIFFERENCE.
    Raises OSError, ValueError where weights are no numbers, or RuntimeError where they disagree.
    """
    import onnx
    import torch

    in_half = any(tensor.dtype == torch.float16 for tensor in weights.tensors.values())
    network = into_network(weights)
    side = weights.record.input_size
    example = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with _replacing(path) as part:
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
        model.metadata_props.add(key=METADATA_KEY, value=weights.record.to_json())
        onnx.save(model, part)
        batch = example[:1].repeat(3, 1, 1, 1) * torch.tensor([1.0, 0.5, -1.0]).view(3, 1, 1, 1)
        with torch.inference_mode():
            expected = network(batch).numpy()
        if not np.isfinite(expected).all():
            raise ValueError("Its weights are no numbers: every angle would be undefined.")
        difference = float(np.abs(OnnxEngine(part).logits(batch.numpy()) - expected).max())
        if not difference <= LARGEST_DIFFERENCE:
            raise RuntimeError(
                f"The converted model differs from torch by {difference:.4f} in a logit; it was not kept."
            )
        if in_half:
            _store_in_half(model)
            onnx.save(model, part)
            turned_deg = _largest_angle(OnnxEngine(part).logits(batch.numpy()), expected, weights.record.decoding)
            if not turned_deg <= LARGEST_DIFFERENCE_IN_HALF_DEG:
                raise RuntimeError(
                    f"In half precision the model's angles differ by up to {turned_deg:.2f}°; it was not kept."
                )


def _largest_angle(found: Logits, expected: Logits, decoding: Decoding) -> float:
    """The largest difference of an angle in degrees, and no number where one of them is none."""
    poses = [np.array([estimate.pose for estimate in decode(logits, decoding)]) for logits in (found, expected)]
    return float(np.abs(poses[0] - poses[1]).max())


def _store_in_half(model: onnx.ModelProto) -> None:
    """Large weights become half precision, each with a cast that ONNX Runtime resolves once, on loading."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and math.prod(tensor.dims) >= _SMALLEST_HALVED:
            name = tensor.name
            with np.errstate(over="ignore"):  # what overflows shows in the check that follows
                halved = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}_half")
            tensor.CopyFrom(halved)
            casts.append(helper.make_node("Cast", [halved.name], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    # Notes of the exporter on each value would name the old types.
    del graph.value_info[:]


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to, which takes its place at the end, or is removed on failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _quiet() -> Iterator[None]:
    # The exporter reports its own progress and deprecations, which mean nothing to who converts a snapshot.
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
