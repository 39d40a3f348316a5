"""Inference engines: what they share, and ONNX Runtime's. torch's is in `hopenet.torch_engine`."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from hopenet.batches import LARGEST_BATCH, DeviceMemoryFull, Logits, Parts
from hopenet.preprocess import BgrImage, InputBatch, PixelBatch, stacked, to_batch
from hopenet.record_schema import shown_name
from hopenet.records import SnapshotRecord
from hopenet.snapshots import record_in_onnx

Device = Literal["cpu", "cuda", "mps"]
DEVICES: tuple[str, ...] = ("auto", "cpu", "cuda", "mps")
ENGINES: tuple[str, ...] = ("auto", "onnx", "torch")

_EXTERNAL_FOLDER = "session.model_external_initializers_file_folder_path"
_LONGEST_REASON = 200
_NO_MEMORY = "it needs more memory than there is"
_CUDA = "CUDAExecutionProvider"
_EXACT = {"use_tf32": "0"}  # By default, single precision is rounded to ten bits.
_PROVIDERS: dict[Device, list[Any]] = {
    "cpu": ["CPUExecutionProvider"],
    "cuda": [(_CUDA, _EXACT), "CPUExecutionProvider"],
}
_LARGEST_ON_CUDA = 128
_ONNX_FUNCTION = r"(?:static |\S+ )?\S*onnxruntime::\S+\(.*?\) (?=[A-Z\[])"
_ONNX_CODES = re.compile(
    rf"\[ONNXRuntimeError\] : \d+ : \w+ : |\S+\.(?:cc|h):\d+ (?:{_ONNX_FUNCTION}|\S* ?)|{_ONNX_FUNCTION}"
)
"""What ONNX Runtime's messages have besides words: error codes, and places in its source."""


class Engine(Protocol):
    """Runs one network. Thread: use it from one thread at a time."""

    @property
    def name(self) -> str:
        """For example `onnx-cpu` or `torch-cuda`."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What is unusual about how it runs the network, each in one sentence."""
        ...

    def logits(self, batch: InputBatch) -> Logits:
        """(N, 3, S, S) normalised RGB to (N, 3, bins), N ≥ 0. Raises ValueError if the network cannot be run."""
        ...


@runtime_checkable
class PixelEngine(Engine, Protocol):
    """An engine that also normalises."""

    def pixel_logits(self, pixels: PixelBatch) -> Logits:
        """(N, S, S, 3) BGR uint8 to (N, 3, bins), N ≥ 0. Raises ValueError if the network cannot be run."""
        ...


class OnnxEngine:
    """ONNX Runtime on the CPU or an NVIDIA GPU, in single precision. Does not need torch."""

    def __init__(
        self, path: Path, *, content: bytes | None = None, threads: int | None = None, device: Device = "cpu"
    ) -> None:
        """`content`: the file's contents, if they have been read already. `threads`: on the CPU.

        Raises ValueError in one sentence for a model that ONNX Runtime cannot run, that keeps weights in other files,
        or that does not have one input and one output of the shapes that its record requires, and if ONNX Runtime
        cannot use the device.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # What it refuses is an exception as well.
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        # Spinning threads would take the cores away from decoding and encoding.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # By default, weights that a model keeps in other files are read from the working folder. They are not part of
        # the model's hash, so they are not read at all: no file is found inside a file.
        options.add_session_config_entry(_EXTERNAL_FOLDER, str(path.absolute()))
        if device != "cpu":
            check_onnx_device(device)
            onnxruntime.preload_dlls()  # CUDA's libraries come with torch.
        content = path.read_bytes() if content is None else content
        try:
            self._session = onnxruntime.InferenceSession(
                content, options, providers=_PROVIDERS[device], enable_fallback=False
            )
            metadata = self._session.get_modelmeta().custom_metadata_map
            ports = [self._session.get_inputs(), self._session.get_outputs()]
        except Exception as error:  # ONNX Runtime's exceptions have no common base class
            raise ValueError(_onnx_refusal(shown_name(path.name), error)) from error
        # It goes on without a provider whose libraries are missing or of another version.
        if device == "cuda" and _CUDA not in self._session.get_providers():
            raise ValueError(
                "ONNX Runtime could not start on the GPU: its version of CUDA or cuDNN is missing. Choose the engine "
                "torch or the device cpu."
            )
        self.record: SnapshotRecord = record_in_onnx(path, metadata)
        _check_ports(ports, self.record, shown_name(path.name))
        self._input = ports[0][0].name
        self._device = device
        self._parts = Parts(LARGEST_BATCH if device == "cpu" else _LARGEST_ON_CUDA)

    @property
    def name(self) -> str:
        return f"onnx-{self._device}"

    @property
    def notices(self) -> tuple[str, ...]:
        return self._parts.notices

    def logits(self, batch: InputBatch) -> Logits:
        side = self.record.input_size
        check_batch(batch, (3, side, side))
        if len(batch) == 0:
            return np.empty((0, 3, self.record.decoding.bins), np.float32)
        return check_logits(self._parts.run(batch, self._begin), len(batch), self.record)

    def _begin(self, part: InputBatch) -> Callable[[], Logits]:
        try:
            (answer,) = self._session.run(None, {self._input: part})
        except Exception as error:  # as above
            reason = _onnx_reason(error)
            if reason == _NO_MEMORY and self._device != "cpu":
                raise DeviceMemoryFull from error
            raise ValueError(f"ONNX Runtime could not run the network: {reason}.") from error
        logits = np.asarray(answer, np.float32)
        return lambda: logits


def check_batch(batch: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    """Raises ValueError for a batch whose rows do not have this shape."""
    if batch.ndim != 4 or batch.shape[1:] != shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"A batch for this network must have shape (N, {wanted}), not {batch.shape}.")


def check_logits(logits: Logits, count: int, record: SnapshotRecord) -> Logits:
    """The same. Raises ValueError if they do not have the shape that the record requires for this many faces."""
    wanted = count, 3, record.decoding.bins
    if logits.shape != wanted:
        raise ValueError(f"The network's output has the shape {logits.shape}, but must have {wanted}.")
    return logits


def batch_for(engine: Engine, record: SnapshotRecord, squares: Sequence[BgrImage]) -> InputBatch | PixelBatch:
    """BGR squares (S, S, 3) as the batch that the engine takes with the least work."""
    # By its name, because Python takes 10 µs to compare an engine with a protocol.
    takes_pixels = hasattr(engine, "pixel_logits")
    return stacked(squares, record.input_size) if takes_pixels else to_batch(squares, record)


def logits_of(engine: Engine, batch: InputBatch | PixelBatch) -> Logits:
    """The engine's answer for a batch of either kind."""
    if batch.dtype == np.uint8 and isinstance(engine, PixelEngine):
        return engine.pixel_logits(batch)  # type: ignore[arg-type]
    return engine.logits(batch)  # type: ignore[arg-type]


