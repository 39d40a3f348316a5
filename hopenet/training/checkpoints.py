"""Checkpoints that survive a crash: written beside the last one, checked before they are used."""

from __future__ import annotations

import io
import logging
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import error as ZlibError

import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO

from hopenet.replacing import replacing

LAST = "last.ckpt"
PREVIOUS = "previous.ckpt"
"""The checkpoint before the last one, which is used if the last one is damaged."""

_KEYS = frozenset({"state_dict", "loops", "optimizer_states", "pytorch-lightning_version"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resumable:
    """A checkpoint to resume from. `is_last`: whether it is the newest that the run has saved."""

    path: Path
    is_last: bool


class DurableCheckpointIO(TorchCheckpointIO):
    """Saves a checkpoint beside the one that it replaces, which is kept under the name PREVIOUS.

    Lightning's own way copies a temporary file over the final name if the two are on different disks, so that a crash
    or a full disk can destroy both the new checkpoint and the old one.
    """

    def save_checkpoint(
        self,
        checkpoint: dict[str, Any],
        path: str | os.PathLike[str],
        storage_options: object | None = None,
    ) -> None:
        """Raises OSError if the file cannot be written; the older checkpoints are then unchanged."""
        if storage_options is not None:
            raise TypeError("Checkpoints have no storage options.")
        # In memory first: PyTorch's own writer reports a full disk as a RuntimeError without the reason.
        contents = io.BytesIO()
        torch.save(checkpoint, contents)
        final = Path(path)
        with replacing(final) as part:
            part.write_bytes(contents.getbuffer())
            if final.is_file():
                final.replace(final.with_name(PREVIOUS))


def has_checkpoint(folder: Path) -> bool:
    """Whether the folder has a checkpoint, damaged or not."""
    return (folder / LAST).is_file() or (folder / PREVIOUS).is_file()


def resumable(folder: Path) -> Resumable | None:
    """The newest checkpoint in the folder that is complete and undamaged; None if it has none at all.

    If the last one is damaged, this is logged and the one before is returned. Raises ValueError if there are
    checkpoints, but all are damaged.
    """
    damaged: list[str] = []
    for name in (LAST, PREVIOUS):
        path = folder / name
        if not path.is_file():
            continue
        fault = _fault(path)
        if fault is None:
            if damaged:
                _log.warning("%s Training resumes from the one before it, %s.", " ".join(damaged), path)
            return Resumable(path, is_last=name == LAST)
        damaged.append(f"The checkpoint {path} is damaged: {fault}.")
    if damaged:
        which = "delete both" if len(damaged) > 1 else "delete it"
        raise ValueError(f"{' '.join(damaged)} Choose a new folder, or {which} to train from the beginning.")
    return None


def _fault(path: Path) -> str | None:
    """What is wrong with the file; None if nothing is. Reads all of it: only checksums reveal bytes that changed."""
    if not path.stat().st_size:
        return "it is empty"
    try:
        with zipfile.ZipFile(path) as archive:
            changed = archive.testzip()
        if changed is not None:
            return "its contents have changed since it was written"
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError):
        return "it is incomplete"
    except Exception as error:  # noqa: BLE001 — PyTorch has no common class for what is wrong with a file
        return f"PyTorch cannot read it ({type(error).__name__})"
    if not isinstance(found, dict) or not found.keys() >= _KEYS:
        return "it is not a checkpoint of a training run"
    return None
