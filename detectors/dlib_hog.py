"""dlib's frontal face detector: histograms of oriented gradients and a linear classifier, without a model file."""

from __future__ import annotations

from typing import Any

import numpy as np

from detectors.base import BgrImage, Box, Detection, DetectorOptions
from detectors.limits import check_image, picture_part, selected

MINIMUM_SCORE = 0.0
"""dlib's own threshold: the classifier's decision boundary."""

UPSAMPLINGS = 1
"""How often the picture is doubled in size before detecting: the classifier's 80-pixel window is then 40 pixels."""

DETECTION_SIZE = 640
"""Pixels of the longer side. Measured on two cores, one upsampling: 0.14 s for 640×360 and 0.19 s for 640×480."""


class DlibHogDetector:
    """HOG: fast enough, does not need a model file, and is made for faces that look towards the camera.

    Scores are distances from the decision boundary: 0 is dlib's own threshold, a clear face has 0.5 to 3, and a minimum
    score below 0 finds more faces but also more false alarms.
    The box is a square around the face, from the brows to the chin.

    Source: Dalal and Triggs, CVPR 2005, doi:10.1109/CVPR.2005.177; King, arXiv:1502.00046.
    Thread: open, use and close it in one thread at a time.
    """

    name = "dlib-hog"

    def __init__(self, *, options: DetectorOptions | None = None) -> None:
        """Creates the detector. Raises ImportError if the package `dlib` is missing."""
        try:
            import dlib
        except ImportError as error:
            raise ImportError("The detector “dlib-hog” needs dlib. Install the Python package dlib-bin.") from error

        self._options = options or DetectorOptions()
        self._minimum_score = MINIMUM_SCORE if self._options.minimum_score is None else self._options.minimum_score
        self._classifier: Any = dlib.get_frontal_face_detector()

    def detect(
        self,
        image: BgrImage,
        *,
        index: int,  # noqa: ARG002  (the protocol's)
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        """As `FaceDetector.detect`; each picture is processed independently."""
        if self._classifier is None:
            raise ValueError("The dlib HOG detector is closed.")
        check_image(image)
        detection_size = self._options.detection_size or DETECTION_SIZE
        part = picture_part(image, region=self._options.region, detection_size=detection_size)
        if part is None:
            return ()
        rgb = np.ascontiguousarray(part.image[:, :, ::-1])
        rectangles, scores, _ = self._classifier.run(rgb, UPSAMPLINGS, self._minimum_score)
        found = zip(map(box_of_rectangle, rectangles), map(float, scores), strict=True)
        return selected(
            (Detection(part.to_picture(box), score) for box, score in found),
            image,
            minimum_score=self._minimum_score,
            options=self._options,
        )

    def close(self) -> None:
        """Releases the classifier. May be called twice."""
        self._classifier = None


def box_of_rectangle(rectangle: Any) -> Box:
    """The box of a `dlib.rectangle`, whose right and bottom edges are inclusive."""
    return Box(
        float(rectangle.left()), float(rectangle.top()), float(rectangle.right() + 1), float(rectangle.bottom() + 1)
    )
