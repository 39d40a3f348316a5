"""The tables of the READMEs: made from figures, between markers, and nothing else is changed."""

from __future__ import annotations

import pytest

from benchmarks.report import (
    DOCUMENTS,
    WINDOW_DOCUMENTS,
    conditions,
    exports,
    published,
    stages,
    summary,
    window_phases,
    window_summary,
    with_part,
)
from tests.benchmark.figures_of import a_round, figures


def test_only_what_is_between_the_markers_is_replaced() -> None:
    text = "before\n<!-- a: made by benchmarks/report.py -->\nold\n<!-- end of a -->\nafter\n"
    changed = with_part(text, "a", "new")
    assert changed == "before\n<!-- a: made by benchmarks/report.py -->\n\nnew\n\n<!-- end of a -->\nafter\n"
    assert with_part(changed, "a", "new") == changed
    with pytest.raises(ValueError, match="0 times"):
        with_part(text, "b", "new")


def test_the_documents_have_the_markers_of_every_part() -> None:
    for documents in (DOCUMENTS, WINDOW_DOCUMENTS):
        for path, parts in documents.items():
            for name in parts:
                assert "same" in with_part(path.read_text(encoding="utf-8"), name, "same")


def test_the_tables_have_the_ratios_of_the_figures() -> None:
    made = figures()
    assert "| video | 1 | 50.0 | 2.00 | 70 % (67–74) |" in exports(made)
    assert "| video | 3.00 (2.86–3.16) | 2.00 (2.00–2.00) |  | 4.5 |" in published(made)
    assert "| encode | 4.00 (bare: 2.00), 11 % |" in stages(made)
    assert "| video (640×480) | 1 | 50 frames/s | 2.0 | 70 % | 3.0 × | 300 MiB |" in summary(made)


def test_the_tables_of_the_window_have_stalls_and_delays() -> None:
    playing = {"frames per second": 30.04, "skipped": 2.0, "longest stall, ms": 61.0, "long stalls": 1.0}
    camera = {**playing, "long stalls": 0.0, "median delay, ms": 31.2, "95 % of delays, ms": 40.0}
    phases = {"playing": playing, "exporting": playing, "watching as a camera": camera}
    made = {
        "date": "2026-01-01T00:00:00+00:00",
        "machine": {"processor": "A processor", "cores": 2, "system": "Linux"},
        "videos": {"video.mp4": phases},
    }
    assert "| playing | 30.0 / 2 / 61 ms, 1 |" in window_phases(made)
    assert "| watching as a camera | 30.0 / 2 / 61 ms / 31 and 40 ms |" in window_phases(made)
    assert "| video | 30 frames/s | 30 frames/s | 61 ms | 61 ms | 31 ms |" in window_summary(made)


def test_figures_of_a_busy_machine_say_so() -> None:
    busy = figures(a_round(20, others=0.4))
    assert "**video.mp4: other processes used 40 %" in conditions(busy)
    assert "The machine was not idle" in summary(busy)
    assert "The machine was not idle" not in summary(figures(a_round(20, others=0.0)))
