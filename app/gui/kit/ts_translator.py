"""Reads a translation from Qt's source format, so that it needs not be compiled first."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from PySide6.QtCore import QTranslator

_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
"""Sections of a compiled translation."""
_END, _TRANSLATION, _SOURCE, _CONTEXT = 1, 3, 6, 7
"""Parts of a message in it."""


class _Text(NamedTuple):
    context: str
    source: str
    translation: str


class TsTranslator(QTranslator):
    """The finished translations of a `.ts` file. Texts without one appear in English.

    They are handed to Qt in its compiled format rather than by overriding `translate`: Qt translates texts while the
    system's loader opens a library, too. Python code that waits for Python's lock there, while the thread that has it
    waits for the loader, waits forever.
    Thread: any, once it is made.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be read, and ValueError if it is not a `.ts` file."""
        super().__init__()
        try:
            document = ET.parse(path)  # noqa: S314 — it comes with the program
        except ET.ParseError as error:
            raise ValueError(f"{path} is not a translation: {error}.") from error
        texts: list[_Text] = []
        for context in document.iter("context"):
            name = context.findtext("name", "")
            for message in context.iter("message"):
                translation = message.find("translation")
                if translation is not None and translation.get("type") is None and translation.text:
                    texts.append(_Text(name, message.findtext("source", ""), translation.text))
        self._compiled = _compiled(texts)  # Qt reads it in place.
        self.load(self._compiled)


def _compiled(texts: list[_Text]) -> bytes:
    """The texts as in a `.qm` file: messages, and where to find them by a hash of the source text."""
    hashes: list[tuple[int, int]] = []
    messages = bytearray()
    for text in texts:
        source = text.source.encode()
        hashes.append((_hash(source), len(messages)))
        parts = (
            (_TRANSLATION, text.translation.encode("utf-16-be")),
            (_SOURCE, source),
            (_CONTEXT, text.context.encode()),
        )
        for tag, part in parts:
            messages += struct.pack(">BI", tag, len(part)) + part
        messages.append(_END)
    places = b"".join(struct.pack(">II", *place) for place in sorted(hashes))
    sections = ((_HASHES, places), (_MESSAGES, bytes(messages)))
    return _MAGIC + b"".join(struct.pack(">BI", tag, len(section)) + section for tag, section in sections)


def _hash(source: bytes) -> int:
    """The hash of the ELF format, by which Qt looks a text up."""
    value = 0
    for byte in source:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value or 1
