"""Writes snapshots: safetensors, and ONNX that is checked against torch before it is kept."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hopenet.records import METADATA_KEY
from hopenet.snapshots import Weights, into_network

LARGEST_DIFFERENCE = 1e-3
"""Largest difference of a logit that a converted model may show; the angles then agree to about 0.001°."""


def save_safetensors(weights: Weights, path: Path) -> None:
    """Writes the weights with their record. The file appears whole or not at all. Raises OSError."""
    from safetensors.torch import save_file

    with _replacing(path) as part:
        tensors = {key: tensor.contiguous().clone() for key, tensor in weights.tensors.items()}
        save_file(tensors, part, metadata={METADATA_KEY: weights.record.to_json()})


def save_onnx(weights: Weights, path: Path) -> None:
    """Writes the network as ONNX with a free number of faces and the record in its metadata.

    The model is run beside torch on random input; it is kept only where both agree within LARGEST_DIFFERENCE.
    Raises OSError, or RuntimeError where they disagree.
    """
    import onnx
    import torch

    from hopenet.engines import OnnxEngine

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
        difference = float(np.abs(OnnxEngine(part).logits(batch.numpy()) - expected).max())
        if difference > LARGEST_DIFFERENCE:
            raise RuntimeError(
                f"The converted model differs from torch by {difference:.4f} in a logit; it was not kept."
            )


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to, which takes its place at the end, or is removed on failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
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
