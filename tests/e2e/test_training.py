"""Training through the whole program, killed on the way."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file

from tests.e2e.program import ROOT

pytestmark = pytest.mark.slow

EPOCHS = 8
LAST_EPOCH = EPOCHS - 1  # counted from 0


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """A tiny run on pictures of noise, without the folder, which comes last."""
    random = np.random.default_rng(0)
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "yaw_deg", "pitch_deg", "roll_deg"])
        for number in range(48):
            Image.fromarray(random.integers(0, 256, (64, 64, 3), np.uint8)).save(tmp_path / f"{number}.png")
            rows.writerow([f"{number}.png", *random.normal(0, 20, 3)])
    words = ["main.py", "train", "--dataset", "csv", "--root", str(tmp_path), "--recipe", "compact"]
    words += ["--arch", "HopeNetLite", "--initialise", "none", "--epochs", str(EPOCHS), "--batch-size", "8"]
    words += ["--set", "input_size=48", "--set", "sizes=[]", "--set", "validation_share=0.2"]
    words += ["--set", "optimiser.frozen_norms=[]", "--accelerator", "cpu", "--workers", "0", "--out"]
    return [sys.executable, *words]


def finish(command: list[str], folder: Path) -> dict[str, np.ndarray]:
    done = subprocess.run([*command, str(folder)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "validation MAE" in done.stdout
    assert "Traceback" not in done.stderr
    return load_file(folder / f"{folder.name}.safetensors")


def test_a_run_that_was_killed_and_resumed_ends_like_an_undisturbed_one(command: list[str], tmp_path: Path) -> None:
    undisturbed = finish(command, tmp_path / "undisturbed")
    folder = tmp_path / "killed"
    running = subprocess.Popen([*command, str(folder)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (folder / "last.ckpt").is_file():
            assert running.poll() is None, "the run ended before it could be killed"
            time.sleep(0.02)  # This waits for another process, not for one of our threads.
    finally:
        running.kill()
        running.wait()
    done = torch.load(folder / "last.ckpt", map_location="cpu", weights_only=True)["epoch"]
    assert done < LAST_EPOCH, "the run ended before it was killed"
    assert not (folder / "killed.safetensors").exists()
    resumed = finish(command, folder)
    assert resumed.keys() == undisturbed.keys()
    again = finish(command, folder)
    for key, tensor in undisturbed.items():
        np.testing.assert_array_equal(resumed[key], tensor, err_msg=key)
        np.testing.assert_array_equal(again[key], tensor, err_msg=f"{key}, of a run repeated after it ended")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a single process there")
def test_a_run_stopped_with_ctrl_c_can_be_resumed(command: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    running = subprocess.Popen(
        [*command, str(folder)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    )
    while not (folder / "last.ckpt").is_file():
        assert running.poll() is None, "the run ended before it could be stopped"
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Traceback" not in err
    finish(command, folder)


def test_two_processes_train_one_network(command: list[str], tmp_path: Path) -> None:
    done = finish([*command[:-1], "--devices", "2", "--strategy", "ddp", "--out"], tmp_path / "two")
    assert all(np.isfinite(tensor).all() for tensor in done.values() if tensor.dtype.kind == "f")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        pytest.param(["--set", "optimiser.lr=1e30", "--set", "optimiser.clip=0.0"], "Training diverged", id="diverged"),
        pytest.param(["--recipe", "nothing"], "Unknown recipe “nothing”", id="no such recipe"),
        pytest.param(["--table", "nothing.csv"], "There is no table", id="no such table"),
        pytest.param(["--set", "speed"], "--set takes KEY=VALUE", id="no value"),
        pytest.param(["--start-from", "nothing.pkl"], "There is no snapshot file", id="nothing to start from"),
        pytest.param(["--devices", "0"], "--devices and --nodes must be at least 1", id="no device"),
    ],
)
def test_an_impossible_run_is_refused_with_the_reason(
    command: list[str], tmp_path: Path, extra: list[str], message: str
) -> None:
    words = [*command[:-1], *extra, "--out", str(tmp_path / "run")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
