"""The menus that switch snapshot, detector and device while everything runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from app.models.catalogue import SnapshotEntry
from app.models.opening import AUTO
from detectors import DETECTORS
from hopenet.engines import DEVICES, device_refusal


class _ChoiceMenu(QMenu):
    """A menu of radio entries, rebuilt from a table when that is another one, and never while it is open.

    Entries that cannot be chosen are grey and say why.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self._group = QActionGroup(self)
        self._shown: object = None
        self._waiting: Callable[[], None] | None = None
        self.aboutToHide.connect(self._settle, Qt.ConnectionType.QueuedConnection)

    def _show_anew(self, table: object, fill: Callable[[], None]) -> None:
        """Fills the menu with what stands for `table`."""
        if table == self._shown:
            self._waiting = None
            return

        def begin() -> None:
            self._shown = table
            self._begin()
            fill()

        if self.isVisible():
            self._waiting = begin
        else:
            begin()

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _begin(self) -> None:
        self.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
            action.deleteLater()

    def _head(self, title: str) -> None:
        """A title of entries; Qt's own sections lose their text where a style sheet draws separators."""
        if not self.isEmpty():
            self.addSeparator()
        label = QLabel(title)
        label.setObjectName("menuHead")
        head = QWidgetAction(self)
        head.setDefaultWidget(label)
        head.setEnabled(False)
        self.addAction(head)

    def _entry(
        self, text: str, key: object, chosen: Callable[[], None], *, checked: bool, refusal: str = "", tip: str = ""
    ) -> QAction:
        action = self.addAction(text)
        action.setData(key)
        action.setCheckable(True)
        action.setChecked(checked)
        action.setEnabled(not refusal)
        action.setToolTip(refusal or tip)
        action.triggered.connect(lambda _checked: chosen())
        self._group.addAction(action)
        return action


class SnapshotMenu(_ChoiceMenu):
    """Every snapshot with its architecture, size, error and licence: on this machine, to be downloaded, the user's."""

    chosen = Signal(str)
    add_wanted = Signal()
    forget_wanted = Signal(str)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setTitle(self.tr("&Snapshot"))

    def show_entries(self, entries: tuple[SnapshotEntry, ...], current: str, *, downloading: bool) -> None:
        """`current` is the key that is wanted; while one is downloaded, that can be cancelled."""
        self._show_anew((entries, current, downloading), lambda: self._fill(entries, current, downloading=downloading))

    def _fill(self, entries: tuple[SnapshotEntry, ...], current: str, *, downloading: bool) -> None:
        here = [entry for entry in entries if entry.place in ("bundled", "folder", "cache")]
        away = [entry for entry in entries if entry.place is None]
        own = [entry for entry in entries if entry.place == "file"]
        for title, group in (
            (self.tr("On this machine"), here),
            (self.tr("Published: downloaded when chosen"), away),
            (self.tr("Your files"), own),
        ):
            if group:
                self._head(title)
            for entry in group:
                self._entry(
                    self._told(entry),
                    entry.key,
                    partial(self.chosen.emit, entry.key),
                    checked=entry.key == current,
                    refusal=entry.refusal,
                    tip=self._tip(entry),
                )
        self.addSeparator()
        if downloading:
            self.addAction(self.tr("Cancel the download")).triggered.connect(self.cancel_wanted)
        self.addAction(self.tr("&Add file…")).triggered.connect(self.add_wanted)
        if own:
            forget = self.addMenu(self.tr("&Remove from list"))
            for entry in own:
                forget.addAction(entry.title).triggered.connect(
                    lambda _checked=False, key=entry.key: self.forget_wanted.emit(key)
                )

    def _told(self, entry: SnapshotEntry) -> str:
        models = [entry.title.replace("&", "&&")]
        if entry.error_deg is not None:
            models.append(f"{entry.error_deg:.1f}°")
        if entry.size_bytes:
            models.append(self.tr("{} MB").format(max(1, round(entry.size_bytes / 1e6))))
        return "   ".join(models[:1]) + ("\t" + "  ·  ".join(models[1:]) if models[1:] else "")

    def _tip(self, entry: SnapshotEntry) -> str:
        lines = [entry.title]
        if entry.architecture:
            lines.append(self.tr("Architecture: {}").format(entry.architecture))
        if entry.error_deg is not None:
            lines.append(self.tr("Mean error: {:.2f}° ({})").format(entry.error_deg, entry.error_of))
        if entry.licence:
            lines.append(self.tr("Licence: {}").format(entry.licence))
        if entry.place == "file":
            lines.append(entry.key)
        return "\n".join(lines)


class DetectorMenu(_ChoiceMenu):
    """The detectors, and the way to their limits."""

    chosen = Signal(str)
    boxes_wanted = Signal()
    limits_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setTitle(self.tr("&Detector"))
        self.show_choice(AUTO)

    def show_choice(self, current: str, *, video: bool = False) -> None:
        """A box file belongs to a video, so it can be chosen only while one is open."""
        self._show_anew((current, video), lambda: self._fill(current, video=video))

    def _fill(self, current: str, *, video: bool) -> None:
        first = self.tr("Automatic: MediaPipe where it can be had, else dlib")
        self._entry(first, AUTO, partial(self.chosen.emit, AUTO), checked=current == AUTO)
        for kind in DETECTORS:
            if kind.needs_boxes:
                refusal = "" if video else self.tr("A box file belongs to a video: open the video first.")
                title = kind.title + "…"
                self._entry(title, kind.name, self.boxes_wanted.emit, checked=current == kind.name, refusal=refusal)
            else:
                tip = self.tr("Licence: {}").format(kind.licence)
                self._entry(
                    kind.title, kind.name, partial(self.chosen.emit, kind.name), checked=current == kind.name, tip=tip
                )
        self.addSeparator()
        self.addAction(self.tr("&Limits…")).triggered.connect(self.limits_wanted)


class DeviceMenu(_ChoiceMenu):
    """Where the network runs."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setTitle(self.tr("De&vice"))
        self.show_choice(AUTO)

    def show_choice(self, current: str) -> None:
        self._show_anew(current, lambda: self._fill(current))

    def _fill(self, current: str) -> None:
        titles = {
            AUTO: self.tr("Automatic: the GPU where there is one"),
            "cpu": self.tr("CPU (ONNX Runtime)"),
            "cuda": self.tr("NVIDIA GPU (CUDA)"),
            "mps": self.tr("Apple GPU"),
        }
        for name in DEVICES:
            refusal = "" if name == AUTO else device_refusal(name)  # type: ignore[arg-type]
            self._entry(
                titles[name],
                name,
                partial(self.chosen.emit, name),
                checked=name == current,
                refusal=refusal,
            )
