"""Which videos a batch has, what their outputs are called, and the options that a table gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.batch.inputs import find_inputs
from app.batch.naming import keys, partition_name
from app.errors import DataError, SourceError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("day1/a.mp4", "day1/b.mov", "day2/a.mp4", "day10/a.mp4", "day1/notes.doc", "out/videos/a.mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path, *words: str) -> list[str]:
    found = find_inputs(words, leave_out=folder / "out")
    return [Path(one.source).relative_to(folder).as_posix() for one in found.videos]


def test_a_folder_gives_its_videos_and_those_below_in_natural_order_but_not_the_batch_s_own(folder: Path) -> None:
    assert names(folder, ".") == ["day1/a.mp4", "day1/b.mov", "day2/a.mp4", "day10/a.mp4"]


def test_a_pattern_gives_the_files_that_match(folder: Path) -> None:
    assert names(folder, "day*/**/*.mp4") == ["day1/a.mp4", "day10/a.mp4", "day2/a.mp4"]
    assert names(folder, "day[12]/a.*") == ["day1/a.mp4", "day2/a.mp4"]
    assert names(folder, "day1/*") == ["day1/a.mp4", "day1/b.mov"]
    assert names(folder, "day1/*.doc") == ["day1/notes.doc"]


def test_a_pattern_that_matches_folders_gives_their_videos(folder: Path) -> None:
    assert names(folder, "day1*") == ["day1/a.mp4", "day1/b.mov", "day10/a.mp4"]


def test_a_list_names_files_folders_and_patterns_from_its_own_folder(folder: Path) -> None:
    (folder / "day1" / "list.txt").write_text("# two days\na.mp4\n\n../day2\n../day10/*.mp4\n", encoding="utf-8")
    assert names(folder, "day1/list.txt") == ["day1/a.mp4", "day2/a.mp4", "day10/a.mp4"]


def test_a_table_gives_each_video_its_options(folder: Path) -> None:
    (folder / "videos.csv").write_text(
        "video,max-faces,--to,zero-lag\nday1/a.mp4,2,12.5,yes\n\nday2/a.mp4,,,\n", encoding="utf-8-sig"
    )
    first, second = find_inputs(["videos.csv"]).videos
    assert first.options == {"max-faces": "2", "to": "12.5", "zero-lag": "yes"}
    assert first.where == "line 2 of videos.csv"
    assert (second.source, second.options) == (str(folder / "day2" / "a.mp4"), {})


def test_a_video_that_is_named_twice_is_processed_once(folder: Path) -> None:
    found = find_inputs(["day1", "day1/a.mp4", "./day2/../day1/b.mov"])
    assert (len(found.videos), found.repeated) == (2, 2)


def test_a_video_that_is_named_twice_with_different_options_is_refused(folder: Path) -> None:
    (folder / "videos.csv").write_text("video,to\nday1/a.mp4,1\nday1/a.mp4,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"named twice with different options: line 3 of videos\.csv"):
        find_inputs(["videos.csv"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("file,to\na.mp4,1\n", "no column “video”"),
        ("video,to\na.mp4,1,2\n", "more values than columns in line 2"),
        ("video,to\n,1\n", "No video is named in line 2"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_the_line(folder: Path, content: str, message: str) -> None:
    (folder / "videos.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        find_inputs(["videos.csv"])


@pytest.mark.parametrize(
    ("word", "message"),
    [("gone.mp4", "There is no file"), ("*.avi", "No video matches"), ("empty", "has no videos")],
)
def test_a_word_that_names_no_video_is_refused(folder: Path, word: str, message: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(SourceError, match=message):
        find_inputs([word])


def test_a_line_of_a_list_that_names_nothing_is_refused_with_its_number(folder: Path) -> None:
    (folder / "list.txt").write_text("day1/a.mp4\ngone.mp4\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"line 2 of list\.txt"):
        find_inputs(["list.txt"])


def test_keys_are_paths_from_the_common_folder_with_extensions() -> None:
    assert keys(["/films/a/t.mp4"], {}) == {"/films/a/t.mp4": "t.mp4"}
    assert [*keys(["/films/a/t.mp4", "/films/a/t.mov", "/films/b/t.mp4"], {}).values()] == [
        "a/t.mp4",
        "a/t.mov",
        "b/t.mp4",
    ]
    assert [*keys(["s3://bucket/a/t.mp4", "s3://bucket/t.mp4"], {}).values()] == ["a/t.mp4", "t.mp4"]


def test_keys_that_differ_in_capital_letters_or_unicode_form_only_do_not_clash() -> None:
    assert [*keys(["/f/T.mp4", "/f/t.mp4", "/f/e\u0301.mp4", "/f/\u00e9.mp4"], {}).values()] == [
        "T.mp4",
        "t.mp4~2",
        "e\u0301.mp4",
        "\u00e9.mp4~2",
    ]


def test_videos_that_were_in_the_batch_keep_their_keys_when_others_join() -> None:
    known = keys(["/films/a/t.mp4"], {})
    assert keys(["/films/t.mp4", "/films/a/t.mp4"], known) == {"/films/t.mp4": "t.mp4~2", "/films/a/t.mp4": "t.mp4"}


def test_a_video_that_was_moved_keeps_its_key_and_another_one_does_not_get_it() -> None:
    known = keys(["/films/a.mp4", "/films/b.mp4"], {})
    moved = keys(["/disk/a.mp4", "/disk/b.mp4"], known, is_same=lambda source, key: source == "/disk/a.mp4")
    assert moved == {"/disk/a.mp4": "a.mp4", "/disk/b.mp4": "b.mp4~2"}


def test_the_names_of_partitions_have_no_character_that_separates() -> None:
    assert partition_name("a/b=c%2F.mp4") == "a%2Fb%3Dc%252F.mp4"
    assert partition_name("Übung 1.mp4") == "Übung 1.mp4"


def test_the_names_of_partitions_fit_on_a_disk_and_stay_distinct() -> None:
    one, other = (partition_name("видео/" * 40 + name) for name in ("a.mp4", "b.mp4"))
    assert one != other
    assert len(one.encode()) <= 180
