"""Runs a network on an NVIDIA GPU with one CUDA graph for each size of batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from hopenet.batches import DeviceMemoryFull, Logits, size_for
from hopenet.preprocess import PixelBatch

_WARM_UP = 3
"""Calls before a graph is captured, in which libraries choose their kernels and make their work spaces."""


class GraphedNetwork:
    """Runs `network`: pixels (N, S, S, 3) uint8 to logits (N, 3, bins), both on the GPU, with no work on the host.

    A graph is captured when a size of batch is first needed. All graphs share their memory, because only one runs at a
    time and its answer is copied at once.
    """

    def __init__(self, network: Callable[[Tensor], Tensor], side: int) -> None:
        self._network = network
        self._side = side
        self._pool = torch.cuda.graph_pool_handle()
        self._graphs: dict[int, _Graph] = {}

    def repeat(self, size: int) -> None:
        """Starts the graph of a size that was used before, on its last faces: for measurements."""
        self._graphs[size].repeat()

    def begin(self, pixels: PixelBatch) -> Callable[[], Logits]:
        """Starts a batch, and returns what waits for its answer.

        At most two may be waited for at a time. Raises DeviceMemoryFull; what was captured for this or a larger size is
        forgotten then.
        """
        size = size_for(len(pixels))
        try:
            if size not in self._graphs:
                self._graphs[size] = _Graph(self._network, size, self._side, self._pool)
            return self._graphs[size].begin(pixels)
        except RuntimeError as error:
            if not is_memory_full(error):
                raise
        # Outside the handler: the error's frames hold tensors.
        self._graphs = {other: graph for other, graph in self._graphs.items() if other < size}
        torch.cuda.empty_cache()
        raise DeviceMemoryFull


class _Graph:
    """The graph of one size of batch, with its tensors on the device, and two sets of tensors on the host.

    While the device works on one set, the other is filled.
    """

    def __init__(self, network: Callable[[Tensor], Tensor], size: int, side: int, pool: Any) -> None:
        shape = size, side, side, 3
        with torch.inference_mode():
            self._pixels = torch.zeros(shape, dtype=torch.uint8, device="cuda")
            aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                for _ in range(_WARM_UP):
                    network(self._pixels)
            torch.cuda.current_stream().wait_stream(aside)
            self._graph = torch.cuda.CUDAGraph()
            # Other threads may use the GPU meanwhile.
            with torch.cuda.graph(self._graph, pool=pool, capture_error_mode="thread_local"):
                self._logits = network(self._pixels)
            self._hosts = [
                (
                    torch.zeros(shape, dtype=torch.uint8, pin_memory=True),
                    torch.zeros(self._logits.shape, dtype=self._logits.dtype, pin_memory=True),
                    torch.cuda.Event(),  # type: ignore[no-untyped-call]
                )
                for _ in range(2)
            ]

    def repeat(self) -> None:
        self._graph.replay()

    def begin(self, pixels: PixelBatch) -> Callable[[], Logits]:
        count = len(pixels)
        host = self._hosts.pop(0)
        self._hosts.append(host)
        pixels_here, logits_here, done = host
        with torch.inference_mode():
            # What fills the batch up are faces of earlier ones, which no one reads.
            pixels_here[:count].copy_(torch.from_numpy(pixels))
            self._pixels[:count].copy_(pixels_here[:count], non_blocking=True)
            self._graph.replay()
            logits_here[:count].copy_(self._logits[:count], non_blocking=True)
            done.record()

        def answer() -> Logits:
            done.synchronize()
            return logits_here[:count].numpy().copy()

        return answer


def is_memory_full(error: BaseException | None) -> bool:
    """Whether an error of torch means that the device's memory is full. One in a capture hides behind another."""
    while error is not None:
        if isinstance(error, torch.OutOfMemoryError) or "ALLOC_FAILED" in str(error):
            return True
        error = error.__context__
    return False
