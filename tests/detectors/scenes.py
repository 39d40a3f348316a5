"""Pictures whose faces are known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from detectors import BgrImage, Box
from tests.photograph import FACE, astronaut


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, its index in the box file, and its faces, the largest first."""

    image: BgrImage
    index: int
    faces: tuple[Box, ...]


@dataclass(frozen=True)
class Scenes:
    one_face: Scene
    two_faces: Scene
    no_face: Scene

    def box_lines(self) -> str:
        """The text of the box file of these scenes."""
        # The smaller face comes first, so that the detector has to sort them.
        return "".join(
            f"{scene.index + 1} {face.x1} {face.y1} {face.x2} {face.y2} 0.99\n"
            for scene in (self.two_faces, self.one_face)
            for face in reversed(scene.faces)
        )


def make_scenes() -> Scenes:
    """Scenes of 200 pixels height: the astronaut's head alone, with a smaller copy to its left, and plain grey."""
    side, smaller_side = 200, 160
    left, top = 122, 24
    head = np.ascontiguousarray(astronaut()[top : top + side, left : left + side])
    face = FACE.moved(-left, -top)
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
