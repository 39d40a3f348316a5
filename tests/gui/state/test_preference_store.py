"""Preferences of the real window: saved, read back, and robust against bad files."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.gui.state.preference_store import PreferenceStore
from app.gui.window.main_window import MainWindow
from app.preferences import WindowLayout, read_preferences
from app.product import SAMPLE
from app.settings import Signs, Style
from tests.gui.choices import with_detector

Until = Callable[..., None]
OpenWindow = Callable[..., MainWindow]


def test_the_window_comes_back_as_it_was_left(open_window: OpenWindow, end_window: Any, settings_file: Path) -> None:
    first = open_window(with_detector("dlib-hog"))
    first.resize(760, 620)
    first.side.set_open_sections(["faces", "overlay"])
    first.studio.preferences.change(style=replace(first.studio.preferences.current.style, cube=True, mirror=True))
    first.studio.preferences.change(smoothing=0.25)
    first.studio.preferences.change(signs=Signs(yaw=-1))
    end_window(first)
    document = tomllib.loads(settings_file.read_text(encoding="utf-8"))
    assert (document["smoothing"], document["style"]["cube"], document["signs"]["yaw"]) == (0.25, True, -1)
    second = open_window()
    assert (second.width(), second.height()) == (760, 620)
    assert second.side.open_sections() == ("faces", "overlay")
    assert second.action("cube").isChecked()
    assert second.action("mirror").isChecked()
    assert second.studio.live_view.options.style.mirror
    assert second.studio.live_view.options.reference.signs == Signs(yaw=-1)
    assert second.studio.live_view.settings.smoothing == 0.25
    assert second.studio.models.choice.detector.name == "dlib-hog"
    assert second.studio.preferences.current == read_preferences(settings_file)


def test_settings_that_cannot_be_saved_are_told_once(window: MainWindow, settings_file: Path, until: Until) -> None:
    shutil.rmtree(settings_file.parent, ignore_errors=True)
    settings_file.parent.write_text("a file where the folder should be")
    told: list[str] = []
    window.studio.failed.connect(lambda error: told.append(str(error)))
    window.studio.preferences.change(smoothing=0.25)
    until(lambda: told)
    assert told[0].startswith("The settings were not saved: ")
    assert window.notice.text == told[0]
    window.studio.preferences._save()
    QApplication.processEvents()
    assert len(told) == 1


def test_panels_keep_their_sizes(
    open_window: OpenWindow, end_window: Any, blazeface: Path, until: Until, settings_file: Path
) -> None:
    if QApplication.primaryScreen().availableSize().width() < 1200:
        pytest.skip("needs a screen on which panels have room")
    layout = WindowLayout(size=(1150, 700), side_width=400, chart_height=200)
    first = open_window(with_detector("mediapipe", layout=layout))
    first.action("open_sample").trigger()
    until(lambda: first.studio.live_view.newest is not None and first.side.isVisible())
    widths = first.side.width(), first.chart.height()
    assert widths[0] == pytest.approx(400, abs=12)
    assert widths[1] == pytest.approx(200, abs=60)
    end_window(first)
    kept = read_preferences(settings_file).layout
    assert kept.side_width == pytest.approx(widths[0], abs=2)
    assert kept.chart_height == pytest.approx(widths[1], abs=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('of_tomorrow = 1\nsmoothing = 0.75\n[layout]\nsize = [10, "x"]\n', 0.75),
        ("smoothing = 17\n", 0.5),
        ("this is = = not TOML", 0.5),
        ("", 0.5),
    ],
    ids=["of a newer version", "out of range", "broken", "empty"],
)
def test_invalid_settings_do_not_keep_the_window_from_opening(
    text: str, expected: float, open_window: OpenWindow, end_window: Any, settings_file: Path
) -> None:
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text(text, encoding="utf-8")
    window = open_window()
    assert window.isVisible()
    assert window.studio.live_view.settings.smoothing == expected
    end_window(window)
    assert read_preferences(settings_file).smoothing == expected
    aside = settings_file.with_name("settings.toml.unreadable")
    assert aside.exists() is ("=" in text and "= =" in text)


def test_a_settings_file_that_cannot_be_written_does_not_keep_the_window_open(
    open_window: OpenWindow, end_window: Any, settings_file: Path
) -> None:
    window = open_window(with_detector("dlib-hog"))
    settings_file.parent.write_text("in the way", encoding="utf-8")
    window.studio.preferences.change(smoothing=0.1)
    end_window(window)
    assert settings_file.parent.read_text(encoding="utf-8") == "in the way"


def test_a_change_is_saved_a_moment_later(window: MainWindow, settings_file: Path, until: Until) -> None:
    window.studio.preferences.change(style=Style(trail=True))
    until(lambda: settings_file.exists() and read_preferences(settings_file).style.trail)


def test_the_latest_source_is_the_first_recent_one(window: MainWindow, until: Until, tmp_path: Path) -> None:
    copy = shutil.copy(SAMPLE, tmp_path / "copy.mp4")
    live_view = window.studio.live_view
    for address in (str(SAMPLE), "synthetic", str(copy), str(SAMPLE)):
        live_view.open(address)
        until(lambda address=address: live_view.state.address == address and live_view.newest is not None)
    assert window.studio.preferences.current.recent == (str(SAMPLE), str(copy))


def test_two_windows_keep_what_the_other_one_changed(settings_file: Path) -> None:
    one, other = (PreferenceStore(read_preferences(settings_file)) for _ in range(2))
    one.change(smoothing=0.25)
    one._save()
    other.change(volume=0.5, recent=("a.mp4",))
    other._save()
    one.change(muted=True)
    one.close()
    other.close()
    saved = read_preferences(settings_file)
    assert (saved.smoothing, saved.volume, saved.muted, saved.recent) == (0.25, 0.5, True, ("a.mp4",))


def test_what_both_windows_change_is_as_it_was_changed_last(settings_file: Path) -> None:
    one, other = (PreferenceStore(read_preferences(settings_file)) for _ in range(2))
    for store, smoothing in ((one, 0.25), (other, 0.75), (one, 0.5)):
        store.change(smoothing=smoothing)
        store._save()
    other.close()
    one.close()
    assert read_preferences(settings_file).smoothing == 0.5


def test_a_file_that_was_deleted_is_written_again_as_a_whole(settings_file: Path) -> None:
    store = PreferenceStore(read_preferences(settings_file))
    store.change(smoothing=0.25)
    store._save()
    settings_file.unlink()
    store.change(muted=True)
    store.close()
    saved = read_preferences(settings_file)
    assert (saved.smoothing, saved.muted) == (0.25, True)
