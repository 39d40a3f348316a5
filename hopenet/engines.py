"""Inference engines: ONNX Runtime on the CPU; torch on the CPU, CUDA, or an Apple GPU."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from hopenet.preprocess import InputBatch
from hopenet.record_schema import shown_name
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


_EXTERNAL_FOLDER = "session.model_external_initializers_file_folder_path"
_LONGEST_REASON = 200
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

    def logits(self, batch: InputBatch) -> Logits:
        """(N, 3, S, S) normalised RGB to (N, 3, bins), N ≥ 0. Raises ValueError if the network cannot be run."""
        ...


class OnnxEngine:
    """ONNX Runtime on the CPU. Does not need torch."""

    def __init__(self, path: Path, *, content: bytes | None = None, threads: int | None = None) -> None:
        """`content`: the file's contents, if they have been read already.

        Raises ValueError in one sentence for a model that ONNX Runtime cannot run, that keeps weights in other files,
        or that does not have one input and one output of the shapes that its record requires.
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
        content = path.read_bytes() if content is None else content
        try:
            self._session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"], enable_fallback=False
            )
            metadata = self._session.get_modelmeta().custom_metadata_map
            ports = [self._session.get_inputs(), self._session.get_outputs()]
        except Exception as error:  # ONNX Runtime's exceptions have no common base class
            raise ValueError(_onnx_refusal(shown_name(path.name), error)) from error
        self.record: SnapshotRecord = record_in_onnx(path, metadata)
        _check_ports(ports, self.record, shown_name(path.name))
        self._input = ports[0][0].name

    @property
    def name(self) -> str:
        return "onnx-cpu"

    def logits(self, batch: InputBatch) -> Logits:
        return _in_parts(batch, self.record, self._run)

    def _run(self, part: InputBatch) -> Logits:
        try:
            (answer,) = self._session.run(None, {self._input: part})
        except Exception as error:  # as above
            raise ValueError(f"ONNX Runtime could not run the network: {_onnx_reason(error)}.") from error
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
    logits = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if logits.shape != (len(batch), 3, record.decoding.bins):
        raise ValueError(
            f"The network's output has the shape {logits.shape}, but must have {(len(batch), 3, record.decoding.bins)}."
        )
    return logits


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
        return "it needs more memory than there is"
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
