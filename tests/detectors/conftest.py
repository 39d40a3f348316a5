"""Pictures whose faces are known, and detectors opened on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data

from app.errors import ModelError
from app.weights import Weights
from detectors import DETECTORS, BgrImage, Box, DetectorOptions, FaceDetector, open_detector

ASTRONAUT_FACE = Box(173, 70, 272, 178)
"""Brows to chin and cheek to cheek in scikit-image's astronaut (NASA, public domain), measured by hand."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, the index under which a box file speaks of it, and its faces, the largest first."""

    image: BgrImage
    index: int
    faces: tuple[Box, ...]


@dataclass(frozen=True)
class Scenes:
    one_face: Scene
    two_faces: Scene
    no_face: Scene

    def box_lines(self) -> str:
        # The smaller face comes first, so that the order of the answer is the detector's doing.
        return "".join(
            f"{scene.index + 1} {face.x1} {face.y1} {face.x2} {face.y2} 0.99\n"
            for scene in (self.two_faces, self.one_face)
            for face in reversed(scene.faces)
        )


@pytest.fixture(scope="session")
def astronaut() -> BgrImage:
    """The whole photograph, 512×512, blue first."""
    return np.ascontiguousarray(skimage.data.astronaut()[:, :, ::-1])


@pytest.fixture(scope="session")
def scenes(astronaut: BgrImage) -> Scenes:
    side, smaller_side = 200, 160
    left, top = 122, 24
    head = np.ascontiguousarray(astronaut[top : top + side, left : left + side])
    face = ASTRONAUT_FACE.moved(-left, -top)
    pair = np.full((side, smaller_side + side, 3), 127, np.uint8)
    pair[20 : 20 + smaller_side, :smaller_side] = cv2.resize(
        head, (smaller_side, smaller_side), interpolation=cv2.INTER_AREA
    )
    pair[:, smaller_side:] = head
    return Scenes(
        one_face=Scene(head, 0, (face,)),
        two_faces=Scene(pair, 1, (face.moved(smaller_side, 0), face.scaled(smaller_side / side).moved(0, 20))),
        no_face=Scene(np.full((side, side, 3), 127, np.uint8), 2, ()),
    )


@pytest.fixture(scope="session")
def detector_model() -> Callable[[str], Path]:
    """The verified file of a detector's model, fetched where needed; skips where it cannot be had."""

    def path(name: str) -> Path:
        try:
            return Weights.standard().path(name)
        except ModelError as error:
            pytest.skip(f"the model {name} cannot be had here: {error}")

    return path


@pytest.fixture
def opened(
    detector_model: Callable[[str], Path], scenes: Scenes, tmp_path: Path
) -> Iterator[Callable[..., FaceDetector]]:
    """Opens a detector by name with `DetectorOptions` fields as keywords, on the known scenes, and closes it."""
    detectors: list[FaceDetector] = []

    def open_named(name: str, **fields: Any) -> FaceDetector:
        kind = next(kind for kind in DETECTORS if kind.name == name)
        if kind.name == "dlib-cnn":
            fields.setdefault("detection_size", 200)  # large enough for these scenes, and a third of the time
        boxes = tmp_path / "scenes.txt"
        boxes.write_text(scenes.box_lines(), encoding="utf-8")
        detector = open_detector(
            name,
            model=detector_model(kind.model_name) if kind.model_name else None,
            boxes=boxes if kind.needs_boxes else None,
            options=DetectorOptions(**fields),
        )
        detectors.append(detector)
        return detector

    yield open_named
    for detector in detectors:
        detector.close()
