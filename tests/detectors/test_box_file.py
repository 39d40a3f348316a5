"""Box files: the published format, and what is wrong with a file."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import Box, BoxFileDetector, Detection, DetectorOptions, read_box_file

PICTURE = np.zeros((100, 200, 3), np.uint8)
BOX = Box(10, 20, 30, 40)


@pytest.fixture
def box_file(tmp_path: Path) -> Path:
    return tmp_path / "talk.txt"


@pytest.mark.parametrize(
    ("written", "by_index"),
    [
        pytest.param(b"1 10 20 30 40 0.99", {0: [(BOX, 0.99)]}, id="no newline at the end"),
        pytest.param(b"1 10 20 30 40\n", {0: [(BOX, 1.0)]}, id="without confidence"),
        pytest.param(b"1\t10\t20  30 40\t0.5 \r\n", {0: [(BOX, 0.5)]}, id="tabs and carriage returns"),
        pytest.param(codecs.BOM_UTF8 + b"1 10 20 30 40 0.99\n", {0: [(BOX, 0.99)]}, id="byte order mark"),
        pytest.param(
            "\ufeff1 10 20 30 40 0.99\r\n".encode("utf-16-le"), {0: [(BOX, 0.99)]}, id="a Windows shell's UTF-16"
        ),
        pytest.param(b"\n\n1 10 20 30 40 0.99\n \n\n", {0: [(BOX, 0.99)]}, id="blank lines"),
        pytest.param(
            b"7 10 20 30 40 0.9\n2 10 20 30 40 0.8\n", {1: [(BOX, 0.8)], 6: [(BOX, 0.9)]}, id="unsorted, with gaps"
        ),
        pytest.param(
            b"2 10 20 30 40 0.9\n2 1 2 3 4 0.8\n", {1: [(BOX, 0.9), (Box(1, 2, 3, 4), 0.8)]}, id="two faces in a frame"
        ),
        pytest.param(b"1.0 1e1 2e1 30. 40.0 .99", {0: [(BOX, 0.99)]}, id="numbers in other notations"),
        pytest.param(
            b"1 10 20 30 40 .9\r2 10 20 30 40 .8\r", {0: [(BOX, 0.9)], 1: [(BOX, 0.8)]}, id="carriage returns only"
        ),
        pytest.param(
            b"1 10 20 30 40 .9\n2 10 20 30 40\n", {0: [(BOX, 0.9)], 1: [(BOX, 1.0)]}, id="some with confidence"
        ),
        pytest.param("1\u00a010 20 30 40 0.99".encode(), {0: [(BOX, 0.99)]}, id="spaces that do not break"),
    ],
)
def test_a_box_file_is_read(box_file: Path, written: bytes, by_index: dict[int, list[tuple[Box, float]]]) -> None:
    box_file.write_bytes(written)
    lines = read_box_file(box_file)
    assert {index: list(detections) for index, detections in lines.by_index.items()} == by_index
    assert lines.last_index == max(by_index)
    assert lines.skipped == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("1 10 20 30", "4 fields instead of 5 or 6", id="too few"),
        pytest.param("17", "1 field instead of 5 or 6", id="one"),
        pytest.param("1 10 20 30 40 0.9 7", "7 fields instead of 5 or 6", id="too many"),
        pytest.param("1 10 20 thirty 40 0.9", "must contain only numbers", id="a word"),
        pytest.param("1 10 20 nan 40 0.9", "must be finite", id="not a number"),
        pytest.param("1 10 20 30 inf", "must be finite", id="infinity"),
        pytest.param("0 10 20 30 40", "a whole number of at least 1, not 0", id="frame 0"),
        pytest.param("-3 10 20 30 40", "a whole number of at least 1, not -3", id="negative frame"),
        pytest.param("1.5 10 20 30 40", "a whole number of at least 1, not 1.5", id="half a frame"),
        pytest.param("1e300 10 20 30 40", "a whole number of at least 1, not 1e300", id="absurd frame"),
        pytest.param(f"{'9' * 400} 10 20 30 40", "every number must be finite", id="400 digits"),
        pytest.param("1 10 20 30 1e200", "edges of a box are in pixels", id="absurd edge"),
        pytest.param("1,10,20,30,40,0.9", "separated by spaces, not commas", id="commas"),
        pytest.param("1;10;20;30;40", "separated by spaces, not semicolons", id="semicolons"),
        pytest.param("1 10,5 20 30 40 0.9", "decimals by a point", id="decimal commas"),
        pytest.param("1 10 20 30 40 0.9 1 10 20 30", "10 fields instead of 5 or 6", id="a line end lost"),
    ],
)
def test_a_bad_line_is_named_by_its_number(box_file: Path, line: str, reason: str) -> None:
    box_file.write_text(f"1 10 20 30 40 0.99\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"line 3 of talk\.txt: .*{re.escape(reason)}"):
        read_box_file(box_file)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(b"", "contains no boxes", id="empty"),
        pytest.param(b"\n \t\r\n", "contains no boxes", id="blank lines only"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "is not a text file", id="a picture"),
        pytest.param(b"1 10 20 30 40\0", "is not a text file", id="zero bytes"),
        pytest.param(codecs.BOM_UTF16_LE + b"1", "is not a text file", id="half a letter"),
    ],
)
def test_a_file_that_is_not_a_box_file_is_refused_by_name(box_file: Path, written: bytes, said: str) -> None:
    box_file.write_bytes(written)
    with pytest.raises(ValueError, match=f"talk.txt {said}"):
        read_box_file(box_file)


def test_line_ends_are_where_they_are_although_the_fields_add_up(box_file: Path) -> None:
    box_file.write_text("1 10 20 30 40\n2 10 20 30 40 0.9\n3 10 20 30\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 3 of talk\.txt: 4 fields"):
        read_box_file(box_file)


def test_a_file_larger_than_one_read_keeps_every_line_and_counts_them(box_file: Path) -> None:
    line = "{} 10 20 30 40 0.99 \n"
    box_file.write_text("".join(line.format(number) for number in range(1, 300_001)), encoding="utf-16")
    lines = read_box_file(box_file)
    assert len(lines.by_index) == 300_000
    assert lines.by_index[299_999] == (Detection(BOX, 0.99),)
    box_file.write_text(box_file.read_text(encoding="utf-16") + "x\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 300001 of talk\.txt"):
        read_box_file(box_file)


def test_a_line_without_an_end_is_not_collected_for_ever(box_file: Path) -> None:
    box_file.write_bytes(b"1 " * 5_000_000)
    with pytest.raises(ValueError, match="a line without an end"):
        read_box_file(box_file)


def test_too_many_boxes_are_refused_in_one_sentence(box_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detectors.box_lines.MAXIMUM_BOXES", 3)
    box_file.write_text("1 10 20 30 40\n" * 3, encoding="utf-8")
    assert len(read_box_file(box_file).by_index[0]) == 3
    box_file.write_text("1 10 20 30 40\n" * 4, encoding="utf-8")
    with pytest.raises(ValueError, match=r"talk\.txt contains more than 3 boxes, which is the maximum"):
        read_box_file(box_file)


def test_too_many_boxes_in_one_frame_are_refused_unless_only_the_largest_are_wanted(box_file: Path) -> None:
    certain = "".join(f"7 0 0 {1 + number % 150} 90 0.99\n" for number in range(2001))
    box_file.write_text("1 10 20 30 40 0.5\n" * 3000 + certain, encoding="utf-8")
    with pytest.raises(ValueError, match=r"Frame 7 of talk\.txt has 2,001 boxes .* at most 2,000"):
        BoxFileDetector(box_file)
    largest = detections(box_file, 6, DetectorOptions(largest_faces=3))
    assert [found.box.x2 for found in largest] == [150, 150, 150]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no box file .*lost\.txt"):
        BoxFileDetector(tmp_path / "lost.txt")


coordinates = st.floats(-1e6, 1e6)
rows = st.tuples(st.integers(1, 10**6), coordinates, coordinates, coordinates, coordinates, st.floats(0, 1))


@settings(deadline=None)  # each example writes a file
@given(written=st.lists(rows, min_size=1, max_size=20))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[int, float, float, float, float, float]]
) -> None:
    path = tmp_path_factory.mktemp("boxes") / "talk.txt"
    path.write_text("".join(" ".join(map(repr, row)) + "\n" for row in written), encoding="utf-8")
    lines = read_box_file(path)
    expected: dict[int, list[Detection]] = {}
    for frame, *corners, score in written:
        if not Box(*corners).is_empty:
            expected.setdefault(frame - 1, []).append(Detection(Box(*corners), score))
    assert {index: list(detections) for index, detections in lines.by_index.items()} == expected
    assert lines.last_index == max(row[0] for row in written) - 1
    assert lines.skipped == len(written) - sum(map(len, expected.values()))


def detections(path: Path, index: int = 0, options: DetectorOptions | None = None) -> tuple[Detection, ...]:
    return BoxFileDetector(path, options=options).detect(PICTURE, index=index, time_s=0.0)


@pytest.mark.parametrize(
    ("confidence", "used"),
    [("0.979", False), ("0.98", False), ("0.98001", True), ("1", True), ("", True)],
    ids=["below", "exactly .98", "above", "certain", "without"],
)
def test_the_published_convention_uses_a_confidence_above_98_percent(
    box_file: Path, confidence: str, used: bool
) -> None:
    box_file.write_text(f"1 10 20 30 40 {confidence}\n", encoding="utf-8")
    assert [found.box for found in detections(box_file)] == ([BOX] if used else [])


def test_another_minimum_score_is_respected(box_file: Path) -> None:
    box_file.write_text("1 10 20 30 40 0.5\n1 50 20 60 40 0.4\n", encoding="utf-8")
    assert detections(box_file, options=DetectorOptions(minimum_score=0.5)) == (Detection(BOX, 0.5),)


def test_a_frame_without_a_line_and_a_frame_after_the_last_line_have_no_face(box_file: Path) -> None:
    box_file.write_text("1 10 20 30 40\n5 10 20 30 40\n", encoding="utf-8")
    assert [len(detections(box_file, index)) for index in range(7)] == [1, 0, 0, 0, 1, 0, 0]


def test_faces_come_largest_first_and_only_those_whose_centre_is_in_the_region(box_file: Path) -> None:
    box_file.write_text("1 0 0 10 10\n1 100 10 160 80\n1 20 20 60 60\n", encoding="utf-8")
    assert [found.box.x1 for found in detections(box_file)] == [100, 20, 0]
    assert [found.box.x1 for found in detections(box_file, options=DetectorOptions(largest_faces=1))] == [100]
    assert [found.box.x1 for found in detections(box_file, options=DetectorOptions(region=Box(0, 0, 50, 50)))] == [
        20,
        0,
    ]


def test_boxes_are_clipped_and_empty_ones_are_skipped_and_counted_once(box_file: Path) -> None:
    box_file.write_text(
        "1 -10 20 30 140\n"  # beyond the picture on two sides
        "1 200 20 230 40\n"  # beside the picture
        "1 30 20 30 40\n"  # no width
        "2 10 40 30 20\n"  # upside down
        "9 -50 -50 -1 -1\n",  # beside the picture
        encoding="utf-8",
    )
    detector = BoxFileDetector(box_file)
    assert detector.last_index == 8
    assert detector.skipped == 2
    for _ in range(2):
        assert detector.detect(PICTURE, index=0, time_s=0.0) == (Detection(Box(0, 20, 30, 100), 1.0),)
        assert detector.skipped == 3
    assert detector.detect(PICTURE, index=8, time_s=0.3) == ()
    assert detector.skipped == 4
