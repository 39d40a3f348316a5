"""Detectors, opened on pictures whose faces are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from detectors import DETECTORS, BgrImage, DetectorOptions, FaceDetector, open_detector
from tests import photograph
from tests.detectors.scenes import Scenes, make_scenes


class OpenDetector(Protocol):
    def __call__(self, name: str, **fields: Any) -> FaceDetector:  # Any: the types of DetectorOptions' fields
        """Opens a detector on the scenes, by its name and with fields of `DetectorOptions`."""
        ...


@pytest.fixture(scope="session")
def astronaut() -> BgrImage:
    return photograph.astronaut()


@pytest.fixture(scope="session")
def scenes() -> Scenes:
    return make_scenes()


@pytest.fixture(scope="session")
def open_named(model: Callable[[str], Path], scenes: Scenes, tmp_path_factory: pytest.TempPathFactory) -> OpenDetector:
    """Opens a detector that the caller closes."""
    boxes = tmp_path_factory.mktemp("boxes") / "scenes.txt"
    boxes.write_text(scenes.box_lines(), encoding="utf-8")

    def open_one(name: str, **fields: Any) -> FaceDetector:
        kind = next(kind for kind in DETECTORS if kind.name == name)
        if kind.name == "dlib-cnn":
            fields.setdefault("detection_size", 200)  # large enough for these scenes, and a third of the time
        return open_detector(
            name,
            model=model(kind.model_name) if kind.model_name else None,
            boxes=boxes if kind.needs_boxes else None,
            options=DetectorOptions(**fields),
        )

    return open_one


@pytest.fixture
def opened(open_named: OpenDetector) -> Iterator[OpenDetector]:
    """Opens detectors that are closed after the test."""
    detectors: list[FaceDetector] = []

    def open_one(name: str, **fields: Any) -> FaceDetector:
        detectors.append(open_named(name, **fields))
        return detectors[-1]

    yield open_one
    for detector in detectors:
        detector.close()
