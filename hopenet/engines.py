"""Inference engines: ONNX Runtime on the CPU; torch on the CPU, CUDA, or an Apple GPU."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt

from hopenet.preprocess import InputBatch
from hopenet.records import SnapshotRecord
from hopenet.snapshots import LoadedSnapshot, into_network, record_in_onnx

if TYPE_CHECKING:
    import torch

Logits = npt.NDArray[np.float32]

Device = Literal["cpu", "cuda", "mps"]
DEVICES: tuple[str, ...] = ("auto", "cpu", "cuda", "mps")
ENGINES: tuple[str, ...] = ("auto", "onnx", "torch")

LARGEST_BATCH = 32
"""Maximum number of faces per batch, which limits memory use for crowds."""


class Engine(Protocol):
    """Runs one network. Thread: use it from one thread at a time."""

    @property
    def name(self) -> str:
        """For example `onnx-cpu` or `torch-cuda`."""
        ...

    def logits(self, batch: InputBatch) -> Logits:
        """(N, 3, S, S) normalised RGB to (N, 3, bins), N ≥ 0."""
        ...


class OnnxEngine:
    """ONNX Runtime on the CPU. Does not need torch."""

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        # Spinning threads would take the cores away from decoding and encoding.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
        except OSError:
            raise
        except Exception as error:  # ONNX Runtime's exceptions have no common base class
            raise ValueError(f"{path.name} is damaged or is not an ONNX model.") from error
        self.record: SnapshotRecord = record_in_onnx(path, self._session.get_modelmeta().custom_metadata_map)
        self._input = self._session.get_inputs()[0].name

    @property
    def name(self) -> str:
        return "onnx-cpu"

    def logits(self, batch: InputBatch) -> Logits:
        return _in_parts(batch, self.record, self._run)

    def _run(self, part: InputBatch) -> Logits:
        (answer,) = self._session.run(None, {self._input: part})
        return np.asarray(answer, np.float32)


class TorchEngine:
    """torch: single precision on a CPU or an Apple GPU, half precision with channels last on CUDA."""

    def __init__(self, snapshot: LoadedSnapshot, device: Device) -> None:
        import torch

        if device == "cuda" and not torch.cuda.is_available():
            raise ValueError("torch found no usable CUDA device. Choose the device cpu or auto.")
        if device == "mps" and not torch.backends.mps.is_available():
            raise ValueError("torch found no usable Apple GPU. Choose the device cpu or auto.")
        self.record = snapshot.record
        self._device = torch.device(device)
        self._type = torch.float16 if device == "cuda" else torch.float32
        self._layout = torch.channels_last if device == "cuda" else torch.contiguous_format
        network = into_network(snapshot)
        self._network = network.to(device=self._device, dtype=self._type, memory_format=self._layout)  # type: ignore[call-overload]

    @property
    def name(self) -> str:
        return f"torch-{self._device.type}"

    def logits(self, batch: InputBatch) -> Logits:
        return _in_parts(batch, self.record, self._run)

    def _run(self, part: InputBatch) -> Logits:
        import torch

        # torch's grad mode is per thread, so it is set at each call.
        with torch.inference_mode():
            on_device: torch.Tensor = torch.from_numpy(part).to(
                device=self._device, dtype=self._type, memory_format=self._layout
            )
            answer: Logits = self._network(on_device).float().cpu().numpy()
        return answer


def _in_parts(batch: InputBatch, record: SnapshotRecord, run: Callable[[InputBatch], Logits]) -> Logits:
    side = record.input_size
    if batch.ndim != 4 or batch.shape[1:] != (3, side, side):
        raise ValueError(f"A batch for this network must have shape (N, 3, {side}, {side}), not {batch.shape}.")
    if len(batch) == 0:
        return np.empty((0, 3, record.decoding.bins), np.float32)
    parts = [run(batch[start : start + LARGEST_BATCH]) for start in range(0, len(batch), LARGEST_BATCH)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def resolve_device(device: str) -> Device:
    """The device for a name in DEVICES: `auto` is CUDA if torch can use it, otherwise the CPU.

    An Apple GPU is used only if named: for networks this small, ONNX Runtime on the CPU starts at once.
    Raises ValueError for any other name.
    """
    if device == "auto":
        return "cuda" if _cuda_is_usable() else "cpu"
    if device not in DEVICES:
        raise ValueError(f"Unknown device “{device}”. Choose one of: {', '.join(DEVICES)}.")
    return device  # type: ignore[return-value]


def device_refusal(device: Device) -> str:
    """Why this machine cannot run a network on the device; empty if it can or might.

    This check is quick and does not load torch, which may still refuse the device when it is used.
    """
    if device == "cuda" and not _has_cuda_driver():
        return "This machine has no driver for an NVIDIA GPU."
    if device == "mps" and not (sys.platform == "darwin" and platform.machine() == "arm64"):
        return "This machine has no Apple GPU."
    return ""


def _cuda_is_usable() -> bool:
    # Importing torch takes seconds; without NVIDIA's driver the answer is known without it.
    if not _has_cuda_driver():
        return False
    import torch

    return torch.cuda.is_available()


def _has_cuda_driver() -> bool:
    with contextlib.suppress(OSError):
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        return True
    return False
