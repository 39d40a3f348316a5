"""The BlazeFace networks and what MediaPipe's graph does around them: letterboxing, decoding, weighted suppression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.base import BgrImage, overlaps
from detectors.limits import SAME_FACE_OVERLAP
from detectors.tflite import TfliteGraph, read_tflite

Floats = npt.NDArray[np.float32]

INPUT, OUTPUTS = "picture", ("boxes", "scores")

_VALUES_PER_BOX = 16
"""Centre x and y, width and height, and six landmarks, which are not used; in pixels of the input."""

_LARGEST_LOGIT = 80.0
"""Beyond it, the score is 0 or 1 in single precision, and the exponential overflows."""

_LONGEST_SIDE = 32_000
"""Larger pictures are thinned out, because OpenCV's sample points are 16-bit numbers."""

_PARTS, _BLOCK = 32, 64
"""Into how many parts OpenCV divides a pixel when it interpolates with whole numbers, and how many it takes at once."""


@dataclass(frozen=True, slots=True)
class BlazeFace:
    """One of the BlazeFace networks.

    `name`: of its detector; `minimum_score`: the default (0 to 1); `input_side`: of its square input, in pixels;
    `grids`: the grids of anchors, each with the number of its rows and of the anchors at each place.
    """

    name: str
    minimum_score: float
    input_side: int
    grids: tuple[tuple[int, int], ...]


SHORT_RANGE = BlazeFace("mediapipe", minimum_score=0.6, input_side=128, grids=((16, 2), (8, 6)))
"""For faces near the camera. MediaPipe's own default is 0.5. Scores between 0.5 and 0.6 include most false alarms on
furniture (12 of 13 in a video of one woman in a room, whose own face scores 0.88 or more), but also dim faces in an
audience."""

FULL_RANGE = BlazeFace("mediapipe-full", minimum_score=0.6, input_side=192, grids=((48, 1),))
"""For faces further away as well. Measured on 199 frames without a face: 31 false alarms with 0.5, 4 with 0.55, none
with 0.6. In a crowd, 0.65 finds a fifth fewer faces than 0.6."""


class BlazeFaceSession:
    """One network, ready to run on ONNX Runtime. Thread: one at a time."""

    def __init__(self, content: bytes, network: BlazeFace) -> None:
        """`content`: the file in TensorFlow Lite's format. Raises ValueError if it is not this network, or damaged."""
        self._session = _session(checked_graph(content, network))
        self._side = network.input_side
        self._anchors = _anchors(network) * network.input_side

    def find(self, image: BgrImage, minimum_score: float) -> tuple[Floats, Floats]:
        """The faces in a picture, the best first: boxes (N, 4) as x1, y1, x2, y2, and scores (N,).

        Boxes are in pixels of the picture, and may extend beyond it.
        """
        height, width = image.shape[:2]
        boxes, logits = self._session.run(list(OUTPUTS), {INPUT: _letterboxed(image, self._side)})
        limited = np.minimum(np.maximum(logits[0, :, 0], -_LARGEST_LOGIT), _LARGEST_LOGIT)
        scores = 1 / (1 + np.exp(-limited))
        good = np.flatnonzero(scores >= minimum_score)
        found, scores = _decoded(boxes[0, good], self._anchors[good]), scores[good]
        found, scores = _merged(found, scores)
        longer = max(width, height)
        corner = np.array([width - longer, height - longer] * 2, np.float32) / np.float32(2)
        return found * np.float32(longer / self._side) + corner, scores


def checked_graph(content: bytes, network: BlazeFace) -> TfliteGraph:
    """The network in a file of TensorFlow Lite's format. Raises ValueError if it is another, or damaged."""
    graph = read_tflite(content)
    side, anchors = network.input_side, len(_anchors(network))
    inputs, outputs = ([graph.tensors[number].shape for number in ports] for ports in (graph.inputs, graph.outputs))
    if inputs != [(1, side, side, 3)] or outputs != [(1, anchors, _VALUES_PER_BOX), (1, anchors, 1)]:
        raise ValueError(f"it is not the network of the detector “{network.name}”")
    return graph


