"""The menus for choosing snapshot, detector and device. What is chosen is loaded while the video keeps playing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from app.gui.kit.titles import translated_title
from app.models.catalogue import KnownError, SnapshotEntry
from app.settings import AUTO
from detectors import DETECTORS
from hopenet.engines import DEVICES, device_refusal


class _ChoiceMenu(QMenu):
    """A menu of radio entries that is rebuilt when its content changes, but not while it is open.

    Entries that cannot be chosen are disabled, and their tool tips say why.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self._group = QActionGroup(self)
        self._content: object = None
        self._pending: Callable[[], None] | None = None
        self.aboutToHide.connect(self._rebuild_pending, Qt.ConnectionType.QueuedConnection)

    def _show_content(self, content: object, fill: Callable[[], None]) -> None:
        """Rebuilds the menu by `fill` if `content`, which says what `fill` adds, has changed."""
        if content == self._content:
            self._pending = None
            return

        def rebuild() -> None:
            self._content = content
            self._remove_all()
            fill()

        if self.isVisible():
            self._pending = rebuild
        else:
            rebuild()

    def _rebuild_pending(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending()

    def _remove_all(self) -> None:
        self.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
            action.deleteLater()

    def _heading(self, title: str) -> None:
        """Appends a heading. It is not a section of Qt's, because those lose their text under a style sheet."""
        if not self.isEmpty():
            self.addSeparator()
        label = QLabel(title)
        label.setObjectName("menuHead")
        heading = QWidgetAction(self)
        heading.setDefaultWidget(label)
        heading.setEnabled(False)
        self.addAction(heading)

    def _entry(
        self, text: str, key: object, chosen: Callable[[], None], *, checked: bool, refusal: str = "", tip: str = ""
    ) -> None:
        """Appends a choice; `refusal` is the reason if it cannot be chosen."""
        action = self.addAction(text)
        action.setData(key)
        action.setCheckable(True)
        action.setChecked(checked)
        action.setEnabled(not refusal)
        action.setToolTip(refusal or tip)
        action.triggered.connect(lambda _checked: chosen())
        self._group.addAction(action)


class SnapshotMenu(_ChoiceMenu):
    """Snapshots with their errors and sizes: those on this machine, those to download, and the user's files."""

    chosen = Signal(str)
    """The snapshot's key"""
    add_wanted = Signal()
    forget_wanted = Signal(str)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setTitle(self.tr("&Snapshot"))

    def show_entries(self, entries: tuple[SnapshotEntry, ...], current: str, *, downloading: bool) -> None:
        """`current` is the key of the chosen snapshot; `downloading` offers to cancel its download."""
        content = (entries, current, downloading)
        self._show_content(content, lambda: self._fill(entries, current, downloading=downloading))

    def _fill(self, entries: tuple[SnapshotEntry, ...], current: str, *, downloading: bool) -> None:
        present = [entry for entry in entries if entry.place in ("bundled", "folder", "cache")]
        away = [entry for entry in entries if entry.place is None]
        own = [entry for entry in entries if entry.place == "file"]
        for title, group in (
            (self.tr("On this machine"), present),
            (self.tr("Downloaded when chosen"), [entry for entry in away if not entry.by_hand]),
            (self.tr("To be downloaded by hand"), [entry for entry in away if entry.by_hand]),
            (self.tr("Your files"), own),
        ):
            if group:
                self._heading(title)
            for entry in group:
                self._entry(
                    self._text(entry),
                    entry.key,
                    partial(self.chosen.emit, entry.key),
                    checked=entry.key == current,
                    refusal=entry.refusal,
                    tip=self._tip(entry),
                )
        self.addSeparator()
        if downloading:
            self.addAction(self.tr("&Cancel download")).triggered.connect(self.cancel_wanted)
        self.addAction(self.tr("&Add file…")).triggered.connect(self.add_wanted)
        if own:
            forget = self.addMenu(self.tr("&Remove from list"))
            for entry in own:
                forget.addAction(translated_title(entry.title)).triggered.connect(
                    lambda _checked=False, key=entry.key: self.forget_wanted.emit(key)
                )

    def _text(self, entry: SnapshotEntry) -> str:
        """Title, and to the right of it mean error and size, as far as they are known."""
        facts = []
        if entry.errors:
            facts.append(self._error_text(entry.errors[0]))
        if entry.size_bytes:
            facts.append(self.tr("{} MB").format(max(1, round(entry.size_bytes / 1e6))))
        return translated_title(entry.title).replace("&", "&&") + ("\t" + "  ·  ".join(facts) if facts else "")

    def _error_text(self, error: KnownError) -> str:
        """Says where the error is from, because errors on other pictures cannot be compared."""
        texts = {
            "measured": self.tr("{:.1f}° measured"),
            "published": self.tr("{:.1f}° published"),
            "stated": self.tr("{:.1f}° stated"),
        }
        return texts[error.origin].format(error.degrees)

    def _tip(self, entry: SnapshotEntry) -> str:
        lines = [translated_title(entry.title)]
        if entry.by_hand:
            lines += [entry.by_hand, self.tr("Choose it to see where from.")]
        if entry.architecture:
            lines.append(self.tr("Architecture: {}").format(entry.architecture))
        texts = {
            "measured": self.tr("Mean error: {:.2f}°, measured on the same {} for every snapshot"),
            "published": self.tr("Mean error: {:.2f}°, published by its authors, on {}"),
            "stated": self.tr("Mean error: {:.2f}°, stated in the file ({})"),
        }
        lines += [texts[error.origin].format(error.degrees, error.pictures) for error in entry.errors]
        if entry.licence:
            lines.append(self.tr("Licence: {}").format(entry.licence))
        if entry.place == "file":
            lines.append(entry.key)
        return "\n".join(lines)


class DetectorMenu(_ChoiceMenu):
    """The detectors, and their settings."""

    chosen = Signal(str)
    """The detector's name"""
    boxes_wanted = Signal()
    """The detector that reads a box file was chosen; the file is still to be asked for."""
    settings_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setTitle(self.tr("&Detector"))
        self._region_actions: tuple[QAction, ...] = ()
        self.show_choice(AUTO)

    def show_region_actions(self, *actions: QAction) -> None:
        """Lists these actions, which concern the region of the picture, above the settings."""
        self._region_actions = actions
        self._content = None  # So that the next choice, although it is the same, is shown with them.

    def show_choice(self, current: str, *, video: bool = False) -> None:
        """`video` says whether a video is open: only then can a box file be chosen, because it belongs to a video."""
        self._show_content((current, video), lambda: self._fill(current, video=video))

    def _fill(self, current: str, *, video: bool) -> None:
        automatic = self.tr("Automatic: MediaPipe if available, otherwise dlib")
        self._entry(automatic, AUTO, partial(self.chosen.emit, AUTO), checked=current == AUTO)
        for kind in DETECTORS:
            title, checked = translated_title(kind.title), current == kind.name
            if kind.needs_boxes:
                refusal = "" if video else self.tr("A box file belongs to a video. Open the video first.")
                self._entry(f"{title}…", kind.name, self.boxes_wanted.emit, checked=checked, refusal=refusal)
            else:
                tip = self.tr("Licence: {}").format(kind.licence)
                self._entry(title, kind.name, partial(self.chosen.emit, kind.name), checked=checked, tip=tip)
        self.addSeparator()
        self.addActions(self._region_actions)
        self.addAction(self.tr("&Settings…")).triggered.connect(self.settings_wanted)


class DeviceMenu(_ChoiceMenu):
    """The devices that the network can run on."""

    chosen = Signal(str)
    """The device's name"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setTitle(self.tr("D&evice"))
        self.show_choice(AUTO)

    def show_choice(self, current: str) -> None:
        self._show_content(current, lambda: self._fill(current))

    def _fill(self, current: str) -> None:
        titles = {
            AUTO: self.tr("Automatic: GPU if available, otherwise CPU"),
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
