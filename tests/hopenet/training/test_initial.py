"""ImageNet weights: what is said if they cannot be downloaded."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.error import URLError

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
