"""Weights in ONNX files: how they are stored, and that torch reads the same network back out of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from hopenet import HeadPoseEstimator
from hopenet.decode import decode
from hopenet.engines import OnnxEngine
from hopenet.estimator import plan_load
from hopenet.export import main, save_onnx, store_again
from hopenet.onnx_storage import array_of, store, unpacked
from hopenet.onnx_weights import holds_weights
from hopenet.pose import wrapped
from hopenet.preprocess import to_batch
from hopenet.snapshots import LoadedSnapshot, into_network, read_weights
from hopenet.trial_pictures import ordinary_faces
from tests.hopenet import hostile

COMPACT = Path(__file__).parents[2] / "weights" / "compact.onnx"


@pytest.fixture(scope="module")
def in_8_bit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled snapshot, stored in 8 bits."""
    path = tmp_path_factory.mktemp("stored") / "small.onnx"
    store_again(COMPACT, path, "8-bit")
    return path


def angles(engine: OnnxEngine) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    batch = to_batch(ordinary_faces(engine.record.input_size), engine.record)
    return np.array([one.pose for one in decode(engine.logits(batch), engine.record.decoding)])


def matrix(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> onnx.ModelProto:
    """A model that multiplies by a matrix of `fc.weight`."""
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "fc.weight"], ["y"], transB=1)],
        "one layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", values.shape[1]])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", values.shape[0]])],
        [numpy_helper.from_array(values, "fc.weight")],
    )
    return helper.make_model(graph)


def test_8_bit_weights_take_a_quarter_of_the_bytes_and_stay_within_half_a_step() -> None:
    values = np.random.default_rng(0).normal(size=(100, 400)).astype(np.float32)
    values[7] = 0
    model = matrix(values)
    store(model, "8-bit")
    assert len(model.SerializeToString()) < values.nbytes / 3.8
    (tensor,) = unpacked(model).graph.initializer
    found, step = array_of(tensor), np.abs(values).max(axis=1, keepdims=True) / 127
    assert tensor.name == "fc.weight"
    assert (np.abs(found - values) <= 0.501 * step).all()
    assert not found[7].any()


def test_small_weights_are_stored_in_half_precision_even_if_8_bits_are_asked_for() -> None:
    values = np.random.default_rng(0).normal(size=(30, 100)).astype(np.float32)
    model = matrix(values)
    store(model, "8-bit")
    assert [tensor.data_type for tensor in model.graph.initializer] == [TensorProto.FLOAT16]


def test_storing_again_changes_no_weight(in_8_bit: Path) -> None:
    model = onnx.load(in_8_bit)
    again = unpacked(onnx.load(in_8_bit))
    store(again, "8-bit")
    first, second = (
        {one.name: one.raw_data for one in each.graph.initializer if one.data_type == TensorProto.INT8}
        for each in (model, again)
    )
    assert first and first == second


def test_the_bundled_snapshot_in_8_bit_is_small_and_gives_nearly_the_same_angles(in_8_bit: Path) -> None:
    assert in_8_bit.stat().st_size < 4_100_000
    single = unpacked(onnx.load(COMPACT))
    whole = in_8_bit.with_name("whole.onnx")
    onnx.save(single, whole)
    difference_deg = np.abs(wrapped(angles(OnnxEngine(in_8_bit)) - angles(OnnxEngine(whole))))
    assert difference_deg.mean() < 0.1 and difference_deg.max() < 0.5
    assert OnnxEngine(in_8_bit).record.named("compact") == OnnxEngine(COMPACT).record.named("compact")


def test_onnx_runtime_undoes_the_storage_when_it_loads_a_file(in_8_bit: Path, tmp_path: Path) -> None:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    onnxruntime.InferenceSession(str(in_8_bit), options, providers=["CPUExecutionProvider"])
    kinds = {node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node}
    assert "Conv" in kinds and "Cast" not in kinds  # each multiplication by a scale follows a cast


@pytest.mark.parametrize("kept", ["half", "8-bit"])
def test_torch_gives_the_angles_of_onnx_runtime_from_the_same_file(in_8_bit: Path, kept: str) -> None:
    path = in_8_bit if kept == "8-bit" else COMPACT
    picture = ordinary_faces(200)[0]
    boxes = [(0, 0, 200, 200), (30, 20, 180, 170)]
    loaded = [HeadPoseEstimator.load(path, device="cpu", engine=engine) for engine in ("onnx", "torch")]
    assert [one.engine.name for one in loaded] == ["onnx-cpu", "torch-cpu"]
    assert loaded[0].record == loaded[1].record and loaded[0].sha256 == loaded[1].sha256
    poses = [[one.pose for one in each.estimate(picture, boxes) if one] for each in loaded]
    assert np.abs(np.subtract(poses[0], poses[1])).max() < 0.01


