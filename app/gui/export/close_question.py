"""The question what becomes of unfinished exports when the program is closed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui.state.studio import Studio


def confirm_close(parent: QWidget, studio: Studio) -> bool:
    """Whether the program may be closed. Asks the user if exports are unfinished: they are cancelled, or stay for the
    next start. By the user's preferences, they stay without a question.

    The question goes away by itself when the last export is finished.
    """
    left = _unfinished(studio)
    if not left:
        return True
    queue = studio.queue
    if queue.outlives_closing and not studio.preferences.current.ask_before_closing:
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    if left == 1:
        box.setText(QCoreApplication.translate("CloseQuestion", "An export is not finished."))
    else:
        box.setText(QCoreApplication.translate("CloseQuestion", "{} exports are not finished.").format(left))
    box.setInformativeText(
        QCoreApplication.translate(
            "CloseQuestion",
            "Unfinished ones can continue when the program is started again. Finished files are kept.",
        )
        if queue.outlives_closing
        else QCoreApplication.translate(
            "CloseQuestion", "Closing cancels them, because the queue cannot be saved. Finished files are kept."
        )
    )
    role = QMessageBox.ButtonRole
    later = (
        box.addButton(QCoreApplication.translate("CloseQuestion", "&Pause and continue next time"), role.AcceptRole)
        if queue.outlives_closing
        else None
    )
    cancel = box.addButton(
        QCoreApplication.translate("CloseQuestion", "&Cancel exports and close"), role.DestructiveRole
    )
    stay = box.addButton(QCoreApplication.translate("CloseQuestion", "&Keep open"), role.RejectRole)
    box.setDefaultButton(later or stay)
    box.setEscapeButton(stay)
    finished = studio.queue_changed.connect(lambda _rows: None if _unfinished(studio) else box.accept())
    box.exec()
    studio.queue_changed.disconnect(finished)
    if box.clickedButton() is cancel:
        queue.cancel_all()
    return box.clickedButton() in (later, cancel) or not _unfinished(studio)


def _unfinished(studio: Studio) -> int:
    return sum(not row.is_over for row in studio.queue.rows)
