"""Converts networks from TensorFlow Lite's format to ONNX, with the same weights and the same arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from detectors.tflite import Array, Operator, TfliteGraph

_OPSET, _IR_VERSION = 17, 8
"""Old enough for every version of ONNX Runtime that the project supports."""

_SAME_PADDING = 0
_RELU = 1

_BLOCK = 16
"""ONNX Runtime computes convolutions in blocks of 8 or 16 channels. Where they are not whole, it rearranges the values
before and after each step, which takes as long as half of the convolutions. So channels are filled up with zeros, which
change no sum."""

_FRAMEWORK_TO_ONNX = (0, 3, 1, 2)
"""TensorFlow orders axes as pictures, rows, columns, channels; ONNX as pictures, channels, rows, columns."""

_ONNX_TO_FRAMEWORK = (0, 2, 3, 1)


def converted(graph: TfliteGraph, *, input_name: str, output_names: Sequence[str]) -> bytes:
    """The network as an ONNX file. Its input is (1, 3, H, W) instead of (1, H, W, 3); outputs keep their shapes.

    `output_names` are in the order of the file. Raises ValueError for an operator that is used in an unknown way.
    """
    return _Conversion(graph).run(input_name, output_names)


class _Conversion:
    def __init__(self, graph: TfliteGraph) -> None:
        self._graph = graph
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._names: dict[int, str] = {}
        """The name in the ONNX graph of each tensor so far, by its number."""
        self._known: dict[int, Array] = {
            number: tensor.constant for number, tensor in enumerate(graph.tensors) if tensor.constant is not None
        }
        self._exact = _exact_tensors(graph)

    def run(self, input_name: str, output_names: Sequence[str]) -> bytes:
        (first,) = self._graph.inputs
        self._names[first] = input_name
        for operator in self._graph.operators:
            (result,) = operator.outputs
            if operator.name in _ON_CONSTANTS:
                self._known[result] = self._known[operator.inputs[0]].astype(np.float32)
            else:
                self._names[result] = _RULES[operator.name](self, operator)
        for number, name in zip(self._graph.outputs, output_names, strict=True):
            self._nodes.append(helper.make_node("Identity", [self._names[number]], [name]))
        shape = self._graph.tensors[first].shape
        whole = helper.make_graph(
            self._nodes,
            "converted",
            [_port(input_name, [shape[axis] for axis in _FRAMEWORK_TO_ONNX])],
            [
                _port(name, self._graph.tensors[number].shape)
                for number, name in zip(self._graph.outputs, output_names, strict=True)
            ],
            self._constants,
        )
        model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        return bytes(model.SerializeToString())

    def convolution(self, operator: Operator) -> str:
        depthwise = operator.name == "DEPTHWISE_CONV_2D"
        number, weights_number, bias_number = operator.inputs
        # (1, H, W, channels) for a depthwise convolution, otherwise (channels, H, W, input channels).
        weights = self._known[weights_number].transpose((3, 0, 1, 2) if depthwise else _FRAMEWORK_TO_ONNX)
        inner = weights.shape[1] if depthwise else self._channels(number)
        outer = self._channels(operator.outputs[0])
        weights = _filled_up(weights, (outer, inner, *weights.shape[2:]))
        bias = _filled_up(self._known[bias_number], (outer,))
        options = operator.options
        padding = {"auto_pad": "SAME_UPPER"} if options.int8(0) == _SAME_PADDING else {}
        result = self._add(
            "Conv",
            [self._names[number], self._constant(weights), self._constant(bias)],
            strides=[options.int32(2), options.int32(1)],
            group=weights.shape[0] if depthwise else 1,
            **padding,
        )
        return self._activated(result, options.int8(4 if depthwise else 3))

    def relu(self, operator: Operator) -> str:
        return self._add("Relu", [self._names[operator.inputs[0]]])

    def addition(self, operator: Operator) -> str:
        summed = self._add("Add", [self._names[number] for number in operator.inputs])
        return self._activated(summed, operator.options.int8(0))

    def padding(self, operator: Operator) -> str:
        number, widths_number = operator.inputs
        before_and_after = self._known[widths_number][list(_FRAMEWORK_TO_ONNX)].astype(np.int64)
        before_and_after[1, 1] = self._channels(operator.outputs[0]) - self._channels(number) - before_and_after[1, 0]
        if not before_and_after.any():
            return self._names[number]
        if number not in self._exact and not before_and_after[[0, 2, 3]].any() and before_and_after[1, 0] == 0:
            # ONNX Runtime would rearrange the values for a padding, but not to join whole blocks: here, of zeros.
            nothing = np.zeros((before_and_after[1, 1], self._channels(number), 1, 1), np.float32)
            zeros = self._add("Conv", [self._names[number], self._constant(nothing)])
            return self._add("Concat", [self._names[number], zeros], axis=1)
        return self._add("Pad", [self._names[number], self._constant(before_and_after.T.reshape(-1))])

    def max_pooling(self, operator: Operator) -> str:
        options = operator.options
        padding = {"auto_pad": "SAME_UPPER"} if options.int8(0) == _SAME_PADDING else {}
        return self._add(
            "MaxPool",
            [self._names[operator.inputs[0]]],
            kernel_shape=[options.int32(4), options.int32(3)],
            strides=[options.int32(2), options.int32(1)],
            **padding,
        )

    def bilinear_resizing(self, operator: Operator) -> str:
        if operator.options.int8(2) or not operator.options.int8(3):
            raise ValueError("it resizes in a way that is not supported")
        number, size_number = operator.inputs
        rows, columns = self._graph.tensors[number].shape[1:3]
        new_rows, new_columns = self._known[size_number]
        scales = self._constant(np.array([1, 1, new_rows / rows, new_columns / columns], np.float32))
        options = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        return self._add("Resize", [self._names[number], "", scales], **options)

    def depth_to_space(self, operator: Operator) -> str:
        return self._add(
            "DepthToSpace", [self._names[operator.inputs[0]]], blocksize=operator.options.int32(0), mode="DCR"
        )

    def reshaping(self, operator: Operator) -> str:
        pictures = self._add("Transpose", [self._names[operator.inputs[0]]], perm=list(_ONNX_TO_FRAMEWORK))
        shape = self._graph.tensors[operator.outputs[0]].shape
        return self._add("Reshape", [pictures, self._constant(np.array(shape, np.int64))])

    def concatenation(self, operator: Operator) -> str:
        # Only after a reshaping, so the axes are in the same order in both formats.
        return self._add("Concat", [self._names[number] for number in operator.inputs], axis=operator.options.int32(0))

    def _channels(self, number: int) -> int:
        """Of a tensor in the ONNX graph."""
        count = self._graph.tensors[number].shape[-1]
        return count if number in self._exact else -(-count // _BLOCK) * _BLOCK

    def _activated(self, name: str, activation: int) -> str:
        if activation not in {0, _RELU}:
            raise ValueError(f"it has activation {activation}, which is not supported")
        return self._add("Relu", [name]) if activation == _RELU else name

    def _add(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        name = f"value{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def _constant(self, values: Array) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


_ON_CONSTANTS = frozenset({"DEQUANTIZE", "DENSIFY"})
"""What these do to weights has been done when they are read: float16 becomes float32, sparse becomes dense."""

_RULES: dict[str, Callable[[_Conversion, Operator], str]] = {
    "ADD": _Conversion.addition,
    "CONCATENATION": _Conversion.concatenation,
    "CONV_2D": _Conversion.convolution,
    "DEPTHWISE_CONV_2D": _Conversion.convolution,
    "DEPTH_TO_SPACE": _Conversion.depth_to_space,
    "MAX_POOL_2D": _Conversion.max_pooling,
    "PAD": _Conversion.padding,
    "RELU": _Conversion.relu,
    "RESHAPE": _Conversion.reshaping,
    "RESIZE_BILINEAR": _Conversion.bilinear_resizing,
}


_CHANNEL_BY_CHANNEL = frozenset({"ADD", "DEPTHWISE_CONV_2D", "MAX_POOL_2D", "PAD", "RELU", "RESIZE_BILINEAR"})
"""What keeps channels of zeros apart, so that its inputs and its output have as many of them, or all have none."""


def _exact_tensors(graph: TfliteGraph) -> set[int]:
    """The tensors that keep their number of channels: those whose shape matters, and what must have as many."""
    operators = [operator for operator in graph.operators if operator.name not in _ON_CONSTANTS]
    computed = {*graph.inputs, *(result for operator in operators for result in operator.outputs)}
    exact, known = {*graph.inputs, *graph.outputs}, 0
    while known < len(exact):
        known = len(exact)
        for operator in operators:
            ports = computed & {*operator.inputs, *operator.outputs}
            keeps = operator.name in _CHANNEL_BY_CHANNEL
            if operator.name != "CONV_2D" and (ports & exact or not keeps):
                exact |= ports
    return exact


def _filled_up(values: Array, shape: tuple[int, ...]) -> Array:
    """The values with zeros behind them along each axis."""
    return np.pad(values, [(0, wanted - size) for size, wanted in zip(values.shape, shape, strict=True)])


def _port(name: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