def _onnx_refusal(name: str, error: Exception) -> str:
    reason = str(error)
    if "External data" in reason:
        return f"{name} keeps weights in other files, which are not read. Save the model with its weights in one file."
    if "ValidateOpset" in reason:
        return f"{name} cannot be used: it is written for a newer version of ONNX than this program can read."
    if "InvalidProtobuf" in type(error).__name__ or "No graph was found" in reason or isinstance(error, UnicodeError):
        return f"{name} is damaged or is not an ONNX model."
    return f"{name} cannot be used, because ONNX Runtime cannot run it: {_onnx_reason(error)}."


def _onnx_reason(error: Exception) -> str:
    """What ONNX Runtime says, without its codes and the places in its source, in one line of limited length."""
    if isinstance(error, MemoryError) or "bad_alloc" in str(error) or "allocate memory" in str(error):
        return _NO_MEMORY
    reason = _ONNX_CODES.sub("", str(error))
    line = shown_name(" ".join(reason.split())).rstrip(". ")
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}…"


def _check_ports(ports: Sequence[Sequence[Any]], record: SnapshotRecord, name: str) -> None:
    """Raises ValueError if a model's inputs and outputs are not one of each, with the types and shapes of a Hopenet."""
    shapes = ((3, record.input_size, record.input_size), (3, record.decoding.bins))
    for kind, of_kind, shape in zip(("input", "output"), ports, shapes, strict=True):
        if len(of_kind) != 1:
            raise ValueError(f"{name} cannot be used: it has {len(of_kind)} {kind}s, but must have one.")
        (port,) = of_kind
        if port.type != "tensor(float)":
            raise ValueError(f"{name} cannot be used: its {kind} is a {port.type}, but must be a tensor(float).")
        found = tuple(port.shape)
        first, rest = found[:1], found[1:]
        # A size that is not a number is open.
        agree = len(rest) == len(shape) and all(
            not isinstance(size, int) or size == wanted for size, wanted in zip(rest, shape, strict=True)
        )
        if not agree or isinstance(first[0], int):
            sizes = ", ".join(map(str, shape))
            raise ValueError(
                f"{name} cannot be used: its {kind} has the shape {_shown_shape(found)}, but must have (N, {sizes}) "
                "with any number N of faces."
            )


def _shown_shape(shape: tuple[int | str | None, ...]) -> str:
    return f"({', '.join('any' if size is None else shown_name(str(size)) for size in shape)})"


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


def check_onnx_device(device: Device) -> None:
    """Raises ValueError in one sentence if ONNX Runtime, as it is installed, cannot run on a device."""
    if device == "cpu":
        return
    if device == "mps":
        raise ValueError("ONNX models run on the CPU or an NVIDIA GPU, not on mps. Choose the device cpu.")
    import onnxruntime

    if _CUDA not in onnxruntime.get_available_providers():
        raise ValueError(
            "The installed ONNX Runtime runs models on the CPU only, not on cuda. Install the package onnxruntime-gpu "
            "in place of onnxruntime, or choose the engine torch or the device cpu."
        )


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
