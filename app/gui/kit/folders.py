"""Shows a file in the system's file manager."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget


def show_in_folder(path: Path, parent: QWidget) -> None:
    """Opens the folder of a file, or a folder itself. If that is not possible, says why in a message over `parent`."""
    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        problem = _text("The folder {} is not there any more. It may have been moved, renamed or deleted.")
    elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        problem = _text("No file manager could be opened. The files are in {}.")
    else:
        return
    message = QMessageBox(QMessageBox.Icon.Warning, _text("Show in folder"), problem.format(folder), parent=parent)
    message.open()


def _text(text: str) -> str:
    return QCoreApplication.translate("Folders", text)
