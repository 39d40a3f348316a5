"""Core ML: an .mlpackage folder for Apple's systems. It can be written anywhere, but only macOS runs it.

With decoding, pixels are single-precision numbers from 0 to 255, because Core ML has no arrays of bytes.
int8 rounds the weights only; the device computes in what it likes.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hopenet.preprocess import BgrImage
from hopenet.runtimes.formats import Runner
from hopenet.runtimes.interface import INTERFACE_KEY, Interface
from hopenet.runtimes.running import crops_through
from hopenet.runtimes.source import ExportSource, pixel_network

MOST_FACES = 64
"""At once."""


def write(source: ExportSource, interface: Interface, _faces: Sequence[BgrImage], folder: Path, stem: str) -> None:
    """As `FormatModule.write`."""
    logging.getLogger("coremltools").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = _converted(source, interface)
        except (NotImplementedError, TypeError) as error:  # coremltools' own, for operations that it does not know
            architecture = source.record.architecture
            raise ValueError(f"coremltools cannot convert networks of the kind {architecture} ({error}).") from error
    model.short_description = "Head pose of a face: yaw, pitch and roll. The metadata has the details."
    model.license = source.record.licence
    model.author = "Hopenet Studio"
    model.user_defined_metadata[INTERFACE_KEY] = interface.to_json()
    model.save(str(folder / f"{stem}.mlpackage"))


def _converted(source: ExportSource, interface: Interface) -> Any:
    import coremltools
    import torch

    network = source.torch_network()
    module = pixel_network(network, source.record) if interface.decoding else network
    side = interface.record.input_size
    sizes = (side, side, 3) if interface.decoding else (3, side, side)
    traced = torch.jit.trace(module, torch.zeros(2, *sizes))  # type: ignore[no-untyped-call]
    precision = coremltools.precision
    model = coremltools.convert(
        traced,
        inputs=[
            coremltools.TensorType(
                interface.input_name,
                shape=coremltools.Shape((coremltools.RangeDim(1, MOST_FACES, 1), *sizes)),
                dtype=np.float32,
            )
        ],
        outputs=[coremltools.TensorType(name) for name in interface.output_names],
        minimum_deployment_target=coremltools.target.iOS16,
        compute_precision=precision.FLOAT32 if interface.precision == "fp32" else precision.FLOAT16,
    )
    if interface.precision == "int8":
        tools = coremltools.optimize.coreml
        model = tools.linear_quantize_weights(
            model, tools.OptimizationConfig(global_config=tools.OpLinearQuantizerConfig(mode="linear_symmetric"))
        )
    return model


def runner(path: Path, interface: Interface) -> Runner | None:
    """As `FormatModule.runner`."""
    if sys.platform != "darwin":
        return None
    import coremltools

    model = coremltools.models.MLModel(str(path))
    name = interface.output_names[0]
    return crops_through(lambda batch: model.predict({interface.input_name: batch.astype(np.float32)})[name], interface)
