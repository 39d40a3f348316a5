"""Checkpoints that survive a crash."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from hopenet.training.checkpoints import LAST, PREVIOUS, DurableCheckpointIO, Resumable, has_checkpoint, resumable


def checkpoint(epoch: int) -> dict[str, Any]:
    """The keys of Lightning's checkpoints, with weights that show the epoch."""
    weights = torch.full((1000,), float(epoch))
    return {"state_dict": {"w": weights}, "loops": {}, "optimizer_states": [], "pytorch-lightning_version": "2.6"}


def save(folder: Path, epoch: int) -> None:
    DurableCheckpointIO().save_checkpoint(checkpoint(epoch), folder / LAST)


def epoch_of(path: Path) -> float:
    return float(torch.load(path, weights_only=True)["state_dict"]["w"][0])


def test_the_checkpoint_before_the_last_one_is_kept(tmp_path: Path) -> None:
    for epoch in range(3):
        save(tmp_path, epoch)
    assert epoch_of(tmp_path / LAST) == 2
    assert epoch_of(tmp_path / PREVIOUS) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [LAST, PREVIOUS]
    assert resumable(tmp_path) == Resumable(tmp_path / LAST, is_last=True)


def test_a_full_disk_leaves_the_older_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 0)
    save(tmp_path, 1)

    def half_written(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(bytes(data)[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path, 2)
    assert epoch_of(tmp_path / LAST) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [LAST, PREVIOUS]


def test_a_crash_between_the_two_renames_leaves_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 0)
    replace = Path.replace

    def crash_at_the_second(path: Path, target: Path) -> Path:
        if target.name == LAST:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", crash_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, 1)
    assert has_checkpoint(tmp_path)
    assert resumable(tmp_path) == Resumable(tmp_path / PREVIOUS, is_last=False)
    assert epoch_of(tmp_path / PREVIOUS) == 0


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zeroed_inside(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    start = contents.index(torch.tensor(1.0).numpy().tobytes() * 10)
    contents[start : start + 40] = bytes(40)
    path.write_bytes(contents)


def zeroed_whole(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def of_something_else(path: Path) -> None:
    torch.save({"weights": torch.zeros(3)}, path)


def of_code(path: Path) -> None:
    torch.save({"state_dict": emptied}, path)


DAMAGES = [
    pytest.param(emptied, "it is empty", id="empty"),
    pytest.param(cut_in_half, "it is incomplete", id="truncated"),
    pytest.param(zeroed_inside, "its contents have changed since it was written", id="zeroed inside"),
    pytest.param(zeroed_whole, "it is incomplete", id="zeroed"),
    pytest.param(of_something_else, "it is not a checkpoint of a training run", id="something else"),
    pytest.param(of_code, "PyTorch cannot read it", id="code"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGES)
def test_a_damaged_checkpoint_is_named_and_the_one_before_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None], reason: str
) -> None:
    save(tmp_path, 0)
    save(tmp_path, 1)
    damage(tmp_path / LAST)
    with caplog.at_level(logging.WARNING):
        assert resumable(tmp_path) == Resumable(tmp_path / PREVIOUS, is_last=False)
    (message,) = caplog.messages
    assert reason in message
    assert str(tmp_path / LAST) in message
    assert f"Training resumes from the one before it, {tmp_path / PREVIOUS}." in message


def test_two_damaged_checkpoints_are_refused(tmp_path: Path) -> None:
    save(tmp_path, 0)
    save(tmp_path, 1)
    emptied(tmp_path / LAST)
    cut_in_half(tmp_path / PREVIOUS)
    with pytest.raises(ValueError, match=r"it is empty.*it is incomplete.*delete both"):
        resumable(tmp_path)


def test_a_folder_without_checkpoints_has_nothing_to_resume(tmp_path: Path) -> None:
    assert resumable(tmp_path) is None
    assert not has_checkpoint(tmp_path)
