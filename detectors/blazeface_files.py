"""The BlazeFace networks as ONNX files for other programs, with what belongs around them in the metadata."""

from __future__ import annotations

import hashlib
import json

import onnx

from detectors.blazeface import FULL_RANGE, INPUT, OUTPUTS, SHORT_RANGE, BlazeFace, checked_graph
from detectors.limits import SAME_FACE_OVERLAP
from detectors.tflite_to_onnx import converted

INTERFACE_KEY = "hopenet_interface"


def onnx_file(content: bytes, name: str, *, licence: str) -> bytes:
    """The network of the detector `name` as an ONNX file. `content`: the file in TensorFlow Lite's format.

    Raises ValueError if it is not this network, or damaged.
    """
    network = next(one for one in (SHORT_RANGE, FULL_RANGE) if one.name == name)
    model = onnx.load_model_from_string(
        converted(checked_graph(content, network), input_name=INPUT, output_names=OUTPUTS)
    )
    model.producer_name = "Hopenet Studio"
    facts = _interface(network, hashlib.sha256(content).hexdigest(), licence)
    model.metadata_props.add(key=INTERFACE_KEY, value=json.dumps(facts, ensure_ascii=False, indent=1))
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _interface(network: BlazeFace, sha256: str, licence: str) -> dict[str, object]:
    side = network.input_side
    return {
        "version": 1,
        "made_by": "Hopenet Studio",
        "what": "faces in a picture",
        "detector": network.name,
        "inputs": [
            {
                "name": INPUT,
                "type": "float32",
                "shape": [1, 3, side, side],
                "channel_order": "RGB",
                "values": "value / 127.5 - 1",
            }
        ],
        "resize": {
            "side": side,
            "rule": "the picture in the middle of a black square whose side is the picture's longer side; pixel i of "
            "the input is at i · longer / side of that square, interpolated between its four neighbours, rounded to "
            "1/32 pixel",
        },
        "outputs": [{"name": name, "type": "float32"} for name in OUTPUTS],
        "anchors": {
            "grids": [{"rows": rows, "per_place": count} for rows, count in network.grids],
            "rule": "for each grid, row by row: centres at (i + 0.5) / rows, each `per_place` times",
        },
        "decoding": "score = 1 / (1 + exp(-scores)); centre = anchor · side + boxes[0:2], size = boxes[2:4], in pixels "
        "of the input; then back to pixels of the picture",
        "minimum_score": network.minimum_score,
        "same_face": {
            "overlap": SAME_FACE_OVERLAP,
            "rule": "best score first: all boxes whose intersection over union with it is larger are one face, whose "
            "box is their mean weighted by score",
        },
        "box": "left and top without their fractions and not below 0; width and height without their fractions; then "
        "clipped to the picture",
        "source": {"sha256": sha256, "licence": licence},
    }
