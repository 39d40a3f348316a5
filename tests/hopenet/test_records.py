"""Records of snapshots: what may stand in each field, and what is said about anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hopenet import SnapshotRecord
from hopenet.crops import MarginCrop, SquareCrop
from hopenet.record_schema import LONGEST_NAME

Plain = dict[str, Any]

RECORD = SnapshotRecord(
    architecture="Squeezenet_1_1",
    crops={"default": SquareCrop(1.5, -0.08), "boxes": MarginCrop(left=0.5, top_px=50)},
    figures={"MAE": 4.5},
)


def changed(change: Callable[[Plain], object]) -> str:
    plain = json.loads(RECORD.to_json())
    change(plain)
    return json.dumps(plain)


def refusal(text: str) -> str:
    with pytest.raises(ValueError, match=r"^ours\.onnx cannot be used, because its record cannot be read: ") as caught:
        SnapshotRecord.from_json(text, file="ours.onnx")
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("version", "99", 'version is "99", but must be the number 1'),
        ("version", 0, "version is 0, but must be"),
        ("version", True, "version is true, but must be"),
        ("input_size", "224", 'input_size is "224", but must be a whole number from 32 to 1024'),
        ("input_size", 20_000, "input_size is 20000, but must be a whole number from 32 to 1024"),
        ("input_size", 0, "input_size is 0, but"),
        ("input_size", 224.5, "input_size is 224.5, but"),
        ("input_size", 10**400, "input_size is 1000000000000000000000000000000000000000…, but"),
        ("input_size", None, "input_size is null, but"),
        ("mean", [0.5, float("nan"), 0.5], "mean[1] is NaN, but must be a number from 0 to 1"),
        ("mean", [0.5, 10**400, 0.5], "mean[1] is 1000"),
        ("mean", [0.5, 0.5], "mean is a list of 2, but must be a list of three numbers"),
        ("mean", 0.5, "mean is 0.5, but must be a list of three numbers"),
        ("mean", [127.5, 127.5, 127.5], "mean[0] is 127.5, but must be a number from 0 to 1"),
        ("std", [0.2, 0.2, 0], "std[2] is 0, but must be a number from 0.001 to 10"),
        ("std", [0.2, float("inf"), 0.2], "std[1] is Infinity, but"),
        ("std", [-0.2, 0.2, 0.2], "std[0] is -0.2, but"),
        ("std", ["0.2", "0.2", "0.2"], 'std[0] is "0.2", but'),
        ("decoding.bins", 0, "decoding.bins is 0, but must be a whole number from 2 to 1000"),
        ("decoding.bins", 10**9, "decoding.bins is 1000000000, but"),
        ("decoding.bins", 66.0, "decoding.bins is 66.0, but"),
        ("decoding.width_deg", 0, "decoding.width_deg is 0, but must be a number from 0.01 to 180"),
        ("decoding.width_deg", float("nan"), "decoding.width_deg is NaN, but"),
        ("decoding.width_deg", 150, "the last of its 66 bins is at 9651°, but must be at 360° at most"),
        ("decoding.first_deg", "-99", 'decoding.first_deg is "-99", but'),
        ("decoding.spread_factors", [1, 1, 0], "decoding.spread_factors[2] is 0, but"),
        ("crops", [], "crops is a list of 0, but must be a table"),
        ("crops", {"mediapipe": {"kind": "square", "scale": 1.5}}, "it has no default crop rule"),
        ("crops.default.kind", "circle", 'crops.default.kind is "circle", but must be square or margins'),
        ("crops.default.kind", ["square"], "crops.default.kind is a list of 1, but"),
        ("crops.default.scale", 1e300, "crops.default.scale is 1e+300, but must be a number from 0.1 to 10"),
        ("crops.default.scale", None, "crops.default.scale is null, but"),
        ("crops.default", 5, "crops.default.kind is 5, but must be square or margins"),
        ("crops.boxes.left_px", 0.5, "crops.boxes.left_px is 0.5, but must be a whole number"),
        ("figures", {"MAE": float("nan")}, "figures.MAE is NaN, but must be a number"),
        ("figures", {"MAE": "4.5"}, 'figures.MAE is "4.5", but must be a number'),
        ("name", 5, "name is 5, but must be a text"),
        ("name", "n" * 300, f'name is "{"n" * 39}…, but must be a text of 0 to 200 printable characters'),
        ("name", "\x1b[31mred", 'name is "\\u001b[31mred", but'),
        ("licence", "\ud800", 'licence is "\\ud800", but'),
        ("architecture", "", 'architecture is "", but must be a text of 1 to 200'),
        ("inputsize", 224, 'the field "inputsize" is unknown (did you mean input_size?)'),
        ("zzz", 1, 'the field "zzz" is unknown (allowed are version, architecture'),
        ("decoding.with_deg", 3, 'the field "with_deg" in decoding is unknown (did you mean width_deg?)'),
        ("crops.default.left", 0.5, 'the field "left" in crops.default is unknown'),
    ],
)
def test_a_field_out_of_range_is_named_with_its_value_and_what_is_allowed(field: str, value: object, said: str) -> None:
    def change(plain: Plain) -> None:
        *tables, last = field.split(".")
        for table in tables:
            plain = plain[table]
        plain[last] = value

    assert said in refusal(changed(change))


@pytest.mark.parametrize("field", ["version", "architecture", "input_size", "mean", "std", "crops", "decoding"])
def test_a_missing_field_is_named(field: str) -> None:
    assert f"the field {field} is missing" in refusal(changed(lambda plain: plain.pop(field)))


def test_a_missing_field_of_a_table_is_named() -> None:
    assert "the field bins in decoding is missing" in refusal(changed(lambda plain: plain["decoding"].pop("bins")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "it is not JSON", id="empty"),
        pytest.param("[" * 200_000, "it is nested too deeply", id="deep"),
        pytest.param('{"a":' * 150_000, "it is nested too deeply", id="deep tables"),
        pytest.param("[" * 2_000_000, "it has 2000000 characters, but may have at most 1000000", id="long"),
        pytest.param("9" * 5000, "it is not JSON (Exceeds the limit (4300 digits)", id="a number of 5000 digits"),
        pytest.param('{"version": 1, "mean": [], "mean": []}', 'the field "mean" is there twice', id="a field twice"),
        pytest.param("null", "the whole is null, but must be a table of fields", id="null"),
    ],
)
def test_a_text_that_cannot_be_a_record_says_so(text: str, said: str) -> None:
    assert said in refusal(text)


def test_texts_that_are_not_needed_may_be_missing() -> None:
    def change(plain: Plain) -> None:
        for name in ("name", "training_data", "licence", "source", "figures"):
            del plain[name]

    assert SnapshotRecord.from_json(changed(change)) == SnapshotRecord("Squeezenet_1_1", crops=RECORD.crops)


def test_a_name_from_a_file_keeps_nothing_that_cannot_be_printed() -> None:
    assert RECORD.named("a\nb\udcffc\x1b[0m").name == "a\ufffdb\ufffdc\ufffd[0m"
    assert len(RECORD.named("x" * 1000).name) == LONGEST_NAME
