"""The command `attention` through the command line, on tables whose answers are known."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app import cli
from app.frames import Analysis, Face, Frame
from app.outputs.exclusions import Span, write_exclusions
from app.outputs.record import Counts, SourceRecord, record_path, write_record
from app.outputs.tables import open_pose_table, table_format
from app.session.targets import Target, Targets, targets_path, write_targets
from app.settings import Reference, Signs
from detectors import Box
from hopenet import HeadPose

Row = dict[str, str]


def table(path: Path, yaws: list[float], reference: Reference | None = None) -> Path:
    """A face with these yaws, 10 frames per second, and its record."""
    reference = reference or Reference()
    with open_pose_table(path, reference=reference) as rows:
        for index, yaw in enumerate(yaws):
            pose = HeadPose(yaw, 0, 0)
            face = Face(1, Box(0, 0, 9, 9), 1, pose, pose, None)
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, 10)), (face,)))
    write_record(
        record_path(path),
        tables=[(path.name, table_format(path))],
        source=SourceRecord(name="x.mp4", kind="video", size=(9, 9), frame_count=len(yaws)),
        models={},
        counts=Counts(len(yaws), len(yaws), len(yaws)),
        reference=reference,
    )
    return path


def lines(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def value(rows: list[Row], target: str, measure: str, name: str = "") -> str:
    found = [
        row["value"]
        for row in rows
        if (row["target"], row["measure"]) == (target, measure) and name in (row["table"], "")
    ]
    assert len(found) == 1
    return found[0]


def test_thirty_tables_make_one_file_with_a_line_for_each_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(30):
        table(tmp_path / f"t{number:02d}.csv", [0.0] * number + [40.0] * (30 - number))
    out = tmp_path / "out" / "attention.csv"
    out.parent.mkdir()
    assert cli.run(["attention", str(tmp_path), "--target=side,40,0,10", "-o", str(out)]) == 0
    rows = lines(out.read_text(encoding="utf-8"))
    for number in range(30):
        assert float(value(rows, "side", "share", f"t{number:02d}.csv")) == pytest.approx((30 - number) / 30, abs=1e-4)
    assert "30 tables, 30 faces" in capsys.readouterr().out


def test_without_a_file_the_csv_is_printed_with_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path / "t.csv", [0.0] * 5 + [40.0] * 5 + [0.0] * 10)
    assert cli.run(["attention", str(path), "--bridge", "0"]) == 0
    rows = lines(capsys.readouterr().out)
    assert value(rows, "", "visible_time") == "2.0000"
    assert value(rows, "Straight ahead", "looks") == "2"
    assert value(rows, "Straight ahead", "dwell_mean") == "0.7500"
    assert value(rows, "Straight ahead", "away_mean") == "0.5000"
    assert value(rows, "Straight ahead", "share_undecided") == ""
    assert value(rows, "Straight ahead", "next_look:Straight ahead") == "1"
    assert value(rows, "(elsewhere)", "share") == "0.2500"
    assert {row["unit"] for row in rows} == {"s", "1", "deg", "1/min"}
    assert {(row["table"], row["face_id"], row["angles"]) for row in rows} == {("t.csv", "1", "smoothed")}


def test_saved_targets_and_exclusions_of_each_table_are_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "t.csv", [40.0] * 5 + [0.0] * 15)
    write_targets(targets_path(path), Targets((Target("side", 40, 0, 5),)), Reference())
    write_exclusions(path, (Span(1.0, 9.0),))
    assert cli.run(["attention", str(path)]) == 0
    assert value(lines(capsys.readouterr().out), "side", "share") == "0.5000"
    assert cli.run(["attention", str(path), "--with-excluded"]) == 0
    assert value(lines(capsys.readouterr().out), "side", "share") == "0.2500"


def test_targets_are_turned_into_the_signs_of_each_table_and_another_neutral_pose_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "targets.json"
    write_targets(saved, Targets((Target("side", 40, 0, 5),)), Reference())
    flipped = table(tmp_path / "t.csv", [40.0] * 5 + [0.0] * 15, Reference(HeadPose(0, 0, 0), Signs(-1, 1, 1)))
    assert cli.run(["attention", str(flipped), "--targets", str(saved)]) == 0
    printed = capsys.readouterr()
    assert value(lines(printed.out), "side", "share") == "0.2500"
    assert value(lines(printed.out), "side", "yaw") == "-40.0000"
    assert "relative to the camera, but the table's angles to a neutral pose" in printed.err


def test_events_with_a_label_restrict_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path / "t.csv", [40.0] * 5 + [0.0] * 15)
    events = "start_s,end_s,label,face,note\n0,1,talks,,\n1,1.5,listens,,\n"
    path.with_name("t.events.csv").write_text(events, encoding="utf-8")
    assert cli.run(["attention", str(path), "--target=side,40,0,5", "--label", "talks", "--label", "listens"]) == 0
    rows = lines(capsys.readouterr().out)
    shares = {row["label"]: row["value"] for row in rows if (row["target"], row["measure"]) == ("side", "share")}
    assert shares == {"talks": "0.5000", "listens": "0.0000"}


def test_a_broken_table_is_named_and_the_others_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = table(tmp_path / "good.csv", [0.0] * 20)
    bad = tmp_path / "bad.csv"
    bad.write_text("frame,time_s\n1,2\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    assert cli.run(["attention", str(bad), str(good), "-o", str(out)]) == 2
    assert {row["table"] for row in lines(out.read_text(encoding="utf-8"))} == {"good.csv"}
    assert "bad.csv is not a pose table" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--target", "side,1,2"], "such as screen,-20,5,15"),
        (["--target", "side,1,2,0"], "radius of “side”"),
        (["--bridge", "-1"], "can be bridged"),
        (["--error", "nan"], "error must be"),
        (["--strength", "0.5"], "--strength is for --angles zero-lag"),
        (["--strength", "2", "--angles", "zero-lag"], "between 0 and 1"),
        (["--targets", "missing.json"], "There is no file"),
        (["-o", "t.csv"], "is the source itself"),
        (["-o", "there.csv"], "there.csv exists"),
        (["nothing*.csv"], "No file matches"),
    ],
)
def test_wrong_options_are_refused_in_a_sentence_and_change_no_file(
    tmp_path: Path, options: list[str], reason: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    path = table(tmp_path / "t.csv", [0.0] * 20)
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert cli.run(["attention", path.name, *options]) == 2
    assert reason in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_patterns_are_understood_where_the_shell_does_not_expand_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.csv", "b.csv"):
        table(tmp_path / name, [0.0] * 20)
    assert cli.run(["attention", str(tmp_path / "*.csv")]) == 0
    assert {row["table"] for row in lines(capsys.readouterr().out)} == {"a.csv", "b.csv"}


def test_angles_can_be_smoothed_again_without_lag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    yaws = np.random.default_rng(0).normal(0, 12, 300).tolist()
    path = table(tmp_path / "t.csv", yaws)
    shares = {}
    for angles in ("raw", "zero-lag"):
        assert cli.run(["attention", str(path), "--angles", angles]) == 0
        rows = lines(capsys.readouterr().out)
        assert {row["angles"] for row in rows} == {angles}
        shares[angles] = float(value(rows, "Straight ahead", "share"))
    assert shares["raw"] < 0.85 < shares["zero-lag"]


def test_faces_that_are_hardly_visible_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path / "t.csv", [0.0] * 20)
    assert cli.run(["attention", str(path), "--min-visible", "3"]) == 0
    assert lines(capsys.readouterr().out) == []


def test_saved_targets_are_those_that_a_script_can_read(tmp_path: Path) -> None:
    write_targets(tmp_path / "t.json", Targets(), Reference())
    saved = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert saved["targets"][0] == {
        "name": "Straight ahead", "yaw_deg": 0.0, "pitch_deg": 0.0, "radius_deg": 15.0, "colour": "#E69F00",
    }  # fmt: skip
