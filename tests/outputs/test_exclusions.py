from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DataError
from app.outputs.exclusions import Span, exclusions_path, merged, read_exclusions, within, write_exclusions
from app.session.edits import Edits

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda edges: Span(min(edges), max(edges))))


@given(SPANS)
def test_merged_ranges_contain_the_same_times_and_never_touch(spans: list[Span]) -> None:
    joined = merged(spans)
    times = np.arange(0, 41, 0.5)
    np.testing.assert_array_equal(within(joined, times), within(spans, times))
    assert all(first.end_s < second.start_s for first, second in pairwise(joined))


def test_what_is_excluded_is_written_to_be_read_by_people_and_back(tmp_path: Path) -> None:
    table = tmp_path / "talk.csv"
    spans = (Span(1.25, 2.5), Span(3.0, 4.125))
    path = write_exclusions(table, spans)
    assert path == exclusions_path(table) == tmp_path / "talk-excluded.json"
    assert '    {"start_s": 1.25, "end_s": 2.5},\n' in path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["table"] == "talk.csv"
    assert read_exclusions(table) == spans


def test_no_range_loses_or_wins_a_frame_when_it_is_saved_and_read_back(tmp_path: Path) -> None:
    times = np.round(np.arange(300) * 1001 / 30000, 6)  # 29.97 frames per second, as tables have them
    edits = Edits()
    for start, end in ((7, 20), (58, 61), (100, 101)):
        edits = edits.excluding(Span(start * 1001 / 30000, end * 1001 / 30000))
    assert np.flatnonzero(within(edits.excluded, times)).tolist() == [*range(7, 20), *range(58, 61), 100]
    write_exclusions(tmp_path / "talk.csv", edits.excluded)
    assert read_exclusions(tmp_path / "talk.csv") == edits.excluded


def test_an_empty_list_is_saved_too(tmp_path: Path) -> None:
    assert read_exclusions(tmp_path / "talk.csv") == ()
    write_exclusions(tmp_path / "talk.csv", ())
    assert read_exclusions(tmp_path / "talk.csv") == ()


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", '{"excluded": [{"start_s": 1}]}', '{"excluded": [{"start_s": 0, "end_s": Infinity}]}'),
        *("[" * 100_000, '{"excluded": [{"start_s": 0, "end_s": ' + "9" * 400 + "}]}", "\0"),
    ],
    ids=["not JSON", "not an object", "half a range", "endless", "deep", "400 digits", "not text"],
)
def test_a_file_that_is_not_valid_is_reported(tmp_path: Path, text: str) -> None:
    exclusions_path(tmp_path / "talk.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"talk-excluded\.json"):
        read_exclusions(tmp_path / "talk.csv")
