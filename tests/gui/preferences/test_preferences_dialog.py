"""The preferences dialog: it applies at once, holds nothing of its own, and Cancel puts everything back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from app.export.queue import ExportQueue
from app.gui.export.close_question import confirm_close
from app.gui.export.dialog import ExportDialog
from app.gui.kit import theme
from app.gui.preferences.dialog import PreferencesDialog
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences, read_preferences
from app.product import SAMPLE
from detectors import Box
from tests.gui.find import find, only

Until = Callable[..., None]
APPEARANCE, ANGLES, MODELS, FILES, STORAGE = range(5)


@pytest.fixture
def dialog(window: MainWindow, until: Until) -> Iterator[PreferencesDialog]:
    window.action("preferences").trigger()
    shown = only(window, PreferencesDialog)
    yield shown
    theme.apply(QApplication.instance(), "system")  # type: ignore[arg-type]
    until(lambda: not theme.watch().findChildren(QTimer))  # Widgets take on the colours in turns.


@pytest.fixture
def current(window: MainWindow) -> Callable[[], Preferences]:
    return lambda: window.studio.preferences.current


def page(dialog: PreferencesDialog, number: int) -> QWidget:
    find(dialog, QListWidget, "Pages").setCurrentRow(number)
    return dialog._pages[number]


def press(dialog: PreferencesDialog, button: QDialogButtonBox.StandardButton) -> None:
    only(dialog, QDialogButtonBox).button(button).click()


def choose(combo: QComboBox, data: object) -> None:
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_changes_are_applied_at_once_and_cancel_puts_them_back(
    dialog: PreferencesDialog, window: MainWindow, current: Callable[[], Preferences]
) -> None:
    before = current()
    appearance = page(dialog, APPEARANCE)
    choose(next(c for c in appearance.findChildren(QComboBox) if c.findData("dark") >= 0), "dark")
    assert theme.is_dark() and current().scheme == "dark"
    find(appearance, QCheckBox, "Cube").click()
    assert window.action("cube").isChecked()
    angles = page(dialog, ANGLES)
    slider = only(angles, QSlider)
    slider.setValue(slider.minimum() + (slider.maximum() - slider.minimum()) // 10)
    assert current().smoothing == pytest.approx(0.1)
    choose(find(angles, QComboBox, "Positive yaw"), -1)
    assert current().signs.yaw == -1
    page(dialog, MODELS).findChildren(QSpinBox)[0].setValue(3)
    assert current().choice.engine.threads == 3
    find(page(dialog, FILES), QCheckBox, "Ask before closing while exports are unfinished").click()
    assert not current().ask_before_closing
    press(dialog, QDialogButtonBox.StandardButton.Cancel)
    assert current() == before
    assert not window.action("cube").isChecked()
    assert not theme.is_dark() or before.scheme == "dark"


def test_ok_keeps_what_was_changed_in_the_settings_file(
    dialog: PreferencesDialog, settings_file: Path, until: Until
) -> None:
    find(page(dialog, APPEARANCE), QCheckBox, "Trail").click()
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    until(lambda: read_preferences(settings_file).style.trail)


def test_defaults_are_restored_for_the_page_that_is_shown_and_no_other(
    dialog: PreferencesDialog, window: MainWindow, current: Callable[[], Preferences]
) -> None:
    changed = replace(current().signs, roll=-1)
    window.studio.preferences.change(smoothing=0.9, signs=changed, chart_s=30.0)
    page(dialog, ANGLES)
    press(dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert (current().smoothing, current().signs.roll, current().chart_s) == (0.5, 1, 30.0)


def test_default_models_keep_the_region_because_it_belongs_to_the_source(
    dialog: PreferencesDialog, window: MainWindow, current: Callable[[], Preferences]
) -> None:
    window.studio.models.set_region(Box(0, 0, 100, 100))
    page(dialog, MODELS).findChildren(QSpinBox)[0].setValue(3)
    press(dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert current().choice.engine.threads is None
    assert current().choice.detector.options.region == Box(0, 0, 100, 100)


def test_it_shows_what_is_changed_elsewhere(dialog: PreferencesDialog, window: MainWindow) -> None:
    window.action("trail").trigger()
    assert find(page(dialog, APPEARANCE), QCheckBox, "Trail").isChecked()


def test_the_menus_of_the_window_choose_the_models(dialog: PreferencesDialog, window: MainWindow) -> None:
    buttons = [button.accessibleName() for button in page(dialog, MODELS).findChildren(QPushButton)]
    assert any(one.startswith("Detector: MediaPipe") for one in buttons)
    window.studio.models.choose_detector("dlib-hog")
    buttons = [button.accessibleName() for button in page(dialog, MODELS).findChildren(QPushButton)]
    assert any(one.startswith("Detector: dlib") for one in buttons)


def test_recent_sources_are_cleared(dialog: PreferencesDialog, window: MainWindow) -> None:
    window.studio.preferences.change(recent=("a.mp4", "b.mp4"))
    files = page(dialog, FILES)
    assert any("2" in label.text() for label in files.findChildren(QLabel))
    clear = find(files, QPushButton, "Clear the list of recent sources")
    clear.click()
    assert window.studio.preferences.current.recent == ()
    assert not clear.isEnabled()


def test_a_folder_counts_once_it_is_there(
    dialog: PreferencesDialog, current: Callable[[], Preferences], tmp_path: Path
) -> None:
    files = page(dialog, FILES)
    edit = find(files, QLineEdit, "Exports")
    edit.setText(str(tmp_path / "nowhere"))
    assert current().export_folder is None
    assert any("There is no folder" in label.text() for label in files.findChildren(QLabel))
    edit.setText(str(tmp_path))
    assert current().export_folder == str(tmp_path)
    edit.clear()
    assert current().export_folder is None


def test_it_says_where_the_programs_own_files_are_and_how_large(
    dialog: PreferencesDialog, settings_file: Path, until: Until
) -> None:
    storage = page(dialog, STORAGE)
    until(lambda: str(settings_file) in find(storage, QLabel, "Settings").text())
    assert len([b for b in storage.findChildren(QPushButton) if "show in folder" in b.accessibleName()]) == 3
    assert not only(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.RestoreDefaults).isEnabled()


def test_exports_go_to_the_chosen_folder(window: MainWindow, tmp_path: Path, until: Until) -> None:
    window.studio.preferences.change(export_folder=str(tmp_path))
    window.exports.export([SAMPLE])
    until(lambda: window.findChildren(ExportDialog))
    dialog = only(window, ExportDialog)
    until(lambda: dialog.tasks)
    assert {path.parent for task in dialog.tasks for path in task.outputs} == {tmp_path}
    dialog.close()


def test_pictures_are_saved_in_the_chosen_folder_and_the_last_folder_stays(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, proposed: str, *_others: object, **_named: object) -> tuple[str, str]:
        asked.append(proposed)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    window.studio.preferences.change(picture_folder=str(tmp_path / "pictures"), folder=str(tmp_path))
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    window.action("save_picture").trigger()
    assert Path(asked[0]).parent == tmp_path / "pictures"
    assert window.studio.preferences.current.folder == str(tmp_path)


def test_without_the_question_unfinished_exports_stay_for_the_next_start(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gui.export.close_question._unfinished", lambda _studio: 1)
    monkeypatch.setattr(ExportQueue, "outlives_closing", True)
    window.studio.preferences.change(ask_before_closing=False)
    assert confirm_close(window, window.studio)


def test_how_long_turned_heads_are_followed_is_chosen_and_used(dialog: PreferencesDialog, window: MainWindow) -> None:
    preferences, live_view = window.studio.preferences, window.studio.live_view
    (combo,) = (one for one in dialog.findChildren(QComboBox) if one.findText("not at all") >= 0)
    assert combo.currentText() == "automatically" and live_view.settings.keep_turned_s is None
    for text, seconds in (("not at all", 0.0), ("30 s", 30.0), ("automatically", None)):
        row = combo.findText(text)
        combo.setCurrentIndex(row)
        combo.activated.emit(row)
        assert preferences.current.keep_turned_s == live_view.settings.keep_turned_s == seconds
    preferences.change(keep_turned_s=5.0)
    assert combo.currentText() == "5 s"
