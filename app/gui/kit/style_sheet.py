"""The application's style sheet on top of Fusion; $names are colours of `theme.Colours`, from the palette."""

from __future__ import annotations

SHEET = """
QToolTip { color: $text; background: $panel; border: 1px solid $line; padding: 3px 5px; }
QMenuBar { background: $window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $panel; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 26px; border-radius: 4px; }
QMenu::item:selected { background: $pressed; }
QMenu::item:disabled { color: $faint; background: transparent; }
QLabel#menuHead { color: $quiet; font-weight: 600; padding: 5px 12px 3px 12px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QMenu::icon { left: 6px; }
QMenu::indicator { width: 14px; height: 14px; left: 7px; }
QMenu::indicator:checked { image: url("$icons/fixed-tick-grey.svg"); }
QMenu::indicator:unchecked { image: none; }
QToolBar { background: $window; border: none; border-bottom: 1px solid $line; padding: 4px 6px; spacing: 4px; }
QStatusBar { background: $window; border-top: 1px solid $line; color: $quiet; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $quiet; padding: 1px 4px; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 4px 6px; background: transparent; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:open { background: $pressed; }
QToolButton:checked { background: $pressed; border-color: $line; }
QToolButton:focus { border-color: $focus; }
QToolButton:disabled { color: $faint; }
QToolButton[popupMode="2"] { padding-right: 16px; }
QToolButton#choice { background: $control; border-color: $line; }
QToolButton#choice:hover { background: $hover; }
QToolButton#choice:pressed, QToolButton#choice:open { background: $pressed; }
QToolButton#choice:focus { border-color: $focus; }
QToolBar::separator { background: $line; width: 1px; margin: 5px 5px; }
QToolButton::menu-indicator { subcontrol-position: right center; right: 5px; }
QPushButton { border: 1px solid $line; border-radius: 5px; padding: 4px 12px; background: $control; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:default { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton:focus { border-color: $focus; }
QPushButton:disabled { color: $faint; background: $window; }
QPushButton:flat { background: transparent; border-color: transparent; }
QPushButton:flat:hover { background: $hover; }
QPushButton:flat:focus { border-color: $focus; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox { spacing: 7px; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 13px; height: 13px; border: 1px solid $faint;
    border-radius: 3px; background: $base; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $text; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent; border-color: $accent;
    image: url("$icons/fixed-tick-white.svg"); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $focus; }
QCheckBox:focus, QRadioButton:focus { color: $focus; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $pressed; border-color: $line; }
QRadioButton { spacing: 7px; }
QRadioButton::indicator { width: 13px; height: 13px; border: 1px solid $faint; border-radius: 7px; background: $base; }
QRadioButton::indicator:checked { width: 7px; height: 7px; border: 4px solid $accent; background: $on_accent; }
QComboBox { border: 1px solid $line; border-radius: 5px; padding: 3px 6px 3px 8px; background: $control;
    combobox-popup: 0; }
QComboBox:hover { background: $hover; }
QComboBox:focus { border-color: $focus; }
QComboBox:disabled { color: $faint; background: $window; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$icons/fixed-arrow-grey.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; selection-background-color: $accent;
    selection-color: $on_accent; color: $text; outline: none; }
QLineEdit { border: 1px solid $line; border-radius: 5px; padding: 4px 7px; background: $base; }
QLineEdit:focus { border-color: $focus; }
QAbstractSpinBox { border: 1px solid $line; border-radius: 5px; padding: 3px 20px 3px 3px; background: $base; }
QAbstractSpinBox:focus { border-color: $focus; }
QAbstractSpinBox:disabled { color: $faint; background: $window; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-button { subcontrol-position: top right; border-top-right-radius: 5px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; border-bottom-right-radius: 5px; }
QAbstractSpinBox::up-arrow { image: url("$icons/fixed-arrow-up-grey.svg"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$icons/fixed-arrow-grey.svg"); width: 10px; height: 10px; }
QTableView, QTreeView, QListView, QPlainTextEdit { border: 1px solid $line; border-radius: 5px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; padding: 0 4px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; border: none; border-bottom: 1px solid $line; padding: 3px 5px; }
QTableView#facesTable { background: transparent; border: none; }
QTableView#facesTable:focus { border: 1px solid $focus; border-radius: 5px; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 10px; background: transparent; margin: 0; }
QScrollBar::handle { background: $pressed; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    width: 0; height: 0; background: transparent; }
QSlider { min-height: 20px; border: 1px solid transparent; border-radius: 5px; }
QSlider:focus { border-color: $focus; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $pressed; margin: 0 2px; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; margin: 0 2px; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: $text; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: $faint; }
QSlider#seek { min-height: 22px; }
QLabel#welcomeTitle { font-size: 22pt; font-weight: 600; }
QLabel#welcomeSubtitle, QLabel#dropText, QLabel#quiet { color: $quiet; }
QLabel#sectionTitle { color: $quiet; font-weight: 600; }
QFrame#dropPlace { border: 2px dashed $line; border-radius: 10px; background: $panel; }
QFrame#dropPlace[highlighted="true"] { border-color: $accent; background: $hover; }
QToolButton#welcomeTile { border: 1px solid $line; border-radius: 8px; background: $panel; padding: 10px; }
QToolButton#welcomeTile:hover { background: $hover; }
QToolButton#welcomeTile:pressed { background: $pressed; }
QToolButton#welcomeTile:focus { border-color: $focus; }
QLabel#dropHint {
    border: 2px dashed $accent; border-radius: 10px; background: $hover; color: $text; padding: 18px; font-weight: 600;
}
QFrame#hint QLabel { color: $on_accent; background: transparent; }
QFrame#hint QPushButton { color: $on_accent; background: transparent; border: 1px solid $on_accent; }
QListWidget#recent { border: 1px solid $line; border-radius: 8px; background: $panel; padding: 4px; }
QListWidget#recent::item { padding: 5px 8px; border-radius: 5px; color: $text; }
QListWidget#recent::item:hover { background: $hover; }
QListWidget#recent::item:selected { background: $pressed; }
QFrame#notice { background: $notice; border: none; border-bottom: 1px solid $notice_line; }
QFrame#notice[good="true"] { background: $hover; border-bottom: 1px solid $line; }
QLabel#recordingMark { color: $danger; font-weight: 600; }
QLabel#liveMark { background: #C62828; color: #FFFFFF; border-radius: 4px; padding: 2px 7px; font-weight: 700; }
QLabel#liveMark:disabled { background: $pressed; color: $quiet; }
QToolButton#sectionHead { border-radius: 0; padding: 7px 8px; font-weight: 600; text-align: left; }
QToolButton#sectionHead:checked { background: transparent; border-color: transparent; }
QToolButton#sectionHead:hover { background: $hover; }
QToolButton#sectionHead:focus { border-color: $focus; }
QFrame#section { border: none; border-bottom: 1px solid $line; }
QWidget#sidePanel, QWidget#sideBody, QWidget#transport, QWidget#chart { background: $panel; }
QWidget#transport, QWidget#chart { border-top: 1px solid $line; }
"""
