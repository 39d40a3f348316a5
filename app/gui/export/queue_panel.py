"""The panel of the export queue: its rows, and what can be done with them by buttons, keys and a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from app.export.queue_rows import QueueRow
from app.gui.export.done_notice import sum_of
from app.gui.export.preset_store import PresetStore
from app.gui.export.queue_model import QueueModel
from app.gui.export.queue_table import QueueTable
from app.gui.kit import theme
from app.gui.kit.folders import show_in_folder

_RUNNING = ("running", "paused")
_CHANGEABLE = ("waiting", "cancelled", "failed")
_ENDED = ("cancelled", "failed")
_SEPARATED = ("up", "cancel", "copy")
"""The actions that stand below a line in the menu of a row."""


class QueuePanel(QWidget):
    """Shows the queue's rows, and reports what the user wants by signals.

    The signals with lists carry the numbers of the selected rows.
    """

    videos_wanted = Signal()
    folder_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    cancel_wanted = Signal(list)
    remove_wanted = Signal(list)
    retry_wanted = Signal(list)
    move_wanted = Signal(list, int)
    """By how many places: −1 is up, 1 is down."""
    placed = Signal(list, object)
    """Before which row, by its number; None is the end."""
    edit_wanted = Signal(int)
    preset_chosen = Signal(list, str)
    """The name of the preset that these rows get."""
    session_wanted = Signal(int)
    clear_wanted = Signal()
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export queue"))
        self.setAcceptDrops(True)
        self.model = QueueModel(self)
        self.model.placed.connect(self.placed)
        self.table = QueueTable(self.model, self.tr("Drop videos or folders here to export them."))
        self.table.setAccessibleName(self.tr("Export queue"))
        self.result = QLabel()
        self.result.setWordWrap(True)
        self.result.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.result.hide()
        self._paused = False
        self._presets = QMenu(self.tr("Use pre&set"), self)
        self._actions = self._made_actions()
        self._menu = self._made_menu()
        self.add_videos = self._button(self.videos_wanted.emit, self.tr("Add &videos…"))
        self.add_folder = self._button(self.folder_wanted.emit, self.tr("Add fol&der…"))
        self.up = self._action_button("up", self.tr("&Up"))
        self.down = self._action_button("down", self.tr("Do&wn"))
        self.pause = self._button(self._toggle_pause)
        self.cancel = self._action_button("cancel", self.tr("&Cancel"))
        self.retry = self._action_button("retry", self.tr("&Try again"))
        self.remove = self._action_button("remove", self.tr("Re&move"))
        self.reveal = self._action_button("reveal", self.tr("Show in &folder"))
        self.clear = self._button(self.clear_wanted.emit, self.tr("C&lear finished"))
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._update_enabled)
        self.table.doubleClicked.connect(lambda _index: self._activate())
        self.table.returned.connect(self._activate)
        self.table.customContextMenuRequested.connect(self._show_menu)
        theme.watch().changed.connect(self._draw_icons)
        self._draw_icons()
        self._update_enabled()

    def show_rows(self, rows: Sequence[QueueRow]) -> None:
        """Shows the queue in its present state. Exports that were selected stay selected."""
        chosen = self._numbers()
        self.model.show_rows(rows)
        if self._numbers() != chosen:
            self._choose(chosen)
        running = next((row.state for row in rows if row.is_running), None)
        if running is not None:
            self._paused = running == "paused"
        self._update_enabled()

    def show_presets(self, presets: PresetStore) -> None:
        """Offers these presets for rows, and those that are saved later."""

        def fill() -> None:
            self._presets.clear()
            for name in sorted(presets.presets, key=str.casefold):
                action = self._presets.addAction(name.replace("&", "&&"))
                action.triggered.connect(
                    lambda _checked=False, name=name: self.preset_chosen.emit(self._numbers(*_CHANGEABLE), name)
                )
            self._update_enabled()

        presets.changed.connect(fill)
        fill()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.files_dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def _made_actions(self) -> dict[str, QAction]:
        """What can be done with the selected rows, by name; the keys work in the table."""
        numbers, keys = self._numbers, QKeySequence.StandardKey
        rows: tuple[tuple[str, str, Callable[[], object], QKeySequence | QKeySequence.StandardKey | str], ...] = (
            ("session", self.tr("&Open session"), self._activate, "Return"),
            ("edit", self.tr("&Edit settings…"), self._edit, "F2"),
            ("up", self.tr("Move &up"), lambda: self.move_wanted.emit(numbers(), -1), "Alt+Up"),
            ("down", self.tr("Move &down"), lambda: self.move_wanted.emit(numbers(), 1), "Alt+Down"),
            ("cancel", self.tr("&Cancel"), lambda: self.cancel_wanted.emit(numbers("waiting", *_RUNNING)), ""),
            ("retry", self.tr("&Try again"), lambda: self.retry_wanted.emit(numbers(*_ENDED)), "F5"),
            ("remove", self.tr("&Remove"), self._remove, keys.Delete),
            ("reveal", self.tr("Show in &folder"), self._reveal, ""),
            ("copy", self.tr("Co&py result"), self._copy_result, keys.Copy),
        )
        actions = {}
        for name, text, call, key in rows:
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _checked=False, call=call: call())
            self.table.addAction(action)
            actions[name] = action
        return actions

    def _made_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, action in self._actions.items():
            if name in _SEPARATED:
                menu.addSeparator()
            menu.addAction(action)
            if name == "edit":
                menu.addMenu(self._presets)
        return menu

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        for button in (self.add_videos, self.add_folder):
            above.addWidget(button)
        above.addStretch()
        for button in (self.up, self.down):
            above.addWidget(button)
        for button in (self.pause, self.cancel, self.retry, self.remove, self.reveal):
            below.addWidget(button)
        below.addStretch()
        below.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.addLayout(above)
        column.addWidget(self.table)
        column.addWidget(self.result)
        column.addLayout(below)
        self.resize(1000, 380)

    def _action_button(self, name: str, text: str) -> QPushButton:
        """A button that does what the action does; a tip names the key."""
        action = self._actions[name]
        button = self._button(action.trigger, text)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if keys:
            button.setToolTip(f"{action.text().replace('&', '')} ({keys})")
        action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
        return button

    def _button(self, call: Callable[[], object], text: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)  # In a dialog, Enter would press it.
        button.clicked.connect(lambda _checked=False: call())
        return button

    def _chosen(self) -> list[QueueRow]:
        places = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.rows[place] for place in places]

    def _numbers(self, *states: str) -> list[int]:
        """The numbers of the selected rows in these states; without states, of all selected rows."""
        return [row.number for row in self._chosen() if not states or row.state in states]

    def _choose(self, numbers: Sequence[int]) -> None:
        """Selects these rows, and leaves the keyboard on the first of them."""
        selection = self.table.selectionModel()
        flag, first = selection.SelectionFlag, True
        for place, row in enumerate(self.model.rows):
            if row.number in numbers:
                index = self.model.index(place, 0)
                if first:
                    selection.setCurrentIndex(index, flag.NoUpdate)
                    first = False
                selection.select(index, flag.Select | flag.Rows)

    def _toggle_pause(self) -> None:
        self._paused = not self._paused
        (self.pause_wanted if self._paused else self.resume_wanted).emit()
        self._update_enabled()

    def _activate(self) -> None:
        """Opens the session of a finished export, and the settings of one that can still be changed."""
        chosen = self._chosen()
        if len(chosen) == 1 and chosen[0].state == "done":
            self.session_wanted.emit(chosen[0].number)
        else:
            self._edit()

    def _edit(self) -> None:
        numbers = self._numbers(*_CHANGEABLE)
        if len(numbers) == 1:
            self.edit_wanted.emit(numbers[0])

    def _remove(self) -> None:
        self.remove_wanted.emit([row.number for row in self._chosen() if not row.is_running])

    def _reveal(self) -> None:
        for row in self._chosen()[:1]:
            show_in_folder(row.task.written[0], self)

    def _copy_result(self) -> None:
        lines = [f"{row.task.source}: {self.model.result_of(row)}" for row in self._chosen() if row.is_over]
        QApplication.clipboard().setText("\n".join(lines))

    def _show_menu(self, place: QPoint) -> None:
        if self._chosen():
            self._menu.popup(self.table.viewport().mapToGlobal(place))

    def _update_enabled(self) -> None:
        """Enables what has something to act on."""
        chosen, rows = self._chosen(), self.model.rows
        changeable = [row for row in chosen if row.state in _CHANGEABLE]
        able = {
            "session": len(chosen) == 1 and chosen[0].state == "done",
            "edit": len(chosen) == 1 and bool(changeable),
            "up": bool(chosen) and chosen != list(rows[: len(chosen)]),
            "down": bool(chosen) and chosen != list(rows[len(rows) - len(chosen) :]),
            "cancel": any(not row.is_over for row in chosen),
            "retry": any(row.state in _ENDED for row in chosen),
            "remove": any(not row.is_running for row in chosen),
            "reveal": bool(chosen),
            "copy": any(row.is_over for row in chosen),
        }
        for name, enabled in able.items():
            self._actions[name].setEnabled(enabled)
        self._presets.setEnabled(bool(changeable) and not self._presets.isEmpty())
        self.pause.setText(self.tr("&Resume") if self._paused else self.tr("&Pause"))
        self.pause.setEnabled(self._paused or any(not row.is_over for row in rows))
        self.clear.setEnabled(any(row.is_over for row in rows))
        self._show_result(chosen)
        self._draw_pause()

    def _show_result(self, chosen: Sequence[QueueRow]) -> None:
        """Shows the whole result of the selected export, or of the last one that failed; the column is too narrow.

        Without a selection, how many are done and failed stands before it once none is left.
        """
        rows = self.model.rows
        shown = chosen or [row for row in rows if row.state == "failed"][-1:]
        text = self.model.result_of(shown[0]) if len(shown) == 1 else ""
        if not chosen and len(rows) > 1 and all(row.is_over for row in rows):
            states = [row.state for row in rows]
            text = f"{sum_of(states.count('done'), states.count('failed'))} {text}".strip()
        self.result.setText(text)
        self.result.setVisible(bool(text))

    def _draw_icons(self) -> None:
        for button, name in (
            (self.add_videos, "plus"),
            (self.add_folder, "folder"),
            (self.cancel, "stop"),
            (self.retry, "reconnect"),
            (self.remove, "minus"),
            (self.reveal, "reveal"),
        ):
            button.setIcon(theme.icon(name))
        self._draw_pause()
        self.table.viewport().update()

    def _draw_pause(self) -> None:
        self.pause.setIcon(theme.icon("play" if self._paused else "pause"))
