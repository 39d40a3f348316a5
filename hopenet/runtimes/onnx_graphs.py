"""Changes to ONNX graphs: pixels in, degrees out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hopenet.preprocess import scale_and_shift
from hopenet.records import FULL_CIRCLE, SnapshotRecord
from hopenet.runtimes.interface import CROP, DEGREES, SPREAD

if TYPE_CHECKING:
    import onnx

_ANTIALIAS_OPSET = 18
"""The first in which a resize can be antialiased."""

_PREFIX = "around/"
"""Before the names of what is added, so that none of the network's own is met."""


def with_decoding(model: onnx.ModelProto, record: SnapshotRecord, *, any_size: bool) -> onnx.ModelProto:
    """The same network between pixels and degrees: `Interface` has the names and shapes.

    `any_size`: with a resize as `hopenet.preprocess.shrink_to_square`; otherwise crops have the network's size.
    Raises ValueError if the model is written for an ONNX without antialiased resizing.
    """
    import onnx
    from onnx import TensorProto, compose, helper

    opset = next(one.version for one in model.opset_import if one.domain in ("", "ai.onnx"))
    if any_size and opset < _ANTIALIAS_OPSET:
        raise ValueError(
            f"The model is written for operator set {opset} of ONNX, but resizing needs {_ANTIALIAS_OPSET}."
        )
    image, logits = model.graph.input[0].name, model.graph.output[0].name
    network = compose.add_prefix_graph(model.graph, "network/")
    image, logits = f"network/{image}", f"network/{logits}"
    graph = _Nodes()
    side = record.input_size
    rgb = graph.add("Transpose", [CROP], perm=[0, 3, 1, 2])
    pixels = graph.add("Cast", [rgb], to=TensorProto.FLOAT)
    if any_size:
        pixels = _resized(graph, pixels, side)
    scale, shift = (values.reshape(1, 3, 1, 1) for values in scale_and_shift(record))
    scaled = graph.add("Mul", [pixels, graph.constant(scale)])
    graph.add("Add", [scaled, graph.constant(shift)], output=image)
    graph.nodes.extend(network.node)
    _decoded(graph, logits, record)
    size: list[int | str] = ["height", "width"] if any_size else [side, side]
    float32, faces = TensorProto.FLOAT, "faces"
    whole = helper.make_graph(
        graph.nodes,
        "head_pose",
        [helper.make_tensor_value_info(CROP, TensorProto.UINT8, [faces, *size, 3])],
        [helper.make_tensor_value_info(name, float32, [faces, 3]) for name in (DEGREES, SPREAD)],
        [*network.initializer, *graph.constants],
    )
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    changed.graph.CopyFrom(whole)
    return changed


def _resized(graph: _Nodes, pixels: str, side: int) -> str:
    """The shorter side becomes `side`, the longer one keeps the shape; whole values; the central square of it."""
    from onnx import TensorProto

    zero, one, two, three, four = (graph.constant(np.array([value], np.int64)) for value in range(5))
    shape = graph.add("Shape", [pixels])
    size = graph.add("Slice", [shape, two, four])
    shorter = graph.add("ReduceMin", [size], keepdims=1)
    wanted = graph.constant(np.array([side], np.int64))
    new_size = graph.add("Div", [graph.add("Mul", [size, wanted]), shorter])
    # Pillow resizes the rows first, and rounds in between.
    narrow = graph.add(
        "Concat", [graph.add("Slice", [shape, zero, three]), graph.add("Slice", [new_size, one, two])], axis=0
    )
    small = graph.add("Concat", [graph.add("Slice", [shape, zero, two]), new_size], axis=0)
    half, whole = graph.constant(np.array([0.5], np.float32)), pixels
    for sizes in (narrow, small):
        resized = graph.add(
            "Resize",
            [whole, "", "", sizes],
            mode="linear",
            antialias=1,
            coordinate_transformation_mode="half_pixel",
        )
        whole = graph.add("Floor", [graph.add("Add", [resized, half])])
    spare = graph.add("Cast", [graph.add("Sub", [new_size, wanted])], to=TensorProto.FLOAT)
    start = graph.add("Cast", [graph.add("Round", [graph.add("Mul", [spare, half])])], to=TensorProto.INT64)
    end = graph.add("Add", [start, wanted])
    axes = graph.constant(np.array([2, 3], np.int64))
    return graph.add("Slice", [whole, start, end, axes])


def _decoded(graph: _Nodes, logits: str, record: SnapshotRecord) -> None:
    """As `hopenet.decode.decode`."""
    decoding = record.decoding
    values = (decoding.first_deg + decoding.width_deg * np.arange(decoding.bins)).astype(np.float32)
    shares = graph.add("Softmax", [logits], axis=2)
    if decoding.circular:
        angles = _direction(graph, shares, values)
    else:
        angles = graph.add("MatMul", [shares, graph.constant(values)], output=DEGREES)
    column = graph.add("Unsqueeze", [angles, graph.constant(np.array([2], np.int64))])
    distance = graph.add("Sub", [graph.constant(values.reshape(1, 1, -1)), column])
    if decoding.circular:
        turn = graph.constant(np.array(FULL_CIRCLE, np.float32))
        turns = graph.add("Round", [graph.add("Div", [distance, turn])])
        distance = graph.add("Sub", [distance, graph.add("Mul", [turns, turn])])
    square = graph.add("Mul", [distance, distance])
    variance = graph.add(
        "ReduceSum", [graph.add("Mul", [shares, square]), graph.constant(np.array([2], np.int64))], keepdims=0
    )
    factors = graph.constant(np.asarray(decoding.spread_factors, np.float32).reshape(1, 3))
    graph.add("Mul", [graph.add("Sqrt", [variance]), factors], output=SPREAD)


def _direction(graph: _Nodes, shares: str, values: npt.NDArray[np.float32]) -> str:
    """The direction of the mean vector in degrees: atan2, which ONNX does not have, from atan."""
    radians = np.radians(values.astype(np.float64))
    sine, cosine = (
        graph.add("MatMul", [shares, graph.constant(part(radians).astype(np.float32))]) for part in (np.sin, np.cos)
    )
    zero, half, degrees = (graph.constant(np.array(value, np.float32)) for value in (0, 180, 180 / np.pi))
    within_90 = graph.add("Mul", [graph.add("Atan", [graph.add("Div", [sine, cosine])]), degrees])
    opposite = graph.add("Where", [graph.add("Less", [sine, zero]), graph.add("Neg", [half]), half])
    turn = graph.add("Where", [graph.add("Less", [cosine, zero]), opposite, zero])
    return graph.add("Add", [within_90, turn], output=DEGREES)


class _Nodes:
    """Nodes and constants in the making, each with a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: Sequence[str], *, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = output or f"{_PREFIX}value{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, values: np.ndarray[Any, Any]) -> str:
        from onnx import numpy_helper

        name = f"{_PREFIX}constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