def _session(graph: TfliteGraph) -> Any:
    import onnxruntime

    # Takes 30 ms, for ONNX's own package; whoever lists the detectors does not need it.
    from detectors.tflite_to_onnx import converted

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # What it refuses is an exception as well.
    options.intra_op_num_threads = 1  # A second thread saves less than a millisecond, and costs a core.
    try:
        model = converted(graph, input_name=INPUT, output_names=OUTPUTS)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions have no common base class
        raise ValueError("the file is damaged") from error


def _anchors(network: BlazeFace) -> Floats:
    """The centres of all anchors (N, 2) as x and y, from 0 to 1, in the order of the network's output."""
    grids = []
    for rows, per_place in network.grids:
        centres = (np.arange(rows, dtype=np.float32) + 0.5) / rows
        x, y = np.meshgrid(centres, centres)
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_place, axis=0))
    return np.concatenate(grids).astype(np.float32)


def _letterboxed(image: BgrImage, side: int) -> Floats:
    """The picture in the middle of a black square, as the network's input: (1, 3, side, side), RGB from -1 to 1.

    As in MediaPipe, each pixel is interpolated between its four neighbours, however large the picture is.
    """
    import cv2

    step = -(-max(image.shape[:2]) // _LONGEST_SIDE)
    if step > 1:
        image = np.ascontiguousarray(image[::step, ::step])
    whole, fractions = _sample_points(image.shape[1], image.shape[0], side)
    square = cv2.remap(image, whole, fractions, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(cv2.dnn.blobFromImage(square, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True), np.float32)


@lru_cache(maxsize=4)
def _sample_points(width: int, height: int, side: int) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.uint16]]:
    """Where each pixel of the square is in the picture: whole pixels (side, side, 2), and the place between them.

    Rounded to 1/32 pixel by the same steps as in the version of OpenCV that is part of MediaPipe. OpenCV 5 does not
    round, which changes scores by up to 0.007; and ties that round the other way change them by up to 0.006.
    """
    import cv2

    longer = max(width, height)
    left, top = (width - longer) / 2, (height - longer) / 2
    right, bottom = left + longer, top + longer
    corners = [[left, bottom], [left, top], [right, top], [right, bottom]]
    square = [[0, side], [0, 0], [side, 0], [side, side]]
    to_square = cv2.getPerspectiveTransform(np.array(corners, np.float32), np.array(square, np.float32))
    to_picture = cv2.invert(to_square)[1].astype(np.float64)
    column, row = np.arange(side, dtype=np.float64)[None], np.arange(side, dtype=np.float64)[:, None]
    block = column // _BLOCK * _BLOCK
    x, y, scale = ((a * block + b * row + c) + a * (column - block) for a, b, c in to_picture)
    columns, rows = (np.rint(position * (_PARTS / scale)).astype(np.int32) for position in (x, y))
    whole = np.stack([columns // _PARTS, rows // _PARTS], axis=2).astype(np.int16)
    return whole, (rows % _PARTS * _PARTS + columns % _PARTS).astype(np.uint16)


def _decoded(values: Floats, anchors: Floats) -> Floats:
    """Boxes (N, 4) as x1, y1, x2, y2 in pixels of the input, from the network's values for these anchors."""
    centres, halves = values[:, :2] + anchors, values[:, 2:4] / 2
    return np.concatenate([centres - halves, centres + halves], axis=1)


def _merged(boxes: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Weighted non-maximum suppression: the boxes of a face become their mean, weighted by their scores.

    Each face has the best of their scores.
    Source: BlazeFace (see `MediaPipeDetector`), section 4; the order of steps is that of MediaPipe.
    """
    order = np.argsort(-scores, kind="stable")
    boxes, scores = boxes[order], scores[order]
    found: list[Floats] = []
    best: list[np.float32] = []
    while len(boxes):
        exact = boxes.astype(np.float64)
        same = overlaps(exact[:1], exact) > SAME_FACE_OVERLAP
        same[0] = True
        weights = scores[same]
        found.append((boxes[same] * weights[:, None]).sum(axis=0) / weights.sum())
        best.append(scores[0])
        boxes, scores = boxes[~same], scores[~same]
    return np.array(found, np.float32).reshape(-1, 4), np.array(best, np.float32)
