"""Reads snapshots: published pickles, safetensors and ONNX. No code in them is ever executed."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hopenet.architectures import recognise
from hopenet.records import METADATA_KEY, SnapshotRecord, published_record

if TYPE_CHECKING:
    from torch import Tensor, nn

ONNX_SUFFIX = ".onnx"
SAFETENSORS_SUFFIX = ".safetensors"
PICKLE_SUFFIXES = (".pkl", ".pth", ".pt")
SUFFIXES = (*PICKLE_SUFFIXES, SAFETENSORS_SUFFIX, ONNX_SUFFIX)

_WRAPPING_PREFIX = "module."
"""torch.nn.DataParallel, with which the published networks were trained, puts this before keys."""

_COUNTERS = "num_batches_tracked"
"""Since torch 0.4, batch norms count batches; older snapshots have no such keys."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedSnapshot:
    """A state dict, and the record that says how to use it."""

    record: SnapshotRecord
    tensors: Mapping[str, Tensor]


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises OSError if the file cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_snapshot_file(path: Path) -> None:
    """Raises FileNotFoundError if there is no such file, ValueError if its extension is not a snapshot's."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no snapshot file {path}.")
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{path.name} does not have a snapshot's extension: {', '.join(SUFFIXES)}.")


def read_weights(path: Path) -> LoadedSnapshot:
    """The weights of a `.pkl` (`.pth`, `.pt`) or `.safetensors` snapshot, on the CPU, in single precision.

    Raises FileNotFoundError, or ValueError in one sentence if the file is damaged, contains anything but tensors, or
    does not belong to a known architecture.
    """
    check_snapshot_file(path)
    if path.suffix.lower() == SAFETENSORS_SUFFIX:
        tensors, record = _read_safetensors(path)
    else:
        tensors, record = _read_pickle(path), None
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors.items()}
    try:
        architecture = recognise(shapes)
    except ValueError as error:
        raise ValueError(f"{path.name} cannot be used: {error}") from error
    if record is not None and record.architecture != architecture.name:
        raise ValueError(
            f"{path.name} claims to be a {record.architecture}, but its weights are those of a {architecture.name}."
        )
    return LoadedSnapshot((record or published_record(architecture.name)).named(path.stem), tensors)


def into_network(snapshot: LoadedSnapshot) -> nn.Module:
    """The network with the snapshot's weights, in evaluation mode.

    Raises ValueError if keys are missing or unexpected, or a shape differs.
    """
    from hopenet.networks import build

    network = build(snapshot.record.architecture, bins=snapshot.record.decoding.bins)
    try:
        missing, unexpected = network.load_state_dict(dict(snapshot.tensors), strict=False)
    except RuntimeError as error:
        raise ValueError(f"The weights do not match a {snapshot.record.architecture}: {_last_line(error)}.") from error
    lacking = [key for key in missing if not (key.startswith("fc_finetune") or key.endswith(_COUNTERS))]
    if lacking or unexpected:
        what = f"has no {lacking[0]}" if lacking else f"has an unexpected {unexpected[0]}"
        raise ValueError(f"The weights do not match a {snapshot.record.architecture}: the snapshot {what}.")
    return network.eval()


def _read_pickle(path: Path) -> dict[str, Tensor]:
    import pickle

    import torch

    try:
        with warnings.catch_warnings():
            # torch warns about pickle protocols that it may not know. If it cannot read one, it raises below.
            warnings.simplefilter("ignore", UserWarning)
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # torch raises the same error for a refused call and for garbage, but names what it refused to call.
        if "GLOBAL" in str(error):
            raise ValueError(
                f"{path.name} contains more than weights. It was not loaded, because it could run a program."
            ) from error
        raise ValueError(f"{path.name} is damaged or is not a snapshot: it cannot be read as a pickle.") from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, AttributeError, IndexError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged or incomplete: its weights cannot be read.") from error
    if isinstance(loaded, Mapping) and isinstance(loaded.get("state_dict"), Mapping):
        loaded = loaded["state_dict"]
    if not isinstance(loaded, Mapping) or not all(isinstance(value, torch.Tensor) for value in loaded.values()):
        raise ValueError(f"{path.name} is not a snapshot: it does not contain a state dict.")
    return {str(key).removeprefix(_WRAPPING_PREFIX): value for key, value in loaded.items()}


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], SnapshotRecord | None]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (it is not a mapping)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path.name} is damaged or is not a safetensors file.") from error
    record = metadata.get(METADATA_KEY)
    return tensors, SnapshotRecord.from_json(record) if record is not None else None


def record_in_onnx(path: Path, metadata: Mapping[str, str]) -> SnapshotRecord:
    """The record in an ONNX model's metadata. Raises ValueError if it has none: its input would be a guess."""
    if METADATA_KEY not in metadata:
        raise ValueError(f"{path.name} has no record of its input, so it cannot be used. Convert the snapshot again.")
    return SnapshotRecord.from_json(metadata[METADATA_KEY]).named(path.stem)


def _last_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[-1].strip().rstrip(".")
