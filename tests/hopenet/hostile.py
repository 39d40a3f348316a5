"""Makes small ONNX models with the record of a snapshot, to be wrong in one way each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from hopenet import SnapshotRecord
from hopenet.records import METADATA_KEY

SIDE = 32
BINS = 66
RECORD = SnapshotRecord(architecture="Squeezenet_1_1", name="made", input_size=SIDE).to_json()


def array(name: str, value: object, kind: type[np.generic] = np.float32) -> Any:
    return numpy_helper.from_array(np.asarray(value, kind), name)


def plain_nodes(start: str = "image") -> list[Any]:
    """From pictures to logits that hardly depend on them."""
    return [
        helper.make_node("Resize", [start, "", "scales"], ["small"], mode="nearest"),
        helper.make_node("Flatten", ["small"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["dense"]),
        helper.make_node("Reshape", ["dense", "shape"], ["logits"]),
    ]


def plain_constants() -> list[Any]:
    weights = np.random.default_rng(0).normal(0, 0.01, (3 * 4 * 4, 3 * BINS))
    return [
        array("scales", [1, 1, 4 / SIDE, 4 / SIDE]),
        array("weights", weights),
        array("shape", [-1, 3, BINS], np.int64),
    ]


def model(
    nodes: Sequence[Any] | None = None,
    constants: Sequence[Any] = (),
    *,
    inputs: Mapping[str, tuple[int, Sequence[int | str]]] | None = None,
    outputs: Mapping[str, tuple[int, Sequence[int | str]]] | None = None,
    opset: int = 18,
    record: str | None = RECORD,
) -> Any:
    """A model of these nodes; by default, a working one."""

    def ports(named: Mapping[str, tuple[int, Sequence[int | str]]]) -> list[Any]:
        return [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in named.items()]

    graph = helper.make_graph(
        plain_nodes() if nodes is None else list(nodes),
        "graph",
        ports(inputs or {"image": (TensorProto.FLOAT, ["n", 3, SIDE, SIDE])}),
        ports(outputs or {"logits": (TensorProto.FLOAT, ["n", 3, BINS])}),
        [*plain_constants(), *constants],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    if record is not None:
        made.metadata_props.add(key=METADATA_KEY, value=record)
    return made


def save(made: Any, path: Path) -> Path:
    path.write_bytes(made.SerializeToString())
    return path


def calling_itself() -> Any:
    """A model with a function that never ends."""
    made = model([*plain_nodes(), helper.make_node("Again", ["logits"], ["again"], domain="local")])
    imports = [helper.make_opsetid("", 18), helper.make_opsetid("local", 1)]
    step = helper.make_node("Again", ["from"], ["to"], domain="local")
    made.functions.append(helper.make_function("local", "Again", ["from"], ["to"], [step], imports))
    made.opset_import.append(imports[1])
    return made


def with_external_weights(location: str) -> Any:
    """A working model that keeps its weights in another file."""
    made = model()
    for tensor in made.graph.initializer:
        if tensor.name == "weights":
            size = len(tensor.raw_data)
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in (("location", location), ("offset", "0"), ("length", str(size))):
                tensor.external_data.add(key=key, value=value)
    return made


def endless() -> Any:
    """A model that loops for ever once it runs."""
    shape: list[str | int | None] = ["n", 3, SIDE, SIDE]
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["still_on"]), helper.make_node("Identity", ["x"], ["same_x"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, shape),
        ],
        [
            helper.make_tensor_value_info("still_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("same_x", TensorProto.FLOAT, shape),
        ],
    )
    loop = helper.make_node("Loop", ["", "true", "image"], ["looped"], body=body)
    return model([loop, *plain_nodes("looped")], [array("true", True, np.bool_)])


def huge(elements: int = 2**34) -> Any:
    """A model with a constant of so many numbers, in a file of a few kilobytes."""
    return model(
        [
            helper.make_node("ConstantOfShape", ["count"], ["huge"]),
            helper.make_node("ReduceMax", ["huge"], ["zero"], keepdims=0),
            helper.make_node("Add", ["image", "zero"], ["added"]),
            *plain_nodes("added"),
        ],
        [array("count", [elements], np.int64)],
    )


def nan_between(low: float, high: float) -> Any:
    """A model that computes NaN for pictures whose normalised mean lies between these two numbers."""
    return model(
        [
            helper.make_node("ReduceMean", ["image", "axes"], ["mean"], keepdims=1),
            helper.make_node("Sub", ["mean", "low"], ["above"]),
            helper.make_node("Sub", ["mean", "high"], ["below"]),
            helper.make_node("Mul", ["above", "below"], ["product"]),
            helper.make_node("Sqrt", ["product"], ["root"]),
            helper.make_node("Mul", ["root", "none"], ["nothing"]),
            helper.make_node("Add", ["image", "nothing"], ["added"]),
            *plain_nodes("added"),
        ],
        [array("axes", [1, 2, 3], np.int64), array("low", low), array("high", high), array("none", 0)],
    )
