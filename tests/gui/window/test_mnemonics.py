"""Every dialog can be used with the keyboard: its Alt keys are unique and lead somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QGroupBox, QLabel, QLineEdit, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from app.doctor.finding import Report
from app.gui.export.dialog import ExportDialog
from app.gui.help.about_dialog import AboutDialog
from app.gui.help.check_dialog import CheckDialog
from app.gui.help.shortcuts_dialog import ShortcutsDialog
from app.gui.kit import theme
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.sources.detector_settings import DetectorSettingsDialog
from app.gui.sources.source_dialogs import AddressDialog, CameraDialog
from app.gui.window.main_window import MainWindow
from app.models.loader import Ready
from app.product import SAMPLE
from app.settings import ModelChoice
from tests.gui.languages import LANGUAGES, spoken

Until = Callable[..., None]


@dataclass(frozen=True)
class Key:
    text: str
    owner: QWidget
    leads_to: QWidget | None


def keys(dialog: QWidget) -> Iterator[Key]:
    """The Alt keys of all visible parts of a dialog, and the widget that each of them reaches."""
    for label in dialog.findChildren(QLabel):
        if label.isVisibleTo(dialog) and label.textFormat() != Qt.TextFormat.PlainText:
            key = QKeySequence.mnemonic(label.text()).toString()
            if key and label.buddy() is not None:
                yield Key(key, label, label.buddy())
    for button in dialog.findChildren(QAbstractButton):
        key = QKeySequence.mnemonic(button.text()).toString()
        if key and button.isVisibleTo(dialog):
            yield Key(key, button, button)
    for box in dialog.findChildren(QGroupBox):
        key = QKeySequence.mnemonic(box.title()).toString()
        if key and box.isVisibleTo(dialog):
            yield Key(key, box, box)
    for tabs in dialog.findChildren(QTabWidget):
        for index in range(tabs.count()):
            key = QKeySequence.mnemonic(tabs.tabText(index)).toString()
            if key:
                yield Key(key, tabs, tabs)


DIALOGS: dict[str, Callable[[], QDialog]] = {
    "go to": lambda: GoToDialog("00:01.0", 8.0, 240),
    "detector": lambda: DetectorSettingsDialog(ModelChoice()),
    "camera": CameraDialog,
    "address": lambda: AddressDialog(("rtsp://camera/1",)),
    "shortcuts": lambda: ShortcutsDialog([("File", "Open", "Ctrl+O")]),
    "about": AboutDialog,
    "check": lambda: CheckDialog(FileDialogs(QWidget(), lambda: None, lambda _folder: None)),
}


@pytest.fixture(params=LANGUAGES)
def _language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    with spoken(qapp, request.param):
        yield


@pytest.mark.usefixtures("_language")
@pytest.mark.parametrize("name", DIALOGS)
def test_alt_keys_of_dialogs_are_unique_and_reach_what_can_have_the_focus(
    name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gui.help.check_dialog.examine", lambda **_: Report("Program", ()))
    dialog = DIALOGS[name]()
    qtbot.addWidget(dialog)
    check(dialog)


@pytest.fixture
def export(window: MainWindow, until: Until) -> ExportDialog:
    until(lambda: isinstance(window.studio.models.load_event, Ready) and window.studio.models.catalogue)
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.newest is not None)
    window.action("export").trigger()
    until(lambda: window.findChildren(ExportDialog))
    (dialog,) = window.findChildren(ExportDialog)
    return dialog


@pytest.mark.usefixtures("_language")
def test_alt_keys_of_the_export_dialog_are_unique_and_reach_what_can_have_the_focus(export: ExportDialog) -> None:
    check(export)
    export.reject()


def test_alt_and_the_letter_of_the_folder_lead_to_its_field(export: ExportDialog, until: Until, qtbot: QtBot) -> None:
    export.activateWindow()
    until(export.isActiveWindow)
    label = next(one for one in export.findChildren(QLabel) if one.text().replace("&", "") == "Folder")
    letter = label.text()[label.text().index("&") + 1]
    qtbot.keyClick(export, letter, Qt.KeyboardModifier.AltModifier)
    until(lambda: QApplication.focusWidget() is export.folder.edit)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    export.reject()


def check(dialog: QWidget) -> None:
    found = list(keys(dialog))
    texts = [key.text for key in found]
    assert sorted(texts) == sorted(set(texts)), [(key.text, getattr(key.owner, "text", str)()) for key in found]
    for key in found:
        target = key.leads_to
        while target is not None and target.focusProxy() is not None:
            target = target.focusProxy()
        assert target is not None and target.focusPolicy() & Qt.FocusPolicy.TabFocus, key.text


def test_the_window_has_an_icon() -> None:
    path = Path(theme.ICONS) / "hopenet-studio.svg"
    image = QIcon(str(path)).pixmap(64, 64).toImage()
    assert not image.isNull()
    assert image.pixelColor(32, 20).alpha() == 255
