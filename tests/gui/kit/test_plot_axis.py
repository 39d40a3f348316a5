"""The axes of our plots: their numbers, and a grid below the curves."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.kit import theme
from app.gui.kit.bare_plot import BarePlot
from app.gui.kit.plot_axis import PlotAxis

CURVE = QColor(200, 0, 0)


@pytest.fixture
def picture(qapp: QApplication, qtbot: QtBot) -> QImage:
    """A plot of 0 to 10 on both axes, with a thick horizontal line at 5."""
    view = pg.GraphicsLayoutWidget()
    qtbot.addWidget(view)
    view.setBackground(QColor(theme.colours().base))
    left, bottom = PlotAxis("left"), PlotAxis("bottom")
    box = pg.ViewBox(enableMenu=False)
    plot = BarePlot(box, left, bottom)
    view.addItem(plot)
    for axis in (left, bottom):
        axis.setGrid(128)
        axis.setPen(QColor("black"))
        axis.setTextPen(QColor("blue"))
    plot.add(pg.PlotCurveItem(np.array([0.0, 10.0]), np.array([5.0, 5.0]), pen=pg.mkPen(CURVE, width=9)))
    box.setRange(xRange=(0, 10), yRange=(0, 10), padding=0)
    view.resize(400, 300)
    view.show()
    qtbot.waitExposed(view)
    image: QImage = view.grab().toImage()
    assert image.devicePixelRatio() == 1
    return image


def colours_of_row(image: QImage, y: int) -> list[QColor]:
    return [image.pixelColor(x, y) for x in range(60, image.width() - 20)]


def test_the_curve_hides_the_grid_below_it(picture: QImage) -> None:
    middle = next(
        y
        for y in range(picture.height())
        if picture.pixelColor(200, y) == CURVE and picture.pixelColor(200, y + 4) == CURVE
    )
    assert {colour.name() for colour in colours_of_row(picture, middle + 2)} == {CURVE.name()}


def test_the_grid_is_a_mixture_of_the_colours_of_axis_and_background(picture: QImage) -> None:
    base = QColor(theme.colours().base)
    shades = {colour.lightness() for colour in colours_of_row(picture, 31) if colour != base}
    assert shades, "no vertical grid line"
    assert all(0 < shade < base.lightness() for shade in shades)


def test_the_numbers_are_drawn_in_their_own_colour(picture: QImage) -> None:
    bluish = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).blue() > picture.pixelColor(x, y).red() + 60
    ]
    assert any(x < 40 for x, _ in bluish), "no numbers at the left"
    assert any(y > 270 for _, y in bluish), "no numbers below"
