"""A translation, made as docs/extending.md says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QCheckBox, QToolButton

from app.gui import application
from app.gui.window.actions import ACTIONS
from app.gui.window.main_window import MainWindow
from tests.gui.choices import with_detector

ROOT = Path(__file__).parents[3]


def run_tool(name: str, *words: str | Path) -> None:
    tool = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    if tool is None:
        pytest.skip(f"needs {name}, which comes with PySide6")
    subprocess.run([tool, *words], cwd=ROOT, capture_output=True, check=True)


def translate(file: Path) -> None:
    """Translates every text into itself, in quotation marks."""
    document = ET.parse(file)
    for message in document.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        translation.text = f"«{message.findtext('source')}»"
        del translation.attrib["type"]
    document.write(file, encoding="utf-8")


@pytest.fixture
def _translated(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program on a system whose language is German, with a translation of every text."""
    file = tmp_path / "de.ts"
    run_tool("pyside6-lupdate", "-extensions", "py", "app/gui", "-ts", file)
    translate(file)
    monkeypatch.setattr(application, "_TRANSLATIONS", tmp_path)
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    installed = application._install_translators(qapp, "system")
    yield
    for translator in installed:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


@pytest.mark.usefixtures("_translated")
def test_every_action_menu_and_section_can_be_translated(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(with_detector("dlib-hog"))
    texts = [
        *(window.action(row.name).text() for row in ACTIONS),
        *(menu.text() for menu in window.menuBar().actions()),
        *(button.text() for button in window.side.findChildren(QToolButton, "sectionHead")),
        *(switch.text() for switch in window.side.findChildren(QCheckBox)),
    ]
    assert [text for text in texts if not text.startswith("«")] == []
