"""The BlazeFace networks give MediaPipe's answers, and damaged files are refused."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from detectors import BgrImage, open_detector
from detectors.blazeface import FULL_RANGE, SHORT_RANGE, BlazeFace, BlazeFaceSession
from detectors.tflite import read_tflite
from detectors.tflite_to_onnx import converted
from tests.detectors.conftest import OpenDetector

Answer = list[tuple[int, int, int, int, float]]

PICTURES: dict[str, Callable[[BgrImage], BgrImage]] = {
    "whole": lambda photograph: photograph,
    "every second pixel": lambda photograph: photograph[::2, ::2],
    "odd size": lambda photograph: photograph[40:315, 61:414],
    "upright": lambda photograph: photograph[0:511, 100:360],
    "wide": lambda photograph: np.concatenate([photograph[:300], photograph[:300, ::-1]], axis=1),
    "cut off at the left": lambda photograph: photograph[60:260, 195:395],
    "cut off at the top": lambda photograph: photograph[95:295, 122:322],
    "cut off at the right": lambda photograph: photograph[24:224, 55:255],
    "cut off at the bottom": lambda photograph: photograph[0:160, 122:322],
}

MEDIAPIPE: dict[str, dict[str, Answer]] = {
    "mediapipe": {
        "whole": [(177, 82, 272, 177, 0.92174)],
        "every second pixel": [(88, 41, 135, 88, 0.92174)],
        "odd size": [(115, 34, 218, 137, 0.94936)],
        "upright": [(79, 81, 175, 177, 0.93742)],
        "wide": [],
        "cut off at the left": [(0, 17, 96, 113, 0.86549)],
        "cut off at the top": [(27, 82, 70, 125, 0.33826), (52, 0, 153, 101, 0.88379)],
        "cut off at the right": [(118, 48, 200, 148, 0.84387)],
        "cut off at the bottom": [(53, 72, 153, 160, 0.94103)],
    },
    "mediapipe-full": {
        "whole": [(172, 68, 275, 171, 0.91206)],
        "every second pixel": [(86, 33, 137, 84, 0.90262)],
        "odd size": [(111, 29, 218, 136, 0.96077)],
        "upright": [(73, 68, 178, 173, 0.86757)],
        "wide": [(176, 70, 279, 173, 0.80780), (749, 69, 852, 172, 0.80719)],
        "cut off at the left": [(0, 1, 117, 118, 0.90521)],
        "cut off at the top": [(46, 0, 159, 113, 0.68233)],
        "cut off at the right": [(111, 41, 200, 154, 0.83404)],
        "cut off at the bottom": [(46, 59, 162, 160, 0.70275)],
    },
}
"""What MediaPipe 1.2.3 itself answers: x1, y1, x2, y2 and score, from left to right, the boxes within the picture."""


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("name", MEDIAPIPE)
def test_boxes_and_scores_are_those_of_mediapipe(
    name: str, picture: str, opened: OpenDetector, astronaut: BgrImage
) -> None:
    image = np.ascontiguousarray(PICTURES[picture](astronaut))
    found = sorted(opened(name, minimum_score=0.3).detect(image, index=0, time_s=0.0), key=lambda one: one.box.x1)
    expected = MEDIAPIPE[name][picture]
    assert [tuple(one.box) for one in found] == [answer[:4] for answer in expected]
    assert [one.score for one in found] == pytest.approx([answer[4] for answer in expected], abs=2e-5)


def test_a_very_low_minimum_score_returns_each_place_once(opened: OpenDetector, astronaut: BgrImage) -> None:
    found = opened("mediapipe", minimum_score=0.0, largest_faces=5).detect(astronaut, index=0, time_s=0.0)
    assert len(found) == 5
    assert len({one.box for one in found}) == 5


def test_a_picture_longer_than_opencv_can_sample_is_searched(opened: OpenDetector) -> None:
    assert opened("mediapipe").detect(np.full((8, 40_000, 3), 127, np.uint8), index=0, time_s=0.0) == ()


@pytest.fixture(params=[SHORT_RANGE, FULL_RANGE], ids=["short range", "full range"])
def network(request: pytest.FixtureRequest) -> BlazeFace:
    chosen: BlazeFace = request.param
    return chosen


@pytest.fixture
def content(network: BlazeFace, model: Callable[[str], Path]) -> bytes:
    return model("blazeface-short-range" if network is SHORT_RANGE else "blazeface-full-range").read_bytes()


def test_convolutions_compute_whole_blocks_of_channels(network: BlazeFace, content: bytes) -> None:
    graph = onnx.load_from_string(converted(read_tflite(content), input_name="x", output_names=("a", "b"))).graph
    shapes = {constant.name: tuple(constant.dims) for constant in graph.initializer}
    channels = [shapes[node.input[1]][0] for node in graph.node if node.op_type == "Conv"]
    of_results = {SHORT_RANGE: [2, 6], FULL_RANGE: [4, 4]}[network]
    assert [count for count in channels if count % 16] == of_results


def test_every_constant_is_read_in_its_shape_sparse_ones_too(network: BlazeFace, content: bytes) -> None:
    graph = read_tflite(content)
    assert [graph.tensors[number].shape for number in graph.inputs] == [(1, network.input_side, network.input_side, 3)]
    constants = [(tensor.shape, tensor.constant) for tensor in graph.tensors if tensor.constant is not None]
    assert all(constant.shape == shape for shape, constant in constants)
    sparse = [constant for _, constant in constants if 0.5 < np.mean(constant == 0) < 1 and constant.ndim == 4]
    assert len(sparse) == (46 if network is FULL_RANGE else 0)


def test_a_damaged_file_is_refused_in_one_sentence_or_still_runs(network: BlazeFace, content: bytes) -> None:
    dice = random.Random(0)
    refusals = []
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(dice.randrange(1, 40)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        if dice.random() < 0.3:
            del damaged[dice.randrange(len(damaged)) :]
        try:
            BlazeFaceSession(bytes(damaged), network)
        except ValueError as error:
            refusals.append(str(error))
    assert len(refusals) > 30
    assert all("damaged" in refusal or "it is not" in refusal for refusal in refusals)


def test_the_file_of_the_other_network_is_refused(model: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match=r"“mediapipe” cannot use .*it is not the network of the detector"):
        open_detector("mediapipe", model=model("blazeface-full-range"))
