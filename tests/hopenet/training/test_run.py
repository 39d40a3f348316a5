"""A run from heads to a snapshot that can be used."""

from __future__ import annotations

import csv
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from hopenet import HeadPoseEstimator
from hopenet.datasets import JoinedHeads
from hopenet.datasets.table import TableSet
from hopenet.snapshots import read_weights

if TYPE_CHECKING:  # Lightning takes three seconds to import, so tests import it where they use it
    from hopenet.training.recipes import Recipe
    from hopenet.training.run import Trained

RECIPES = sorted(path.stem for path in (Path(__file__).parents[3] / "hopenet/training/recipes_shipped").glob("*.toml"))
SMALL: dict[str, Any] = {
    "name": "small",
    "architecture": "HopeNetLite",
    "initialise": "none",
    "epochs": 2,
    "batch_size": 8,
    "input_size": 64,
    "sizes": [[0.5, 48]],
    "validation_share": 0.25,
    "average_decay": 0.9,
    "optimiser.factors": {"fc_": 2.0},
    "optimiser.frozen_norms": ["conv1.*"],
}


class KilledHere(BaseException):
    """Ends a run without giving it a chance to save anything."""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of thirty-two pictures whose yaw shows in the brightness of one side."""
    random = np.random.default_rng(0)
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "yaw_deg", "pitch_deg", "roll_deg", "doubt"])
        for number in range(32):
            yaw = random.uniform(-60, 60)
            picture = random.integers(0, 80, (72, 72, 3), np.uint8)
            picture[:, :36] += np.uint8(80 + yaw)
            Image.fromarray(picture).save(tmp_path / f"{number}.png")
            rows.writerow([f"{number}.png", yaw, random.normal(0, 10), random.normal(0, 10), number % 12])
    return tmp_path / "labels.csv"


@pytest.fixture
def without_onnx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the conversion at the end of a run: it takes most of the time of a run this small."""
    monkeypatch.setattr("hopenet.training.run.save_onnx", lambda snapshot, path, **_: None)


def small(**changes: Any) -> Recipe:
    from hopenet.training.recipes import load_recipe

    return load_recipe("compact", SMALL | changes)


def trained_on(heads: TableSet, recipe: Recipe, folder: Path) -> Trained:
    from hopenet.training.run import Machine, split, train

    on_a_cpu = Machine(accelerator="cpu", workers=0)
    trained = train(split(heads, recipe), recipe, folder, machine=on_a_cpu, progress=False)
    assert trained is not None
    return trained


@pytest.mark.slow
def test_both_engines_give_the_same_poses_with_the_snapshot_of_a_run(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    trained = trained_on(TableSet(table, disagreement_column="doubt"), small(), folder)
    assert trained.record.figures["validation MAE"] > 0
    assert trained.record.decoding.spread_factors != (1.0, 1.0, 1.0)
    assert read_weights(trained.safetensors).record == trained.record
    picture = np.asarray(Image.open(tmp_path / "0.png"))
    poses = []
    for engine in ("onnx", "torch"):
        estimator = HeadPoseEstimator.load(trained.onnx, device="cpu", engine=engine)
        (estimate,) = estimator.estimate(picture, [(0, 0, 72, 72)])
        assert estimate is not None
        poses.append(estimate.pose)
    np.testing.assert_allclose(poses[0], poses[1], atol=1.0)  # weights in half precision
    card = (folder / "run.md").read_text(encoding="utf-8")
    assert "24 heads for training and 8 others" in card and "HopeNet-Lite" in card and "validation MAE" in card
    assert list((folder / "log").glob("events*")), "no TensorBoard log"


@pytest.mark.slow
@pytest.mark.usefixtures("without_onnx")
def test_a_run_is_not_continued_with_another_recipe(table: Path, tmp_path: Path) -> None:
    heads = TableSet(table)
    trained_on(heads, small(epochs=1), tmp_path / "run")
    with pytest.raises(ValueError, match="another recipe"):
        trained_on(heads, small(epochs=1, seed=8), tmp_path / "run")


@pytest.mark.parametrize("name", RECIPES)
def test_every_parameter_that_is_trained_gets_a_gradient(name: str) -> None:
    import torch

    from hopenet.training.module import PoseTraining
    from hopenet.training.recipes import load_recipe

    recipe = load_recipe(name, {"input_size": 64})
    module = PoseTraining(recipe)
    pixels = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)
    module(pixels).square().mean().backward()
    idle = [key for key, one in module.network.named_parameters() if one.requires_grad and one.grad is None]
    assert not idle, "several devices would wait for their gradients"


