"""How ONNX files store weights: in single or half precision, or in 8 bits with one scale for each output channel.

Networks compute in single precision either way: ONNX Runtime undoes the storage once, when it loads a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import onnx

Precision = Literal["single", "half", "8-bit"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)

Values = npt.NDArray[Any]

_SMALLEST = 1024
"""Tensors with fewer elements stay in single precision: storing them in less would save too little."""

_SMALLEST_IN_8_BIT = 10_000
"""Smaller tensors are in half precision at best. Most belong to the first layers, whose errors go through all others:
`compact` is 2 % larger with them in half precision, and its angles change by 0.06° instead of 0.11° on average."""

_LARGEST_NUMBER = 127

_HALF, _NUMBERS, _SCALE, _UNSCALED = "_half", "_8bit", "_scale", "_unscaled"
"""What is added to a tensor's name for the names of the tensors that it is made from."""


def store(model: onnx.ModelProto, precision: Precision) -> None:
    """Stores the large tensors of a model in single precision in another precision.

    8 bits are for the weights of convolutions between channels and of linear layers. Weights of single channels and
    biases are few, and networks are sensitive to them, so they are in half precision.
    """
    if precision == "single":
        return
    from onnx import TensorProto

    graph = model.graph
    in_8_bit = set(_matrices(graph)) if precision == "8-bit" else set()
    steps: list[onnx.NodeProto] = []
    for tensor in list(graph.initializer):
        if tensor.data_type == TensorProto.FLOAT and math.prod(tensor.dims) >= _SMALLEST:
            is_large = math.prod(tensor.dims) >= _SMALLEST_IN_8_BIT
            steps += _in_8_bit(graph, tensor) if is_large and tensor.name in in_8_bit else _in_half(tensor)
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*steps, *nodes])
    # The exporter's value_info would still state the old types.
    del graph.value_info[:]


def _matrices(graph: onnx.GraphProto) -> Iterator[str]:
    """The names of weights whose first dimension is the output channel, each of several input values."""
    shapes = {tensor.name: tensor.dims for tensor in graph.initializer}
    for node in graph.node:
        transposed = node.op_type == "Gemm" and any(one.name == "transB" and one.i == 1 for one in node.attribute)
        if node.op_type == "Conv" or transposed:
            shape = shapes.get(node.input[1], ())
            if len(shape) >= 2 and shape[1] > 1:
                yield node.input[1]


def _in_half(tensor: onnx.TensorProto) -> list[onnx.NodeProto]:
    from onnx import TensorProto, helper, numpy_helper

    name = tensor.name
    with np.errstate(over="ignore"):  # the check of the finished file finds overflows
        halved = numpy_helper.to_array(tensor).astype(np.float16)
    tensor.CopyFrom(numpy_helper.from_array(halved, name + _HALF))
    return [helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT)]


def _in_8_bit(graph: onnx.GraphProto, tensor: onnx.TensorProto) -> list[onnx.NodeProto]:
    from onnx import TensorProto, helper, numpy_helper

    name, values = tensor.name, numpy_helper.to_array(tensor)
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    scale = (np.where(largest > 0, largest, 1) / _LARGEST_NUMBER).astype(np.float32)
    numbers = np.rint(values / scale).astype(np.int8)
    tensor.CopyFrom(numpy_helper.from_array(numbers, name + _NUMBERS))
    graph.initializer.append(numpy_helper.from_array(scale, name + _SCALE))
    return [
        helper.make_node("Cast", [tensor.name], [name + _UNSCALED], to=TensorProto.FLOAT),
        helper.make_node("Mul", [name + _UNSCALED, name + _SCALE], [name]),
    ]


def unpacked(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model, changed: what `store` did is undone, and each node has a name.

    Raises ValueError, as the end of a sentence, for a damaged tensor.
    """
    from onnx import TensorProto, numpy_helper

    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    made: dict[str, Values] = {}
    nodes: list[onnx.NodeProto] = []
    for number, node in enumerate(graph.node):
        kind = (node.op_type, len(node.input), len(node.output))
        first = stored.get(node.input[0]) if node.input else None
        if kind == ("Cast", 1, 1) and first is not None and first.data_type in (TensorProto.FLOAT16, TensorProto.INT8):
            made[node.output[0]] = array_of(first).astype(np.float32)
        elif kind == ("Mul", 2, 1) and node.input[0] in made and node.input[1] in stored:
            made[node.output[0]] = _scaled(made[node.input[0]], array_of(stored[node.input[1]]))
        else:
            node.name = node.name or f"{node.op_type}_{number}"
            nodes.append(node)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    kept += [numpy_helper.from_array(values, name) for name, values in made.items() if name in used]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return model


def _scaled(values: Values, scale: Values) -> Values:
    if scale.shape != (*values.shape[:1], *(1 for _ in values.shape[1:])):
        raise ValueError("its weights in 8 bits do not have one scale for each output channel")
    return values * scale


def array_of(tensor: onnx.TensorProto) -> Values:
    """A tensor's numbers, as this program stores them: in the file itself, one after the other.

    Raises ValueError, as the end of a sentence, for any other tensor. Unlike ONNX's own reader, it needs no more memory
    than the tensor has bytes, whatever shape it claims.
    """
    from onnx import TensorProto

    kinds: dict[int, str] = {TensorProto.FLOAT: "<f4", TensorProto.FLOAT16: "<f2", TensorProto.INT8: "i1"}
    kind = kinds.get(tensor.data_type)
    if kind is None or tensor.data_location == TensorProto.EXTERNAL:
        raise ValueError("it stores weights in a way that this program does not")
    shape = tuple(tensor.dims)
    if min(shape, default=1) < 0 or math.prod(shape) * np.dtype(kind).itemsize != len(tensor.raw_data):
        raise ValueError("a tensor in it is damaged")
    return np.frombuffer(tensor.raw_data, kind).reshape(shape)
