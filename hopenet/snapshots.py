"""Reads snapshots: published pickles, safetensors and ONNX. No code in them is ever executed."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hopenet.architectures import recognise
from hopenet.record_schema import shown_name
from hopenet.records import METADATA_KEY, SnapshotRecord, published_record

if TYPE_CHECKING:
    from torch import Tensor, nn

ONNX_SUFFIX = ".onnx"
SAFETENSORS_SUFFIX = ".safetensors"
PICKLE_SUFFIXES = (".pkl", ".pth", ".pt")
SUFFIXES = (*PICKLE_SUFFIXES, SAFETENSORS_SUFFIX, ONNX_SUFFIX)

LARGEST_FILE = 2 << 30
"""Bytes. The largest network has 233 MB, and three times as much with the state of its optimiser."""

_MOST_PARTS = 20_000
"""Files in the archive that torch writes: one for each tensor, of which the largest network has 932."""

UNUSED = "fc_finetune"
"""A layer of the published ResNets that does not affect the angles."""

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
    """Raises FileNotFoundError if there is no such file, ValueError if its extension or size is not a snapshot's."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no snapshot file {shown_name(str(path))}.")
    name, size = shown_name(path.name), path.stat().st_size
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{name} does not have a snapshot's extension: {', '.join(SUFFIXES)}.")
    if size > LARGEST_FILE:
        raise ValueError(f"{name} is not a snapshot: it has {size >> 20} MB; at most {LARGEST_FILE >> 20} are allowed.")


def read_file(path: Path, sha256: str | None = None) -> bytes:
    """The contents of a snapshot file. Raises ValueError if their SHA-256 is not the one given, or as above."""
    check_snapshot_file(path)
    content = path.read_bytes()
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{shown_name(path.name)} was changed while it was being checked. Try again.")
    return content


def read_weights(path: Path, *, sha256: str | None = None) -> LoadedSnapshot:
    """The weights of a snapshot, on the CPU. Of ONNX models, only those that `hopenet.export` writes have any.

    `sha256`: what the file's hash must be. Raises FileNotFoundError, or ValueError in one sentence if the file is
    damaged, contains anything but tensors of finite floating-point numbers, does not belong to a known architecture, or
    has another hash.
    """
    content, name = read_file(path, sha256), shown_name(path.name)
    suffix = path.suffix.lower()
    bare = suffix in PICKLE_SUFFIXES
    tensors: Mapping[str, Tensor]
    record: SnapshotRecord | None
    if suffix == ONNX_SUFFIX:
        from hopenet.onnx_weights import read_onnx

        read = read_onnx(content, path)
        tensors, record = read.tensors, read.record
    elif not bare:
        tensors, record = _read_safetensors(content, name)
    else:
        tensors, record = _read_pickle(content, name), None
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors.items()}
    try:
        architecture = recognise(shapes)
    except ValueError as error:
        raise ValueError(f"{name} cannot be used: {error}") from error
    if record is not None and record.architecture != architecture.name:
        raise ValueError(
            f"{name} claims to be a {record.architecture}, but its weights are those of a {architecture.name}."
        )
    if record is None and not (bare and architecture.published):
        raise ValueError(
            f"{name} has no record of its input, so its angles would be wrong. Save the snapshot with its record, as "
            "hopenet.export.save_safetensors does."
        )
    check_tensors(tensors, name)
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
    lacking = [key for key in missing if not (key.startswith(UNUSED) or key.endswith(_COUNTERS))]
    if lacking or unexpected:
        what = f"has no {lacking[0]}" if lacking else f"has an unexpected {unexpected[0]}"
        raise ValueError(f"The weights do not match a {snapshot.record.architecture}: the snapshot {what}.")
    return network.eval()


