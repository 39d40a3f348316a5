"""`export-model` writes files that were compared with the snapshot, or says in one sentence why it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import onnx
import onnxruntime
import pytest
from PIL import Image

from app.errors import OutputError, UsageError
from app.outputs import model_files
from app.weights import ModelStore
from detectors.blazeface import SHORT_RANGE, BlazeFaceSession
from hopenet.trial_pictures import ordinary_faces

Run = Callable[..., int]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A folder of labelled faces."""
    folder = tmp_path / "heads"
    folder.mkdir()
    rows = ["file,yaw_deg,pitch_deg,roll_deg"]
    for number, face in enumerate(ordinary_faces(150)):
        Image.fromarray(face[..., ::-1]).save(folder / f"{number}.png")
        rows.append(f"{number}.png,0,-5,2")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_the_file_is_named_after_the_snapshot_and_the_largest_difference_is_printed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export-model", "--precision", "fp16", "--with-decoding") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["compact-fp16-degrees.onnx"]
    printed = capsys.readouterr().out
    assert "compact in fp16, 7.3 MB" in printed
    assert "largest difference of an angle 0.0" in printed


def test_8_bit_integers_are_measured_on_labelled_heads(
    run: Run, labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "small.onnx"
    assert run("export-model", "--precision", "int8", "--dataset", "csv", "--root", labelled, "-o", target) == 0
    assert target.stat().st_size < 5_000_000
    assert "on 3 labelled heads" in capsys.readouterr().out


def test_8_bit_integers_without_labelled_heads_are_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="measured on labelled pictures"):
        run("export-model", "--precision", "int8", "-o", tmp_path / "small.onnx")


def test_an_existing_file_is_not_replaced_without_force(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "net.onnx"
    target.write_bytes(b"mine")
    with pytest.raises(OutputError, match="already exists"):
        run("export-model", "-o", target)
    assert target.read_bytes() == b"mine"
    assert run("export-model", "-o", target, "--force") == 0
    assert not list(tmp_path.glob("*.part"))
    assert onnx.load(target).graph.input[0].name == "image"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--format", "torch", "--precision", "int8"), "not written in int8"),
        (("-o", "net.xml"), "ends in .onnx"),
        (("--detector", "mediapipe", "--format", "torch"), "ONNX only"),
        (("--detector", "mediapipe", "--snapshot", "compact"), "either"),
        (("--detector", "mediapipe", "--with-decoding"), "as it is"),
        (("--dataset", "csv"), "together"),
    ],
)
def test_options_that_do_not_go_together_are_refused(run: Run, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run("export-model", *words)


def test_a_folder_in_place_of_a_file_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder") as refused:
        run("export-model", "--format", "onnx", "-o", tmp_path)
    assert refused.value.advice == "Name a file in it that ends in .onnx."


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"package coremltools.*pip install 'hopenet-studio\[coreml\]'"):
        run("export-model", "--format", "coreml", "-o", tmp_path / "net.mlpackage")


def test_files_that_belong_together_appear_together_or_not_at_all(tmp_path: Path) -> None:
    made, place = tmp_path / "made", tmp_path / "place"
    made.mkdir()
    place.mkdir()
    (made / "net.xml").write_bytes(b"new")
    (place / "net.xml").write_bytes(b"old")
    with pytest.raises(OutputError):
        model_files.publish(made, model_files.targets(place / "net.xml", (".xml", ".bin")))
    assert [(path.name, path.read_bytes()) for path in place.iterdir()] == [("net.xml", b"old")]


def test_a_format_that_is_a_folder_replaces_a_folder(tmp_path: Path) -> None:
    made, target = tmp_path / "made", tmp_path / "net.mlpackage"
    for folder, text in ((made / "net.mlpackage", "new"), (target, "old")):
        folder.mkdir(parents=True)
        (folder / text).write_text(text)
    model_files.check_targets((target,), (), force=True)
    model_files.publish(made, (target,))
    assert [path.name for path in target.iterdir()] == ["new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "net.mlpackage"]


def test_a_detector_is_written_with_what_belongs_around_it(run: Run, tmp_path: Path) -> None:
    model = ModelStore.standard().find("blazeface-short-range")
    if model is None:
        pytest.skip("The detector's file is not on this machine.")
    target = tmp_path / "faces.onnx"
    assert run("export-model", "--detector", "mediapipe", "-o", target) == 0
    session = onnxruntime.InferenceSession(target)
    facts = json.loads(session.get_modelmeta().custom_metadata_map["hopenet_interface"])
    (picture,) = session.get_inputs()
    assert (picture.name, picture.shape) == ("picture", facts["inputs"][0]["shape"])
    assert sum(grid["rows"] ** 2 * grid["per_place"] for grid in facts["anchors"]["grids"]) == 896
    own = BlazeFaceSession(model.read_bytes(), SHORT_RANGE)
    boxes, _ = own.find(ordinary_faces(300)[0], facts["minimum_score"])
    assert len(boxes) == 1
