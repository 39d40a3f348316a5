"""Snapshot files: every kind that is published, those that are damaged or hostile, and our own."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

from hopenet import HeadPoseEstimator, SnapshotRecord
from hopenet.crops import SquareCrop
from hopenet.export import save_onnx, save_safetensors
from hopenet.records import Decoding
from hopenet.snapshots import LoadedSnapshot, into_network, read_weights

if TYPE_CHECKING:  # torch takes a second to import, so tests import it where they use it
    import torch


def weights_of(architecture: str, *, seed: int = 1) -> dict[str, torch.Tensor]:
    """The random weights of a network."""
    import torch

    from hopenet.networks import build

    torch.manual_seed(seed)
    return build(architecture).state_dict()


def halved(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key: tensor.half() if tensor.ndim > 1 else tensor for key, tensor in weights.items()}


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    return weights_of("ResNet18", seed=0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same snapshot as `ours.safetensors` and `ours.onnx`."""
    folder = tmp_path_factory.mktemp("written")
    snapshot = LoadedSnapshot(RECORD, weights_of("Squeezenet_1_1"))
    save_safetensors(snapshot, folder / "ours.safetensors")
    save_onnx(snapshot, folder / "ours.onnx")
    return folder


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[object], Path]:
    def save(content: object) -> Path:
        import torch

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
        pytest.param(lambda state: {"state_dict": state, "epoch": 3}, id="wrapped"),
    ],
)
def test_published_state_dicts_load_with_any_wrapping(
    state: dict[str, torch.Tensor], saved: Callable[[object], Path], change: Callable[[dict[str, torch.Tensor]], object]
) -> None:
    import torch

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
    import torch

    trap, path = tmp_path / "executed", tmp_path / "evil.pkl"
    torch.save({"fc_yaw.weight": _Payload(trap)}, path, _use_new_zipfile_serialization=new_format)
    with pytest.raises(ValueError, match="contains more than weights"):
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
def test_a_damaged_file_is_refused_in_one_sentence(
    state: dict[str, torch.Tensor], saved: Callable[[object], Path], damage: Callable[[Path], None]
) -> None:
    path = saved(state)
    damage(path)
    with pytest.raises(ValueError, match=r"^snapshot\.pkl .* cannot be read.*\.$") as caught:
        read_weights(path)
    assert "\n" not in str(caught.value)


def test_a_state_dict_of_another_network_is_refused_in_one_sentence(saved: Callable[[object], Path]) -> None:
    import torch

    with pytest.raises(ValueError, match="cannot be used: The weights do not match any Hopenet architecture"):
        read_weights(saved({"encoder.weight": torch.zeros(3)}))


def test_a_missing_layer_is_named(state: dict[str, torch.Tensor], saved: Callable[[object], Path]) -> None:
    path = saved({key: value for key, value in state.items() if key != "layer2.0.conv1.weight"})
    with pytest.raises(ValueError, match=r"do not match a ResNet18: the snapshot has no layer2\.0\.conv1\.weight"):
        into_network(read_weights(path))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_nan_weights_are_refused_in_one_sentence(
    state: dict[str, torch.Tensor], saved: Callable[[object], Path], tmp_path: Path, engine: str
) -> None:
    path = saved({key: value * float("nan") if value.is_floating_point() else value for key, value in state.items()})
    with pytest.raises((ValueError, RuntimeError), match="contains NaN weights"):
        HeadPoseEstimator.load(path, device="cpu", engine=engine, converted_folder=tmp_path / "converted")


@pytest.mark.parametrize("name", ["snapshot.txt", "snapshot"])
def test_a_file_without_a_snapshots_extension_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ValueError, match="does not have a snapshot's extension"):
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


def test_a_record_without_spread_factors_leaves_spreads_unchanged() -> None:
    plain = json.loads(RECORD.to_json())
    del plain["decoding"]["spread_factors"]
    assert SnapshotRecord.from_json(json.dumps(plain)).decoding.spread_factors == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("text", ["{}", "nonsense", "[1]", RECORD.to_json().replace('"square"', '"circle"')])
