"""Stores a snapshot in 8-bit integers, which CPUs compute faster: `python -m hopenet.quantization SNAPSHOT.onnx …`.

The range of each layer's values is measured on pictures of faces. The first layers and the last stay in floating point:
their errors cost the most accuracy, and keeping them costs little time. Weights use 7 of the 8 bits, because older x86
processors add two products in 16 bits, where 8 bits overflow and give wrong angles without a word.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from hopenet.decode import decode
from hopenet.engines import OnnxEngine
from hopenet.export import remove_traces
from hopenet.onnx_storage import unpacked
from hopenet.pose import wrapped
from hopenet.preprocess import BgrImage, InputBatch, shrink_to_square, to_batch
from hopenet.records import METADATA_KEY, SnapshotRecord
from hopenet.replacing import replacing

if TYPE_CHECKING:
    import onnx

FLOAT_CONVOLUTIONS = 4
"""The first convolutions, which stay in floating point. Measured on `compact`, in angles of 1,500 faces: 0.30° from
those in floating point on average, instead of 0.55°; 0.68 of the time instead of 0.61."""

LARGEST_MEAN_DIFFERENCE_DEG = 1.0
"""Largest accepted mean difference of an angle on the pictures of faces."""

_PICTURE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".webp")


def save_int8(model: Path, faces: Sequence[BgrImage], target: Path) -> float:
    """Writes an ONNX snapshot in 8-bit integers, and returns the mean difference of its angles on `faces`, in degrees.

    `faces`: a few hundred pictures of one face each, as its crop rule “landmarks” cuts them. The record is that of
    `model` without its name and figures, which belong to the other network.
    Raises OSError, or ValueError if `model` cannot be used, there are no faces, or the angles differ too much.
    """
    import onnx

    if not faces:
        raise ValueError("There are no pictures of faces, by which the ranges of the network's values are measured.")
    exact = OnnxEngine(model)
    record = replace(exact.record, name="", figures={})
    batches = [to_batch([shrink_to_square(face, record.input_size)], record) for face in faces]
    with replacing(target) as part, TemporaryDirectory() as folder:
        single = Path(folder) / "model.onnx"
        _quantize(unpacked(onnx.load(model)), single, part, batches)
        _set_record(part, record)
        difference_deg = float(np.abs(wrapped(_angles(OnnxEngine(part), batches) - _angles(exact, batches))).mean())
        if not difference_deg <= LARGEST_MEAN_DIFFERENCE_DEG:
            raise ValueError(
                f"The model was not kept: in 8 bits its angles differ by {difference_deg:.2f}° on average."
            )
    return difference_deg


def _quantize(model: onnx.ModelProto, single: Path, target: Path, batches: Sequence[InputBatch]) -> None:
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    onnx.save(model, single)
    image = model.graph.input[0].name

    class Faces(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._batches = iter(batches)

        def get_next(self) -> dict[str, Any] | None:
            batch = next(self._batches, None)
            return None if batch is None else {image: batch}

    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # It advises a step that changes nothing for these networks.
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    last = [node.name for node in model.graph.node if node.op_type == "Gemm"]
    try:
        quantize_static(
            single,
            target,
            Faces(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=[*convolutions[:FLOAT_CONVOLUTIONS], *last],
        )
    finally:
        logger.setLevel(level)


def _set_record(path: Path, record: SnapshotRecord) -> None:
    import onnx

    model = onnx.load(path)
    remove_traces(model)
    model.metadata_props.add(key=METADATA_KEY, value=record.to_json())
    onnx.save(model, path)


def _angles(engine: OnnxEngine, batches: Sequence[InputBatch]) -> npt.NDArray[np.float64]:
    logits = np.concatenate([engine.logits(batch) for batch in batches])
    return np.array([estimate.pose for estimate in decode(logits, engine.record.decoding)])


def _pictures(folder: Path, count: int) -> Iterator[BgrImage]:
    """`count` pictures of a folder, evenly spread over their names."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _PICTURE_SUFFIXES)
    for place in np.unique(np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)) if paths else ():
        with Image.open(paths[place]) as picture:
            yield np.ascontiguousarray(np.asarray(picture.convert("RGB"))[..., ::-1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m hopenet.quantization", description=__doc__.split("\n\n")[0])
    parser.add_argument("model", type=Path, metavar="SNAPSHOT.onnx")
    parser.add_argument("--faces", type=Path, required=True, metavar="DIR", help="pictures of one face each")
    parser.add_argument("--count", type=int, default=512, help="how many of them are used (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.onnx")
    args = parser.parse_args()
    try:
        difference_deg = save_int8(args.model, list(_pictures(args.faces, args.count)), args.output)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{args.output}: its angles differ from those of {args.model.name} by {difference_deg:.2f}° on average.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
