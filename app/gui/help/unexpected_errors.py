"""What nobody foresaw: logged with all its detail, and told to the user in one box, however often it happens."""

from __future__ import annotations

import logging
import sys
import threading
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app.gui.help.fault_report import anonymous
from app.gui.help.reporting import Reporter
from app.gui.kit.bridge import GuiCalls
from app.logs import log_folder, window_log

LOG = logging.getLogger(__name__)

_TEXT_WIDTH_PX = 420


class UnexpectedErrors(QObject):
    """While installed, an exception that nobody caught is logged and told; the program goes on.

    Thread: made, installed and removed in the GUI's; exceptions may come from any.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gui_calls = GuiCalls()
        self._box: UnforeseenBox | None = None
        self._before: tuple[object, object] | None = None

    @property
    def box(self) -> UnforeseenBox | None:
        """The box that is open."""
        return self._box

    def install(self) -> None:
        if self._before is None:
            self._before = sys.excepthook, threading.excepthook
            sys.excepthook = self._note
            threading.excepthook = self._note_thread

    def uninstall(self) -> None:
        """Puts the earlier hooks back and closes the box."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before  # type: ignore[assignment]
            self._before = None
        if self._box is not None:
            self._box.close()

    def __enter__(self) -> Self:
        self.install()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.uninstall()

    def _note(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        LOG.critical("Something unforeseen happened.", exc_info=(kind, error, trace))
        # Only text leaves: the exception would keep alive whatever its frames hold.
        self._gui_calls.post(partial(self._tell, _sentence(kind, error)))

    def _note_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_type is not SystemExit:
            error = told.exc_value if told.exc_value is not None else told.exc_type()
            self._note(told.exc_type, error, told.exc_traceback)

    def _tell(self, sentence: str) -> None:
        if self._before is None:
            return
        if self._box is not None:
            self._box.count_one_more()
            return
        log = window_log()
        self._box = UnforeseenBox(sentence, log.path if log is not None else None, QApplication.activeWindow())
        self._box.finished.connect(self._forget)
        self._box.show()

    def _forget(self) -> None:
        box, self._box = self._box, None
        if box is not None:
            box.deleteLater()


class UnforeseenBox(QDialog):
    """What happened, where the log lies, and a report to copy. It does not stop the window behind it."""

    def __init__(self, sentence: str, log: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something unforeseen happened"))
        self._more = 0
        icon = QLabel()
        side = self.style().pixelMetric(QStyle.PixelMetric.PM_MessageBoxIconSize)
        icon.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(side, side))
        icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sentence = _line(sentence)
        self._sentence.setAccessibleName(sentence)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._sentence)
        column.addWidget(_line(self.tr("The program goes on. If something seems wrong now, start it anew.")))
        if log is not None:
            where = _line(self.tr("Details are in the log: {}").format(anonymous(str(log))))
            where.setObjectName("quiet")
            column.addWidget(where)
        self._count = _line("")
        self._count.setObjectName("quiet")
        self._count.hide()
        column.addWidget(self._count)
        column.addStretch()
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(icon)
        top.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(self._make_buttons(log))
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    @property
    def text(self) -> str:
        return self._sentence.text()

    @property
    def more(self) -> int:
        """How many others happened while the box was open."""
        return self._more

    def count_one_more(self) -> None:
        self._more += 1
        self._count.setText(self.tr("Meanwhile in the log, besides this: {}").format(self._more))
        self._count.show()

    def _make_buttons(self, log: Path | None) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy_button = QPushButton(self.tr("&Copy report"))
        self.copy_button.setToolTip(self.tr("Versions and the last lines of the log, without your name"))
        reporter = Reporter(self)
        self.copy_button.clicked.connect(lambda: reporter.copy(None))
        reporter.copied.connect(lambda: self.copy_button.setText(self.tr("Copied")))
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        if log is not None:
            folder = QPushButton(self.tr("Open log &folder"))
            folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder()))))
            buttons.addButton(folder, QDialogButtonBox.ButtonRole.ActionRole)
        return buttons


def _sentence(kind: type[BaseException], error: BaseException) -> str:
    said = (str(error).strip().splitlines() or [""])[0]
    return f"{kind.__name__}: {said}" if said else kind.__name__


def _line(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFixedWidth(_TEXT_WIDTH_PX)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
