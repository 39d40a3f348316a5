"""Weights that training begins with: ImageNet's, and those of an ONNX snapshot."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError

import numpy as np
import numpy.typing as npt
import pytest


def test_weights_that_cannot_be_downloaded_are_named_with_the_reason_and_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hopenet.training.initial import imagenet_weights

    def offline(*_: object, **__: object) -> None:
        raise URLError(socket.gaierror(-3, "Temporary failure in name resolution"))

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", offline)
    with pytest.raises(OSError, match="cannot be downloaded") as caught:
        imagenet_weights("ResNet18")
    message = str(caught.value)
    assert "resnet18-f37072fd.pth cannot be downloaded (Temporary failure in name resolution)" in message
    assert str(tmp_path / "hub" / "checkpoints") in message
    assert "urlopen" not in message


def test_training_from_an_onnx_snapshot_begins_with_its_network_and_with_statistics_of_faces() -> None:
    import torch

    from hopenet.networks import build
    from hopenet.preprocess import to_batch
    from hopenet.snapshots import read_weights
    from hopenet.training.initial import snapshot_weights
    from hopenet.trial_pictures import trial_pictures

    path = Path(__file__).parents[3] / "weights" / "compact.onnx"
    snapshot, tensors = read_weights(path), snapshot_weights(path)
    batch = torch.from_numpy(to_batch(trial_pictures(snapshot.record.input_size), snapshot.record))

    def logits(weights: Mapping[str, torch.Tensor], *, training: bool) -> npt.NDArray[np.float32]:
        network = build(snapshot.record.architecture).train(training)
        network.load_state_dict(weights, strict=False)
        getattr(network, "dropout", torch.nn.Identity()).eval()
        with torch.no_grad():
            found: npt.NDArray[np.float32] = network(batch).numpy()
            return found

    expected = logits(snapshot.tensors, training=False)
    np.testing.assert_allclose(logits(tensors, training=False), expected, atol=1e-3)
    np.testing.assert_allclose(logits(tensors, training=True), expected, atol=1e-2)
