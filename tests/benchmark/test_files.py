"""The figures in files: read as they were written, compared, plotted, and shown as text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from app.benchmark.compare import check_comparable, comparison_lines
from app.benchmark.figures import Moment, Start
from app.benchmark.files import as_json, read_figures
from app.benchmark.machine import this_machine, versions
from app.benchmark.plot import plot_figures
from app.benchmark.text import as_text
from app.errors import DataError, UsageError
from tests.benchmark.figures_of import faster, figures


def test_figures_are_read_as_they_were_written(tmp_path: Path) -> None:
    path, made = (
        tmp_path / "figures.json",
        replace(figures(), start=Start({"first face": Moment(2.0, 1.5)}, {"frames per second": 30.0})),
    )
    path.write_text(as_json(made), encoding="utf-8")
    assert read_figures(path) == made
    (video,) = json.loads(path.read_text(encoding="utf-8"))["videos"]
    assert video["ratios"]["bound ÷ export"]["median"] == pytest.approx(0.7)


@pytest.mark.parametrize(
    "content",
    ["{}", "[]", "3", "no JSON", '{"format": 1}', '{"format": 99}', None],
    ids=["empty", "list", "number", "text", "no figures", "newer", "missing"],
)
def test_other_files_are_refused_in_one_sentence(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"figures\.json"):
        read_figures(path)


def test_a_run_is_compared_with_an_earlier_one_of_the_same_kind() -> None:
    earlier = figures()
    now = replace(faster(earlier, 2), versions={"python": "3.12.1", "av": "18.1.0"})
    check_comparable(earlier, machine=now.machine, settings={**now.settings, "repeats": 9}, snapshot=now.snapshot)
    text = "\n".join(comparison_lines(earlier, now))
    assert "other versions then: python 3.11.7 → 3.12.1" in text
    assert "export         0.50           0.50\n" in text
    assert "decode         1.00           1.00 (within the spread)\n" in text


def test_another_processor_snapshot_or_detector_is_refused() -> None:
    earlier = figures()
    machine, settings, snapshot = earlier.machine, earlier.settings, earlier.snapshot
    with pytest.raises(UsageError, match="another processor: A processor instead of B"):
        check_comparable(earlier, machine=replace(machine, processor="B"), settings=settings, snapshot=snapshot)
    with pytest.raises(UsageError, match="another snapshot's sha256"):
        check_comparable(earlier, machine=machine, settings=settings, snapshot={**snapshot, "sha256": "1"})
    with pytest.raises(UsageError, match="another detector: mediapipe instead of boxes"):
        check_comparable(earlier, machine=machine, settings={**settings, "detector": "boxes"}, snapshot=snapshot)


def test_the_text_names_both_bounds_the_published_way_and_the_processor() -> None:
    text = as_text(replace(figures(), start=Start({"--help": Moment(0.25, 0.2)}, {"frames per second": 30.0})))
    assert "A processor, 2 cores" in text
    assert "\nbound          14.00" in text and "\nideal bound    13.00" in text and "\npublished      60.00" in text
    assert "  bound ÷ export                             0.70 (0.67–0.74)" in text
    assert f"\n{'--help':<32}   0.25          0.20\n" in text and "frames per second 30" in text
    assert "0.0010° at most for the same pixels and boxes (60 poses)" in text


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_figures_are_plotted(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"plot.{kind}"
    plot_figures(figures(), path, kind=kind)
    if kind == "png":
        with Image.open(path) as picture:
            assert picture.width > 800
    else:
        assert "published way" in path.read_text(encoding="utf-8") or path.stat().st_size > 5_000


def test_the_machine_and_the_versions_are_known() -> None:
    machine, found = this_machine(), versions()
    assert machine.processor and machine.cores >= 1
    assert {"python", "av", "onnxruntime", "torch"} <= found.keys()
