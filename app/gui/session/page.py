"""What the pages in the side panel of the session viewer share."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

_LONGEST_NAME = 28


def title(text: str) -> QLabel:
    """The title of a section."""
    label = QLabel(text)
    label.setObjectName("sectionTitle")
    label.setWordWrap(True)
    return label


def shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
