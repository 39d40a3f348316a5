"""Files that are not what they seem: each is refused in one sentence, before it costs memory or time."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from hopenet import HeadPoseEstimator
from hopenet.engines import OnnxEngine
from hopenet.snapshots import read_weights
from tests.hopenet import hostile

if TYPE_CHECKING:
    import torch

SIDE, BINS = hostile.SIDE, hostile.BINS
FLOAT = TensorProto.FLOAT

Header = dict[str, Any]


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    import torch

    from hopenet.networks import build

    torch.manual_seed(0)
    weights: dict[str, torch.Tensor] = build("Squeezenet_1_1").state_dict()
    return weights


@pytest.fixture(scope="module")
def archive(state: dict[str, torch.Tensor]) -> bytes:
    """A working snapshot as torch saves it: an archive."""
    import torch

    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def refusal(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        read(path)
    said = str(caught.value)
    assert path.name in said
    assert "\n" not in said
    return said


# ONNX models


def test_a_made_model_works(tmp_path: Path) -> None:
    """The models below differ from it in one respect each."""
    estimator = HeadPoseEstimator.load(hostile.save(hostile.model(), tmp_path / "made.onnx"))
    (estimate,) = estimator.estimate(np.full((60, 60, 3), 128, np.uint8), [(10, 10, 50, 50)])
    assert estimate is not None
    assert estimator.record.name == "made"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(
            lambda: hostile.model(inputs={"image": (FLOAT, [1, 3, SIDE, SIDE])}),
            "its input has the shape (1, 3, 32, 32), but must have (N, 3, 32, 32) with any number N of faces",
            id="one face at a time",
        ),
        pytest.param(
            lambda: hostile.model(
                [helper.make_node("Identity", ["image"], ["same"])],
                inputs={"image": (FLOAT, ["n", SIDE, SIDE, 3])},
                outputs={"same": (FLOAT, ["n", SIDE, SIDE, 3])},
            ),
            "its input has the shape (n, 32, 32, 3), but must have (N, 3, 32, 32)",
            id="channels last",
        ),
        pytest.param(
            lambda: hostile.model(record=hostile.RECORD.replace('"input_size": 32', '"input_size": 224')),
            "its input has the shape (n, 3, 32, 32), but must have (N, 3, 224, 224)",
            id="another size than in the record",
        ),
        pytest.param(
            lambda: hostile.model(record=hostile.RECORD.replace('"bins": 66', '"bins": 62')),
            "its output has the shape (n, 3, 66), but must have (N, 3, 62)",
            id="other bins than in the record",
        ),
        pytest.param(
            lambda: hostile.model(outputs={"dense": (FLOAT, ["n", 3 * BINS])}),
            "its output has the shape (n, 198), but must have (N, 3, 66)",
            id="a flat output",
        ),
        pytest.param(
            lambda: hostile.model(
                [helper.make_node("Cast", ["bytes"], ["image"], to=FLOAT), *hostile.plain_nodes()],
                inputs={"bytes": (TensorProto.UINT8, ["n", 3, SIDE, SIDE])},
            ),
            "its input is a tensor(uint8), but must be a tensor(float)",
            id="bytes in",
        ),
        pytest.param(
            lambda: hostile.model(
                [*hostile.plain_nodes(), helper.make_node("Cast", ["logits"], ["text"], to=TensorProto.STRING)],
                outputs={"text": (TensorProto.STRING, ["n", 3, BINS])},
            ),
            "its output is a tensor(string), but must be a tensor(float)",
            id="texts out",
        ),
        pytest.param(
            lambda: hostile.model(
                [helper.make_node("Add", ["image", "other"], ["sum"]), *hostile.plain_nodes("sum")],
                inputs=dict.fromkeys(("image", "other"), (FLOAT, ["n", 3, SIDE, SIDE])),
            ),
            "it has 2 inputs, but must have one",
            id="two inputs",
        ),
        pytest.param(
            lambda: hostile.model(
                [*hostile.plain_nodes(), helper.make_node("Identity", ["logits"], ["more"])],
                outputs=dict.fromkeys(("logits", "more"), (FLOAT, ["n", 3, BINS])),
            ),
            "it has 2 outputs, but must have one",
            id="two outputs",
        ),
        pytest.param(lambda: hostile.model(opset=99), "written for a newer version of ONNX", id="an unknown opset"),
        pytest.param(
            lambda: hostile.model([helper.make_node("Frobnicate", ["image"], ["logits"])]),
            "ONNX Runtime cannot run it: This is an invalid model.",
            id="an unknown operator",
        ),
        pytest.param(
            lambda: hostile.calling_itself(),
            "cannot run it: Model local function definitions must not be recursive.",
            id="a function that calls itself",
        ),
        pytest.param(lambda: hostile.model(record=None), "has no record of its input", id="no record"),
        pytest.param(lambda: hostile.model(record='{"version": 1}'), "the field architecture is missing", id="record"),
        pytest.param(
            lambda: hostile.model(
                [*hostile.plain_nodes(), helper.make_node("Slice", ["logits", "zero", "one", "zero"], ["first"])],
                [hostile.array("zero", [0], np.int64), hostile.array("one", [1], np.int64)],
                outputs={"first": (FLOAT, ["m", 3, BINS])},
            ),
            "The network's output has the shape (1, 3, 66), but must have (13, 3, 66)",
            id="only the first face",
        ),
        pytest.param(
            lambda: hostile.nan_between(-1.5, 1.5), "computes NaN or infinity instead of an angle", id="NaN for faces"
        ),
        pytest.param(
            lambda: hostile.model(
                [
                    *hostile.plain_nodes()[:-1],
                    helper.make_node("Mul", ["dense", "none"], ["nothing"]),
                    helper.make_node("Reshape", ["nothing", "shape"], ["logits"]),
                ],
                [hostile.array("none", 0)],
            ),
            "gives the same answer for every picture",
            id="zeros",
        ),
    ],
)
def test_a_model_that_is_no_hopenet_says_how_it_differs(made: Callable[[], Any], said: str, tmp_path: Path) -> None:
    assert said in refusal(HeadPoseEstimator.load, hostile.save(made(), tmp_path / "odd.onnx"))


@pytest.mark.parametrize("damage", [lambda _: b"", lambda whole: whole[:-3], lambda whole: bytes(len(whole))])
def test_a_damaged_model_is_refused(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(damage(hostile.model().SerializeToString()))
    assert refusal(HeadPoseEstimator.load, path) == "damaged.onnx is damaged or is not an ONNX model."


@pytest.mark.parametrize("location", ["weights.bin", "./weights.bin", "../entered/weights.bin", "{folder}/weights.bin"])
@pytest.mark.parametrize("beside", [False, True], ids=["in the working folder", "beside the model"])
def test_weights_in_another_file_are_never_read(
    location: str, *, beside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "entered", tmp_path / "models"]
    for folder in folders:
        folder.mkdir()
    (folders[beside] / "weights.bin").write_bytes(hostile.plain_constants()[1].raw_data)
    monkeypatch.chdir(folders[0])
    made = hostile.with_external_weights(location.format(folder=folders[beside]))
    said = refusal(HeadPoseEstimator.load, hostile.save(made, folders[1] / "parted.onnx"))
    assert "keeps weights in other files, which are not read" in said


# Pickles


def test_a_compressed_archive_is_refused_before_it_is_unpacked(archive: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb.pkl"
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for entry in source.infolist():
            content = bytes(300 << 20) if entry.filename.endswith("data/0") else source.read(entry)
            bomb.writestr(entry.filename, content)
    assert path.stat().st_size < 10 << 20
    assert "it is a compressed archive of 30" in refusal(read_weights, path)


def test_an_archive_that_claims_more_than_it_has_is_refused(archive: bytes, tmp_path: Path) -> None:
    path, lying = tmp_path / "lying.pkl", bytearray(archive)
    first = lying.find(b"PK\x01\x02")
    struct.pack_into("<II", lying, first + 20, 0x7FFFFFFF, 0x7FFFFFFF)
    path.write_bytes(lying)
    assert "torch never compresses" in refusal(read_weights, path)


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.pkl"
    with zipfile.ZipFile(path, "w") as many:
        for number in range(20_001):
            many.writestr(f"archive/{number}", b"")
    assert "it has 20001 parts, but may have at most 20000" in refusal(read_weights, path)


def test_a_torchscript_program_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "program.pt"
    with zipfile.ZipFile(path, "w") as program:
        program.writestr("program/code/__torch__.py", "def forward(self): ...")
    assert "contains a program (TorchScript) instead of weights" in refusal(read_weights, path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PK\x03\x04", id="the beginning of an archive"),
        pytest.param(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".", id="nested lists"),
        pytest.param(b"\x80\x02Nr\xff\xff\xff\xff.", id="a memo of four thousand million"),
        pytest.param(b"\x80\x02\x8b\xff\xff\xff\x7f\x01.", id="a number of two thousand million bytes"),
        pytest.param(b"\x80\x02X\x03\x00", id="cut off in a number"),
        pytest.param(b"\x80\x02X\x03\x00\x00\x00ab", id="cut off in a text"),
        pytest.param(pickle.dumps([[1]] * 3), id="lists"),
        pytest.param(pickle.dumps(5), id="a number"),
    ],
)
def test_a_hostile_pickle_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.pkl"
    path.write_bytes(content)
    refusal(read_weights, path)


@pytest.mark.parametrize("new_format", [False, True], ids=["old pickle", "zip"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            lambda tensor: tensor[:1].expand(2**40),
            "features.0.bias is not stored number by number",
            id="8 TB",
        ),
        pytest.param(lambda tensor: tensor.to_sparse(), "features.0.bias is not stored number by number", id="sparse"),
        pytest.param(lambda tensor: tensor.char(), "features.0.bias has the type int8", id="integers"),
        pytest.param(lambda tensor: tensor * 1j, "features.0.bias has the type complex64", id="complex"),
        pytest.param(lambda tensor: tensor * float("nan"), "contains NaN weights", id="NaN"),
        pytest.param(lambda tensor: tensor + float("inf"), "contains infinite weights", id="infinite"),
    ],
)
def test_tensors_that_are_not_numbers_one_by_one_are_refused(
    state: dict[str, torch.Tensor],
    change: Callable[[torch.Tensor], torch.Tensor],
    said: str,
    *,
    new_format: bool,
    tmp_path: Path,
) -> None:
    import torch

    path = tmp_path / "odd.pkl"
    changed = {**state, "features.0.bias": change(state["features.0.bias"])}
    torch.save(changed, path, _use_new_zipfile_serialization=new_format)
    assert said in refusal(read_weights, path)


def test_a_storage_that_claims_to_be_huge_is_refused(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    import torch

    path, file = tmp_path / "huge.pkl", io.BytesIO()
    torch.save({"features.0.bias": state["features.0.bias"]}, file, _use_new_zipfile_serialization=False)
    # The storage's 64 elements, after the name of its place, become 2 ** 46.
    old = b"X\x03\x00\x00\x00cpuq\x06K\x40"
    assert file.getvalue().count(old) == 1
    path.write_bytes(file.getvalue().replace(old, old[:-2] + b"\x8a\x06" + (2**46).to_bytes(6, "little")))
    assert "its weights cannot be read" in refusal(read_weights, path)


def test_weights_in_channels_last_are_read(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    import torch

    last = {key: one.to(memory_format=torch.channels_last) if one.ndim == 4 else one for key, one in state.items()}
    torch.save(last, tmp_path / "last.pkl")
    read = read_weights(tmp_path / "last.pkl").tensors
    assert all(torch.equal(read[key], one) for key, one in state.items())


# Safetensors


@pytest.fixture(scope="module")
def tensors(state: dict[str, torch.Tensor]) -> tuple[Header, bytes]:
    """The header and the body of a working snapshot."""
    from safetensors.torch import save

    whole = save(state, metadata={"hopenet": hostile.RECORD})
    end = 8 + int.from_bytes(whole[:8], "little")
    return json.loads(whole[8:end]), whole[end:]


def _overlapping(header: Header) -> None:
    header["features.0.bias"]["data_offsets"] = header["features.3.squeeze.bias"]["data_offsets"]


def _huge(header: Header) -> None:
    header["features.0.bias"]["shape"] = [2**62, 4]


def _unknown_type(header: Header) -> None:
    header["features.0.bias"]["dtype"] = "F99"


def _negative(header: Header) -> None:
    header["features.0.bias"]["data_offsets"] = [-4, 252]


def _numeric_record(header: Header) -> None:
    header["__metadata__"]["hopenet"] = 5


@pytest.mark.parametrize("change", [_overlapping, _huge, _unknown_type, _negative, _numeric_record])
def test_a_wrong_header_is_refused(
    change: Callable[[Header], None], tensors: tuple[Header, bytes], tmp_path: Path
) -> None:
    header, body = json.loads(json.dumps(tensors[0])), tensors[1]
    change(header)
    text = json.dumps(header).encode()
    path = tmp_path / "odd.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    assert refusal(read_weights, path) == "odd.safetensors is damaged or is not a safetensors file."


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param((2**63).to_bytes(8, "little") + b"{}", id="a header of 2 ** 63 bytes"),
        pytest.param((10**8).to_bytes(8, "little") + b"{}", id="a header longer than the file"),
        pytest.param((100_000).to_bytes(8, "little") + b"[" * 100_000, id="a deep header"),
    ],
)
def test_what_is_not_safetensors_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    path.write_bytes(content)
    assert refusal(read_weights, path) == "odd.safetensors is damaged or is not a safetensors file."


def test_integers_in_safetensors_are_refused(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    from safetensors.torch import save

    path = tmp_path / "odd.safetensors"
    path.write_bytes(save({**state, "features.0.bias": state["features.0.bias"].short()}, {"hopenet": hostile.RECORD}))
    assert "its tensor features.0.bias has the type int16, but weights must be float16" in refusal(read_weights, path)


def test_safetensors_without_a_record_are_refused(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    """Tools that change a file's weights often lose its record, and another input gives other angles."""
    from safetensors.torch import save

    path = tmp_path / "bare.safetensors"
    path.write_bytes(save(state))
    assert "has no record of its input, so its angles would be wrong" in refusal(read_weights, path)


def test_bare_weights_of_a_network_that_nobody_published_are_refused(tmp_path: Path) -> None:
    import torch

    from hopenet.networks import build

    path = tmp_path / "bare.pkl"
    torch.save(build("EfficientNetLite0").state_dict(), path)
    assert "has no record of its input, so its angles would be wrong" in refusal(read_weights, path)


# Any file


def test_a_file_larger_than_any_snapshot_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.pkl"
    with path.open("wb") as file:
        file.truncate((2 << 30) + (1 << 20))
    assert "it has 2049 MB; at most 2048 are allowed" in refusal(HeadPoseEstimator.load, path)


def test_a_file_name_that_cannot_be_printed_does_not_spoil_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.onnx"
    try:
        path.write_bytes(b"text")
    except OSError:
        pytest.skip("this system does not allow such a name")
    with pytest.raises(ValueError, match=r"^a\ufffdb\.onnx is damaged or is not an ONNX model\.$"):
        OnnxEngine(path)
