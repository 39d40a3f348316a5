"""Offers to continue queues that were not finished when the program ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.export.queue_file import KeptQueue, find_kept_queues, has_begun, queues_folder
from app.gui.state.studio import Studio

_NAMED = 5
"""The maximum number of videos that are named in the question."""


class KeptQueues(QObject):
    """`show_queue` is called once the rows are in the queue. Thread: the GUI's; files are read in a worker."""

    def __init__(self, window: QWidget, studio: Studio, show_queue: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._show_queue = show_queue

    def find(self) -> None:
        """Looks for them, and asks once for all. Closing the question leaves them for the next start."""

        def look() -> tuple[tuple[KeptQueue, ...], int]:
            found = find_kept_queues(queues_folder())
            return found, sum(has_begun(row) for kept in found for row in kept.unfinished)

        self._studio.workers.run(look, lambda found: self._ask(*found))

    def _ask(self, found: Sequence[KeptQueue], begun: int) -> None:
        if not found:
            return
        rows = [row for kept in found for row in kept.unfinished]
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        if len(rows) == 1:
            box.setText(self.tr("An export was not finished."))
        else:
            box.setText(self.tr("{} exports were not finished.").format(len(rows)))
        lines = [row.task.source.name for row in rows[:_NAMED]]
        if len(rows) > _NAMED:
            lines.append(self.tr("… and {} more").format(len(rows) - _NAMED))
        if begun:
            lines += ["", self.tr("What was begun continues where it stopped.")]
        box.setInformativeText("\n".join(lines))
        role = QMessageBox.ButtonRole
        go_on = box.addButton(self.tr("&Continue"), role.AcceptRole)
        discard = box.addButton(self.tr("&Discard"), role.DestructiveRole)
        discard.setToolTip(self.tr("Forget these exports. Files that are complete stay."))
        later = box.addButton(self.tr("&Later"), role.RejectRole)
        box.setDefaultButton(go_on)
        box.setEscapeButton(later)

        def act() -> None:
            clicked = box.clickedButton()
            (self._continue if clicked is go_on else self._discard if clicked is discard else self._leave)(found)

        box.finished.connect(act)
        box.open()

    def _continue(self, found: Sequence[KeptQueue]) -> None:
        """Adds the rows to the queue. Their old files are removed only once its own has them."""
        queue = self._studio.queue
        queue.add_rows([row for kept in found for row in kept.rows])
        queue.when_written(partial(_remove_all, found))
        self._show_queue()

    def _discard(self, found: Sequence[KeptQueue]) -> None:
        def discard() -> None:
            for kept in found:
                kept.discard()

        self._studio.workers.run(discard, lambda _: None)

    def _leave(self, found: Sequence[KeptQueue]) -> None:
        for kept in found:
            kept.leave()


def _remove_all(found: Sequence[KeptQueue]) -> None:
    for kept in found:
        kept.remove()
