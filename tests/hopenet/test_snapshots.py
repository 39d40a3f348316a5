from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from hopenet import HeadPoseEstimator, SnapshotRecord
from hopenet.crops import SquareCrop
from hopenet.export import save_onnx, save_safetensors
from hopenet.networks import build
from hopenet.records import Decoding
from hopenet.snapshots import LoadedSnapshot, into_network, read_weights


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return build("ResNet18").state_dict()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[object], Path]:
    def save(content: object) -> Path:
        path = tmp_path / "snapshot.pkl"
        torch.save(content, path, _use_new_zipfile_serialization=False)
        return path

    return save


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda state: state, id="bare"),
        pytest.param(lambda state: {f"module.{key}": value for key, value in state.items()}, id="module prefix"),
        pytest.param(
            lambda state: {k: v for k, v in state.items() if "fc_finetune" not in k}, id="without fc_finetune"
        ),
        pytest.param(lambda state: {k: v for k, v in state.items() if "num_batches" not in k}, id="torch before 0.4"),
        pytest.param(lambda state: {"state_dict": state, "epoch": torch.tensor(3)}, id="wrapped"),
    ],
)
def test_published_state_dicts_load_whatever_their_wrapping(
    state: dict[str, torch.Tensor], saved: Callable[[object], Path], change: Callable[[dict[str, torch.Tensor]], object]
) -> None:
    weights = read_weights(saved(change(state)))
    assert weights.record.architecture == "ResNet18"
    assert torch.equal(into_network(weights).state_dict()["fc_yaw.weight"], state["fc_yaw.weight"])


def test_published_snapshots_tagged_with_cuda_devices_load_without_a_gpu(published_snapshot: Path) -> None:
    weights = read_weights(published_snapshot)
    assert weights.record.architecture.startswith("Squeezenet")
    assert all(tensor.device.type == "cpu" for tensor in weights.tensors.values())


class _Payload:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("new_format", [False, True], ids=["old pickle", "zip"])
def test_a_pickle_with_a_payload_is_refused_and_not_executed(tmp_path: Path, new_format: bool) -> None:
    trap, path = tmp_path / "executed", tmp_path / "evil.pkl"
    torch.save({"fc_yaw.weight": _Payload(trap)}, path, _use_new_zipfile_serialization=new_format)
    with pytest.raises(ValueError, match="holds more than weights"):
        HeadPoseEstimator.load(path, device="cpu")
    assert not trap.exists()


def test_a_plain_pickle_with_a_payload_is_refused_and_not_executed(tmp_path: Path) -> None:
    trap, path = tmp_path / "executed", tmp_path / "evil.pkl"
    path.write_bytes(pickle.dumps(_Payload(trap)))
    with pytest.raises(ValueError, match=r"evil\.pkl"):
        HeadPoseEstimator.load(path, device="cpu")
    assert not trap.exists()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200_000])


def _as_text(path: Path) -> None:
    path.write_text("yaw pitch roll\n1 2 3\n", encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_cut, _as_text, _empty])
def test_a_damaged_file_gets_one_sentence(
    state: dict[str, torch.Tensor], saved: Callable[[object], Path], damage: Callable[[Path], None]
) -> None:
    path = saved(state)
    damage(path)
    with pytest.raises(ValueError, match=r"^snapshot\.pkl .* cannot be read.*\.$") as caught:
        read_weights(path)
    assert "\n" not in str(caught.value)


def test_a_state_dict_of_another_network_gets_one_sentence(saved: Callable[[object], Path]) -> None:
    with pytest.raises(ValueError, match="does not fit: These weights belong to no Hopenet architecture"):
        read_weights(saved({"encoder.weight": torch.zeros(3)}))


def test_a_missing_layer_is_named(state: dict[str, torch.Tensor], saved: Callable[[object], Path]) -> None:
    path = saved({key: value for key, value in state.items() if key != "layer2.0.conv1.weight"})
    with pytest.raises(ValueError, match=r"do not fit a ResNet18: the snapshot lacks layer2\.0\.conv1\.weight"):
        into_network(read_weights(path))


@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_weights_that_are_no_numbers_get_one_sentence(
    state: dict[str, torch.Tensor], saved: Callable[[object], Path], tmp_path: Path, engine: str
) -> None:
    path = saved({key: value * float("nan") if value.is_floating_point() else value for key, value in state.items()})
    with pytest.raises((ValueError, RuntimeError), match="no numbers"):
        HeadPoseEstimator.load(path, device="cpu", engine=engine, converted_folder=tmp_path / "converted")


