"""The question whether to close the program while exports are unfinished."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui.state.studio import Studio


def confirm_close(parent: QWidget, studio: Studio) -> bool:
    """Whether the program may be closed. Asks the user if exports are unfinished, because closing cancels them.

    The question goes away by itself when the last export is finished.
    """
    left = _unfinished(studio)
    if not left:
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    if left == 1:
        box.setText(QCoreApplication.translate("CloseQuestion", "An export is not finished."))
        box.setInformativeText(QCoreApplication.translate("CloseQuestion", "Closing cancels it."))
    else:
        box.setText(QCoreApplication.translate("CloseQuestion", "{} exports are not finished.").format(left))
        effect = QCoreApplication.translate("CloseQuestion", "Closing cancels them. Finished files are kept.")
        box.setInformativeText(effect)
    close = box.addButton(
        QCoreApplication.translate("CloseQuestion", "Cancel exports and close"), QMessageBox.ButtonRole.DestructiveRole
    )
    box.setDefaultButton(
        box.addButton(QCoreApplication.translate("CloseQuestion", "Keep open"), QMessageBox.ButtonRole.RejectRole)
    )
    finished = studio.queue_changed.connect(lambda _rows: None if _unfinished(studio) else box.accept())
    box.exec()
    studio.queue_changed.disconnect(finished)
    return box.clickedButton() is close or not _unfinished(studio)


def _unfinished(studio: Studio) -> int:
    return sum(not row.is_over for row in studio.queue.rows)
