"""Takes what is dropped on the main window, and says meanwhile what will be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.errors import StudioError
from app.gui.export.controller import ExportController
from app.gui.state.studio import Studio
from app.gui.window import dropped
from app.gui.window.dialogs import Dialogs
from app.gui.window.dropped import Dropped, Meaning, Use, looked_at, meaning_of, of_kind
from app.gui.window.own_session import OwnSession
from app.video.live_addresses import is_stream_address

_MARGIN_PX = 24


class Drops(QObject):
    """Accepts files, folders and addresses anywhere on the window.

    `window` and the widgets on it must not accept drops of their own. Thread: the GUI's. Files are looked at in a
    worker.
    """

    def __init__(
        self,
        window: QWidget,
        studio: Studio,
        *,
        exports: ExportController,
        dialogs: Dialogs,
        sessions: OwnSession,
        dragged_over: Callable[[bool], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._studio = studio
        self._dialogs = dialogs
        self._sessions = sessions
        self._dragged_over = dragged_over
        self._hint = QLabel(window)
        self._hint.setObjectName("dropHint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.hide()
        self._uses: Mapping[Use, Callable[[Sequence[Dropped]], object]] = {
            "open": lambda files: exports.open([one.path for one in files]),
            "open with boxes": self._open_with_boxes,
            "boxes": lambda files: studio.models.choose_detector("boxes", of_kind(files, "boxes")[0]),
            "session": self._open_sessions,
            "snapshots": self._add_snapshots,
        }
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def take(self, paths: Sequence[Path]) -> None:
        """Does with these files and folders what their kinds mean together, or says why not."""

        def use(files: list[Dropped]) -> None:
            meaning = self._meaning(files)
            if meaning.use == "nothing":
                self._studio.failed.emit(StudioError(_translated(meaning.text)))
            else:
                self._uses[meaning.use](files)

        if paths:
            self._studio.workers.run(lambda: [looked_at(path) for path in paths], use)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802 - Qt's name
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            text = self._hint_of(event.mimeData())
            if text:
                event.acceptProposedAction()
                self._show_hint(text)
            return True
        if kind == QEvent.Type.DragLeave:
            self._hide_hint()
            return True
        if kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._hide_hint()
            event.acceptProposedAction()
            self._take_dropped(event.mimeData())
            return True
        return False

    def _take_dropped(self, data: QMimeData) -> None:
        address, paths = _address(data), _paths(data)
        if paths:
            self.take(paths)
        elif address:
            self._studio.live_view.open(address)

    def _hint_of(self, data: QMimeData) -> str:
        """What a drop will do, or why it cannot; empty for what is neither a file nor an address."""
        paths = _paths(data)
        if paths:
            return _translated(self._meaning([Dropped(path, dropped.kind_by_name(path)) for path in paths]).text)
        return _translated(dropped.ADDRESS) if _address(data) else ""

    def _meaning(self, files: Sequence[Dropped]) -> Meaning:
        return meaning_of(files, video=self._studio.live_view.state.facts is not None)

    def _open_with_boxes(self, files: Sequence[Dropped]) -> None:
        self._studio.live_view.open(str(of_kind(files, "source")[0]))
        self._studio.models.choose_detector("boxes", of_kind(files, "boxes")[0])

    def _add_snapshots(self, files: Sequence[Dropped]) -> None:
        for path in of_kind(files, "snapshot"):
            self._studio.models.add_snapshot(path)

    def _open_sessions(self, files: Sequence[Dropped]) -> None:
        """Each table with the video that was dropped with it, or else with the one that belongs to it. Two of one video
        are compared."""
        videos, tables, records = (of_kind(files, kind) for kind in ("source", "table", "record"))
        two = len(tables) == 2
        if two and videos:
            self._dialogs.open_session(videos[0], *tables)
        elif two:
            self._sessions.open_two(tables)
        for table in () if two else tables:
            if videos:
                self._dialogs.open_session(videos[0], table)
            else:
                self._sessions.open(table)
        with_table = {table.with_suffix(".json") for table in tables}
        for record in records:
            if record not in with_table and not (videos and tables):
                self._sessions.open(record)

    def _show_hint(self, text: str) -> None:
        self._dragged_over(True)
        self._hint.setText(text)
        width = max(200, min(self._window.width() - 2 * _MARGIN_PX, 560))
        height = self._hint.heightForWidth(width)
        self._hint.setGeometry(
            (self._window.width() - width) // 2, (self._window.height() - height) // 2, width, height
        )
        self._hint.show()
        self._hint.raise_()

    def _hide_hint(self) -> None:
        self._dragged_over(False)
        self._hint.hide()


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _address(data: QMimeData) -> str:
    """The address of a stream that was dropped as a link or as text; empty if there is none."""
    links = [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in data.urls() if not url.isLocalFile()]
    texts = [*links, *(data.text().split() if data.hasText() else [])]
    return next((text for text in texts if is_stream_address(text)), "")


def _translated(text: object) -> str:
    return QCoreApplication.translate(dropped.CONTEXT, str(text))
