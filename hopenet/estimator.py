"""The library's front door: a snapshot file in, the poses of boxes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hopenet.batches import Logits
from hopenet.camera_geometry import CameraGeometry, Sight
from hopenet.conversions import Conversions
from hopenet.crops import DEFAULT, BoxLike, CropRule, rule_for
from hopenet.decode import decode
from hopenet.engines import ENGINES, Device, Engine, OnnxEngine, batch_for, check_onnx_device, logits_of, resolve_device
from hopenet.perspective import centre_of, cut_out_face_on, relative_to_camera
from hopenet.pose import PoseEstimate
from hopenet.preprocess import BgrImage, InputBatch, PixelBatch, Scratch, cut_out, shrink_to_square
from hopenet.record_schema import shown_name
from hopenet.records import SnapshotRecord, published_record
from hopenet.snapshots import (
    ONNX_SUFFIX,
    PICKLE_SUFFIXES,
    check_snapshot_file,
    file_sha256,
    read_file,
    read_weights,
)

if TYPE_CHECKING:
    from hopenet.torch_engine import TorchEngine

PICTURES_ON_GPU = 8
"""More would gain little: with one face a picture, the rest of an export takes longer by then."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Crops ready for the network: a batch as the engine takes it, and for each of its rows the index of its box.

    `sights`: for each row the line of sight that its answer is relative to; empty if answers stay as they are.
    """

    batch: InputBatch | PixelBatch
    positions: tuple[int, ...]
    boxes: int
    sights: tuple[Sight, ...] = ()


class HeadPoseEstimator:
    """A loaded snapshot: the engine that runs it, and its record. `sha256` is its file's hash.

    A network that has diverged, or was made to, may compute NaN for some faces. Such a face has no pose: its estimate
    is None, like that of a face outside the picture.

    Thread: used by one thread at a time; `prepare` may run beside `infer`, in another thread.
    """

    def __init__(self, engine: Engine, record: SnapshotRecord, *, sha256: str) -> None:
        self.engine = engine
        self.record = record
        self.sha256 = sha256
        self._scratch = Scratch()

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
        """Loads a `.pkl`, `.safetensors` or `.onnx` snapshot: `plan_load` and `LoadPlan.load` in one step, and tries
        it on the pictures of `hopenet.trial_pictures`.

        No code in the file is executed, but a hostile model could use any amount of time or memory. For a file from
        somebody you do not know, run `python -m hopenet.checking FILE` first: it has limits for both.
        """
        plan = plan_load(path, device=device, engine=engine, converted_folder=converted_folder)
        estimator = plan.load(threads=threads)
        check_answers(estimator.engine, estimator.record, plan.path)
        return estimator

    @property
    def pictures_at_once(self) -> int:
        """The crops of how many pictures are best given to `infer_several`.

        A batch takes a GPU hardly longer than one face. On a CPU, nothing is gained.
        """
        return PICTURES_ON_GPU if self.engine.name.endswith("-cuda") else 1

    def estimate(
        self,
        image: BgrImage,
        boxes: Iterable[BoxLike],
        *,
        crop: CropRule | None = None,
        detector: str = DEFAULT,
        camera: CameraGeometry | None = None,
    ) -> tuple[PoseEstimate | None, ...]:
        """The pose of each box, in the order of the boxes; None if a crop is too small or outside the picture, or the
        network's answer is not a number.

        Shapes: `image` (H, W, 3) BGR uint8; boxes (x1, y1, x2, y2) in pixels. `detector` is the name of the detector
        that found the boxes, which selects the record's crop rule; `crop` replaces that rule. With the `camera` that
        took the picture, poses are relative to its axis (see `hopenet.perspective`); without one, each is relative to
        the line of sight from the camera to the face.
        Convention: HeadPose. Raises ValueError for a picture of another shape or type, or if the network cannot be run.
        """
        rule = crop or rule_for(self.record.crops, detector)
        return self.infer(self.prepare(image, boxes, crop=rule, camera=camera))

    def prepare(
        self,
        image: BgrImage,
        boxes: Iterable[BoxLike],
        *,
        crop: CropRule,
        camera: CameraGeometry | None = None,
        alongside: bool = False,
    ) -> Prepared:
        """The first half of `estimate`: the crops, as the network expects them. `alongside`: another thread may be
        preparing others, so that memory cannot be shared."""
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"A picture must have shape (H, W, 3) and type uint8, not {image.shape} and {image.dtype}."
            )
        height, width = image.shape[:2]
        scratch = None if alongside else self._scratch
        squares: list[BgrImage] = []
        positions: list[int] = []
        sights: list[Sight] = []
        count = 0
        for position, box in enumerate(boxes):
            count += 1
            if camera is None:
                part = cut_out(image, crop.rectangle(box, picture=(width, height)))
            else:
                part = cut_out_face_on(image, box, crop, camera)
            if part is not None:
                squares.append(shrink_to_square(part, self.record.input_size, scratch=scratch))
                positions.append(position)
                if camera is not None:
                    sights.append(camera.sight(centre_of(box)))
        return Prepared(batch_for(self.engine, self.record, squares), tuple(positions), count, tuple(sights))

    def infer(self, prepared: Prepared) -> tuple[PoseEstimate | None, ...]:
        """The second half of `estimate`. None in one of `prepared.positions` means that the answer, or what the
        correction of perspective makes of it, is not a number."""
        (estimates,) = self.infer_several((prepared,))
        return estimates

    def infer_several(self, several: Sequence[Prepared]) -> list[tuple[PoseEstimate | None, ...]]:
        """`infer` for the crops of several pictures, in their order, as one batch."""
        batch = several[0].batch if len(several) == 1 else np.concatenate([one.batch for one in several])
        decoded = iter(decode(logits_of(self.engine, batch), self.record.decoding))
        return [_placed(one, decoded) for one in several]


def _placed(prepared: Prepared, decoded: Iterator[PoseEstimate]) -> tuple[PoseEstimate | None, ...]:
    estimates: list[PoseEstimate | None] = [None] * prepared.boxes
    for row, (position, estimate) in enumerate(zip(prepared.positions, decoded, strict=False)):
        # The rest of `decoded` is of the next pictures.
        if estimate.is_finite:
            sight = prepared.sights[row] if prepared.sights else None
            pose = estimate.pose if sight is None else relative_to_camera(estimate.pose, sight)
            placed = estimate._replace(pose=pose)
            estimates[position] = placed if placed.is_finite else None
    return tuple(estimates)


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """How a snapshot file is going to be loaded: everything is checked and decided, nothing is loaded yet.

    `path` is the file whose weights are used, `sha256` its hash: if the file changes in the meantime, it is refused.
    `runs`: ONNX Runtime reads the file itself or its conversion, or torch runs the network, on `device`.
    """

    path: Path
    sha256: str
    device: Device
    runs: Literal["onnx", "converted", "torch"]
    conversions: Conversions

    @property
    def needs_conversion(self) -> bool:
        """Whether `load` would first convert the file with torch, which takes seconds. Asks the disk each time."""
        return self.runs == "converted" and self.conversions.find(self.sha256) is None

    def convert(self) -> None:
        """Converts the file for ONNX Runtime, so that `load` finds the model. Does nothing if none is needed.

        Raises ValueError if the file cannot be used.
        """
        if self.needs_conversion:
            from hopenet.export import save_onnx

            weights = read_weights(self.path, sha256=self.sha256)
            self.conversions.add(self.sha256, partial(save_onnx, weights))

    def load(self, *, threads: int | None = None, known: Mapping[str, Any] | None = None) -> HeadPoseEstimator:
        """Loads the snapshot, after converting it if necessary.

        `threads`: for ONNX Runtime; None uses all cores. `known`: fields of the snapshot's record, by name, that are
        known from elsewhere, because published files have no record of their own.
        Raises ValueError if the file cannot be used.
        """
        engine: TorchEngine | OnnxEngine
        if self.runs == "torch":
            from hopenet.torch_engine import TorchEngine

            engine = TorchEngine(read_weights(self.path, sha256=self.sha256), self.device)
            record = engine.record
        elif self.runs == "onnx":
            content = read_file(self.path, self.sha256)
            engine = OnnxEngine(self.path, content=content, threads=threads, device=self.device)
            record = engine.record
        else:
            engine = self._converted(threads)
            record = engine.record
            if self.path.suffix.lower() in PICKLE_SUFFIXES:
                # A bare state dict has no record, and the converted model has the defaults of the day it was made.
                record = published_record(record.architecture)
            record = record.named(self.path.stem)
        blank = np.zeros((record.input_size, record.input_size, 3), np.uint8)
        _check_finite(engine, record, [blank], self.path)
        return HeadPoseEstimator(engine, replace(record, **known or {}), sha256=self.sha256)

    def _converted(self, threads: int | None) -> OnnxEngine:
        found = self.conversions.find(self.sha256)
        if found is None:
            self.convert()
            found = self.conversions.find(self.sha256)
        if found is None:
            raise ValueError(f"The converted model in {self.conversions.folder} was removed while it was loaded.")
        return OnnxEngine(found.path, content=found.content, threads=threads, device=self.device)


def plan_load(
    path: Path | str,
    *,
    device: str = "auto",
    engine: str = "auto",
    sha256: str | None = None,
    converted_folder: Path | None = None,
) -> LoadPlan:
    """Checks a snapshot file by name and place, and decides what runs it, and where.

    `device`: auto, cpu, cuda or mps; ONNX Runtime uses a GPU only if cuda is named. `engine`: auto uses ONNX Runtime on
    a CPU and torch elsewhere. torch runs ONNX models that contain their weights as `hopenet.export` writes them; with
    auto, ONNX Runtime runs all others. A snapshot in another format is converted for ONNX Runtime once and kept in
    `converted_folder` (by default in the user's cache) under its hash. A conversion that is damaged is made again.
    `sha256`: the file's hash, if it is known; it is computed otherwise.
    Raises FileNotFoundError, or ValueError in one sentence if the file or the choice is not valid.
    """
    path = Path(path)
    check_snapshot_file(path)
    if engine not in ENGINES:
        raise ValueError(f"Unknown engine “{engine}”. Choose one of: {', '.join(ENGINES)}.")
    is_onnx = path.suffix.lower() == ONNX_SUFFIX
    # The check reads the whole file, and is needed on a GPU only.
    for_torch = engine == "torch" or (engine == "auto" and resolve_device(device) != "cpu")
    if is_onnx and for_torch and (engine == "torch" or _holds_weights(path)):
        is_onnx = False
    place = "cpu" if device == "auto" and (is_onnx or engine == "onnx") else resolve_device(device)
    runs: Literal["onnx", "converted", "torch"]
    if is_onnx or engine == "onnx":
        check_onnx_device(place)
        runs = "onnx" if is_onnx else "converted"
    else:
        runs = "converted" if place == "cpu" and engine == "auto" else "torch"
    conversions = Conversions.in_cache() if converted_folder is None else Conversions(converted_folder)
    return LoadPlan(path, sha256 or file_sha256(path), place, runs, conversions)


def _holds_weights(path: Path) -> bool:
    from hopenet.onnx_weights import holds_weights

    return holds_weights(path)


def describe(path: Path) -> SnapshotRecord:
    """The record of a snapshot file; for bare weights, the record of the architecture that their shapes belong to.

    Raises FileNotFoundError, or ValueError in one sentence if the file cannot be used.
    """
    check_snapshot_file(path)
    if path.suffix.lower() == ONNX_SUFFIX:
        return OnnxEngine(path, threads=1).record.named(path.stem)
    return read_weights(path).record


def check_answers(engine: Engine, record: SnapshotRecord, path: Path) -> None:
    """Raises ValueError if a network does not give numbers for the pictures of `hopenet.trial_pictures`, or the same.

    They are run one at a time and all at once, because the engine must accept any number of faces.
    """
    from hopenet.trial_pictures import trial_pictures

    pictures = trial_pictures(record.input_size)
    _check_finite(engine, record, pictures[:1], path)
    logits = _check_finite(engine, record, pictures, path)
    if np.ptp(logits, axis=0).max() == 0:
        # Its weights are zeros, for example after a training run or a conversion that went wrong.
        raise ValueError(f"{shown_name(path.name)} gives the same answer for every picture, so it cannot be used.")


def _check_finite(engine: Engine, record: SnapshotRecord, squares: Sequence[BgrImage], path: Path) -> Logits:
    name = shown_name(path.name)
    try:
        logits = logits_of(engine, batch_for(engine, record, squares))
    except ValueError as error:
        raise ValueError(f"{name} cannot be used: {error}") from error
    if not np.isfinite(logits).all():
        raise ValueError(f"{name} computes NaN or infinity instead of an angle, so it cannot be used.")
    return logits
