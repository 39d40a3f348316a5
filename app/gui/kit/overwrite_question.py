"""Asks before existing files are overwritten, once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.outputs.collisions import is_there

_NAMED = 3
"""The maximum number of files that are named in the question; more would be hard to read."""


def confirm_overwrite(
    window: QWidget,
    paths: Sequence[Path],
    overwrite: Callable[[], object],
    choose_another: Callable[[], object] = lambda: None,
    *,
    note: str = "",
    skip: Callable[[], object] | None = None,
) -> None:
    """Calls `overwrite` if none of the files exists or the user agrees, and `choose_another` if not.

    `note` is shown below the question. With `skip`, the user can also leave out what would replace a file.
    """
    existing = [path for path in paths if is_there(path)]
    if not existing:
        overwrite()
        return
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    if len(existing) == 1:
        box.setText(QCoreApplication.translate("ConfirmOverwrite", "{} already exists.").format(existing[0].name))
    elif len(existing) <= _NAMED:
        box.setText(
            QCoreApplication.translate("ConfirmOverwrite", "{} already exist.").format(
                ", ".join(path.name for path in existing)
            )
        )
    else:
        box.setText(
            QCoreApplication.translate("ConfirmOverwrite", "{} of the files already exist.").format(len(existing))
        )
        box.setDetailedText("\n".join(map(str, existing)))
    box.setInformativeText(note)
    replace = box.addButton(
        QCoreApplication.translate("ConfirmOverwrite", "&Replace"), QMessageBox.ButtonRole.DestructiveRole
    )
    if skip is not None:
        left_out = box.addButton(
            QCoreApplication.translate("ConfirmOverwrite", "&Skip those videos"), QMessageBox.ButtonRole.AcceptRole
        )
        left_out.clicked.connect(lambda _checked=False: skip())
    another = box.addButton(
        QCoreApplication.translate("ConfirmOverwrite", "Choose another &name"), QMessageBox.ButtonRole.RejectRole
    )
    box.setDefaultButton(another)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    replace.clicked.connect(lambda _checked=False: overwrite())
    another.clicked.connect(lambda _checked=False: choose_another())
    box.open()
