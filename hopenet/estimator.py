"""The library's front door: a snapshot file in, poses of boxes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from hopenet.crops import DEFAULT, BoxLike, CropRule, rule_for
from hopenet.decode import decode
from hopenet.engines import ENGINES, Engine, OnnxEngine, TorchEngine, resolve_device
from hopenet.pose import PoseEstimate
from hopenet.preprocess import BgrImage, InputBatch, cut_out, shrink_to_square, to_batch
from hopenet.records import SnapshotRecord, published_record
from hopenet.snapshots import (
    ONNX_SUFFIX,
    PICKLE_SUFFIXES,
    SAFETENSORS_SUFFIX,
    check_snapshot_file,
    file_sha256,
    read_weights,
)

CONVERSION = 1
"""Raised whenever converted models must be made anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Crops ready for the network: `batch` (N, 3, S, S), and for each row the position of its box."""

    batch: InputBatch
    positions: tuple[int, ...]
    boxes: int


class HeadPoseEstimator:
    """A snapshot on an engine.

    Thread: used in one thread at a time.
    """

    def __init__(self, engine: Engine, record: SnapshotRecord, *, sha256: str) -> None:
        self.engine = engine
        self.record = record
        self.sha256 = sha256

    @classmethod
    def load(
        cls,
        path: Path | str,
        *,
        device: str = "auto",
        engine: str = "auto",
        threads: int | None = None,
        converted_folder: Path | None = None,
    ) -> HeadPoseEstimator:
        """Loads a `.pkl`, `.safetensors` or `.onnx` snapshot.

        `device`: auto, cpu, cuda or mps. `engine`: auto takes ONNX Runtime on a CPU and torch elsewhere; where torch is
        to run and the file is ONNX, the `.safetensors` of the same name beside it is taken. `threads`: for ONNX
        Runtime; None takes all cores. A snapshot that is not ONNX is converted once for the former and kept
        in `converted_folder` (by default in the user's cache) under its hash.
        Raises FileNotFoundError, or ValueError in one sentence where the file or the choice does not fit.
        """
        path = Path(path)
        check_snapshot_file(path)
        if engine not in ENGINES:
            raise ValueError(f"There is no engine named “{engine}”; there are {', '.join(ENGINES)}.")
        is_onnx = path.suffix.lower() == ONNX_SUFFIX
        twin = path.with_suffix(SAFETENSORS_SUFFIX)
        if is_onnx and engine != "onnx" and twin.is_file() and (engine == "torch" or resolve_device(device) != "cpu"):
            path, is_onnx = twin, False
        place = "cpu" if device == "auto" and (is_onnx or engine == "onnx") else resolve_device(device)
        if (is_onnx or engine == "onnx") and place != "cpu":
            raise ValueError(
                f"ONNX models run on the CPU here, not on {place}: choose the device cpu, or another kind of file."
            )
        if is_onnx and engine == "torch":
            raise ValueError(f"{path.name} is an ONNX model, which torch cannot run: choose the engine onnx.")
        sha256 = file_sha256(path)
        if place != "cpu" or engine == "torch":
            torch_engine = TorchEngine(read_weights(path), place)
            _check_answer(torch_engine, torch_engine.record, path)
            return cls(torch_engine, torch_engine.record, sha256=sha256)
        model = path if is_onnx else _converted(path, sha256, converted_folder or _default_folder())
        onnx_engine = OnnxEngine(model, threads=threads)
        record = onnx_engine.record
        if path.suffix.lower() in PICKLE_SUFFIXES:
            # A bare state dict has no record of its own, and the kept model has the defaults of the day it was made.
            record = published_record(record.architecture)
        _check_answer(onnx_engine, record, path)
        return cls(onnx_engine, record.named(path.stem), sha256=sha256)

    @classmethod
    def needs_conversion(cls, path: Path | str, *, device: str = "auto", engine: str = "auto") -> bool:
        """Whether `load` with these choices, and the folder by default, would first convert the file with torch.

        Raises FileNotFoundError or ValueError as `load`.
        """
        path = Path(path)
        check_snapshot_file(path)
        if path.suffix.lower() == ONNX_SUFFIX or engine == "torch":
            return False
        if engine != "onnx" and resolve_device(device) != "cpu":
            return False
        return not _converted_place(file_sha256(path), _default_folder()).is_file()

    def estimate(
        self, image: BgrImage, boxes: Iterable[BoxLike], *, crop: CropRule | None = None, detector: str = DEFAULT
    ) -> tuple[PoseEstimate | None, ...]:
        """The pose of each box, in the boxes' order; None where a crop is too small or outside the picture.

        Shapes: `image` (H, W, 3) BGR uint8; boxes (x1, y1, x2, y2) in pixels. `detector` names whose boxes they are,
        for the record's crop rule; `crop` takes another rule instead.
        Convention: HeadPose. Raises ValueError for a picture of another shape or type.
        """
        return self.infer(self.prepare(image, boxes, crop=crop or rule_for(self.record.crops, detector)))

    def prepare(self, image: BgrImage, boxes: Iterable[BoxLike], *, crop: CropRule) -> Prepared:
        """The first half of `estimate`: crops as the network takes them."""
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"A picture has shape (H, W, 3) and type uint8; this one has {image.shape} and {image.dtype}."
            )
        height, width = image.shape[:2]
        squares: list[BgrImage] = []
        positions: list[int] = []
        count = 0
        for position, box in enumerate(boxes):
            count += 1
            part = cut_out(image, crop.rectangle(box, picture=(width, height)))
            if part is not None:
                squares.append(shrink_to_square(part, self.record.input_size))
                positions.append(position)
        return Prepared(to_batch(squares, self.record), tuple(positions), count)

    def infer(self, prepared: Prepared) -> tuple[PoseEstimate | None, ...]:
        """The second half of `estimate`."""
        estimates: list[PoseEstimate | None] = [None] * prepared.boxes
        decoded = decode(self.engine.logits(prepared.batch), self.record.decoding)
        for position, estimate in zip(prepared.positions, decoded, strict=True):
            estimates[position] = estimate
        return tuple(estimates)


def _check_answer(engine: Engine, record: SnapshotRecord, path: Path) -> None:
    """Raises ValueError where a network gives no numbers, as one does whose training diverged."""
    blank = np.zeros((1, 3, record.input_size, record.input_size), np.float32)
    if not np.isfinite(engine.logits(blank)).all():
        raise ValueError(f"{path.name} holds weights that are no numbers: every angle would be undefined.")


def _default_folder() -> Path:
    return platformdirs.user_cache_path("hopenet-studio") / "converted"


def describe(path: Path) -> SnapshotRecord:
    """What a snapshot file says of itself; of bare weights, the architecture that their shapes tell.

    Raises FileNotFoundError, or ValueError in one sentence where it cannot be used.
    """
    check_snapshot_file(path)
    if path.suffix.lower() == ONNX_SUFFIX:
        return OnnxEngine(path, threads=1).record.named(path.stem)
    return read_weights(path).record


def convert_for_onnx(path: Path) -> None:
    """Converts a snapshot for ONNX Runtime and keeps it in the folder by default, so that `load` finds it there.

    Raises FileNotFoundError or ValueError as `HeadPoseEstimator.load`.
    """
    _converted(path, file_sha256(path), _default_folder())


def _converted_place(sha256: str, folder: Path) -> Path:
    return folder / f"{sha256[:32]}-{CONVERSION}{ONNX_SUFFIX}"


def _converted(path: Path, sha256: str, folder: Path) -> Path:
    model = _converted_place(sha256, folder)
    if not model.is_file():
        from hopenet.export import save_onnx

        save_onnx(read_weights(path), model)
    return model