def test_a_gpu_is_used_for_an_onnx_model_with_readable_weights_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hopenet.estimator.resolve_device", lambda device: "cuda")
    assert plan_load(COMPACT).runs == "torch"
    foreign = hostile.save(hostile.model(), tmp_path / "foreign.onnx")
    plan = plan_load(foreign)
    assert (plan.runs, plan.device) == ("onnx", "cpu")


def test_a_foreign_onnx_model_is_refused_as_weights_in_one_sentence(tmp_path: Path) -> None:
    foreign = hostile.save(hostile.model(), tmp_path / "foreign.onnx")
    with pytest.raises(
        ValueError, match=r"^The weights of foreign\.onnx cannot be used outside ONNX Runtime: it has no "
    ):
        read_weights(foreign)


def _external(model: onnx.ModelProto) -> None:
    tensor = _first_half(model)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="elsewhere.bin")


def _huge(model: onnx.ModelProto) -> None:
    del _first_half(model).dims[:]
    _first_half(model).dims.extend([1 << 40, 1 << 40])


def _cut(model: onnx.ModelProto) -> None:
    _first_half(model).raw_data = b"1234"


def _turned(model: onnx.ModelProto) -> None:
    tensor = _first_half(model)
    shape = list(tensor.dims)
    del tensor.dims[:]
    tensor.dims.extend([shape[1], shape[0], *shape[2:]])


def _loop(model: onnx.ModelProto) -> None:
    node = model.graph.node.add(op_type="Loop")
    node.attribute.add(name="body").g.name = "endless"


def _without_inputs(model: onnx.ModelProto) -> None:
    model.graph.node.add(op_type="Mul")
    model.graph.node.add(op_type="Cast")
    _cut(model)


def _not_a_number(model: onnx.ModelProto) -> None:
    tensor = _first_half(model)
    tensor.raw_data = b"\xff" * len(tensor.raw_data)


def _other_network(model: onnx.ModelProto) -> None:
    for node in model.graph.node:
        if node.op_type == "Clip":
            node.op_type = "Relu"
            del node.input[1:]


def _first_half(model: onnx.ModelProto) -> onnx.TensorProto:
    found: onnx.TensorProto
    (found,) = (one for one in model.graph.initializer if one.name == "blocks.1.expand.0.weight_half")
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_external, "stores weights in a way that this program does not"),
        (_huge, "a tensor in it is damaged"),
        (_cut, "a tensor in it is damaged"),
        (_turned, r"its blocks\.1\.expand\.0\.weight has the shape \(16, 96, 1, 1\)"),
        (_loop, "contains a program of its own"),
        (_without_inputs, "a tensor in it is damaged"),
        (_not_a_number, "NaN"),
        (_other_network, "torch's angles differ by"),
    ],
)
def test_a_changed_model_is_refused_as_weights_in_one_sentence(
    tmp_path: Path, change: Callable[[onnx.ModelProto], None], said: str
) -> None:
    model = onnx.load(COMPACT)
    change(model)
    path = tmp_path / "changed.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match=said) as caught:
        read_weights(path)
    assert "\n" not in str(caught.value)


def test_text_is_refused_as_weights(tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_bytes(b"these are words\n")
    assert not holds_weights(path)
    with pytest.raises(ValueError, match=r"^text\.onnx is damaged or is not an ONNX model\.$"):
        read_weights(path)


def test_a_snapshot_is_stored_again_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "small.onnx"
    monkeypatch.setattr("sys.argv", ["export", str(COMPACT), "--precision", "8-bit", "-o", str(target)])
    assert main() == 0
    assert target.is_file() and "MB; angles of ordinary faces differ by at most 0." in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["export", str(tmp_path / "none.onnx"), "--precision", "half", "-o", str(target)])
    assert main() == 1
    assert "no snapshot file" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ["HopeNetLite", "EfficientNetLite0"])
def test_a_network_is_read_back_from_the_file_that_it_was_exported_to(tmp_path: Path, architecture: str) -> None:
    import torch

    from hopenet.networks import build

    torch.manual_seed(0)
    network = build(architecture).eval()
    for name, values in network.state_dict().items():
        if name.endswith("running_var") or ("bn" in name and name.endswith("weight")):
            values.uniform_(0.5, 1.5)
        elif name.endswith(("running_mean", "bias")):
            values.uniform_(-0.2, 0.2)
    record = replace(OnnxEngine(COMPACT).record, architecture=architecture, input_size=64)
    snapshot = LoadedSnapshot(record, network.state_dict())
    save_onnx(snapshot, tmp_path / "whole.onnx")
    read = read_weights(tmp_path / "whole.onnx")
    faces = torch.from_numpy(to_batch(ordinary_faces(64), record))
    with torch.inference_mode():
        torch.testing.assert_close(into_network(read)(faces), network(faces), atol=1e-3, rtol=1e-3)
    assert read.record.architecture == architecture
