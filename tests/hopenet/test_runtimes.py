"""Exported files give the snapshot's angles, say how they are used, and nothing about the machine that made them."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from hopenet.estimator import HeadPoseEstimator, plan_load
from hopenet.export import save_safetensors
from hopenet.networks import build
from hopenet.preprocess import shrink_to_square
from hopenet.quantization import save_int8
from hopenet.records import SnapshotRecord
from hopenet.runtimes.checks import check_difference, difference, product_angles, trial_crops
from hopenet.runtimes.formats import FORMATS, format_named
from hopenet.runtimes.interface import INTERFACE_KEY, Interface
from hopenet.runtimes.source import ExportSource
from hopenet.snapshots import LoadedSnapshot
from hopenet.trial_pictures import ordinary_faces, trial_pictures

WEIGHTS = Path(__file__).parents[2] / "weights"
COMPACT = WEIGHTS / "compact.onnx"


def source_of(path: Path, folder: Path | None = None) -> ExportSource:
    plan = plan_load(path, device="cpu", converted_folder=folder)
    return ExportSource(plan, plan.load(threads=1))


def interface_of(source: ExportSource, name: str, precision: str = "fp32", *, decoding: bool = False) -> Interface:
    chosen = format_named(name)
    return Interface(
        source.record,
        source.plan.sha256,
        precision,
        decoding,
        any_size=decoding and chosen.resizes,
        batch=chosen.batch,
    )


def exported(source: ExportSource, interface: Interface, name: str, folder: Path) -> Path:
    chosen = format_named(name)
    chosen.load().write(source, interface, ordinary_faces(source.record.input_size), folder, "net")
    return folder / f"net{chosen.suffixes[0]}"


def runnable() -> list[Any]:
    """The formats whose packages are installed, with and without decoding."""
    cases = []
    for one in FORMATS:
        heavy = one.name in ("coreml", "tflite")
        marks = [pytest.mark.skipif(bool(one.missing()), reason=f"{one.package} is not installed")]
        marks += [pytest.mark.slow] if heavy or one.name == "torch" else []
        cases += [pytest.param(one.name, decoding, marks=marks) for decoding in (False, True)]
    return cases


@pytest.mark.parametrize(("name", "decoding"), runnable())
def test_a_file_gives_the_angles_of_the_snapshot_and_no_place_of_this_machine(
    name: str, decoding: bool, tmp_path: Path
) -> None:
    source = source_of(COMPACT)
    interface = interface_of(source, name, decoding=decoding)
    path = exported(source, interface, name, tmp_path)
    run = format_named(name).load().runner(path, interface)
    if run is not None:
        crops = trial_crops(source.record.input_size)
        found = difference(run, source.estimator, crops)
        check_difference(found, interface)
        assert found.crops == len(crops)
        assert run(crops[:1]).shape == (1, 3)
        assert run([]).shape == (0, 3)
    contents = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    folders = (tempfile.gettempdir(), str(Path.home()), str(WEIGHTS.parent), sys.prefix)
    places = ("site-packages", *(f"{folder}{os.sep}" for folder in folders))
    assert not [place for place in places if place.encode() in contents]


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ["ResNet18", "Squeezenet_1_1", "MobileNetV2", "HopeNetLite"])
def test_each_kind_of_network_is_exported_with_any_number_of_faces(architecture: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    record = SnapshotRecord(architecture, name="net", input_size=64, licence="none")
    whole = tmp_path / "net.safetensors"
    save_safetensors(LoadedSnapshot(record, build(architecture).state_dict()), whole)
    source = source_of(whole, tmp_path / "converted")
    interface = interface_of(source, "onnx", decoding=True)
    path = exported(source, interface, "onnx", tmp_path)
    run = format_named("onnx").load().runner(path, interface)
    assert run is not None
    crops = trial_crops(64)
    check_difference(difference(run, source.estimator, crops), interface)
    assert run(crops).shape == (len(crops), 3)


def test_the_metadata_say_everything_that_a_stranger_needs(tmp_path: Path) -> None:
    source = source_of(COMPACT)
    path = exported(source, interface_of(source, "onnx"), "onnx", tmp_path)
    (text,) = (one.value for one in onnx.load(path).metadata_props if one.key == INTERFACE_KEY)
    facts = json.loads(text)
    (image,) = facts["inputs"]
    record = source.record
    assert (image["name"], image["shape"], image["channel_order"]) == ("image", ["faces", 3, 120, 120], "RGB")
    assert (image["mean"], image["std"]) == (list(record.mean), list(record.std))
    assert facts["outputs"] == [
        {"name": "logits", "type": "float32", "shape": ["faces", 3, 66], "order": ["yaw", "pitch", "roll"]}
    ]
    assert facts["crop"]["by_detector"]["mediapipe"] == {"kind": "square", "scale": 1.31, "shift_down": 0.06}
    assert (facts["decoding"]["first_deg"], facts["decoding"]["width_deg"]) == (-97.5, 3.0)
    assert "left of the picture" in facts["signs"]["yaw"]
    assert facts["snapshot"]["licence"] == record.licence
    assert facts["snapshot"]["sha256"] == source.plan.sha256


def test_a_stranger_with_numpy_alone_gets_the_same_angles_from_the_metadata(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    source = source_of(COMPACT)
    session = onnxruntime.InferenceSession(exported(source, interface_of(source, "onnx"), "onnx", tmp_path))
    facts = json.loads(session.get_modelmeta().custom_metadata_map[INTERFACE_KEY])
    face = trial_pictures(facts["resize"]["side"])[0]
    (image,) = facts["inputs"]
    values = (face[None, ..., ::-1] / 255 - np.array(image["mean"])) / np.array(image["std"])
    (logits,) = session.run(None, {image["name"]: values.transpose(0, 3, 1, 2).astype(np.float32)})
    shares = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    rule = facts["decoding"]
    angles = shares @ (rule["first_deg"] + rule["width_deg"] * np.arange(rule["bins"]))
    assert np.allclose(angles, product_angles(source.estimator, [face]), atol=0.001)


def test_a_file_without_decoding_is_a_snapshot_itself(tmp_path: Path) -> None:
    source = source_of(COMPACT)
    path = exported(source, interface_of(source, "onnx", "fp16"), "onnx", tmp_path)
    again = HeadPoseEstimator.load(path, device="cpu")
    assert again.record == source.record
    assert path.stat().st_size < 0.6 * 14_400_000


def test_a_file_that_takes_crops_of_any_size_resizes_them_as_the_program_does(tmp_path: Path) -> None:
    source = source_of(COMPACT)
    interface = interface_of(source, "onnx", decoding=True)
    run = format_named("onnx").load().runner(exported(source, interface, "onnx", tmp_path), interface)
    assert run is not None
    face = trial_pictures(400)[0]
    for height, width in ((400, 400), (331, 210), (210, 331), (61, 64), (121, 120)):
        crop = shrink_to_square(face, max(height, width))[:height, :width]
        apart = np.abs(run([crop]) - product_angles(source.estimator, [crop]))
        assert apart.max() < 0.1, (height, width)


def test_a_difference_beyond_the_limit_refuses_the_file() -> None:
    source = source_of(COMPACT)
    crops = ordinary_faces(120)
    found = difference(lambda some: product_angles(source.estimator, some) + 0.2, source.estimator, crops)
    assert found.largest_deg == pytest.approx(0.2)
    with pytest.raises(ValueError, match=r"by up to 0\.20°"):
        check_difference(found, interface_of(source, "onnx"))


def test_a_snapshot_that_computes_in_8_bits_stays_so_and_is_no_torch_file(tmp_path: Path) -> None:
    save_int8(COMPACT, ordinary_faces(120), tmp_path / "small.onnx")
    source = source_of(tmp_path / "small.onnx")
    with pytest.raises(ValueError, match="cannot be written as fp32"):
        exported(source, interface_of(source, "onnx"), "onnx", tmp_path)
    with pytest.raises(ValueError, match="cannot be used outside ONNX Runtime"):
        exported(source, interface_of(source, "torch"), "torch", tmp_path)
    interface = interface_of(source, "onnx", "int8", decoding=True)
    run = format_named("onnx").load().runner(exported(source, interface, "onnx", tmp_path), interface)
    assert run is not None
    check_difference(difference(run, source.estimator, trial_crops(120)), interface)


@pytest.mark.slow
@pytest.mark.skipif(bool(format_named("coreml").missing()), reason="coremltools is not installed")
def test_a_core_ml_file_has_the_names_and_the_metadata_of_its_interface(tmp_path: Path) -> None:
    import coremltools

    source = source_of(COMPACT)
    interface = interface_of(source, "coreml", "fp16", decoding=True)
    path = exported(source, interface, "coreml", tmp_path)
    described = coremltools.models.MLModel(str(path), skip_model_load=True).get_spec().description
    (crop,) = described.input
    assert (crop.name, list(crop.type.multiArrayType.shape)) == ("crop", [1, 120, 120, 3])
    assert crop.type.multiArrayType.shapeRange.sizeRanges[0].upperBound == 64
    assert [output.name for output in described.output] == ["angles", "spread"]
    assert json.loads(described.metadata.userDefined[INTERFACE_KEY]) == interface.to_plain()


@pytest.mark.slow
@pytest.mark.skipif(bool(format_named("tflite").missing()), reason="litert_torch is not installed")
@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_a_litert_file_keeps_its_metadata_in_each_precision(precision: str, tmp_path: Path) -> None:
    from hopenet.runtimes import tflite_files

    source = source_of(COMPACT)
    interface = interface_of(source, "tflite", precision, decoding=True)
    path = exported(source, interface, "tflite", tmp_path)
    assert json.loads(tflite_files.metadata(path)[INTERFACE_KEY]) == interface.to_plain()
    crops = ordinary_faces(120)
    check_difference(difference(tflite_files.runner(path, interface), source.estimator, crops), interface)


@pytest.mark.skipif(bool(format_named("openvino").missing()), reason="openvino is not installed")
def test_an_openvino_file_has_its_metadata_and_its_package_reports_nothing(tmp_path: Path) -> None:
    from hopenet.runtimes import openvino_files

    source = source_of(COMPACT)
    interface = interface_of(source, "openvino", "fp16")
    path = exported(source, interface, "openvino", tmp_path)
    openvino = openvino_files._openvino()
    model = openvino.Core().read_model(path)
    assert json.loads(model.get_rt_info(INTERFACE_KEY).astype(str)) == interface.to_plain()
    assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
