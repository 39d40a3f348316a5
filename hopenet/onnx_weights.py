"""Reads the weights back out of the ONNX models that `hopenet.export` writes, so that torch runs the same file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hopenet.decode import decode
from hopenet.engines import OnnxEngine
from hopenet.onnx_storage import Values, array_of, unpacked
from hopenet.pose import wrapped
from hopenet.preprocess import to_batch
from hopenet.record_schema import shown_name
from hopenet.records import SnapshotRecord
from hopenet.snapshots import UNUSED, LoadedSnapshot, check_tensors, into_network, record_in_onnx
from hopenet.trial_pictures import ordinary_faces

if TYPE_CHECKING:
    import onnx
    from torch import Tensor

LARGEST_DIFFERENCE_DEG = 0.01
"""By how much torch may depart from ONNX Runtime in an angle of an ordinary face."""

_LAYERS = ("Conv", "Gemm")


def read_onnx(content: bytes, path: Path) -> LoadedSnapshot:
    """The weights and the record of an ONNX model, in single precision. Batch norms are unfolded (`hopenet.folding`).

    Raises ValueError in one sentence if the model is damaged, is not one of those that `hopenet.export` writes, or
    gives other angles than torch with these weights.
    """
    record, tensors = _read(content, path)
    check_tensors(tensors, shown_name(path.name))
    snapshot = LoadedSnapshot(record, tensors)
    _check_angles(snapshot, OnnxEngine(path, content=content, threads=1), path)
    return snapshot


def holds_weights(path: Path) -> bool:
    """Whether torch can be expected to run an ONNX model: all weights are found in it. Raises OSError."""
    try:
        _read(path.read_bytes(), path)
    except ValueError:
        return False
    return True


def _read(content: bytes, path: Path) -> tuple[SnapshotRecord, dict[str, Tensor]]:
    import torch

    from hopenet.folding import fold_batch_norms, unfolded
    from hopenet.networks import build

    name = shown_name(path.name)
    model = _parsed(content, name)
    record = record_in_onnx(path, {one.key: one.value for one in model.metadata_props})
    with torch.device("meta"):  # only names and shapes are needed
        network = build(record.architecture, bins=record.decoding.bins).eval()
        wanted = {key: tuple(tensor.shape) for key, tensor in fold_batch_norms(network).state_dict().items()}
        whole = build(record.architecture, bins=record.decoding.bins)
    try:
        found = dict(_named(model))
        arrays = {key: _of_shape(found, key, shape) for key, shape in wanted.items() if not key.startswith(UNUSED)}
    except ValueError as error:
        raise ValueError(
            f"The weights of {name} cannot be used outside ONNX Runtime: {error}. Choose the engine onnx, or a "
            ".safetensors or .pkl snapshot."
        ) from error
    return record, unfolded({key: torch.from_numpy(array) for key, array in arrays.items()}, whole)


def _parsed(content: bytes, name: str) -> onnx.ModelProto:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        return onnx.load_model_from_string(content)
    except (DecodeError, ValueError, TypeError) as error:
        raise ValueError(f"{name} is damaged or is not an ONNX model.") from error


def _named(model: onnx.ModelProto) -> Iterator[tuple[str, Values]]:
    """The model's weights, by the names of the network's parameters.

    A bias goes by the name of the weights that it is used with: the exporter may rename it, and leaves out zeros.
    Raises ValueError, as the end of a sentence, for a model that has more than layers and numbers.
    """
    nodes = model.graph.node
    if model.functions or any(one.HasField("g") or one.graphs for node in nodes for one in node.attribute):
        raise ValueError("it contains a program of its own")
    graph = unpacked(model).graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for name, tensor in stored.items():
        if "." in name:  # parameters have a layer's name first; the exporter's own constants do not
            yield name, array_of(tensor)
    for node in graph.node:
        if node.op_type in _LAYERS and len(node.input) in (2, 3) and node.input[1] in stored:
            bias = stored.get(node.input[2]) if len(node.input) == 3 else None
            without = np.zeros(array_of(stored[node.input[1]]).shape[:1], np.float32)
            yield node.input[1].removesuffix(".weight") + ".bias", without if bias is None else array_of(bias)


def _of_shape(found: Mapping[str, Values], key: str, shape: tuple[int, ...]) -> Values:
    if key not in found:
        raise ValueError(f"it has no {key}")
    array = found[key]
    if array.shape != shape:
        raise ValueError(f"its {key} has the shape {array.shape}, but must have {shape}")
    return array.astype(np.float32)


def _check_angles(snapshot: LoadedSnapshot, engine: OnnxEngine, path: Path) -> None:
    """The names of weights do not say what the model computes with them."""
    import torch

    record = snapshot.record
    batch = to_batch(ordinary_faces(record.input_size), record)
    with torch.inference_mode():
        logits = into_network(snapshot)(torch.from_numpy(batch)).numpy()
    poses = [np.array([one.pose for one in decode(each, record.decoding)]) for each in (logits, engine.logits(batch))]
    difference_deg = float(np.abs(wrapped(poses[0] - poses[1])).max())
    if not difference_deg <= LARGEST_DIFFERENCE_DEG:
        raise ValueError(
            f"The weights of {shown_name(path.name)} cannot be used outside ONNX Runtime: torch's angles differ by "
            f"{difference_deg:.2f}°. Choose the engine onnx, or a .safetensors or .pkl snapshot."
        )
