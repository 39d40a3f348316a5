"""dlib's convolutional face detector, trained with max-margin object detection (MMOD)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from detectors.base import BgrImage, Detection, DetectorOptions
from detectors.dlib_hog import box_of_rectangle
from detectors.limits import check_image, picture_part, selected

MINIMUM_SCORE = 1.0
"""The confidence above which Hopenet's published video script uses a box. Source: `test_on_video_dlib.py`."""

UPSAMPLINGS = 1
"""How often the picture is doubled in size before detecting, as in the published script; finds faces from 40 pixels."""

DETECTION_SIZE = 320
"""Pixels of the longer side.

Measured on two cores without CUDA, with one upsampling, for 4:3 pictures: 256 px 2.0 s, 320 px 3.1 s, 480 px 7.5 s,
640 px 13.8 s. Finds faces from an eighth of the longer side (40 of 320 pixels); a talking head is larger than that.
If dlib was built with CUDA, use a larger size.
"""


class DlibCnnDetector:
    """MMOD: reliable for turned and partly covered faces, but slow: without CUDA it takes seconds per frame.

    Used as in the published script, at the same scale if `detection_size` is at least the picture's longer side.
    Scores have no upper limit and are about 1.1 for a clear face; the network reports nothing below 0.
    The box is a square around the face, from the brows to the chin.

    Source: King, Max-Margin Object Detection, 2015, arXiv:1502.00046; dlib's `mmod_human_face_detector.dat`.
    Thread: open, use and close it in one thread at a time.
    """

    name = "dlib-cnn"

    def __init__(self, model: Path, *, options: DetectorOptions | None = None) -> None:
        """Opens `mmod_human_face_detector.dat`.

        Raises FileNotFoundError if there is no such file, ValueError if dlib cannot use it, ImportError if the package
        `dlib` is missing.
        """
        if not model.is_file():
            raise FileNotFoundError(f"There is no detector model {model}.")
        try:
            import dlib
        except ImportError as error:
            raise ImportError("The detector “dlib-cnn” needs dlib. Install the Python package dlib-bin.") from error

        self._options = options or DetectorOptions()
        self._minimum_score = MINIMUM_SCORE if self._options.minimum_score is None else self._options.minimum_score
        try:
            self._network: Any = dlib.cnn_face_detection_model_v1(str(model))
        except (MemoryError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise ValueError(
                f"dlib cannot use {model} as a face detection model: {reason} "
                "If the file is correct, its path may contain characters that dlib does not support."
            ) from error

    def detect(
        self,
        image: BgrImage,
        *,
        index: int,  # noqa: ARG002  (the protocol's)
        time_s: float,  # noqa: ARG002  (the protocol's)
    ) -> tuple[Detection, ...]:
        """As `FaceDetector.detect`; each picture is processed independently."""
        if self._network is None:
            raise ValueError("The dlib CNN detector is closed.")
        check_image(image)
        detection_size = self._options.detection_size or DETECTION_SIZE
        part = picture_part(image, region=self._options.region, detection_size=detection_size)
        if part is None:
            return ()
        rgb = np.ascontiguousarray(part.image[:, :, ::-1])
        found = ((box_of_rectangle(face.rect), float(face.confidence)) for face in self._network(rgb, UPSAMPLINGS))
        return selected(
            (Detection(part.to_picture(box), score) for box, score in found),
            image,
            minimum_score=self._minimum_score,
            options=self._options,
        )

    def close(self) -> None:
        """Releases the network. May be called twice."""
        self._network = None
