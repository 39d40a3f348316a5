"""The program's languages, as its start sets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication

from app.gui import application
from app.preferences import Language

LANGUAGES: tuple[Language, ...] = ("en", "de")


@contextmanager
def spoken(running: QApplication, language: Language) -> Iterator[None]:
    """Within the block, windows that are made have their texts in this language."""
    installed = application._install_translators(running, language)
    try:
        yield
    finally:
        for translator in installed:
            running.removeTranslator(translator)
