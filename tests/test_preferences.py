from __future__ import annotations

import logging
import os
import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w

from app.errors import OutputError
from app.preferences import MOST_RECENT, Preferences, WindowLayout, read_preferences, write_preferences
from app.settings import DetectorChoice, EngineChoice, ModelChoice, Signs, Style
from detectors import DetectorOptions

OPTIONS = DetectorOptions(minimum_score=0.4, largest_faces=2)
CHOICE = ModelChoice("squeezenet-1.1", DetectorChoice("dlib-hog", OPTIONS), EngineChoice("cpu", threads=2), 3)
CHANGED = Preferences(
    choice=CHOICE,
    added_snapshots=("mine.pkl",),
    smoothing=0.25,
    keep_turned_s=5.0,
    signs=Signs(yaw=-1),
    style=Style(cube=True, mirror=True, size=1.5),
    scheme="dark",
    recent=("talk.mp4", "rtsp://camera/1"),
    layout=WindowLayout((10, 20), (1000, 700), True, 320, 180, ("faces", "overlay")),
)

FLAT = {
    "snapshot": "squeezenet-1.1",
    "detector": "dlib-hog",
    "detect_every": 3,
    "minimum_score": 0.4,
    "largest_faces": 2,
    "tiles": 1,
    "device": "cpu",
    "threads": 2,
}
"""How the model choice above is stored."""


