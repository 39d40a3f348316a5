"""Runs batches in parts that fit into a device's memory."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

LOG = logging.getLogger(__name__)

Logits = npt.NDArray[np.float32]
Rows = TypeVar("Rows", npt.NDArray[np.float32], npt.NDArray[np.uint8])

LARGEST_BATCH = 32
"""Maximum number of faces per batch on a CPU, which limits memory use for crowds."""

GPU_SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""The sizes of batch on a GPU. A batch of another size is filled up to the next one, by half of it at most."""


class DeviceMemoryFull(RuntimeError):
    """A batch does not fit into the memory of the device."""


def size_for(count: int) -> int:
    """The smallest of GPU_SIZES that holds this many faces. Raises ValueError if none does."""
    for size in GPU_SIZES:
        if size >= count:
            return size
    raise ValueError(f"A batch may have at most {GPU_SIZES[-1]} faces, not {count}.")


class Parts:
    """Cuts batches into parts, which become smaller if the memory of the device is full.

    Thread: one at a time.
    """

    def __init__(self, largest: int = LARGEST_BATCH) -> None:
        self.largest = largest
        """The maximum number of faces per part."""
        self.notices: tuple[str, ...] = ()
        """What became of `largest`, in one sentence; empty if nothing."""

    def run(self, batch: Rows, begin: Callable[[Rows], Callable[[], Logits]]) -> Logits:
        """The logits of a batch of at least one face, in its order.

        `begin` starts a part and returns what waits for its answer. At most two parts are begun and not waited for.
        Raises ValueError if the device's memory does not even hold one face.
        """
        begun: list[Callable[[], Logits]] = []
        answers: list[Logits] = []
        start = 0
        while start < len(batch):
            part = batch[start : start + self.largest]
            try:
                begun.append(begin(part))
            except DeviceMemoryFull:
                self._halve(len(part))
                continue
            start += len(part)
            if len(begun) == 2:
                answers.append(begun.pop(0)())
        answers += (wait() for wait in begun)
        return answers[0] if len(answers) == 1 else np.concatenate(answers)

    def _halve(self, failed: int) -> None:
        if failed == 1:
            raise ValueError(
                "The memory of the GPU is full. Close other programs that use the GPU, or choose the device cpu."
            )
        self.largest = failed // 2
        faces = "one face is" if self.largest == 1 else f"at most {self.largest} faces are"
        self.notices = (f"The memory of the GPU is full, so {faces} estimated at once, which takes longer.",)
        LOG.warning("%s", *self.notices)
