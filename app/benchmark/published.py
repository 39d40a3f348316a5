"""The way of the published video scripts, re-enacted with the same snapshot, detector and margins.

One loop in one thread: OpenCV decodes, the detector runs on every frame, each face goes through PIL and torchvision's
transforms alone and through torch without any compilation, axes are drawn, and OpenCV writes Motion JPEG into an AVI
file and the angles into a text file. What would only slow it down is not re-enacted: gradients are switched off.

Source: test_on_video_dlib.py and test_on_video_dockerface.py of the published code.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from app.analysis.analyzer import crop_rule
from app.benchmark.cost import Others, Stopwatch
from app.benchmark.machine import peak_memory_mib
from app.benchmark.subject import Subject
from app.benchmark.whole import Run
from app.drawing.geometry import axis_endpoints
from app.errors import SourceError
from app.models.opening import face_detector, load_estimator
from app.settings import EngineChoice
from app.video import open_source
from app.weights import ModelStore
from detectors import BgrImage, Box
from hopenet import HeadPose
from hopenet.decode import decode
from hopenet.preprocess import cut_out

if TYPE_CHECKING:
    import torch

_WARM_UP_FRAMES = 5


class PosedBox(NamedTuple):
    box: Box
    pose: HeadPose


PosedFrame = tuple[PosedBox, ...]


class PublishedWay:
    """Annotates the first frames of a video as often as it is asked to. The models stay open between runs."""

    def __init__(self, subject: Subject) -> None:
        import torch

        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        store = ModelStore.standard()
        self._source = subject.source
        self._open = ExitStack()
        self._detector = self._open.enter_context(
            face_detector(subject.detector, store=store, frame_count=None, progress=False)
        )
        estimator = load_estimator(subject.snapshot, EngineChoice("cpu", "torch"), store=store, progress=False)
        self._estimator = estimator
        self._crop = crop_rule(estimator, subject.settings, self._detector.name)
        self._transform = _transformations(estimator.record.input_size, estimator.record.mean, estimator.record.std)
        self._poses: list[PosedFrame] = []
        self.run(_WARM_UP_FRAMES)

    def run(self, count: int) -> Run:
        """From the first frame that is read to the finished files."""
        watch, others = Stopwatch(), Others()
        with tempfile.TemporaryDirectory() as folder:
            video = Path(folder) / "output.avi"
            with others, watch:
                self._poses = self._annotated(video, count)
            kib = video.stat().st_size / 1024 / len(self._poses)
        return Run(watch.cost(len(self._poses)), others.share, peak_memory_mib(), kib)

    def poses(self) -> list[PosedFrame]:
        """The faces of each frame of the last run."""
        return self._poses

    def poses_of(self, boxes: Sequence[Sequence[Box]]) -> list[list[HeadPose | None]]:
        """The poses of these boxes in the first frames, as the product decodes them; one sequence of boxes per frame.

        None if the box is too small or outside the picture.
        """
        poses = []
        with open_source(self._source) as source, closing(source.frames()) as frames:  # type: ignore[type-var]
            for frame, of_frame in zip(islice(frames, len(boxes)), boxes, strict=True):
                rgb = np.asarray(cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGB), np.uint8)
                poses.append([self._pose(rgb, box) for box in of_frame])
        return poses

    def _annotated(self, video: Path, count: int) -> list[PosedFrame]:
        capture = cv2.VideoCapture(str(self._source))
        rate = capture.get(cv2.CAP_PROP_FPS)
        size = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        written = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), rate, size)
        found: list[PosedFrame] = []
        try:
            with video.with_suffix(".txt").open("w", encoding="utf-8") as text:
                while len(found) < count:
                    has_frame, picture = capture.read()
                    if not has_frame:
                        break
                    image = np.asarray(picture, np.uint8)
                    faces = self._posed(image, len(found))
                    for face in faces:
                        text.write("{} {:f} {:f} {:f}\n".format(len(found) + 1, *face.pose))
                        _draw_axis(image, face)
                    written.write(image)
                    found.append(faces)
        finally:
            capture.release()
            written.release()
        if not found:
            raise SourceError(f"OpenCV cannot read {self._source}.")
        return found

    def _posed(self, image: BgrImage, index: int) -> PosedFrame:
        rgb = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
        boxes = [one.box for one in self._detector.detect(image, index=index, time_s=float(index))]
        poses = [(box, self._pose(rgb, box)) for box in boxes]
        return tuple(PosedBox(box, pose) for box, pose in poses if pose is not None)

    def _pose(self, rgb: npt.NDArray[np.uint8], box: Box) -> HeadPose | None:
        part = cut_out(rgb, self._crop.rectangle(box, picture=(rgb.shape[1], rgb.shape[0])))
        if part is None:
            return None
        batch = self._transform(Image.fromarray(part)).unsqueeze(0)
        logits = self._estimator.engine.logits(batch.numpy())
        return decode(logits, self._estimator.record.decoding)[0].pose


def _transformations(side: int, mean: Sequence[float], std: Sequence[float]) -> Callable[[Image.Image], torch.Tensor]:
    from torchvision import transforms

    made: Callable[[Image.Image], torch.Tensor] = transforms.Compose(
        [
            transforms.Resize(side),
            transforms.CenterCrop(side),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
    return made


def _draw_axis(image: BgrImage, face: PosedBox) -> None:
    """At the middle of the box, half its height long."""
    x, y = face.box.centre
    ends = axis_endpoints(face.pose, (x, y), face.box.height / 2)
    for (to_x, to_y), colour in zip(ends, ((0, 0, 255), (0, 255, 0), (255, 0, 0)), strict=True):
        cv2.line(image, (int(x), int(y)), (int(to_x), int(to_y)), colour, 3)