@pytest.mark.parametrize("preferences", [Preferences(), CHANGED], ids=["defaults", "changed"])
def test_what_is_written_is_read_back(preferences: Preferences, tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    write_preferences(preferences, path)
    assert read_preferences(path) == preferences


def test_the_model_choice_is_stored_in_flat_keys(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write_preferences(CHANGED, path)
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    assert {key: stored.get(key) for key in FLAT} == FLAT


def test_a_file_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(tomli_w.dumps({**FLAT, "camera": "camera:0", "smoothing": 0.25}), encoding="utf-8")
    assert read_preferences(path) == Preferences(choice=CHOICE, smoothing=0.25)


@pytest.mark.skipif(os.name != "posix", reason="other systems keep a user's settings folder private by themselves")
def test_a_new_settings_file_is_private_and_an_older_one_keeps_its_permissions(tmp_path: Path) -> None:
    """Addresses of recent streams may have passwords."""
    path = tmp_path / "settings.toml"
    write_preferences(Preferences(recent=("rtsp://me:secret@10.0.0.2/1",)), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    write_preferences(Preferences(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_invalid_part_of_the_model_choice_leaves_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(tomli_w.dumps({**FLAT, "detector": 4, "largest_faces": 0}), encoding="utf-8")
    options = DetectorOptions(minimum_score=0.4)
    assert read_preferences(path).choice == replace(CHOICE, detector=DetectorChoice("auto", options))
    assert "“detector” cannot be “4”" in caplog.text
    assert "“largest_faces” cannot be “0”" in caplog.text


def test_a_box_file_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    boxes = DetectorChoice("boxes", OPTIONS, boxes=Path("talk.txt"))
    write_preferences(Preferences(choice=ModelChoice(detector=boxes)), path)
    assert read_preferences(path).choice == ModelChoice(detector=DetectorChoice("auto", OPTIONS))
    path.write_text('detector = "boxes"', encoding="utf-8")
    assert read_preferences(path) == Preferences()


def test_without_a_file_the_defaults_are_used(tmp_path: Path) -> None:
    assert read_preferences(tmp_path / "settings.toml") == Preferences()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("detector = 4\nsmoothing = 0.2", Preferences(smoothing=0.2)),
        ("smoothing = 3", Preferences()),
        ("smoothing = 1", Preferences(smoothing=1.0)),
        ('scheme = "pink"', Preferences()),
        ("threads = true", Preferences()),
        ("[style]\nsize = -3\ncube = true", Preferences(style=Style(cube=True))),
        ("[style]\nsize = nan\nwidth = inf\ncube = true", Preferences(style=Style(cube=True))),
        (f"[style]\nopacity = {10**400}\ncube = true", Preferences(style=Style(cube=True))),
        (f"threads = {10**400}\nsmoothing = 0.25", Preferences(smoothing=0.25)),
        ("minimum_score = nan\nchart_s = -inf", Preferences()),
        ('recent = ["a\\u0000b"]\nfolder = "\\u0000"', Preferences()),
        (f"[layout]\nposition = [{2**40}, 0]\nmaximised = true", Preferences(layout=WindowLayout(maximised=True))),
        ("[layout]\nside_width = -5\nchart_height = 10000000000", Preferences()),
        ("\ufeffsmoothing = 0.25", Preferences(smoothing=0.25)),
        ("[style]\ncube = true\nbox = 1", Preferences(style=Style(cube=True))),
        ("[style]\ncube = true\nidentity = false", Preferences(style=Style(cube=True, id=False))),
        ('[layout]\nsize = [1, "a"]\nmaximised = true', Preferences(layout=WindowLayout(maximised=True))),
        ("[signs]\nyaw = 2\nroll = -1", Preferences(signs=Signs(roll=-1))),
        ("style = 7", Preferences()),
        ("of_a_newer_version = 1", Preferences()),
    ],
)
def test_an_invalid_value_is_replaced_by_its_default_and_an_old_key_is_read(
    text: str, expected: Preferences, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    assert read_preferences(path) == expected


@pytest.mark.parametrize(
    "content",
    [b"this is = = not TOML", b"\xff\xfe\x00", b"x = " + b"[" * 5000, b"x = " + b"1" * 5000],
    ids=["not TOML", "not text", "deeply nested", "an endless number"],
)
def test_an_unreadable_file_is_renamed_and_logged(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert read_preferences(path) == Preferences()
    assert (tmp_path / "settings.toml.unreadable").read_bytes() == content
    assert "cannot be read" in caplog.text


def test_an_earlier_unreadable_file_is_kept_as_well(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for content in ("first = =", "second = ="):
        path.write_text(content, encoding="utf-8")
        read_preferences(path)
    assert (tmp_path / "settings.toml.unreadable").read_text(encoding="utf-8") == "first = ="
    assert (tmp_path / "settings.toml.unreadable-2").read_text(encoding="utf-8") == "second = ="


def test_each_entry_that_is_not_used_is_named_and_the_file_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.toml"
    text = "smoothing = 2\nnewer = 1\nthreads = 0\n[style]\nsize = nan\nwidth = 1e300\ncube = true\nglow = 1\n"
    path.write_text(text, encoding="utf-8")
    preferences = read_preferences(path)
    assert preferences == Preferences(style=Style(cube=True))
    for name in ("smoothing", "newer", "threads", "size", "width", "glow"):
        assert f"“{name}”" in caplog.text
    write_preferences(preferences, path)
    assert (tmp_path / "settings.toml.bak").read_text(encoding="utf-8") == text


def test_a_valid_file_is_not_copied(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "settings.toml"
    write_preferences(CHANGED, path)
    read_preferences(path)
    assert list(tmp_path.iterdir()) == [path]
    assert caplog.text == ""


def test_a_folder_in_place_of_the_file_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "settings.toml").mkdir()
    assert read_preferences(tmp_path / "settings.toml") == Preferences()
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
    assert "is not a file" in caplog.text


def test_a_settings_file_behind_a_link_stays_there(tmp_path: Path) -> None:
    path, target = tmp_path / "settings.toml", tmp_path / "dotfiles.toml"
    target.write_text("smoothing = 0.25", encoding="utf-8")
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("this user may not make links")
    write_preferences(read_preferences(path), path)
    assert path.is_symlink()
    assert read_preferences(target).smoothing == 0.25


def test_a_file_that_cannot_be_written_raises(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError):
        write_preferences(Preferences(), tmp_path / "file" / "settings.toml")


def test_the_latest_source_is_listed_first_and_once() -> None:
    kept = Preferences(recent=tuple(str(number) for number in range(MOST_RECENT)))
    again = kept.with_recent("3")
    assert again.recent[:2] == ("3", "0")
    assert len(kept.with_recent("new").recent) == MOST_RECENT
