"""Figures in README, cards and docs come from the files of results, and are up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from app.benchmark.cost import Others
from app.weights.manifest import ModelRecord, UrlSource
from benchmarks import evaluation_tables as tables
from benchmarks import figures
from benchmarks.evaluation_tables import Measured
from benchmarks.evaluations import main as evaluations
from benchmarks.evaluations import without_paths
from hopenet import HeadPose, PoseEstimate, PoseSpread
from hopenet.datasets import LabelledHead
from hopenet.evaluation import (
    Bootstrap,
    EvaluatedHead,
    EvaluationRun,
    ViewEstimate,
    errors_of,
    evaluation_report,
)
from hopenet.evaluation.comparison import comparison
from hopenet.evaluation.robustness import DEGRADATIONS, robustness

LABELS = (0.0, 40.0, 70.0)


def test_no_document_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert figures.main(["--check"]) == 0, capsys.readouterr().out


def run_of(views: Sequence[Sequence[float | None]]) -> EvaluationRun:
    """Heads whose yaw is off by these degrees, in each view; None where the head is not found."""
    heads = []
    for place, yaw in enumerate(LABELS):
        estimates = tuple(
            None
            if off[place] is None
            else ViewEstimate((0, 0, 9, 9), PoseEstimate(HeadPose(yaw + (off[place] or 0), 0, 0), PoseSpread(3, 3, 3)))
            for off in views
        )
        heads.append(EvaluatedHead(str(place), LabelledHead(Path("head.png"), HeadPose(yaw, 0, 0)), estimates))
    return EvaluationRun(tuple(heads), 0, ())


def plain(name: str, by_label: Sequence[float], by_box: Sequence[float | None], sha256: str = "1") -> dict[str, Any]:
    none = Bootstrap(0)
    degraded = run_of([by_label, *([[2 * one for one in by_label]] * len(DEGRADATIONS))])
    return {
        "snapshot": {"name": name, "sha256": sha256},
        "report": asdict(
            evaluation_report(run_of([by_label, by_box]), ["landmarks", "mediapipe"], wrap="none", bootstrap=none)
        ),
        "robustness": [asdict(row) for row in robustness(degraded, wrap="none", bootstrap=none)],
        "points": None,
    }


def record(name: str, **more: Any) -> ModelRecord:
    known: dict[str, Any] = {
        "sha256": "1",
        "size_bytes": 2_000_000,
        "licence": "CC0",
        "figures": {},
        "sources": (),
    } | more
    return ModelRecord(
        name=name,
        title=name,
        kind="snapshot",
        filename=f"{name}.onnx",
        training_data="",
        homepage="",
        **known,
    )


@pytest.fixture
def measured() -> Measured:
    first, other = plain("mine", [3, 6, 9], [6, 6, None]), plain("small", [6, 6, 15], [6, 6, 15])
    errors, theirs = (errors_of(run_of([off]).evaluated, 0) for off in ([3, 6, 9], [6, 6, 15]))
    compared = other | {"comparison": json.loads(json.dumps(asdict(comparison(errors, theirs, Bootstrap(0)))))}
    files = {
        "development": {**first, "compared": [compared]},
        "heads": {**first, "compared": [compared]},
        "speed": {"snapshots": {"small": {"ratio": 0.137}}},
    }
    published = record("old", figures={"AFLW2000 MAE": 7.3259}, size_bytes=None, sources=(UrlSource(url="https://x"),))
    manual = record("by-hand", figures={"AFLW2000 MAE": 6.2})
    return Measured(files, (record("mine"), record("small")), (published, manual, record("unknown")))


def test_the_table_of_snapshots_has_bundled_and_published_ones(measured: Measured) -> None:
    lines = tables.snapshots(measured).splitlines()[2:]
    assert lines[2] == "| `mine` (default, bundled) | 2.0 MB |  | 2.00° | 6.00° | 9.00° |  | CC0 |"
    assert lines[3] == "| `small` (bundled) | 2.0 MB | 0.14 | 3.00° | 9.00° | 15.00° |  | CC0 |"
    assert lines[4] == "| `old` |  |  |  |  |  | 7.33° | CC0 |"
    assert len(lines) == 5


def test_a_card_has_its_crops_and_bands_with_the_headline_in_bold(measured: Measured) -> None:
    lines = tables.development_of(measured, "mine").splitlines()
    assert lines[2] == "| landmark squares | 6.00 | 0.00 | 0.00 | **2.00** | 6.00 |"
    assert lines[5] == "| the same, yaw 60 to 99° (1) | 9.00 | 0.00 | 0.00 | 3.00 | **9.00** |"
    assert lines[6] == "| MediaPipe boxes | 6.00 | 0.00 | 0.00 | **2.00** | 6.00 |"
    summary = tables.summary_of(measured, "mine")
    assert "the median rotation error is 6.00." in summary
    assert "+6.00 for yaw, +0.00 for pitch, +0.00 for roll" in summary
    assert "33 % for yaw, 100 % for pitch" in summary
    assert "(2 of 3 heads found), the MAE differs by +0.50 from" in summary
    assert "takes 0.14 times as long" in tables.summary_of(measured, "small")
    with pytest.raises(ValueError, match=r"no figures of gone in development\.json"):
        tables.development_of(measured, "gone")


def test_robustness_and_comparison_have_differences(measured: Measured) -> None:
    lines = tables.robustness(measured).splitlines()
    assert lines[0].startswith("3 crops of heads")
    assert lines[4:6] == ["| clean | 2.00 | 3.00 |", "| light × 0.15, noise | 4.00 (+2.00) | 6.00 (+3.00) |"]
    own = tables.robustness_of(measured, "mine").splitlines()
    assert own[5] == "| light × 0.15, noise | 4.00 | +2.00 | 12.00 | +6.00 | 2.00 |"
    (row,) = tables.comparison(measured).splitlines()[4:]
    assert row == "| `small` | 3 | −1.00 | −3.00 | −6.00 | 83 % |"


def test_without_measurements_a_part_says_so() -> None:
    nothing = Measured({}, (record("mine"),))
    for part in (tables.robustness, tables.comparison, tables.points, tables.published_figures):
        assert part(nothing) == "not measured yet"
    assert tables.snapshots(nothing).splitlines()[4].startswith("| `mine` (default, bundled) | 2.0 MB |  |  |")


def test_marked_parts_are_made_anew_and_unknown_ones_refused(measured: Measured) -> None:
    text = f"before\n<!-- development of mine: {figures.MAKER} -->\nold\n<!-- end of development of mine -->\nafter\n"
    made = figures.with_parts(text, measured, "mine.md")
    assert made.startswith("before\n<!-- development of mine")
    assert made.endswith("<!-- end of development of mine -->\nafter\n")
    assert "old" not in made
    assert "| landmark squares |" in made
    assert figures.with_parts(made, measured, "mine.md") == made
    with pytest.raises(ValueError, match=r"mine\.md has a part “weather”"):
        figures.with_parts(text.replace("development of mine", "weather"), measured, "mine.md")


def test_the_manifest_has_the_measured_error_of_each_snapshot(measured: Measured) -> None:
    text = (
        '[model.mine]\nfigures = { "AFLW2000 MAE of 400" = 4.32 }\n\n[model."small"]\n'
        'figures = { "AFLW2000 MAE of 400" = 1.0, "AFLW2000 MAE" = 7.3259 }\n\n'
        '[model.old]\nfigures = { "AFLW2000 MAE of 400" = 9.99 }\n'
    )
    assert figures.with_manifest_figures(text, measured) == (
        '[model.mine]\nfigures = { "AFLW2000 MAE of 400" = 2.00 }\n\n[model."small"]\n'
        'figures = { "AFLW2000 MAE of 400" = 3.00, "AFLW2000 MAE" = 7.3259 }\n\n'
        '[model.old]\nfigures = { "AFLW2000 MAE of 400" = 9.99 }\n'
    )


def test_figures_of_another_file_than_the_manifests_are_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(
        'default = "mine"\n[model.mine]\ntitle = "Mine"\nkind = "snapshot"\nfilename = "mine.onnx"\nsha256 = "new"\n'
        'licence = "CC0"\ntraining_data = ""\nhomepage = ""\n',
        encoding="utf-8",
    )
    (tmp_path / "mine.onnx").write_bytes(b"")
    kept = plain("mine", [3, 6, 9], [6, 6, None], sha256="former") | {"compared": []}
    (tmp_path / "heads.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(ValueError, match=r"heads\.json has the figures of another file of mine"):
        figures.read_results(tmp_path, manifest)


def test_kept_figures_name_no_folders_of_the_machine() -> None:
    options = {"root": "/home/me/heads/images", "table": "/home/me/labels.csv", "json": "/tmp/x.json", "limit": None}
    assert without_paths({"options": options | {"list": None}, "heads": 3}) == {
        "options": {"root": "images", "table": "labels.csv", "limit": None, "list": None},
        "heads": 3,
    }


@pytest.mark.parametrize(("share", "kept"), [(0.9, False), (0.01, True), (None, True)])
def test_times_of_a_busy_machine_are_not_kept(
    share: float | None,
    kept: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def others_took(self: Others, *_: object) -> None:
        self.share = share

    monkeypatch.setattr(Others, "__exit__", others_took)
    monkeypatch.setattr("benchmarks.evaluations.timed", lambda names, rounds: {"of": list(names)})
    monkeypatch.setattr("benchmarks.evaluations.RESULTS", tmp_path)
    monkeypatch.setattr("sys.argv", ["evaluations", "--speed"])
    evaluations()
    assert (tmp_path / "speed.json").exists() == kept
    assert ("Run --speed again when the machine is idle" in capsys.readouterr().err) != kept
