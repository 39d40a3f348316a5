"""dlib's convolutional face detector, trained with the max-margin object detection loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from detectors.base import BgrImage, Detection, DetectorOptions
from detectors.dlib_hog import box_of_rectangle
from detectors.limits import check_image, chosen, view

MINIMUM_SCORE = 1.0
"""The confidence above which the published video script of Hopenet takes a box. Source: `test_on_video_dlib.py`."""

UPSAMPLINGS = 1
"""How often the picture is doubled before detecting, as in the published script: faces from 40 pixels are found."""

DETECTION_SIZE = 320
"""Pixels of the longer side.

Measured on two cores without CUDA, one upsampling, pictures of 4:3: 256 px 2.0 s, 320 px 3.1 s, 480 px 7.5 s, 640 px
13.8 s. Faces from an eighth of the longer side (40 of 320 pixels) are found, which a talking head exceeds.
With a dlib built for CUDA, ask for more.
"""


class DlibCnnDetector:
    """MMOD: sure on turned and half-covered faces, and slow: seconds a frame without CUDA.

    The published convention, at the published scale where `detection_size` is at least the picture's longer side.
    Scores have no upper end and are about 1.1 for a clear face; the network reports nothing below 0.
    The box is a square around the face, from the brows to the chin.

    Source: King, Max-Margin Object Detection, 2015, arXiv:1502.00046; dlib's `mmod_human_face_detector.dat`.
    Thread: opened, used and closed in one thread at a time.
    """

    name = "dlib-cnn"

    def __init__(self, model: Path, *, options: DetectorOptions | None = None) -> None:
        """Opens `mmod_human_face_detector.dat`.

        Raises FileNotFoundError where there is no such file, ValueError where dlib cannot use it, ImportError where
        the package `dlib` is missing.
        """
        if not model.is_file():
            raise FileNotFoundError(f"There is no detector model {model}.")
        try:
            import dlib
        except ImportError as error:
            raise ImportError("The detector 'dlib-cnn' needs dlib: install the Python package dlib-bin.") from error

        self._options = options or DetectorOptions()
        self._minimum_score = MINIMUM_SCORE if self._options.minimum_score is None else self._options.minimum_score
        try:
            self._network: Any = dlib.cnn_face_detection_model_v1(str(model))
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise ValueError(
                f"dlib cannot use {model} as a face detection model: {reason} "
                "Where the file is right, its path may hold letters that dlib cannot open."
            ) from error

    def detect(
        self,
        image: BgrImage,
        *,
        index: int,  # noqa: ARG002  (the protocol's)
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        """As `FaceDetector.detect`; each picture is looked at for itself."""
        if self._network is None:
            raise ValueError("The dlib CNN detector is closed.")
        check_image(image)
        detection_size = self._options.detection_size or DETECTION_SIZE
        looked_at = view(image, region=self._options.region, detection_size=detection_size)
        if looked_at is None:
            return ()
        rgb = np.ascontiguousarray(looked_at.image[:, :, ::-1])
        found = ((box_of_rectangle(face.rect), float(face.confidence)) for face in self._network(rgb, UPSAMPLINGS))
        return chosen(
            (Detection(looked_at.to_picture(box), score) for box, score in found),
            image,
            minimum_score=self._minimum_score,
            options=self._options,
        )

    def close(self) -> None:
        """Gives the network back. May be called twice."""
        self._network = None