def _read_pickle(content: bytes, name: str) -> dict[str, Tensor]:
    import pickle

    import torch

    if content.startswith(b"PK\x03\x04"):
        _check_archive(content, name)
    try:
        with warnings.catch_warnings():
            # torch warns about pickle protocols that it may not know. If it cannot read one, it raises below.
            warnings.simplefilter("ignore", UserWarning)
            loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # torch raises the same error for a refused call and for garbage, but names what it refused to call.
        if "GLOBAL" in str(error):
            raise ValueError(
                f"{name} contains more than weights. It was not loaded, because it could run a program."
            ) from error
        raise ValueError(f"{name} is damaged or is not a snapshot: it cannot be read as a pickle.") from error
    except Exception as error:  # for a file of any bytes, torch raises whatever its steps raise
        raise ValueError(f"{name} is damaged or incomplete: its weights cannot be read.") from error
    if isinstance(loaded, Mapping) and isinstance(loaded.get("state_dict"), Mapping):
        loaded = loaded["state_dict"]
    if not isinstance(loaded, Mapping) or not all(isinstance(value, torch.Tensor) for value in loaded.values()):
        raise ValueError(f"{name} is not a snapshot: it does not contain a state dict.")
    return {str(key).removeprefix(_WRAPPING_PREFIX): value for key, value in loaded.items()}


def _check_archive(content: bytes, name: str) -> None:
    """Raises ValueError for an archive that would unpack to more than its own size. torch never compresses."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, LookupError, OverflowError, NotImplementedError) as error:
        raise ValueError(f"{name} is damaged or incomplete: its weights cannot be read.") from error
    if len(entries) > _MOST_PARTS:
        raise ValueError(f"{name} is not a snapshot: it has {len(entries)} parts, but may have at most {_MOST_PARTS}.")
    if any("/code/" in entry.filename for entry in entries):
        raise ValueError(f"{name} contains a program (TorchScript) instead of weights. Save the network's state dict.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > len(content) or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ValueError(
            f"{name} is not a snapshot: it is a compressed archive of {unpacked >> 20} MB, and torch never compresses."
        )


def _read_safetensors(content: bytes, name: str) -> tuple[dict[str, Tensor], SnapshotRecord | None]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(content)
        metadata = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")]).get("__metadata__", {})
    except (SafetensorError, LookupError, MemoryError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(f"{name} is damaged or is not a safetensors file.") from error
    record = metadata.get(METADATA_KEY)
    return tensors, SnapshotRecord.from_json(record, file=name) if record is not None else None


def check_tensors(tensors: Mapping[str, Tensor], name: str) -> None:
    """Raises ValueError for a tensor that a network would take and then give wrong angles, or none."""
    import torch

    for key, tensor in tensors.items():
        if key.endswith(_COUNTERS) or key.startswith(UNUSED):
            continue
        if tensor.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
            kind = str(tensor.dtype).removeprefix("torch.")
            raise ValueError(
                f"{name} cannot be used: its tensor {shown_name(key)} has the type {kind}, but weights must be "
                "float16, bfloat16, float32 or float64."
            )
        whole = tensor.layout is torch.strided and tensor.device.type == "cpu"
        if not whole or tensor.nbytes > tensor.untyped_storage().nbytes():
            raise ValueError(f"{name} cannot be used: its tensor {shown_name(key)} is not stored number by number.")
        if not torch.isfinite(tensor).all():
            kind = "NaN" if torch.isnan(tensor).any() else "infinite"
            raise ValueError(
                f"{name} contains {kind} weights, so no angle could be computed (tensor {shown_name(key)})."
            )


def record_in_onnx(path: Path, metadata: Mapping[str, str]) -> SnapshotRecord:
    """The record in an ONNX model's metadata. Raises ValueError if it has none: its input would be a guess."""
    if METADATA_KEY not in metadata:
        name = shown_name(path.name)
        raise ValueError(f"{name} has no record of its input, so it cannot be used. Convert the snapshot again.")
    return SnapshotRecord.from_json(metadata[METADATA_KEY], file=shown_name(path.name)).named(path.stem)


def _last_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[-1].strip().rstrip(".")
