"""Translations: that every text can have one, made as docs/extending.md says, and that the German one is complete."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QCheckBox, QDialogButtonBox, QToolButton
from pytestqt.qtbot import QtBot

from app.gui import application
from app.gui.kit.number_box import NumberBox
from app.gui.kit.ts_translator import TsTranslator
from app.gui.window.actions import ACTIONS
from app.gui.window.main_window import MainWindow
from app.preferences import read_preferences
from tests.gui.choices import with_detector
from tests.gui.languages import spoken

ROOT = Path(__file__).parents[3]
GERMAN = ROOT / "app" / "gui" / "translations" / "de.ts"
GLOSSARY = ROOT / "docs" / "translation-de.md"

Texts = dict[tuple[str, str], str]
"""Translations by context and text; empty for a text that has no finished one."""


def run_tool(name: str, *words: str | Path) -> None:
    tool = shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name)
    if tool is None:
        pytest.skip(f"needs {name}, which comes with PySide6")
    subprocess.run([tool, *words], cwd=ROOT, capture_output=True, check=True)


def texts_of(file: Path) -> Texts:
    found: Texts = {}
    for context in ET.parse(file).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            finished = translation is not None and translation.get("type") is None
            text = (translation.text or "") if translation is not None and finished else ""
            found[context.findtext("name", ""), message.findtext("source", "")] = text
    return found


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


def test_the_german_translation_has_every_text_of_the_program_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "now.ts"
    run_tool("pyside6-lupdate", "-extensions", "py", "app/gui", "-ts", file)
    german, now = texts_of(GERMAN), texts_of(file)
    assert sorted(key for key in now if not german.get(key)) == [], "not translated; see docs/extending.md"
    assert sorted(german.keys() - now.keys()) == [], "not in the program any more: run lupdate with -no-obsolete"


def test_every_text_that_the_code_gives_to_the_translator_is_found_by_lupdate() -> None:
    """It finds none within an f-string, for example, and so they would stay English in silence."""
    known = {text for _, text in texts_of(GERMAN)}
    missed = [
        (path.name, call.lineno)
        for path in (ROOT / "app" / "gui").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "tr"
        if not (isinstance(call.args[0], ast.Constant) and call.args[0].value in known)
    ]
    assert missed == [], "move the text out of the f-string, or run lupdate"


def test_placeholders_access_keys_and_quotation_marks_are_kept_in_german() -> None:
    for key, german in texts_of(GERMAN).items():
        text = key[1]
        for kind in (r"\{[^}]*\}", r"\n", "…", "×"):
            assert sorted(re.findall(kind, text)) == sorted(re.findall(kind, german)), (key, german)
        wanted, given = (len(re.findall(r"&[^& ]", one)) for one in (text, german))
        assert wanted <= given <= 1, (key, german)
        assert german.count("„") == german.count("“") >= text.count("“") and "”" not in german, (key, german)


def test_one_word_is_used_for_one_thing_in_german() -> None:
    """The words to avoid, from the table in docs/translation-de.md."""
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    avoided = [word.strip() for row in rows[2:] for word in row.split(",") if word.strip()]
    assert avoided
    pattern = re.compile(rf"\b({'|'.join(avoided)})", re.IGNORECASE)
    found = {key: german for key, german in texts_of(GERMAN).items() if pattern.search(german.replace("&", ""))}
    assert found == {}


@pytest.mark.parametrize(("language", "title"), [("en", "&File"), ("de", "&Datei")])
def test_the_language_of_the_preferences_is_that_of_the_window(
    language: str, title: str, settings_file: Path, open_window: Callable[..., MainWindow], qapp: QApplication
) -> None:
    settings_file.parent.mkdir()
    settings_file.write_text(f'language = "{language}"\n')
    preferences = read_preferences(settings_file)
    with spoken(qapp, preferences.language):
        assert open_window(preferences).menuBar().actions()[0].text() == title


def test_the_buttons_of_qt_are_german_too(qapp: QApplication, qtbot: QtBot) -> None:
    kind = QDialogButtonBox.StandardButton
    with spoken(qapp, "de"):
        buttons = QDialogButtonBox(kind.Cancel | kind.Close | kind.Open | kind.RestoreDefaults)
        qtbot.addWidget(buttons)
        texts = {button.text().replace("&", "") for button in buttons.buttons()}
    assert texts == {"Abbrechen", "Schließen", "Öffnen", "Voreinstellungen"}


def test_qt_finds_every_text_without_python_which_may_be_waiting_for_the_loader_of_libraries() -> None:
    assert TsTranslator.translate is QTranslator.translate
    translator = TsTranslator(GERMAN)
    texts = texts_of(GERMAN)
    assert {key: translator.translate(*key) for key in texts} == texts


def test_without_a_translation_the_text_is_english() -> None:
    assert not TsTranslator(GERMAN).translate("Actions", "There is no such text")


def test_numbers_have_a_decimal_point_in_every_language_and_may_be_typed_with_a_comma(qtbot: QtBot) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    box = NumberBox()
    qtbot.addWidget(box)
    box.setValue(0.6)
    assert box.text() == "0.60"
    box.selectAll()
    qtbot.keyClicks(box, "1,25")
    assert (box.text(), box.value()) == ("1.25", 1.25)
    QLocale.setDefault(before)
