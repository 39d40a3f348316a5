"""The command `evaluate`, as a user types it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.commands.evaluate import fitting_wrap
from app.errors import DataError, ModelError, OutputError, UsageError
from hopenet import HeadPose, HeadPoseEstimator
from hopenet.evaluation.mean_face import MEAN_FACE
from hopenet.evaluation.points import projections
from hopenet.evaluation.robustness import CLEAN, DEGRADATIONS
from hopenet.records import Decoding, SnapshotRecord

Run = Callable[..., int]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three invented heads; the yaw of the second is beyond the bins."""
    folder = tmp_path / "heads"
    folder.mkdir()
    random = np.random.default_rng(0)
    for name in ("a", "b", "c"):
        assert cv2.imwrite(str(folder / f"{name}.png"), random.integers(0, 255, (60, 60, 3), np.uint8))
    path = tmp_path / "labels.csv"
    path.write_text("file,yaw_deg,pitch_deg,roll_deg\na.png,1,2,3\nb.png,120,0,0\nc.png,-40,5,6\n", encoding="utf-8")
    return path


@pytest.fixture
def on(run: Run) -> Run:
    """Evaluates on the heads of a table."""
    return lambda table, *words: run(
        "evaluate", "--dataset", "csv", "--root", table.parent / "heads", "--table", table, *words
    )


