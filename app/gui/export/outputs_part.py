"""The part of the export dialog for what is written, and in which formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from app.export.export_settings import ExportSettings
from app.gui.kit import theme
from app.gui.kit.titles import translated_title
from app.outputs.tables import FORMATS
from app.video import ENCODERS, VideoOptions, available_encoders
from app.video.writer import VIDEO_FORMATS

_BETTER, _SMALLER = 6, 7
"""Steps of the encoders' constant quality that give about twice and half the file size."""

_PICTURES = "pictures"
"""Stands among the extensions of videos for a folder of pictures."""


class OutputsPart(QWidget):
    """Which files are written: video, table and published text; and their formats.

    `picture`: every source is a single picture. `folders`: every source is a folder of pictures. `sound`: one has some.
    """

    changed = Signal()

    def __init__(self, *, picture: bool, folders: bool, sound: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._folders, self._has_sound = picture, folders, sound
        self._options = VideoOptions()
        self.video = QCheckBox(self.tr("Annotated &picture") if picture else self.tr("Annotated &video"))
        self.table = QCheckBox(self.tr("Pose ta&ble"))
        self.text = QCheckBox(self.tr("Te&xt (published format)"))
        self.text.setToolTip(self.tr("One line per face: frame, yaw, pitch, roll, as written by the published scripts"))
        self.container = _combo(self.tr("Video format"), [(suffix[1:].upper(), suffix) for suffix in VIDEO_FORMATS])
        self.container.removeItem(self.container.findData(".m4v"))
        if folders:
            self.video.setText(self.tr("Annotated &pictures"))
            self.container.insertItem(0, self.tr("Pictures in a folder"), _PICTURES)
        self.encoder = _combo(
            self.tr("Encoder"), [(one.title, one.name) for one in ENCODERS if one.name in available_encoders()]
        )
        qualities = [
            (self.tr("Best quality"), "best"),
            (self.tr("Good quality"), "good"),
            (self.tr("Small file"), "small"),
        ]
        self.quality = _combo(self.tr("Quality"), qualities, chosen=1)
        self.sound = QCheckBox(self.tr("&Sound"))
        formats = [(one.title, one.name) for one in FORMATS if one.name != "txt"]
        self.format = _combo(self.tr("Table format"), formats)
        self._lay_out()
        # Only now: what is made visible before it is in something else is a window of its own.
        self.sound.setVisible(not picture and not folders)
        for box in (self.container, self.encoder, self.quality):
            box.setVisible(not picture)
        for check in (self.video, self.table, self.text):
            check.toggled.connect(self._update_enabled)
        self.container.currentIndexChanged.connect(self._update_enabled)
        self.format.currentIndexChanged.connect(self.changed)
        self.show_settings(ExportSettings())

    def show_settings(self, settings: ExportSettings) -> None:
        """Chooses what is in these settings."""
        self._options = settings.video_options
        self.video.setChecked(settings.video)
        self.table.setChecked(settings.table is not None)
        self.text.setChecked(settings.text)
        container = _PICTURES if self._folders and settings.pictures else settings.container
        self.container.setCurrentIndex(max(0, self.container.findData(container)))
        self.encoder.setCurrentIndex(max(0, self.encoder.findData(settings.video_options.encoder)))
        if settings.table is not None:
            self.format.setCurrentIndex(self.format.findData(settings.table))
        self._show_quality(settings.video_options.quality)
        self.sound.setChecked(settings.video_options.sound and self._has_sound)
        self._update_enabled()

    def applied(self, settings: ExportSettings) -> ExportSettings:
        """The settings with what is chosen here."""
        container = self.container.currentData()
        pictures = container == _PICTURES if self._folders else settings.pictures
        return replace(
            settings,
            video=self.video.isChecked(),
            container=settings.container if container == _PICTURES else container,
            pictures=pictures,
            table=self.format.currentData() if self.table.isChecked() else None,
            text=self.text.isChecked(),
            video_options=self._video_options,
        )

    @property
    def _video_options(self) -> VideoOptions:
        quality = self.quality.currentData()
        if isinstance(quality, str):
            quality = {
                "best": self._default_quality - _BETTER,
                "good": None,
                "small": self._default_quality + _SMALLER,
            }[quality]
        sound = self.sound.isChecked() if self._has_sound else self._options.sound
        return replace(self._options, encoder=self.encoder.currentData(), quality=quality, sound=sound)

    @property
    def _default_quality(self) -> int:
        name = self.encoder.currentData()
        return next(one for one in ENCODERS if one.name == name).codecs[0].quality

    def problem(self) -> str:
        chosen = any(check.isChecked() for check in (self.video, self.table, self.text))
        return "" if chosen else self.tr("No output is chosen. Choose a video, a table, or a text.")

    def _show_quality(self, quality: int | None) -> None:
        """Chooses the quality; a number that is none of the three gets an entry of its own."""
        default = self._default_quality
        known = {None: "good", default - _BETTER: "best", default: "good", default + _SMALLER: "small"}
        if quality not in known and self.quality.findData(quality) < 0:
            self.quality.addItem(self.tr("Quality {}").format(quality), quality)
        self.quality.setCurrentIndex(self.quality.findData(known.get(quality, quality)))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.video, 0, 0)
        for column, widget in enumerate((self.container, self.encoder, self.quality, self.sound), start=1):
            grid.addWidget(widget, 0, column)
        grid.addWidget(self.table, 1, 0)
        grid.addWidget(self.format, 1, 1, 1, 2)
        grid.addWidget(self.text, 2, 0)
        grid.setColumnMinimumWidth(0, self.table.sizeHint().width() + theme.MARGIN)
        grid.setColumnStretch(5, 1)
        grid.setHorizontalSpacing(10)

    def _update_enabled(self) -> None:
        video = self.video.isChecked() and self.container.currentData() != _PICTURES
        self.container.setEnabled(self.video.isChecked())
        for widget in (self.encoder, self.quality):
            widget.setEnabled(video)
        self.sound.setEnabled(video and self._has_sound)
        self.format.setEnabled(self.table.isChecked())
        self.changed.emit()


def _combo(name: str, entries: Sequence[tuple[str, str]], *, chosen: int = 0) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    for title, key in entries:
        combo.addItem(translated_title(title), key)
    combo.setCurrentIndex(chosen)
    return combo
