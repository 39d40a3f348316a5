from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.errors import OutputError
from app.preferences import MOST_RECENT, Preferences, WindowLayout, read_preferences, write_preferences
from app.settings import Signs, Style

CHANGED = Preferences(
    snapshot="squeezenet-1.1",
    added_snapshots=("mine.pkl",),
    detector="dlib-hog",
    minimum_score=0.4,
    largest_faces=2,
    smoothing=0.25,
    signs=Signs(yaw=-1),
    style=Style(cube=True, mirror=True, size=1.5),
    scheme="dark",
    recent=("talk.mp4", "rtsp://camera/1"),
    layout=WindowLayout((10, 20), (1000, 700), True, 320, 180, ("faces", "overlay")),
)


@pytest.mark.parametrize("preferences", [Preferences(), CHANGED], ids=["by default", "changed"])
def test_what_is_written_is_read_back(preferences: Preferences, tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    write_preferences(preferences, path)
    assert read_preferences(path) == preferences


def test_where_there_is_no_file_there_are_defaults(tmp_path: Path) -> None:
    assert read_preferences(tmp_path / "settings.toml") == Preferences()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("detector = 4\nsmoothing = 0.2", Preferences(smoothing=0.2)),
        ("smoothing = 3", Preferences()),
        ("smoothing = 1", Preferences(smoothing=1.0)),
        ('scheme = "pink"', Preferences()),
        ("threads = true", Preferences()),
        ("[style]\nsize = -3\ncube = true", Preferences()),
        ("[style]\ncube = true\nbox = 1", Preferences(style=Style(cube=True))),
        ("[style]\ncube = true\nidentity = false", Preferences(style=Style(cube=True))),
        ('[layout]\nsize = [1, "a"]\nmaximised = true', Preferences(layout=WindowLayout(maximised=True))),
        ("[signs]\nyaw = 2\nroll = -1", Preferences(signs=Signs(roll=-1))),
        ("style = 7", Preferences()),
        ("of_a_newer_version = 1", Preferences()),
    ],
)
def test_a_value_that_does_not_fit_stays_at_its_default(text: str, expected: Preferences, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    assert read_preferences(path) == expected


@pytest.mark.parametrize("content", [b"this is = = not TOML", b"\xff\xfe\x00"], ids=["no TOML", "no text"])
def test_a_broken_file_is_set_aside_and_told(content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert read_preferences(path) == Preferences()
    assert (tmp_path / "settings.toml.unreadable").read_bytes() == content
    assert "cannot be read" in caplog.text


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError):
        write_preferences(Preferences(), tmp_path / "file" / "settings.toml")


def test_the_latest_source_comes_first_and_once() -> None:
    kept = Preferences(recent=tuple(str(number) for number in range(MOST_RECENT)))
    again = kept.with_recent("3")
    assert again.recent[:2] == ("3", "0")
    assert len(kept.with_recent("new").recent) == MOST_RECENT
