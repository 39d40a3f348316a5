"""Writes snapshots as safetensors, and as ONNX that is checked against torch before it is kept.

    python -m hopenet.export SNAPSHOT --precision 8-bit -o FILE.onnx

writes any snapshot as ONNX, with its weights stored in another precision.
"""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from hopenet.batches import Logits
from hopenet.decode import decode
from hopenet.engines import OnnxEngine
from hopenet.onnx_storage import PRECISIONS, Precision, store, unpacked
from hopenet.pose import wrapped
from hopenet.preprocess import to_batch
from hopenet.record_schema import shown_name
from hopenet.records import METADATA_KEY, Decoding, SnapshotRecord
from hopenet.replacing import replacing
from hopenet.snapshots import ONNX_SUFFIX, LoadedSnapshot, check_snapshot_file, into_network, read_weights
from hopenet.trial_pictures import ordinary_faces

if TYPE_CHECKING:
    import onnx

LARGEST_DIFFERENCE = 1e-3
"""Largest accepted difference of a logit between torch and the converted model; angles then agree to about 0.001°."""

LARGEST_DIFFERENCE_STORED_DEG = 10.0
"""Largest accepted difference of an angle after rounding the weights to half precision or 8 bits, on random input.

Without a face in the input even a trained network is uncertain, and a barely trained one differs by a degree; on faces
the difference is less than a tenth. More than this limit means weights too large for half precision.
"""


def save_safetensors(snapshot: LoadedSnapshot, path: Path) -> None:
    """Writes a snapshot's weights and record. The file is written completely or not at all. Raises OSError."""
    from safetensors.torch import save

    with replacing(path) as part:
        tensors = {key: tensor.contiguous().clone() for key, tensor in snapshot.tensors.items()}
        # safetensors' own file writer would make the file readable by its owner only.
        part.write_bytes(save(tensors, metadata={METADATA_KEY: snapshot.record.to_json()}))


def save_onnx(snapshot: LoadedSnapshot, path: Path, *, precision: Precision | None = None) -> None:
    """Writes the network as ONNX with a variable batch size and the record in its metadata.

    `precision`: in which the file stores weights (see `hopenet.onnx_storage`); None takes half precision if weights of
    the snapshot are in half precision, otherwise single. Batch norms are folded; all other weights keep their names.
    The model and torch are run on the same random input; it is kept only if both agree within LARGEST_DIFFERENCE.
    Raises OSError, ValueError if the network computes NaN, or RuntimeError if the two disagree.
    """
    import onnx
    import torch

    from hopenet.folding import fold_batch_norms

    in_half = any(tensor.dtype == torch.float16 for tensor in snapshot.tensors.values())
    if precision is None:
        precision = "half" if in_half else "single"
    network = into_network(snapshot)
    side = snapshot.record.input_size
    example = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with replacing(path) as part:
        with _quiet():
            torch.onnx.export(
                fold_batch_norms(deepcopy(network)),
                (example,),
                part,
                input_names=["image"],
                output_names=["logits"],
                dynamic_shapes=({0: torch.export.Dim("faces", min=1)},),
                external_data=False,
                verbose=False,
            )
        model = onnx.load(part)
        remove_traces(model)
        model.metadata_props.add(key=METADATA_KEY, value=snapshot.record.to_json())
        onnx.save(model, part)
        batch = example[:1].repeat(3, 1, 1, 1) * torch.tensor([1.0, 0.5, -1.0]).view(3, 1, 1, 1)
        with torch.inference_mode():
            expected = network(batch).numpy()
        if not np.isfinite(expected).all():
            raise ValueError("The network computes NaN or infinity instead of an angle, so it cannot be used.")
        difference = float(np.abs(OnnxEngine(part).logits(batch.numpy()) - expected).max())
        if not difference <= LARGEST_DIFFERENCE:
            raise RuntimeError(f"The converted model was not kept: a logit differs from torch's by {difference:.4f}.")
        if precision != "single":
            store(model, precision)
            onnx.save(model, part)
            error_deg = _largest_error(OnnxEngine(part).logits(batch.numpy()), expected, snapshot.record.decoding)
            if not error_deg <= LARGEST_DIFFERENCE_STORED_DEG:
                in_what = "8 bits" if precision == "8-bit" else "half precision"
                raise RuntimeError(f"The model was not kept: in {in_what} its angles differ by up to {error_deg:.2f}°.")


def remove_traces(model: onnx.ModelProto) -> None:
    """Removes how the model was made: the exporter notes the calls behind each node, with the folders of this machine,
    which would go wherever the file goes."""
    graph = model.graph
    parts = (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer)
    for part in (model, *parts):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _largest_error(found: Logits, expected: Logits, decoding: Decoding) -> float:
    """The largest difference of an angle in degrees; NaN if any angle is NaN."""
    poses = [np.array([estimate.pose for estimate in decode(logits, decoding)]) for logits in (found, expected)]
    return float(np.abs(wrapped(poses[0] - poses[1])).max())


@contextmanager
def _quiet() -> Iterator[None]:
    # The exporter logs its own progress and deprecations, which mean nothing to someone converting a snapshot.
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def store_again(source: Path, target: Path, precision: Precision) -> float:
    """Writes a snapshot as ONNX with its weights stored in another precision, and returns the largest difference of an
    angle of ordinary faces, in degrees.

    Raises OSError, ValueError if `source` cannot be used, or RuntimeError as `save_onnx`.
    """
    import onnx

    check_snapshot_file(source)
    if source.suffix.lower() != ONNX_SUFFIX:
        snapshot = read_weights(source)
        with TemporaryDirectory() as folder:
            single = Path(folder, source.stem + ONNX_SUFFIX)
            save_onnx(snapshot, single, precision="single")
            return store_again(single, target, precision)
    before = OnnxEngine(source)
    try:
        model = unpacked(onnx.load(source))
    except ValueError as error:
        raise ValueError(f"{shown_name(source.name)} cannot be used: {error}.") from error
    store(model, precision)
    with replacing(target) as part:
        onnx.save(model, part)
        return _difference_on_faces(before, OnnxEngine(part), before.record)


def _difference_on_faces(first: OnnxEngine, second: OnnxEngine, record: SnapshotRecord) -> float:
    batch = to_batch(ordinary_faces(record.input_size), record)
    difference_deg = _largest_error(second.logits(batch), first.logits(batch), record.decoding)
    if not difference_deg <= LARGEST_DIFFERENCE_STORED_DEG:
        raise RuntimeError(f"The model was not kept: its angles differ by up to {difference_deg:.2f}°.")
    return difference_deg


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m hopenet.export", description="Writes a snapshot as ONNX.")
    parser.add_argument("snapshot", type=Path, metavar="SNAPSHOT")
    parser.add_argument("--precision", choices=PRECISIONS, required=True, help="in which weights are stored")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.onnx")
    args = parser.parse_args()
    try:
        difference_deg = store_again(args.snapshot, args.output, args.precision)
    except (OSError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    size_mb = args.output.stat().st_size / 1e6
    print(f"{args.output}: {size_mb:.1f} MB; angles of ordinary faces differ by at most {difference_deg:.2f}°.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
