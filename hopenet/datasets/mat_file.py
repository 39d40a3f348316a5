"""Reads arrays of numbers from MATLAB's files (level 5), as the published datasets have them.

scipy reads these files as well, but a single changed bit can crash the process in its native code.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

MAXIMUM_NUMBERS = 100_000
"""In one array. The landmarks of a face are 204; a changed bit can announce billions."""

_HEADER_BYTES = 128
_LARGEST_VARIABLE_BYTES = 50_000_000
"""Of a compressed variable, unpacked."""

_NUMBER_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""NumPy's name for the types in which numbers are stored."""

_MATRIX, _COMPRESSED = 14, 15
_NUMBER_CLASSES = range(6, 16)
"""Classes of arrays that hold numbers: double, single, and integers of 8 to 64 bits."""


class _Element(NamedTuple):
    kind: int
    data: bytes


def read_arrays(file: bytes, names: Collection[str]) -> dict[str, Numbers]:
    """The arrays of real numbers with these names, in MATLAB's shape (at least two dimensions); others are left out.

    Raises ValueError if the file is damaged, or is of another level.
    Source: MathWorks, MAT-File Format, level 5.
    """
    if len(file) < _HEADER_BYTES:
        raise ValueError("it is too short")
    order = {b"IM": "<", b"MI": ">"}.get(file[126:128])
    if order is None:
        raise ValueError("it is not a MAT file of level 5")
    found: dict[str, Numbers] = {}
    for element in _elements(file[_HEADER_BYTES:], order):
        matrix = element
        if element.kind == _COMPRESSED:
            matrix = next(_elements(_unpacked(element.data), order), element)
        if matrix.kind == _MATRIX:
            name, array = _array(matrix.data, order, names)
            if array is not None:
                found[name] = array
    return found


def _elements(data: bytes, order: str) -> Iterator[_Element]:
    position = 0
    while position + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, position)
        if kind >> 16:  # a small element: size and type share four bytes, and the data are in the next four
            kind, size, start, step = kind & 0xFFFF, kind >> 16, position + 4, 8
            if size > 4:
                raise ValueError("a small element is too large")
        else:
            start = position + 8
            # Compressed elements are not padded.
            step = 8 + size + (0 if kind == _COMPRESSED else -size % 8)
        if start + size > len(data):
            raise ValueError("it is cut off")
        yield _Element(kind, data[start : start + size])
        position += step


def _unpacked(data: bytes) -> bytes:
    try:
        unpacked = zlib.decompressobj().decompress(data, _LARGEST_VARIABLE_BYTES)
    except zlib.error as error:
        raise ValueError("a compressed variable is damaged") from error
    if len(unpacked) == _LARGEST_VARIABLE_BYTES:
        raise ValueError("a compressed variable is too large")
    return unpacked


def _array(data: bytes, order: str, names: Collection[str]) -> tuple[str, Numbers | None]:
    parts = _elements(data, order)
    flags, dimensions, name = (next(parts, _Element(0, b"")) for _ in range(3))
    text = name.data.decode("latin-1")
    if text not in names:
        return text, None
    shape = _numbers(dimensions, order).astype(np.int64)
    real = next(parts, None)
    if len(flags.data) < 4 or len(shape) < 2 or (shape < 0).any() or real is None:
        raise ValueError(f"the array {text} is damaged")
    (flag,) = struct.unpack_from(f"{order}I", flags.data)
    if flag & 0xFF not in _NUMBER_CLASSES or flag & 0x800:
        raise ValueError(f"the array {text} does not contain real numbers")
    if float(np.prod(shape.astype(np.float64))) > MAXIMUM_NUMBERS:
        raise ValueError(f"the array {text} is too large")
    numbers = _numbers(real, order)
    if len(numbers) != int(shape.prod()):
        raise ValueError(f"the array {text} has {len(numbers)} numbers instead of {int(shape.prod())}")
    return text, numbers.reshape(shape, order="F")


def _numbers(element: _Element, order: str) -> Numbers:
    kind = _NUMBER_TYPES.get(element.kind)
    if kind is None or len(element.data) % int(kind[1]):
        raise ValueError("an element does not contain numbers")
    return np.frombuffer(element.data, np.dtype(kind).newbyteorder("<" if order == "<" else ">")).astype(np.float64)
