"""Training through the whole program, stopped on the way."""

from __future__ import annotations

import csv
import signal
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from safetensors.numpy import load_file

from tests.e2e.program import Outcome, Run

pytestmark = pytest.mark.slow

EPOCHS = 6

STOPPED_IN_AN_EPOCH = """
import os, sys
from app.main import main
from hopenet.training.module import PoseTraining

stop, epoch, begin = int(sys.argv[1]), int(sys.argv[2]), PoseTraining.on_train_epoch_start

def stop_here(training):
    if training.current_epoch == epoch:
        os.kill(os.getpid(), stop)
    begin(training)

PoseTraining.on_train_epoch_start = stop_here
sys.exit(main(sys.argv[3:]))
"""
"""The program, which sends itself a signal as an epoch, counted from 0, begins."""


@pytest.fixture
def options(tmp_path: Path) -> list[object]:
    """The arguments of a tiny run on pictures of noise, without the folder."""
    random = np.random.default_rng(0)
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "yaw_deg", "pitch_deg", "roll_deg"])
        for number in range(48):
            Image.fromarray(random.integers(0, 256, (64, 64, 3), np.uint8)).save(tmp_path / f"{number}.png")
            rows.writerow([f"{number}.png", *random.normal(0, 20, 3)])
    words: list[object] = ["train", "--dataset", "csv", "--root", tmp_path, "--recipe", "compact"]
    words += ["--arch", "EfficientNetLite0", "--initialise", "none", "--epochs", EPOCHS, "--batch-size", 8]
    words += ["--set", "input_size=48", "--set", "sizes=[]", "--set", "validation_share=0.2"]
    words += ["--set", "optimiser.frozen_norms=[]", "--set", "optimiser.factors={}"]
    return [*words, "--accelerator", "cpu", "--workers", 0]


def weights_after(done: Outcome, folder: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The weights in the snapshot of a run that succeeded."""
    assert done.code == 0, done.out + done.err
    assert "validation MAE" in done.out
    assert "Traceback" not in done.err
    return load_file(folder / f"{folder.name}.safetensors")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself Ctrl-C there")
def test_a_run_that_was_stopped_and_resumed_ends_like_an_undisturbed_one(
    options: list[object], run_in_process: Run, tmp_path: Path
) -> None:
    expected = weights_after(run_in_process(*options, "--out", tmp_path / "undisturbed"), tmp_path / "undisturbed")
    folder = tmp_path / "stopped"
    words = [*options, "--out", folder]

    interrupted = run_in_process(*words, program=["-c", STOPPED_IN_AN_EPOCH, str(signal.SIGINT.value), "2"])
    assert interrupted.code == 130
    assert "Traceback" not in interrupted.err
    killed = run_in_process(*words, program=["-c", STOPPED_IN_AN_EPOCH, str(signal.SIGKILL.value), "4"])
    assert killed.code == -signal.SIGKILL
    assert not (folder / "stopped.safetensors").exists()

    for occasion in ("resumed", "repeated after its end"):
        found = weights_after(run_in_process(*words), folder)
        assert found.keys() == expected.keys()
        for key, tensor in expected.items():
            np.testing.assert_array_equal(found[key], tensor, err_msg=f"{key} of the run {occasion}")


def test_two_processes_train_one_network(options: list[object], run_in_process: Run, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    done = run_in_process(*options, "--devices", 2, "--strategy", "ddp", "--out", folder)
    assert all(np.isfinite(tensor).all() for tensor in weights_after(done, folder).values() if tensor.dtype.kind == "f")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        pytest.param(
            ["--set", "optimiser.lr=100", "--set", "optimiser.factors={fc_ = 1e6}", "--set", "optimiser.clip=0.0"],
            "Training diverged",
            id="diverged",
        ),
        pytest.param(["--recipe", "nothing"], "Unknown recipe “nothing”", id="no such recipe"),
        pytest.param(["--table", "nothing.csv"], "There is no table", id="no such table"),
        pytest.param(["--set", "speed"], "--set takes KEY=VALUE", id="no value"),
        pytest.param(["--start-from", "nothing.pkl"], "hopenet-studio: There is no snapshot file", id="no such file"),
        pytest.param(["--devices", "0"], "--devices and --nodes must be at least 1", id="no device"),
    ],
)
def test_an_impossible_run_is_refused_with_the_reason(
    options: list[object], run: Run, tmp_path: Path, extra: list[str], message: str
) -> None:
    outcome = run(*options, *extra, "--out", tmp_path / "run")
    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err