def test_a_text_that_is_not_a_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="record cannot be read"):
        SnapshotRecord.from_json(text)


def test_a_record_in_a_newer_format_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        SnapshotRecord.from_json(RECORD.to_json().replace('"version": 1', '"version": 2'))


@pytest.mark.parametrize("suffix", [".safetensors", ".onnx"])
def test_a_record_is_written_and_read_back(written: Path, tmp_path: Path, suffix: str) -> None:
    assert {file.name for file in written.iterdir()} == {"ours.safetensors", "ours.onnx"}
    loaded = HeadPoseEstimator.load(written / f"ours{suffix}", device="cpu", converted_folder=tmp_path)
    assert loaded.record == RECORD
    assert loaded.engine.name == "onnx-cpu"


@pytest.mark.slow
def test_half_precision_weights_are_stored_as_such_and_give_the_same_poses(written: Path, tmp_path: Path) -> None:
    snapshot = LoadedSnapshot(RECORD, halved(weights_of("Squeezenet_1_1")))
    save_safetensors(snapshot, tmp_path / "ours.safetensors")
    save_onnx(snapshot, tmp_path / "ours.onnx")
    for name in ("ours.safetensors", "ours.onnx"):
        assert (tmp_path / name).stat().st_size < 0.6 * (written / name).stat().st_size
    picture = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)

    def pose(file: Path, engine: str) -> npt.NDArray[np.float64]:
        (estimate,) = HeadPoseEstimator.load(file, device="cpu", engine=engine).estimate(picture, [(9, 9, 99, 99)])
        assert estimate is not None
        return np.array(estimate.pose)

    whole = pose(written / "ours.onnx", "onnx")
    np.testing.assert_allclose(pose(tmp_path / "ours.onnx", "onnx"), whole, atol=0.05)
    np.testing.assert_allclose(pose(tmp_path / "ours.safetensors", "torch"), whole, atol=0.05)


@pytest.mark.slow
def test_weights_too_large_for_half_precision_are_not_written(tmp_path: Path) -> None:
    import torch

    tensors = halved(weights_of("HopeNetLite"))
    # When it is merged into the preceding convolution, this norm scales weights beyond the range of half precision.
    tensors["conv5.1.weight"] = torch.full_like(tensors["conv5.1.weight"], 1e8)
    with pytest.raises(RuntimeError, match="was not kept"):
        save_onnx(LoadedSnapshot(replace(RECORD, architecture="HopeNetLite"), tensors), tmp_path / "large.onnx")
    assert not list(tmp_path.iterdir())


def test_torch_runs_the_onnx_model_itself_whatever_is_next_to_it(written: Path) -> None:
    by_torch = HeadPoseEstimator.load(written / "ours.onnx", device="cpu", engine="torch")
    by_onnx = HeadPoseEstimator.load(written / "ours.onnx", device="cpu")
    assert (by_torch.engine.name, by_onnx.engine.name) == ("torch-cpu", "onnx-cpu")
    assert by_torch.sha256 == by_onnx.sha256


def test_a_safetensors_file_with_the_wrong_architecture_in_its_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.safetensors"
    save_safetensors(LoadedSnapshot(replace(RECORD, architecture="ResNet18"), weights_of("Squeezenet_1_1")), path)
    with pytest.raises(ValueError, match="claims to be a ResNet18, but its weights are those of a Squeezenet_1_1"):
        read_weights(path)


@pytest.mark.parametrize("suffix", [".safetensors", ".onnx"])
def test_garbage_with_a_valid_extension_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"garbage{suffix}"
    path.write_bytes(b"\x00garbage" * 100)
    with pytest.raises(ValueError, match="is damaged or is not"):
        HeadPoseEstimator.load(path, device="cpu")
