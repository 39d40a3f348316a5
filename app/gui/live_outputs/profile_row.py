"""The row for profiles: choose one, save the settings as a new one, delete one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QInputDialog, QLabel, QMessageBox, QPushButton, QWidget

from app.gui.state.live_outputs import LiveOutputs
from app.live_outputs.profiles import DEFAULT_NAME, LONGEST_NAME


class ProfileRow(QWidget):
    def __init__(self, outputs: LiveOutputs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outputs = outputs
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(16)
        label = QLabel(self.tr("Pr&ofile"))
        label.setBuddy(self.box)
        self.save = QPushButton(self.tr("&Save as…"))
        self.delete = QPushButton(self.tr("Delete"))
        self.save.setAccessibleName(self.tr("Save as a new profile"))
        self.delete.setAccessibleName(self.tr("Delete the profile"))
        self.at_start = QCheckBox(self.tr("Send when the program s&tarts"))
        self.at_start.setToolTip(self.tr("Otherwise, nothing is sent after a start until you switch an output on."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.save, self.delete):
            button.setAutoDefault(False)
        for widget in (label, self.box, self.save, self.delete):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.at_start)
        self.box.activated.connect(lambda _row: outputs.choose(self.box.currentData()))
        self.save.clicked.connect(self._ask_name)
        self.delete.clicked.connect(self._ask_delete)
        self.at_start.clicked.connect(outputs.send_at_start)
        outputs.changed.connect(self.show_profiles)
        self.show_profiles()

    def show_profiles(self) -> None:
        profiles = self._outputs.profiles
        names = sorted(profiles.all, key=str.casefold)
        blocker = QSignalBlocker(self.box)
        if names != [self.box.itemData(row) for row in range(self.box.count())]:
            self.box.clear()
            for name in names:
                self.box.addItem(self.tr("Default") if name == DEFAULT_NAME else name, name)
        self.box.setCurrentIndex(self.box.findData(profiles.current))
        del blocker
        self.at_start.setChecked(profiles.profile.send_at_start)
        self.delete.setEnabled(len(names) > 1)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Save as a new profile"))
        dialog.setLabelText(self.tr("Name of the profile"))
        dialog.textValueSelected.connect(self._save)
        dialog.open()

    def _save(self, name: str) -> None:
        name = name.strip()[:LONGEST_NAME]
        if not name:
            return
        if name not in self._outputs.profiles.all:
            self._outputs.add_profile(name)
            return
        question = self._question(self.tr("There is a profile “{}” already. Replace it?").format(name))
        replace = question.addButton(self.tr("&Replace"), QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(question.addButton(self.tr("&Keep it"), QMessageBox.ButtonRole.RejectRole))
        replace.clicked.connect(lambda _checked=False: self._outputs.add_profile(name))
        question.open()

    def _ask_delete(self) -> None:
        name = self._outputs.profiles.current
        shown = self.tr("Default") if name == DEFAULT_NAME else name
        question = self._question(self.tr("Delete the profile “{}” with its addresses?").format(shown))
        delete = question.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(self.tr("&Keep it"), QMessageBox.ButtonRole.RejectRole))
        delete.clicked.connect(lambda _checked=False: self._outputs.remove_profile())
        question.open()

    def _question(self, text: str) -> QMessageBox:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setText(text)
        return question
