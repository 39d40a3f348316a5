"""Reads a translation from Qt's source format, so that it needs not be compiled first."""

from __future__ import annotations

import logging
from pathlib import Path
from xml.etree import ElementTree as ET

from PySide6.QtCore import QTranslator

LOG = logging.getLogger(__name__)


class TsTranslator(QTranslator):
    """The finished translations of a `.ts` file. Texts without one appear in English.

    Thread: any, once it is made.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be read, and ValueError if it is not a `.ts` file."""
        super().__init__()
        try:
            document = ET.parse(path)  # noqa: S314 — it comes with the program
        except ET.ParseError as error:
            raise ValueError(f"{path} is not a translation: {error}.") from error
        self._texts: dict[tuple[str, str], str] = {}
        for context in document.iter("context"):
            name = context.findtext("name", "")
            for message in context.iter("message"):
                translation = message.find("translation")
                if translation is not None and translation.get("type") is None and translation.text:
                    self._texts[name, message.findtext("source", "")] = translation.text

    def isEmpty(self) -> bool:  # noqa: N802 — Qt's name
        return not self._texts

    def translate(
        self,
        context: bytes | str,
        source: bytes | str,
        disambiguation: bytes | str | None = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002
    ) -> str:
        """The translation; None, which Qt takes as “not found”, if there is none."""
        key = _text(context), _text(source)
        return self._texts.get(key)  # type: ignore[return-value]  # Qt's stubs know no null string.


def _text(given: bytes | str) -> str:
    return given.decode("utf-8") if isinstance(given, bytes | bytearray | memoryview) else given