def test_parameters_that_are_not_trained_need_initial_weights(table: Path, tmp_path: Path) -> None:
    heads, recipe = TableSet(table), small(**{"optimiser.factors": {"conv1.": 0.0}})
    with pytest.raises(ValueError, match=r"freezes conv1\.0\.weight, which would keep its random values"):
        trained_on(heads, recipe, tmp_path / "run")


@pytest.mark.slow
@pytest.mark.usefixtures("without_onnx")
def test_a_run_that_stopped_early_is_finished(table: Path, tmp_path: Path) -> None:
    import torch

    heads, recipe, folder = TableSet(table), small(epochs=6, patience=1, **{"optimiser.lr": 0.0}), tmp_path / "run"
    epochs, snapshots = [], []
    for _ in range(2):
        trained = trained_on(heads, recipe, folder)
        epochs.append(torch.load(folder / "last.ckpt", weights_only=True)["epoch"])
        snapshots.append(trained.safetensors.read_bytes())
    assert epochs[0] == epochs[1] < 5
    assert snapshots[0] == snapshots[1]


@pytest.mark.slow
@pytest.mark.usefixtures("without_onnx")
@pytest.mark.parametrize("name", ["ResNet18", "Squeezenet_1_1", "MobileNetV2", "HopeNetLite", "EfficientNetLite0"])
def test_a_run_that_is_killed_at_random_steps_gives_the_weights_of_an_undisturbed_one(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from hopenet.training.module import PoseTraining

    recipe = small(architecture=name, epochs=3, input_size=48, sizes=[], **{"optimiser.frozen_norms": []})
    heads, folder = TableSet(table), tmp_path / "run"
    undisturbed = trained_on(heads, recipe, tmp_path / "undisturbed")
    steps = []
    step = PoseTraining.training_step

    def killed_at_some_steps(self: PoseTraining, batch: Any, number: int) -> Any:
        steps.append((self.current_epoch, number))
        if len(steps) in kills:
            raise KilledHere
        return step(self, batch, number)

    kills = set(np.random.default_rng(len(name)).integers(4, 12, 2).tolist())
    monkeypatch.setattr(PoseTraining, "training_step", killed_at_some_steps)
    for _ in kills:
        with pytest.raises(KilledHere):
            trained_on(heads, recipe, folder)
    killed = trained_on(heads, recipe, folder)
    assert len(steps) > 9 + len(kills) - 1, "some steps are done twice"
    expected, found = (read_weights(trained.safetensors).tensors for trained in (undisturbed, killed))
    assert found.keys() == expected.keys()
    assert all(found[key].equal(tensor) for key, tensor in expected.items())


@pytest.mark.slow
@pytest.mark.usefixtures("without_onnx")
def test_a_finished_run_whose_last_checkpoint_is_damaged_repeats_its_last_epoch(table: Path, tmp_path: Path) -> None:
    heads, folder = TableSet(table), tmp_path / "run"
    before = trained_on(heads, small(), folder).safetensors.read_bytes()
    (folder / "last.ckpt").write_bytes(b"")
    left_by_a_killed_run, of_a_user = folder / "last.ckpt.0123abcd.part", folder / "last.ckpt.part"
    left_by_a_killed_run.touch()
    of_a_user.touch()
    assert trained_on(heads, small(), folder).safetensors.read_bytes() == before
    assert of_a_user.exists()
    assert not left_by_a_killed_run.exists()
    assert (folder / "last.ckpt").stat().st_size > 0


def test_a_bad_validation_picture_is_left_out_on_request(table: Path, tmp_path: Path) -> None:
    from hopenet.training.run import split

    heads, recipe = TableSet(table), small()
    lost = split(heads, recipe).validation_names[0]
    (tmp_path / lost).write_bytes(b"no picture")
    assert lost not in split(heads, recipe, skip_bad=True).validation_names


def test_limits_leave_heads_out_and_the_seed_decides_the_split(table: Path) -> None:
    from hopenet.training.run import split

    heads = TableSet(table, disagreement_column="doubt")
    parts = split(heads, small(largest_disagreement_deg=5.0))
    names = {*parts.names, *parts.validation_names}
    assert all(heads.read(name).disagreement_deg <= 5 for name in names)
    assert not {*parts.names} & {*parts.validation_names}
    assert parts == split(heads, small(largest_disagreement_deg=5.0))
    assert parts.names != split(heads, small(largest_disagreement_deg=5.0, seed=1)).names
    with pytest.raises(ValueError, match="No heads left for training"):
        split(heads, small(largest_angle_deg=0.0))


def test_a_bad_picture_stops_the_run_or_is_named_and_replaced(
    table: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from hopenet.training.loading import Draw, TrainingHeads

    (tmp_path / "3.png").write_bytes(b"no picture")
    heads = TableSet(table)
    rules = small().augmentation
    strict = TrainingHeads(heads, heads.names, side=48, rules=rules, seed=0)
    with pytest.raises(ValueError, match=r"3\.png cannot be read as a picture"):
        strict[Draw(0, 3)]
    patient = TrainingHeads(heads, heads.names, side=48, rules=rules, seed=0, skip_bad=True)
    with caplog.at_level(logging.WARNING):
        batches = [patient[Draw(epoch, 3)] for epoch in range(2)]
    assert all(tuple(batch.pixels.shape) == (48, 48, 3) for batch in batches)
    assert batches[0].angles_deg[0].abs() > 0
    assert caplog.text.count("3.png") == 1


def test_replicas_share_an_epoch_and_no_head_comes_twice() -> None:
    from hopenet.training.loading import EpochSampler

    shares = []
    for rank in range(3):
        sampler = EpochSampler(32, seed=1, rank=rank, replicas=3)
        sampler.set_epoch(4)
        shares.append([turn.position for turn in sampler])
    assert [len(share) for share in shares] == [10, 10, 10]
    assert len({position for share in shares for position in share}) == 30


def test_each_epoch_has_an_order_of_its_own_that_can_be_repeated() -> None:
    from hopenet.training.loading import EpochSampler

    sampler = EpochSampler(50, seed=1)
    orders = []
    for epoch in (0, 1, 0):
        sampler.set_epoch(epoch)
        orders.append(list(sampler))
    assert [turn.epoch for turn in orders[1][:2]] == [1, 1]
    assert orders[0] == orders[2]
    assert [turn.position for turn in orders[0]] != [turn.position for turn in orders[1]]


def test_pictures_of_a_validation_list_are_never_trained_on(table: Path, tmp_path: Path) -> None:
    from hopenet.training.run import split, without_pictures_of

    heads, held_out = TableSet(table), ["3.png", "20.png"]
    parts = split(heads, small(), validation=TableSet(table, names=held_out))
    assert list(parts.validation_names) == held_out
    assert len(parts.names) == 30
    assert not {*held_out} & {*parts.names}
    # The same pictures in a further table, by another path.
    (tmp_path / "other").mkdir()
    again = JoinedHeads([heads, TableSet(table, pictures=tmp_path / "other" / "..")])
    more = [name for name in again.names if name.startswith("2:")]
    kept = without_pictures_of(again, more, parts.validation_heads, parts.validation_names)
    assert {*more} - {*kept} == {"2:3.png", "2:20.png"}
