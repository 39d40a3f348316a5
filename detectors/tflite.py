"""Reads networks in TensorFlow Lite's file format, a FlatBuffer.

Only what the face detectors' networks contain is read: one subgraph, constants as float32, float16 or int32, dense or
sparse along the last axis.
Source: the schema in TensorFlow, tensorflow/compiler/mlir/lite/schema/schema.fbs. Its field numbers never change.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from flatbuffers import encode, number_types
from flatbuffers.table import Table

Array = npt.NDArray[Any]

_IDENTIFIER = b"TFL3"
_TYPES: dict[int, npt.DTypeLike] = {0: np.float32, 1: np.float16, 2: np.int32}
_SPARSE = 1
_LARGEST_TENSOR = 10_000_000
"""In values. Only a damaged file has a larger sparse tensor: the largest in the detectors' networks has 36,864."""

_INDEX_TYPES: dict[int, npt.DTypeLike] = {1: np.int32, 2: np.uint16, 3: np.uint8}

OPERATORS = {
    0: "ADD",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    5: "DEPTH_TO_SPACE",
    6: "DEQUANTIZE",
    17: "MAX_POOL_2D",
    19: "RELU",
    22: "RESHAPE",
    23: "RESIZE_BILINEAR",
    34: "PAD",
    124: "DENSIFY",
}
"""The operators that can be read, by their number in the schema."""


class _Fields:
    """A table in the file. Fields are named by their number in the schema; a field that is missing has its default."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def int8(self, field: int, default: int = 0) -> int:
        return self._scalar(field, number_types.Int8Flags, default)

    def int32(self, field: int, default: int = 0) -> int:
        return self._scalar(field, number_types.Int32Flags, default)

    def _scalar(self, field: int, flags: Any, default: int) -> int:
        return int(self._table.GetSlot(4 + 2 * field, default, flags))

    def table(self, field: int) -> _Fields | None:
        offset = self._offset(field)
        return _at(self._table.Bytes, self._table.Indirect(offset + self._table.Pos)) if offset else None

    def union(self, field: int) -> _Fields:
        """The table of a union's value; an empty one if there is none, so that every option has its default."""
        table = Table(self._table.Bytes, 0)
        offset = self._offset(field)
        if not offset:
            return _NOTHING
        self._table.Union(table, offset)
        return _Fields(table)

    def tables(self, field: int) -> list[_Fields]:
        offset = self._offset(field)
        if not offset:
            return []
        start = self._table.Vector(offset)
        positions = range(start, start + 4 * self._table.VectorLen(offset), 4)
        return [_at(self._table.Bytes, self._table.Indirect(position)) for position in positions]

    def numbers(self, field: int, dtype: npt.DTypeLike) -> Array:
        """A vector of numbers; `dtype` is that of one element in the file, and little-endian."""
        offset = self._offset(field)
        if not offset:
            return np.zeros(0, dtype)
        element = np.dtype(dtype).newbyteorder("<")
        return np.frombuffer(self._table.Bytes, element, self._table.VectorLen(offset), self._table.Vector(offset))

    def _offset(self, field: int) -> int:
        return cast("int", self._table.Offset(4 + 2 * field))


def _at(content: bytes, position: int) -> _Fields:
    return _Fields(Table(content, position))


_NOTHING = _at(struct.pack("<HHi", 4, 0, 4), 4)
"""A table without fields: a virtual table of four bytes, and the distance back to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """`constant`: the values if they are stored in the file, with the tensor's shape; sparse ones made dense."""

    shape: tuple[int, ...]
    constant: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """`inputs` and `outputs` are numbers of tensors; `options` has the fields of the operator's own table."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: _Fields


@dataclass(frozen=True, slots=True, eq=False)
class TfliteGraph:
    """A network, its operators in the order of execution. `inputs` and `outputs` are numbers of tensors."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_tflite(content: bytes) -> TfliteGraph:
    """Raises ValueError if this is not such a file, if it is damaged, or if it has operators that are not known."""
    if content[4:8] != _IDENTIFIER:
        raise ValueError("it is not a TensorFlow Lite file")
    try:
        return _graph(content)
    except (struct.error, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ValueError("the file is damaged, or it has parts of a kind that is not supported") from error


def _graph(content: bytes) -> TfliteGraph:
    model = _at(content, encode.Get(number_types.UOffsetTFlags.packer_type, content, 0))
    (graph,) = model.tables(2)
    # Numbers above 127 are in a second field, because the first is one byte.
    codes = [OPERATORS[max(code.int8(0), code.int32(3))] for code in model.tables(1)]
    buffers = model.tables(4)
    return TfliteGraph(
        tuple(_tensor(table, buffers) for table in graph.tables(0)),
        tuple(
            Operator(codes[table.int32(0)], _int32s(table, 1), _int32s(table, 2), table.union(4))
            for table in graph.tables(3)
        ),
        _int32s(graph, 1),
        _int32s(graph, 2),
    )


def _int32s(table: _Fields, field: int) -> tuple[int, ...]:
    return tuple(int(number) for number in table.numbers(field, np.int32))


def _tensor(table: _Fields, buffers: list[_Fields]) -> Tensor:
    shape = _int32s(table, 0)
    stored = buffers[table.int32(2)].numbers(0, np.uint8)
    if not stored.size:
        return Tensor(shape, None)
    values = stored.view(np.dtype(_TYPES[table.int8(1)]).newbyteorder("<"))
    sparsity = table.table(6)
    return Tensor(shape, values.reshape(shape) if sparsity is None else _dense(values, shape, sparsity))


def _dense(values: Array, shape: tuple[int, ...], sparsity: _Fields) -> Array:
    """The values in their places, zeros elsewhere. Only the last axis may be sparse: compressed rows."""
    *dense_axes, last = sparsity.tables(2)
    in_order = _int32s(sparsity, 0) == tuple(range(len(shape)))
    if not in_order or any(axis.int8(0) == _SPARSE for axis in dense_axes) or last.int8(0) != _SPARSE:
        raise ValueError("a sparse tensor of a kind that is not supported")
    if math.prod(shape) > _LARGEST_TENSOR:
        raise ValueError(f"a sparse tensor of {math.prod(shape)} values")
    starts = last.union(3).numbers(0, _INDEX_TYPES[last.int8(2)]).astype(np.int64)
    columns = last.union(5).numbers(0, _INDEX_TYPES[last.int8(4)])
    dense = np.zeros((math.prod(shape[:-1]), shape[-1]), values.dtype)
    dense[np.repeat(np.arange(len(starts) - 1), np.diff(starts)), columns] = values
    return dense.reshape(shape)
