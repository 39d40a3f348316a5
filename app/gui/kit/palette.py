"""The application's palette, whose roles are also the colours of its style sheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QPalette

from app.gui.kit.style_sheet import SHEET

_Role = QPalette.ColorRole
_ROLES: dict[str, tuple[str, tuple[QPalette.ColorRole, ...]]] = {
    "window": ("window", (_Role.Window,)),
    "panel": ("alternate-base", (_Role.AlternateBase,)),
    "base": ("base", (_Role.Base, _Role.Shadow)),
    "text": ("text", (_Role.Text, _Role.WindowText, _Role.ButtonText)),
    "quiet": ("placeholder-text", (_Role.PlaceholderText,)),
    "faint": ("link-visited", (_Role.LinkVisited,)),
    "line": ("mid", (_Role.Mid,)),
    "hover": ("midlight", (_Role.Midlight, _Role.Light)),
    "pressed": ("dark", (_Role.Dark,)),
    "control": ("button", (_Role.Button,)),
    "accent": ("highlight", (_Role.Highlight, _Role.Accent)),
    "on_accent": ("highlighted-text", (_Role.HighlightedText,)),
    "focus": ("link", (_Role.Link,)),
    "danger": ("bright-text", (_Role.BrightText,)),
    "notice": ("tooltip-base", (_Role.ToolTipBase,)),
    "notice_line": ("tooltip-text", (_Role.ToolTipText,)),
}
"""For each colour of a scheme, what a style sheet calls it, and the palette's roles that have it.

Links that were visited are not shown, and tool tips have their colours from the style sheet, so those roles are free.
"""


def palette_of(colours: Mapping[str, str]) -> QPalette:
    """The palette for the colours of a scheme, by their names."""
    palette = QPalette()
    for name, (_, roles) in _ROLES.items():
        for role in roles:
            palette.setColor(role, QColor(colours[name]))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours["faint"]))
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor(colours["line"]))
    return palette


def style_sheet(icons: Path) -> str:
    """The style sheet of all schemes, with the folder of its icons: a change of the palette changes its colours.

    To set another sheet, Qt styles every widget anew and lays out every window, which takes three times as long.
    """
    named = {name: f"palette({in_sheet})" for name, (in_sheet, _) in _ROLES.items()}
    return Template(SHEET).substitute(named, icons=icons.as_posix())
