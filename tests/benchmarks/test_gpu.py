"""The measurements on a GPU, tried where they can be without one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from app import product
from benchmarks import gpu
from benchmarks.gpu_export import compared_exports, largest_difference
from benchmarks.gpu_networks import NETWORKS, flops_of, open_network, random_snapshot
from hopenet.torch_engine import TorchEngine
from hopenet.trial_pictures import trial_pictures


def test_without_a_gpu_it_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu.main(["--out", str(tmp_path / "gpu.json")]) == 1
    assert capsys.readouterr().out == "torch finds no NVIDIA GPU on this machine, so nothing was measured.\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_on_a_cpu_the_whole_of_it_runs_and_its_figures_are_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "gpu.json"
    monkeypatch.setattr(gpu, "compared_exports", lambda video, device: {"video": video.name})
    monkeypatch.setattr("app.weights.ModelStore.find", lambda self, name: None)
    assert (
        gpu.main(
            ["--device", "cpu", "--networks", "compact", "--batches", "1", "3", "--seconds", "0", "--out", str(out)]
        )
        == 0
    )
    figures = json.loads(out.read_text(encoding="utf-8"))
    compact = figures["networks"]["compact"]
    assert [row["batch"] for row in compact["batches"]] == [1, 3]
    assert all(row[rate] > 0 for row in compact["batches"] for rate in ("faces_per_s", "device_faces_per_s", "share"))
    assert (compact["weights"], compact["input_size"]) == ("random weights", 120)
    assert compact["degrees"] == {"ordinary_faces": 0, "distorted_and_noise": 0}
    assert compact["onnx"]["engine"] == "onnx-cpu"
    assert figures["export"] == {"video": product.SAMPLE.name}
    assert {"card", "driver", "versions"} <= set(figures["machine"])
    assert figures["left_out"] == []
    assert "One face from picture to angles: median" in capsys.readouterr().out


def test_when_the_time_is_over_nothing_more_is_begun(capsys: pytest.CaptureFixture[str]) -> None:
    assert gpu.main(["--device", "cpu", "--seconds", "0", "--limit", "0"]) == 0
    assert "The time was over before: resnet50, compact, export." in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("blazeface")
def test_exports_are_compared_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.gpu_export.SECONDS", 1)
    figures = compared_exports(product.SAMPLE, "cpu")
    assert list(figures) == ["cpu", "cpu, torch"]
    assert all(way["faces"] > 10 and way["frames_per_s"] > 0 for way in figures.values())
    assert figures["cpu, torch"]["largest_difference_deg"] < 0.05


def test_the_largest_difference_is_that_of_any_angle_of_any_face(tmp_path: Path) -> None:
    one, other, shorter = (tmp_path / f"{name}.csv" for name in ("one", "other", "shorter"))
    head = "frame,face_id,yaw_deg,pitch_deg,roll_deg\n"
    one.write_text(head + "0,1,1.0,2.0,3.0\n0,2,,,\n1,1,-5.0,0.5,0.0\n", encoding="utf-8")
    other.write_text(head + "0,1,1.01,2.0,3.0\n0,2,,,\n1,1,-5.0,0.25,0.0\n", encoding="utf-8")
    shorter.write_text(head + "0,1,1.0,2.0,3.0\n", encoding="utf-8")
    assert largest_difference(one, other) == 0.25
    with pytest.raises(ValueError, match="zip"):
        largest_difference(one, shorter)


def test_random_weights_give_activations_that_half_precision_can_hold() -> None:
    engine = TorchEngine(random_snapshot(NETWORKS["compact"]), "cpu")
    logits = engine.pixel_logits(np.stack(trial_pictures(120)))
    assert 0.01 < np.abs(logits).max() < 100


def test_a_network_is_counted_with_its_multiplications_and_additions() -> None:
    # EfficientNet-Lite0 has 407 million multiplications at 224 pixels, and their number grows with the area.
    network = open_network("compact")
    side = network.snapshot.record.input_size
    assert flops_of(network.snapshot) == pytest.approx(2 * 385e6 * (side / 224) ** 2, rel=0.15)
