"""The panel for what is drawn on the picture, and how."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from app.drawing.overlays import OVERLAYS
from app.gui.kit import theme
from app.gui.kit.labelled_slider import LabelledSlider
from app.gui.panels.panel import Panel
from app.settings import Style

OVERLAY_TEXTS = (
    QT_TRANSLATE_NOOP("Actions", "&Axis"),
    QT_TRANSLATE_NOOP("Actions", "&Cube"),
    QT_TRANSLATE_NOOP("Actions", "&Box"),
    QT_TRANSLATE_NOOP("Actions", "&ID"),
    QT_TRANSLATE_NOOP("Actions", "An&gles"),
    QT_TRANSLATE_NOOP("Actions", "&Trail"),
)
"""The texts of `app.drawing.overlays.OVERLAYS`, where pyside6-lupdate finds them: that table is free of Qt."""

_COLUMNS = 3


class OverlayPanel(Panel):
    style_changed = Signal(Style)
    """The new style, after the user changes a part of it."""

    def __init__(self, parent: QWidget | None = None, *, mirror: bool = True) -> None:
        """`mirror`: whether the picture can be mirrored."""
        super().__init__(parent)
        self._style = Style()
        self._switches = {overlay.name: QCheckBox(_translated(overlay.text)) for overlay in OVERLAYS}
        for overlay in OVERLAYS:
            self._switches[overlay.name].setToolTip(f"{_translated(overlay.text)} ({overlay.shortcut})")
        self._switches["mirror"] = QCheckBox(self.tr("Mirror picture"))
        self._switches["mirror"].setToolTip(f"{self.tr('Mirror picture')} (M)")
        self._switches["mirror"].setVisible(mirror)
        self._sliders = {
            "size": LabelledSlider(self, self.tr("Size"), 0.25, 3.0, step=0.05, text_of=_percent),
            "width": LabelledSlider(self, self.tr("Width"), 0.25, 4.0, step=0.05, text_of=_percent),
            "opacity": LabelledSlider(self, self.tr("Opacity"), 0.1, 1.0, step=0.05, text_of=_percent),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        column.setSpacing(8)
        column.addLayout(self._switch_grid())
        column.addLayout(self._slider_grid())
        self.show_style(self._style)

    def show_style(self, style: Style) -> None:
        """Sets the controls without emitting `style_changed`."""
        self._style = style
        for name, switch in self._switches.items():
            switch.setChecked(getattr(style, name))
        for name, slider in self._sliders.items():
            slider.set_value(getattr(style, name))

    def _switch_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        for place, overlay in enumerate(OVERLAYS):
            grid.addWidget(self._switches[overlay.name], place // _COLUMNS, place % _COLUMNS)
        grid.addWidget(self._switches["mirror"], grid.rowCount(), 0, 1, _COLUMNS)
        for name, switch in self._switches.items():
            switch.clicked.connect(lambda checked, name=name: self._change(name, checked))
        return grid

    def _slider_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for row, (name, slider) in enumerate(self._sliders.items()):
            slider.add_to(grid, row)
            slider.changed.connect(lambda value, name=name: self._change(name, value))
        return grid

    def _change(self, name: str, value: object) -> None:
        self._style = replace(self._style, **{name: value})  # type: ignore[arg-type]
        self.style_changed.emit(self._style)


def _translated(text: str) -> str:
    """An overlay's text as on its action in the menu, without the access key."""
    return QCoreApplication.translate("Actions", text).replace("&", "")


def _percent(factor: float) -> str:
    return f"{100 * factor:.0f} %"
