"""The row of the export dialog for presets: choose one, save the settings as one, delete one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QLabel, QMessageBox, QPushButton, QWidget

from app.export.export_settings import ExportSettings
from app.gui.export.preset_store import PresetStore


class PresetRow(QWidget):
    """`settings()` returns the settings that a new preset gets, as they are in the dialog.

    `is_same(preset, settings)` tells whether the settings of the dialog still do what the preset does.
    """

    chosen = Signal(object)
    """ExportSettings: the preset that the user chose."""

    def __init__(
        self,
        presets: PresetStore,
        settings: Callable[[], ExportSettings],
        is_same: Callable[[ExportSettings, ExportSettings], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._presets = presets
        self._settings = settings
        self._is_same = is_same
        self._name = self._last_name = ""
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Preset"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(26)
        self.save = QPushButton(self.tr("Save as p&reset…"))
        self.delete = QPushButton(self.tr("De&lete preset"))
        for button in (self.save, self.delete):
            button.setAutoDefault(False)
        label = QLabel(self.tr("Prese&t"))
        label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self.box, self.save, self.delete):
            row.addWidget(widget)
        row.addStretch()
        self.box.activated.connect(self._choose)
        self.save.clicked.connect(self._ask_name)
        self.delete.clicked.connect(self._ask_delete)
        presets.changed.connect(self._fill)
        self._fill()

    @property
    def name(self) -> str:
        """The name of the preset that the settings are from; empty if they have been changed since."""
        return self._name

    def show_settings(self, settings: ExportSettings) -> None:
        """Shows whether these settings are still those of the preset."""
        preset = self._presets.presets.get(self._name)
        if preset is not None and not self._is_same(preset, settings):
            self._set_name("")

    def show_name(self, name: str) -> None:
        self._set_name(name if name in self._presets.presets else "")

    def _fill(self) -> None:
        self.box.clear()
        self.box.addItem(self.tr("none"), "")
        for name in sorted(self._presets.presets, key=str.casefold):
            self.box.addItem(name, name)
        self._set_name(self._name if self._name in self._presets.presets else "")

    def _set_name(self, name: str) -> None:
        self._name = name
        self._last_name = name or self._last_name
        self.box.setCurrentIndex(max(0, self.box.findData(name)))
        self.delete.setEnabled(bool(name))

    def _choose(self) -> None:
        name = self.box.currentData()
        if name:
            self.chosen.emit(self._presets.presets[name])
        self._set_name(name)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Save as preset"))
        dialog.setLabelText(self.tr("Name of the preset"))
        dialog.setTextValue(self._last_name)  # Who changes a preset's settings may want to save them as that preset.
        dialog.textValueSelected.connect(self._save)
        dialog.open()

    def _save(self, name: str) -> None:
        name = name.strip()
        if not name:
            return
        if name not in self._presets.presets or name == self._name:
            self._put(name)
            return
        question = self._question(self.tr("There is a preset “{}” already. Replace it?").format(name))
        replace = question.addButton(self.tr("&Replace"), QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(question.addButton(self.tr("&Keep it"), QMessageBox.ButtonRole.RejectRole))
        replace.clicked.connect(lambda _checked=False: self._put(name))
        question.open()

    def _put(self, name: str) -> None:
        self._presets.put(name, self._settings().for_any_source())
        self._set_name(name)

    def _ask_delete(self) -> None:
        name = self._name
        question = self._question(self.tr("Delete the preset “{}”?").format(name))
        delete = question.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(self.tr("&Keep it"), QMessageBox.ButtonRole.RejectRole))
        delete.clicked.connect(lambda _checked=False: self._presets.remove(name))
        question.open()

    def _question(self, text: str) -> QMessageBox:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setText(text)
        return question
