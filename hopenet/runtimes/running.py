"""Prepares the input of written files and reads their output by nothing but their interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hopenet.decode import decode
from hopenet.preprocess import BgrImage, shrink_to_square, to_batch
from hopenet.runtimes.formats import Angles, Runner
from hopenet.runtimes.interface import Interface

Call = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]
"""The file's first output for its input."""


def crops_through(call: Call, interface: Interface) -> Runner:
    """A runner around a runtime's own call."""

    def run(crops: Sequence[BgrImage]) -> Angles:
        if not crops:
            return np.empty((0, 3))
        if interface.any_size:
            # Crops of different sizes are no batch, those of one size are.
            batches = [np.ascontiguousarray(crop[None, ..., ::-1]) for crop in crops]
        else:
            batches = _fixed(crops, interface)
        outputs = np.concatenate([np.asarray(call(batch), np.float32) for batch in batches])
        if interface.decoding:
            return outputs.astype(np.float64)
        return np.array([estimate.pose for estimate in decode(outputs, interface.record.decoding)])

    return run


def network_input(crops: Sequence[BgrImage], interface: Interface) -> npt.NDArray[Any]:
    """Crops as one batch for a file that does not resize."""
    record = interface.record
    squares = [shrink_to_square(crop, record.input_size) for crop in crops]
    return np.stack(squares)[..., ::-1].copy() if interface.decoding else to_batch(squares, record)


def _fixed(crops: Sequence[BgrImage], interface: Interface) -> list[npt.NDArray[Any]]:
    batch = network_input(crops, interface)
    size = interface.batch or len(batch)
    return [batch[start : start + size] for start in range(0, len(batch), size)]