def test_figures_table_and_plots_of_a_detector_and_of_the_labels_agree(
    run: Run, shared_data: Path, snapshot: Path, blazeface: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = sorted(path.stem for path in (shared_data / "aflw2000_dev").glob("*.jpg"))[:14]
    (tmp_path / "list.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    options = {
        "--dataset": "aflw2000",
        "--root": shared_data / "aflw2000_dev",
        "--list": tmp_path / "list.txt",
        "--snapshot": snapshot,
        "--boxes": "mediapipe",
        "--device": "cpu",
        "--limit": 12,
        "--wrap": "360",
        "--bootstrap": 50,
        "--json": tmp_path / "figures.json",
        "--csv": tmp_path / "heads.csv",
        "--plots": tmp_path / "plots",
    }
    assert run("evaluate", *(word for option in options.items() for word in option)) == 0

    plain = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert plain["options"]["wrap"] == "360"
    assert plain["options"]["root"] == str(shared_data / "aflw2000_dev")
    assert plain["engine"] == "onnx-cpu"
    assert plain["interval"] == {"percent": 95, "resamples": 50, "seed": 0}
    by_label, by_box = plain["report"]["views"]
    assert (by_label["crop"], by_label["found"], by_box["crop"]) == ("published", 12, "mediapipe")
    assert by_box["found"] + by_box["missed"] == 12

    with (tmp_path / "heads.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 24
    for view in (by_label, by_box):
        own = [row for row in rows if row["crop"] == view["crop"] and row["yaw_deg"]]
        figures = view["figures"]["everything"]
        assert len(own) == view["found"] == figures["heads"]
        mean = np.mean([float(row["mean_error_deg"]) for row in own])
        assert mean == pytest.approx(figures["mae"]["together"]["value"], abs=1e-5)
        first = own[0]
        assert float(first["yaw_deg"]) - float(first["yaw_label_deg"]) == pytest.approx(
            float(first["yaw_error_deg"]), abs=1e-5
        )
    assert (tmp_path / "plots" / "heads.csv").read_bytes() == (tmp_path / "heads.csv").read_bytes()

    for plot in ("error-over-yaw", "cumulative-error", "spread", "worst"):
        image = cv2.imread(str(tmp_path / "plots" / f"{plot}.png"))
        assert image is not None
        assert min(image.shape[:2]) > 600
        assert image.std() > 10
    assert not list(tmp_path.rglob("*.part"))

    printed = capsys.readouterr().out
    mae = by_label["figures"]["everything"]["mae"]["together"]["value"]
    assert printed.splitlines()[0].startswith(f"squeezenet-1.1 (sha256 {plain['snapshot']['sha256'][:12]}) on onnx-cpu")
    (line,) = [line for line in printed.splitlines() if line.startswith("published rectangle  ") and "…" in line]
    assert line.split()[2:7:4] == ["12", f"{mae:.2f}"]


def test_heads_beyond_99_are_left_out_and_counted_unless_all_are_requested(
    on: Run, table: Path, snapshot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert on(table, "--snapshot", snapshot, "--bootstrap", 0) == 0
    assert "csv: 2 heads, 1 left out for an angle beyond ±99°" in capsys.readouterr().out
    assert on(table, "--snapshot", snapshot, "--bootstrap", 0, "--angles", "all") == 0
    printed = capsys.readouterr().out
    assert "csv: 3 heads\n" in printed
    assert "\nwhole picture " in printed
    assert "|yaw| 99–135" in printed


def test_two_heads_are_enough_for_the_plots(on: Run, table: Path, snapshot: Path, tmp_path: Path) -> None:
    assert on(table, "--snapshot", snapshot, "--plots", tmp_path / "new" / "plots") == 0
    assert {path.name for path in (tmp_path / "new" / "plots").iterdir()} == {
        "heads.csv",
        "error-over-yaw.png",
        "cumulative-error.png",
        "spread.png",
        "worst.png",
    }


def test_undefined_options_and_pictures_that_vanish_cost_nothing_of_the_figures(
    on: Run, table: Path, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_head: object) -> None:
        raise ValueError("The picture cannot be read.")

    monkeypatch.setattr("app.evaluation.outputs.read_labelled_picture", gone)
    figures, plots = tmp_path / "figures.json", tmp_path / "plots"
    assert on(table, "--snapshot", snapshot, "--min-score", "inf", "--json", figures, "--plots", plots) == 0
    written = json.loads(figures.read_text(encoding="utf-8"))
    assert written["options"]["min_score"] is None
    assert written["report"]["heads"] == 2
    assert (plots / "worst.png").is_file()


def test_without_a_head_found_nobody_takes_older_plots_for_new_ones(
    on: Run, table: Path, snapshot: Path, blazeface: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert on(table, "--snapshot", snapshot, "--boxes", "mediapipe", "--plots", tmp_path / "plots") == 0
    assert "No head was found, so no plots were written." in caplog.text
    with (tmp_path / "plots" / "heads.csv").open(encoding="utf-8", newline="") as file:
        missed = [row for row in csv.DictReader(file) if row["crop"] == "mediapipe"]
    assert [row["yaw_deg"] for row in missed] == ["", ""]


def test_an_unreadable_picture_is_an_error_unless_it_may_be_skipped(
    on: Run, table: Path, snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "heads" / "c.png").write_bytes(b"no picture")
    figures = tmp_path / "figures.json"
    with pytest.raises(DataError, match=r"c\.png cannot be read as a picture\. Add --skip-bad"):
        on(table, "--snapshot", snapshot, "--json", figures)
    assert not figures.exists()
    assert on(table, "--snapshot", snapshot, "--json", figures, "--skip-bad") == 0
    printed = capsys.readouterr()
    assert "1 heads" not in printed.out
    assert "1 left out as unreadable" in printed.out
    assert "c.png was left out: " in printed.err
    assert [bad["name"] for bad in json.loads(figures.read_text(encoding="utf-8"))["report"]["bad"]] == ["c.png"]


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        pytest.param(("--root", "nowhere"), DataError, "nowhere", id="no such folder"),
        pytest.param(("--list", "empty.txt"), DataError, "The file list empty.txt is empty", id="empty list"),
        pytest.param(("--list", "far.txt"), DataError, "No heads left to evaluate", id="nothing left"),
        pytest.param(("--limit", "0"), UsageError, "--limit must be at least 1", id="limit"),
        pytest.param(("--bootstrap", "-1"), UsageError, "--bootstrap must be at least 0", id="bootstrap"),
        pytest.param(("--boxes", "mediapipe", "--tiles", "0"), UsageError, "tiles", id="tiles"),
        pytest.param(("--boxes", "mediapipe", "--min-score", "nan"), UsageError, "a number", id="score"),
        pytest.param(
            ("--json", "same", "--csv", "same"), UsageError, "same is given twice", id="two outputs, one name"
        ),
        pytest.param(("--json", "gone/figures.json"), OutputError, "gone does not exist", id="no folder to write to"),
        pytest.param(("--plots", "labels.csv"), OutputError, "labels.csv cannot be created", id="a file for plots"),
        pytest.param(("--snapshot", "squeezenet"), ModelError, "squeezenet-1", id="unknown snapshot"),
    ],
)
def test_an_impossible_request_is_refused_with_the_reason(
    on: Run,
    words: tuple[str, ...],
    kind: type[Exception],
    message: str,
    table: Path,
    snapshot: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_text("\n", encoding="utf-8")
    Path("far.txt").write_text("b.png\n", encoding="utf-8")
    with pytest.raises(kind, match=message):
        on(table, "--snapshot", snapshot, *words)


def test_labels_that_do_not_say_where_the_face_is_are_reported(run: Run, snapshot: Path, tmp_path: Path) -> None:
    """BIWI has no landmarks and, without dockerface's files, no boxes."""
    folder = tmp_path / "01"
    folder.mkdir()
    assert cv2.imwrite(str(folder / "frame_00001_rgb.png"), np.zeros((480, 640, 3), np.uint8))
    (folder / "frame_00001_pose.txt").write_text("1 0 0\n0 1 0\n0 0 1\n\n0 0 900\n", encoding="utf-8")
    words = ("evaluate", "--dataset", "biwi", "--root", tmp_path, "--snapshot", snapshot)
    with pytest.raises(UsageError, match=r"do not say where the face is\. Add --boxes DETECTOR"):
        run(*words)
    (folder / "dockerface-frame_00001_rgb.txt").write_text("1 200 100 300 220 0.99\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"do not give the crop “landmarks”\. Choose --crop published"):
        run(*words, "--crop", "landmarks")
    assert run(*words) == 0


def test_a_missing_table_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no table .*labels\.csv"):
        run("evaluate", "--dataset", "csv", "--root", tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--wrap", "720"), id="wrap"),
        pytest.param(("--dataset", "mnist"), id="dataset"),
        pytest.param(("--crop", "tight"), id="crop"),
        pytest.param(("--boxes", "boxes"), id="a box file is not a detector here"),
    ],
)
def test_an_unknown_name_is_refused_with_the_available_names(
    on: Run, words: tuple[str, str], table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        on(table, *words)
    assert "choose from" in capsys.readouterr().err


def test_two_snapshots_are_compared_on_the_same_heads(
    on: Run, table: Path, snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, heads = tmp_path / "figures.json", tmp_path / "heads.csv"
    words = ("--snapshot", snapshot, "--compare", "compact", "--bootstrap", 50, "--json", figures, "--csv", heads)
    assert on(table, *words) == 0
    written = json.loads(figures.read_text(encoding="utf-8"))
    (other,) = written["compared"]
    assert (written["snapshot"]["name"], other["snapshot"]["name"]) == ("squeezenet-1.1", "compact")
    everything = other["comparison"]["everything"]
    own, theirs = (part["report"]["views"][0]["figures"]["everything"] for part in (written, other))
    for key, found in (("mae", own["mae"]["together"]), ("rotation", own["geodesic_mean"])):
        assert everything[key]["first"] == pytest.approx(found["value"])
    assert everything["mae"]["difference"]["value"] == pytest.approx(
        own["mae"]["together"]["value"] - theirs["mae"]["together"]["value"]
    )
    with heads.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["snapshot"], row["name"]) for row in rows] == [
        (name, picture) for name in ("squeezenet-1.1", "compact") for picture in ("a.png", "c.png")
    ]
    printed = capsys.readouterr().out
    assert "squeezenet-1.1 − compact on the same 2 heads, whole picture; negative: squeezenet-1.1 errs less" in printed


def test_robustness_is_measured_on_request_and_twice_the_same(
    on: Run, table: Path, snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written, heads = [], tmp_path / "heads.csv"
    for name in ("first.json", "second.json"):
        words = ("--snapshot", snapshot, "--robustness", "--bootstrap", 20, "--json", tmp_path / name, "--csv", heads)
        assert on(table, *words) == 0
        written.append(json.loads((tmp_path / name).read_text(encoding="utf-8")))
    first, second = (one["robustness"] for one in written)
    assert first == second
    assert [row["kind"] for row in first] == [CLEAN, *DEGRADATIONS]
    assert [view["crop"] for view in written[0]["report"]["views"]] == ["whole"]
    clean, *others = first
    for row in others:
        assert row["mae"]["value"] - clean["mae"]["value"] == pytest.approx(row["mae_worse"]["value"])
        assert row["mae_change"]["value"] > 0
    with heads.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * (1 + len(DEGRADATIONS))
    dark = [float(row["mean_error_deg"]) for row in rows if row["degraded"] == "light-0.06"]
    assert np.mean(dark) == pytest.approx(others[1]["mae"]["value"], abs=1e-5)
    assert "face of 16 px" in capsys.readouterr().out


def test_agreement_with_points_is_measured_on_the_heads_that_have_them(
    on: Run, table: Path, snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points, figures, heads = tmp_path / "points.npz", tmp_path / "figures.json", tmp_path / "heads.csv"
    label = HeadPose(1, 2, 3)
    placed = 0.25 * np.nan_to_num(MEAN_FACE) @ projections([label])[0].T + 0.5
    np.savez(points, names=np.array(["a.png"]), points=placed[None], visible=np.ones((1, 21), bool))
    words = ("--snapshot", snapshot, "--compare", "compact", "--points", points, "--json", figures, "--csv", heads)
    assert on(table, *words) == 0
    written = json.loads(figures.read_text(encoding="utf-8"))
    everything = written["points"]["everything"]
    assert (everything["heads"], written["points"]["left_out"]) == (1, 1)
    assert everything["label_mean"]["value"] == pytest.approx(0, abs=1e-6)
    other = written["compared"][0]
    assert other["points_comparison"]["difference"]["value"] == pytest.approx(
        everything["mean"]["value"] - other["points"]["everything"]["mean"]["value"]
    )
    with heads.open(encoding="utf-8", newline="") as file:
        first, second, *_ = csv.DictReader(file)
    assert float(first["points_residual_percent"]) == pytest.approx(everything["mean"]["value"], abs=1e-5)
    assert second["points_residual_percent"] == ""
    assert "residual of points, % of the side" in capsys.readouterr().out

    np.savez(points, names=np.array(["z.png"]), points=placed[None], visible=np.ones((1, 21), bool))
    with pytest.raises(DataError, match=r"No head has 6 visible points\. Check that --points"):
        on(table, "--snapshot", snapshot, "--points", points)
    with pytest.raises(DataError, match=r"gone\.npz cannot be read"):
        on(table, "--snapshot", snapshot, "--points", tmp_path / "gone.npz")
    with pytest.raises(UsageError, match="needs pictures that are cropped"):
        on(table, "--snapshot", snapshot, "--points", points, "--dataset", "aflw2000")
    with pytest.raises(UsageError, match=r"points\.npz"):
        on(table, "--snapshot", snapshot, "--points", points, "--json", points)


def test_angles_on_both_sides_of_180_are_wrapped_unless_plain_differences_are_requested(
    on: Run, table: Path, snapshot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on(table, "--snapshot", snapshot, "--bootstrap", 0)
    assert "errors in degrees (plain differences)" in capsys.readouterr().out
    on(table, "--snapshot", snapshot, "--bootstrap", 0, "--angles", "all")
    assert "errors in degrees (differences wrapped to ±180°)" in capsys.readouterr().out
    on(table, "--snapshot", snapshot, "--bootstrap", 0, "--angles", "all", "--wrap", "none")
    assert "errors in degrees (plain differences)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("angles", "circular", "expected"),
    [("within-99", False, "none"), ("within-99", True, "360"), ("all", False, "360")],
)
def test_the_wrap_fits_the_heads_and_the_snapshot(angles: str, circular: bool, expected: str) -> None:
    decoding = Decoding(bins=120, width_deg=3, first_deg=-178.5, circular=True) if circular else Decoding()
    record = SnapshotRecord("ResNet18", decoding=decoding)
    estimator = HeadPoseEstimator(None, record, sha256="")  # type: ignore[arg-type]
    assert fitting_wrap(angles, [estimator]) == expected
