"""Targets: what is valid, and the file that keeps them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import DataError
from app.session.targets import (
    COLOURS,
    STRAIGHT_AHEAD,
    Target,
    Targets,
    parsed_target,
    read_targets,
    targets_path,
    write_targets,
)
from app.settings import Reference, Signs
from hopenet import HeadPose

TWO = Targets((Target("Bildschirm, groß", -20, 5.25, 15), Target("road", 30, -4, 8, "#123abc")), 0.2, 4)


def test_targets_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    path = targets_path(tmp_path / "talk.csv")
    reference = Reference(HeadPose(1, 2, 3), Signs(-1, 1, 1))
    write_targets(path, TWO, reference)
    assert path.name == "talk-targets.json"
    saved = read_targets(path)
    assert (saved.targets, saved.reference) == (TWO, reference)


def test_a_file_written_by_hand_needs_only_the_targets(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text('{"targets": [{"name": "a", "yaw_deg": 1, "pitch_deg": 2, "radius_deg": 3}]}', encoding="utf-8")
    saved = read_targets(path)
    assert saved.targets == Targets((Target("a", 1, 2, 3, COLOURS[0]),))
    flipped = Reference(HeadPose(1, 2, 3), Signs(-1, -1, 1))
    assert saved.for_table(flipped) == saved.targets, "it is in the signs of the table that it is used for"
    assert saved.doubt_about(flipped) is None


def test_no_targets_at_all_are_kept_too(tmp_path: Path) -> None:
    write_targets(tmp_path / "t.json", Targets(()), Reference())
    assert read_targets(tmp_path / "t.json").targets.targets == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "another form"),
        ("{}", "“targets” is missing"),
        ('{"targets": [{"name": "a"}]}', "“yaw_deg” is missing"),
        ('{"targets": [\n{"name": "a",}]}', "line 2 is not JSON"),
        ('{"targets": [{"name": "a", "yaw_deg": NaN, "pitch_deg": 0, "radius_deg": 3}]}', "yaw of “a”"),
        ('{"targets": [{"name": "a", "yaw_deg": 0, "pitch_deg": 0, "radius_deg": 0}]}', "radius of “a”"),
        ('{"targets": [{"name": "=1+1", "yaw_deg": 0, "pitch_deg": 0, "radius_deg": 3}]}', "must begin with a letter"),
        ('{"targets": 5}', "another form"),
        ('{"targets": [], "bridge_s": 9}', "can be bridged, not 9 s"),
        ('{"targets": [], "error_deg": "x"}', "could not convert string"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=reason):
        read_targets(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        read_targets(tmp_path / "t.json")


def test_two_targets_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Two targets have the name “Screen”"):
        Targets((Target("Screen", 0, 0, 5), Target("screen", 20, 0, 5)))


@pytest.mark.parametrize("change", [{"name": ""}, {"yaw_deg": 181}, {"pitch_deg": math.inf}, {"radius_deg": 121},
                                    {"colour": "red"}, {"name": "a\nb"}, {"name": "a" * 61}])  # fmt: skip
def test_a_target_out_of_range_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        replace(STRAIGHT_AHEAD, **change)  # type: ignore[arg-type]


def test_targets_of_other_signs_are_turned_for_the_table(tmp_path: Path) -> None:
    write_targets(tmp_path / "t.json", TWO, Reference(None, Signs(-1, 1, 1)))
    saved = read_targets(tmp_path / "t.json")
    assert saved.for_table(Reference(None, Signs(-1, 1, -1))) == TWO
    turned = saved.for_table(Reference(None, Signs(1, -1, 1)))
    assert [(target.yaw_deg, target.pitch_deg) for target in turned.targets] == [(20, -5.25), (-30, 4)]


def test_targets_relative_to_the_camera_are_doubted_for_a_table_with_a_neutral_pose(tmp_path: Path) -> None:
    write_targets(tmp_path / "t.json", TWO, Reference())
    saved = read_targets(tmp_path / "t.json")
    assert saved.doubt_about(Reference()) is None
    doubt = saved.doubt_about(Reference(HeadPose(1, 2, 3)))
    assert doubt == "The targets' directions are relative to the camera, but the table's angles to a neutral pose."


def test_a_target_can_be_typed() -> None:
    assert parsed_target("car, left,-20,5,15.5") == Target("car, left", -20, 5, 15.5)
    for text in ("screen", "screen,1,2", "screen,1,2,x"):
        with pytest.raises(ValueError, match="such as screen,-20,5,15"):
            parsed_target(text)


def test_a_new_target_gets_a_name_and_a_colour_that_are_free() -> None:
    one = Targets()
    assert one.free_name("straight ahead") == "straight ahead 2"
    assert one.free_colour() == COLOURS[1]


def test_the_file_is_made_to_be_read_by_people(tmp_path: Path) -> None:
    write_targets(tmp_path / "t.json", TWO, Reference())
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if '"name"' in line]
    assert len(lines) == 2
    assert "Bildschirm, groß" in lines[0]
    assert json.loads(text)["bridge_s"] == 0.2
