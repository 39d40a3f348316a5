"""MediaPipe's face detector (BlazeFace), without MediaPipe's runtime."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from detectors.base import BgrImage, Box, Detection, DetectorOptions
from detectors.blazeface import SHORT_RANGE, BlazeFace, BlazeFaceSession
from detectors.limits import (
    check_image,
    picture_part,
    reaches_inner_edge,
    selected,
    tile_squares,
    without_duplicates,
)


class MediaPipeDetector:
    """BlazeFace: fast and rarely wrong, but it misses small faces unless it searches tiles.

    The network sees every picture at 128×128 pixels (short range) or 192×192 (full range), so the short range finds
    faces from an eighth of the longer side: 160 of 1280 pixels. `DetectorOptions.tiles` makes it search parts of the
    picture as well; see the measurements below. `detection_size` is rarely useful here: with None, the picture is
    shrunk to the network's size directly. Scores are from 0 to 1.

    The narrowest frontal face (px) found at each of three places of a 1280×720 picture:

                  short range    full range
        tiles 1     160 px          80 px
        tiles 2      56 px          24 px
        tiles 3      40 px          20 px

    Each tile is another chance for a false alarm, so use a higher minimum score with tiles.

    The networks are the files that MediaPipe distributes: face_detection_short_range.tflite and
    face_detection_full_range_sparse.tflite. ONNX Runtime runs them, because MediaPipe's own runtime reports each use to
    Google. Boxes and scores are those of MediaPipe 1.2 (FaceDetector of its Tasks API): squares in whole pixels, from
    the brows to the chin of a frontal face. The box of a face that is cut off by the right or bottom edge ends there;
    that of one cut off by the left or top edge starts there, but is as large as that of the whole face. The
    full-range network's box has other proportions, so each network has its own crop preset.

    Source: Bazarevsky et al., BlazeFace, 2019, arXiv:1907.05047.
    Thread: open, use and close it in one thread at a time.
    """

    def __init__(
        self, model: Path, *, network: BlazeFace = SHORT_RANGE, options: DetectorOptions | None = None
    ) -> None:
        """Opens a BlazeFace model in `.tflite` format; `network` says which network the file contains.

        Raises FileNotFoundError (or another OSError) if the file cannot be read, ValueError if it does not contain that
        network.
        """
        self.name = network.name
        self._options = options or DetectorOptions()
        score = self._options.minimum_score
        self._minimum_score = network.minimum_score if score is None else score
        content = model.read_bytes()
        try:
            self._session: BlazeFaceSession | None = BlazeFaceSession(content, network)
        except ValueError as error:
            raise ValueError(f"The detector “{network.name}” cannot use {model}: {error}.") from error

    def detect(
        self,
        image: BgrImage,
        *,
        index: int,  # noqa: ARG002  (the protocol's)
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        """As `FaceDetector.detect`. Each picture is searched independently."""
        if self._session is None:
            raise ValueError("The MediaPipe detector is closed.")
        check_image(image)
        part = picture_part(image, region=self._options.region, detection_size=self._options.detection_size)
        if part is None:
            return ()
        found = list(self._detect_in(self._session, part.image))
        if self._options.tiles > 1:
            found = without_duplicates(found + self._detect_in_tiles(self._session, part.image))
        return selected(
            (Detection(part.to_picture(box), score) for box, score in found),
            image,
            minimum_score=self._minimum_score,
            options=self._options,
        )

    def _detect_in_tiles(self, session: BlazeFaceSession, image: BgrImage) -> list[Detection]:
        height, width = image.shape[:2]
        found = []
        for tile in tile_squares(width, height, self._options.tiles):
            x1, y1, x2, y2 = (int(edge) for edge in tile)
            for box, score in self._detect_in(session, image[y1:y2, x1:x2]):
                moved = box.moved(x1, y1)
                if not reaches_inner_edge(moved, tile, width=width, height=height):
                    found.append(Detection(moved, score))
        return found

    def _detect_in(self, session: BlazeFaceSession, image: BgrImage) -> Iterator[Detection]:
        boxes, scores = session.find(image, self._minimum_score)
        # As in MediaPipe, the corner and the size lose their fractions separately, and a corner beyond the left or top
        # edge is moved to it without a change of the size.
        corners, sizes = np.maximum(np.trunc(boxes[:, :2]), 0), np.trunc(boxes[:, 2:] - boxes[:, :2])
        for (x, y), (width, height), score in zip(corners.tolist(), sizes.tolist(), scores.tolist(), strict=True):
            yield Detection(Box(x, y, x + width, y + height), score)

    def close(self) -> None:
        """Releases the network. May be called twice."""
        self._session = None
