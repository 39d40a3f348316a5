"""Asks, once for all files together, before any of them is replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def replace_or_not(
    window: QWidget,
    paths: Sequence[Path],
    replaced: Callable[[], object],
    other: Callable[[], object] = lambda: None,
    *,
    stays: str = "",
) -> None:
    """Does `replaced` at once where none of the files exists, else when the user agrees, and `other` when not.

    `stays` is a sentence more, on what becomes of the files.
    """
    standing = [path for path in paths if path.exists()]
    if not standing:
        replaced()
        return
    asked = QMessageBox(window)
    asked.setIcon(QMessageBox.Icon.Question)
    if len(standing) == 1:
        asked.setText(_tr("{} exists already.").format(standing[0].name))
    elif len(standing) <= _NAMED:
        asked.setText(_tr("{} exist already.").format(", ".join(path.name for path in standing)))
    else:
        asked.setText(_tr("{} of the files exist already.").format(len(standing)))
        asked.setDetailedText("\n".join(map(str, standing)))
    asked.setInformativeText(stays)
    replacing = asked.addButton(_tr("&Replace"), QMessageBox.ButtonRole.DestructiveRole)
    another = asked.addButton(_tr("Choose another &name"), QMessageBox.ButtonRole.RejectRole)
    asked.setDefaultButton(another)
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    replacing.clicked.connect(lambda _checked=False: replaced())
    another.clicked.connect(lambda _checked=False: other())
    asked.open()


_NAMED = 3
"""More names than these make a wall of text."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Replacing", text)
