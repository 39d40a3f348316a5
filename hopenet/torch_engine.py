"""Runs networks with torch: on the CPU, on an NVIDIA GPU, or on an Apple GPU."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from hopenet.batches import GPU_SIZES, LARGEST_BATCH, DeviceMemoryFull, Logits, Parts, size_for
from hopenet.cuda_graphs import GraphedNetwork, is_memory_full
from hopenet.decode import decode
from hopenet.engines import Device, check_batch, check_logits
from hopenet.folding import fold_batch_norms
from hopenet.pose import wrapped
from hopenet.preprocess import InputBatch, PixelBatch, scale_and_shift, stacked
from hopenet.records import SnapshotRecord
from hopenet.snapshots import LoadedSnapshot, into_network
from hopenet.trial_pictures import ordinary_faces

LOG = logging.getLogger(__name__)

LARGEST_ERROR_DEG = 0.1
"""By how much an angle of an ordinary face may differ from the CPU's in single precision."""


class OnDevice(nn.Module):
    """A network that takes pixels: normalisation runs on its device, so that a face is a quarter of the bytes."""

    scale: Tensor
    shift: Tensor

    def __init__(self, network: nn.Module, record: SnapshotRecord, precision: torch.dtype, *, last: bool) -> None:
        """`last`: whether channels come last in the memory."""
        super().__init__()
        self._precision = precision
        self._layout = torch.channels_last if last else torch.contiguous_format
        scale, shift = (torch.from_numpy(values).view(1, 3, 1, 1) for values in scale_and_shift(record))
        self.network = network.to(dtype=precision, memory_format=self._layout)  # type: ignore[call-overload]
        self.register_buffer("scale", scale)
        self.register_buffer("shift", shift)

    def forward(self, pixels: Tensor) -> Tensor:
        """Pixels (N, S, S, 3) BGR uint8 to logits (N, 3, bins) in single precision."""
        rgb = pixels.permute(0, 3, 1, 2).flip(1)  # (N, 3, S, S)
        return self.normalised(rgb * self.scale + self.shift)

    def normalised(self, batch: Tensor) -> Tensor:
        """The same for normalised RGB (N, 3, S, S)."""
        logits: Tensor = self.network(batch.to(dtype=self._precision, memory_format=self._layout))
        return logits.float()


class TorchEngine:
    """torch: single precision on a CPU or an Apple GPU; on an NVIDIA GPU half precision, with channels last, batch
    norms folded into convolutions, and one CUDA graph for each size of batch.

    A network whose angles would differ by more than LARGEST_ERROR_DEG in half precision runs in single precision.
    Implements `PixelEngine`.
    """

    def __init__(self, snapshot: LoadedSnapshot, device: Device) -> None:
        """Raises ValueError in one sentence if torch cannot use the device, or the weights do not fit the network."""
        if device == "cuda" and not torch.cuda.is_available():
            raise ValueError("torch found no usable CUDA device. Choose the device cpu or auto.")
        if device == "mps" and not torch.backends.mps.is_available():
            raise ValueError("torch found no usable Apple GPU. Choose the device cpu or auto.")
        self.record = snapshot.record
        self._kind, self._device = device, _torch_device(device)
        self._notices: tuple[str, ...] = ()
        self.parts = Parts(GPU_SIZES[-1] if device == "cuda" else LARGEST_BATCH)
        """How batches are cut into parts."""
        self._graphed: GraphedNetwork | None = None
        if device == "cuda":
            self._use(snapshot, torch.float16)
            if not _is_close(self._angles(), _angles_on_cpu(snapshot)):
                self._use(snapshot, torch.float32)
                notice = (
                    f"In half precision, the angles of the snapshot {snapshot.record.name} would be wrong by more than "
                    f"{LARGEST_ERROR_DEG}°, so the GPU computes in single precision, which is slower."
                )
                self._notices = (notice,)
                LOG.warning("%s", notice)
        else:
            self._use(snapshot, torch.float32)

    @property
    def name(self) -> str:
        return f"torch-{self._kind}"

    @property
    def notices(self) -> tuple[str, ...]:
        return (*self._notices, *self.parts.notices)

    def logits(self, batch: InputBatch) -> Logits:
        side = self.record.input_size
        check_batch(batch, (3, side, side))
        if len(batch) == 0:
            return self._none()
        return check_logits(self.parts.run(batch, self._begin_normalised), len(batch), self.record)

    def pixel_logits(self, pixels: PixelBatch) -> Logits:
        side = self.record.input_size
        check_batch(pixels, (side, side, 3))
        if len(pixels) == 0:
            return self._none()
        begin = self._begin_pixels if self._graphed is None else self._graphed.begin
        return check_logits(self.parts.run(pixels, begin), len(pixels), self.record)

    def repeater(self, pixels: PixelBatch) -> Callable[[], object]:
        """A call that starts the network on these faces, which are on the device already: for measurements."""
        if self._graphed is not None:
            self._graphed.begin(pixels)()
            return partial(self._graphed.repeat, size_for(len(pixels)))
        return partial(self._forward, torch.from_numpy(pixels).to(self._device))

    def _use(self, snapshot: LoadedSnapshot, precision: torch.dtype) -> None:
        on_cuda = self._kind == "cuda"
        network = into_network(snapshot)
        self._network = OnDevice(
            fold_batch_norms(network) if on_cuda else network, self.record, precision, last=on_cuda
        ).to(self._device)
        self._single = precision == torch.float32
        self._graphed = GraphedNetwork(self._forward, self.record.input_size) if on_cuda else None

    def _forward(self, pixels: Tensor) -> Tensor:
        # torch's grad mode is per thread, so it is set at each call.
        with torch.inference_mode(), self._exact():
            logits: Tensor = self._network(pixels)
        return logits

    def _exact(self) -> AbstractContextManager[None]:
        """By default, cuDNN rounds single precision to ten bits, which is no better than half precision."""
        if self._kind != "cuda" or not self._single:
            return nullcontext()
        return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)

    def _begin_pixels(self, pixels: PixelBatch) -> Callable[[], Logits]:
        return self._now(lambda: self._forward(torch.from_numpy(pixels).to(self._device)))

    def _begin_normalised(self, batch: InputBatch) -> Callable[[], Logits]:
        def forward() -> Tensor:
            with torch.inference_mode(), self._exact():
                return self._network.normalised(torch.from_numpy(batch).to(self._device))

        return self._now(forward)

    def _now(self, forward: Callable[[], Tensor]) -> Callable[[], Logits]:
        try:
            logits: Logits = forward().cpu().numpy()
        except RuntimeError as error:
            if is_memory_full(error):
                raise DeviceMemoryFull from error
            raise
        return lambda: logits

    def _none(self) -> Logits:
        return np.empty((0, 3, self.record.decoding.bins), np.float32)

    def _angles(self) -> Sequence[tuple[float, ...]]:
        """The angles of ordinary faces."""
        side = self.record.input_size
        logits = self.pixel_logits(stacked(ordinary_faces(side), side))
        return [estimate.pose for estimate in decode(logits, self.record.decoding)]


def _torch_device(device: Device) -> torch.device:
    return torch.device(device)


def _angles_on_cpu(snapshot: LoadedSnapshot) -> Sequence[tuple[float, ...]]:
    return TorchEngine(snapshot, "cpu")._angles()


def _is_close(angles: Sequence[tuple[float, ...]], exact: Sequence[tuple[float, ...]]) -> bool:
    """False as well if an angle is NaN, as it is after an overflow."""
    return bool(np.abs(wrapped(np.subtract(angles, exact))).max() <= LARGEST_ERROR_DEG)