@pytest.mark.parametrize("name", ["snapshot.txt", "snapshot"])
def test_a_name_that_is_none_of_a_snapshot_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ValueError, match="no snapshot by its name"):
        HeadPoseEstimator.load(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no snapshot file"):
        HeadPoseEstimator.load(tmp_path / "none.pkl")


RECORD = SnapshotRecord(
    architecture="Squeezenet_1_1",
    name="ours",
    input_size=112,
    crops={"default": SquareCrop(1.3, 0.06)},
    decoding=Decoding(first_deg=-97.5, spread_factors=(0.5, 0.6, 0.7)),
    training_data="crops of AFLW",
    licence="research use",
    figures={"MAE": 4.5},
)


def test_a_record_survives_json() -> None:
    assert SnapshotRecord.from_json(RECORD.to_json()) == RECORD


def test_a_record_from_before_spreads_were_calibrated_leaves_them_as_they_are() -> None:
    plain = json.loads(RECORD.to_json())
    del plain["decoding"]["spread_factors"]
    assert SnapshotRecord.from_json(json.dumps(plain)).decoding.spread_factors == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("text", ["{}", "nonsense", "[1]", RECORD.to_json().replace('"square"', '"circle"')])
def test_a_text_that_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="record cannot be read"):
        SnapshotRecord.from_json(text)


def test_a_record_of_a_newer_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        SnapshotRecord.from_json(RECORD.to_json().replace('"version": 1', '"version": 2'))


@pytest.mark.parametrize(("save", "suffix"), [(save_safetensors, ".safetensors"), (save_onnx, ".onnx")])
def test_what_is_written_with_a_record_reads_back_with_it(
    tmp_path: Path, save: Callable[[LoadedSnapshot, Path], None], suffix: str
) -> None:
    torch.manual_seed(1)
    weights = LoadedSnapshot(RECORD, build("Squeezenet_1_1").state_dict())
    path = tmp_path / f"ours{suffix}"
    save(weights, path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    loaded = HeadPoseEstimator.load(path, device="cpu", converted_folder=tmp_path / "converted")
    assert loaded.record == RECORD
    assert loaded.engine.name == "onnx-cpu"


def test_weights_in_half_precision_are_stored_so_and_answer_alike(tmp_path: Path) -> None:
    torch.manual_seed(1)
    whole = build("Squeezenet_1_1").state_dict()
    halved = {key: tensor.half() if tensor.ndim > 1 else tensor for key, tensor in whole.items()}
    for name, tensors in (("whole", whole), ("halved", halved)):
        for save, suffix in ((save_safetensors, ".safetensors"), (save_onnx, ".onnx")):
            save(LoadedSnapshot(RECORD, tensors), tmp_path / f"{name}{suffix}")
    for suffix in (".safetensors", ".onnx"):
        sizes = [(tmp_path / f"{name}{suffix}").stat().st_size for name in ("whole", "halved")]
        assert sizes[1] < 0.6 * sizes[0]
    picture = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)
    poses = [
        HeadPoseEstimator.load(tmp_path / name, device="cpu", engine=engine).estimate(picture, [(9, 9, 99, 99)])[0].pose
        for name, engine in (("whole.onnx", "onnx"), ("halved.onnx", "onnx"), ("halved.safetensors", "torch"))
    ]
    np.testing.assert_allclose(poses[1], poses[0], atol=0.05)
    np.testing.assert_allclose(poses[2], poses[0], atol=0.05)


def test_weights_too_large_for_half_precision_are_not_kept(tmp_path: Path) -> None:
    torch.manual_seed(1)
    tensors = {
        key: tensor.half() if tensor.ndim > 1 else tensor for key, tensor in build("HopeNetLite").state_dict().items()
    }
    # Folded into the convolution before it, this norm multiplies weights beyond what half precision holds.
    tensors["conv5.1.weight"] = torch.full_like(tensors["conv5.1.weight"], 1e8)
    with pytest.raises(RuntimeError, match="it was not kept"):
        save_onnx(LoadedSnapshot(replace(RECORD, architecture="HopeNetLite"), tensors), tmp_path / "large.onnx")
    assert not list(tmp_path.iterdir())


def test_torch_takes_the_safetensors_beside_an_onnx_model(tmp_path: Path) -> None:
    torch.manual_seed(1)
    weights = LoadedSnapshot(RECORD, build("Squeezenet_1_1").state_dict())
    save_onnx(weights, tmp_path / "ours.onnx")
    with pytest.raises(ValueError, match="torch cannot run"):
        HeadPoseEstimator.load(tmp_path / "ours.onnx", device="cpu", engine="torch")
    save_safetensors(weights, tmp_path / "ours.safetensors")
    assert HeadPoseEstimator.load(tmp_path / "ours.onnx", device="cpu", engine="torch").engine.name == "torch-cpu"
    assert HeadPoseEstimator.load(tmp_path / "ours.onnx", device="cpu").engine.name == "onnx-cpu"


def test_a_safetensors_file_that_lies_about_its_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.safetensors"
    save_safetensors(
        LoadedSnapshot(replace(RECORD, architecture="ResNet18"), build("Squeezenet_1_1").state_dict()), path
    )
    with pytest.raises(ValueError, match="says that it is a ResNet18, but its weights are those of a Squeezenet_1_1"):
        read_weights(path)


@pytest.mark.parametrize("suffix", [".safetensors", ".onnx"])
def test_garbage_under_a_good_name_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"garbage{suffix}"
    path.write_bytes(b"\x00garbage" * 100)
    with pytest.raises(ValueError, match="damaged or no"):
        HeadPoseEstimator.load(path, device="cpu")
