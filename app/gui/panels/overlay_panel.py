"""What is drawn on the faces, and how boldly."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from app.gui.kit import theme
from app.gui.kit.labelled_slider import LabelledSlider
from app.settings import Style


class OverlayPanel(QWidget):
    style_changed = Signal(Style)
    """The whole style, when the user changes a part of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = Style()
        texts = {
            "axis": (self.tr("Axis"), "1"),
            "cube": (self.tr("Cube"), "2"),
            "box": (self.tr("Box"), "3"),
            "face_id": (self.tr("ID"), "4"),
            "angles": (self.tr("Angles"), "5"),
            "trail": (self.tr("Trail"), "6"),
            "mirror": (self.tr("Mirror the picture"), "M"),
        }
        self._toggles = {name: QCheckBox(text) for name, (text, _) in texts.items()}
        self._sliders = {
            "size": LabelledSlider(self, self.tr("Size"), 0.25, 3.0, step=0.05, told=_percent),
            "width": LabelledSlider(self, self.tr("Width"), 0.25, 4.0, step=0.05, told=_percent),
            "opacity": LabelledSlider(self, self.tr("Opacity"), 0.1, 1.0, step=0.05, told=_percent),
        }
        toggles = QGridLayout()
        toggles.setVerticalSpacing(4)
        for place, (name, toggle) in enumerate(self._toggles.items()):
            toggle.setToolTip(self.tr("{} ({})").format(toggle.text(), texts[name][1]))
            toggle.clicked.connect(lambda checked, name=name: self._change(name, checked))
            toggles.addWidget(toggle, place // 3, place % 3, 1, 3 if name == "mirror" else 1)
        sliders = QGridLayout()
        sliders.setHorizontalSpacing(10)
        sliders.setVerticalSpacing(0)
        for row, (name, slider) in enumerate(self._sliders.items()):
            slider.add_to(sliders, row)
            slider.changed.connect(lambda value, name=name: self._change(name, value))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, 0, theme.MARGIN, theme.MARGIN)
        column.setSpacing(8)
        column.addLayout(toggles)
        column.addLayout(sliders)
        self.show_style(self._style)

    def show_style(self, style: Style) -> None:
        """Sets the controls and tells nobody."""
        self._style = style
        for name, toggle in self._toggles.items():
            toggle.setChecked(getattr(style, name))
        for name, slider in self._sliders.items():
            slider.set_value(getattr(style, name))

    def _change(self, name: str, value: object) -> None:
        self._style = replace(self._style, **{name: value})  # type: ignore[arg-type]
        self.style_changed.emit(self._style)


def _percent(factor: float) -> str:
    return f"{100 * factor:.0f} %"
