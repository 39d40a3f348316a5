"""The question whether a long analysis of a whole video is given up when the program is closed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui.state.studio import Studio

WORTH_A_QUESTION_S = 60.0
"""What took less is sooner done again than the question is answered every day."""


def confirm_unsaved(parent: QWidget, studio: Studio) -> bool:
    """Whether the program may be closed. Asks the user if an analysis that took long is not saved."""
    videos = studio.whole_video.unsaved(WORTH_A_QUESTION_S)
    if not videos:
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    said = QCoreApplication.translate("UnsavedQuestion", "The analysis of the whole video is not saved: {}")
    box.setText(said.format(", ".join(path.name for path in videos)))
    box.setInformativeText(
        QCoreApplication.translate(
            "UnsavedQuestion", "Closing loses it. To keep it, open the video and choose File > Save pose table."
        )
    )
    role = QMessageBox.ButtonRole
    close = box.addButton(QCoreApplication.translate("UnsavedQuestion", "&Close without saving"), role.DestructiveRole)
    stay = box.addButton(QCoreApplication.translate("UnsavedQuestion", "&Keep open"), role.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is close
