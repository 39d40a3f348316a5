"""Colours are readable, icons exist, and both follow the chosen scheme."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit import palette, theme
from app.gui.kit.path_edit import PathEdit
from app.gui.kit.theme import DARK, LIGHT, Colours

_READABLE = 4.5
_DISTINCT = 3.0
"""Minimum contrast of text and of graphics, from WCAG 2.2, 1.4.3 and 1.4.11."""


def _luminance(colour: str) -> float:
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture
def _as_before(qapp: QApplication) -> object:
    yield
    theme.apply(qapp, "system")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "minimum"),
    [
        *((ink, ground, _READABLE) for ink in ("text", "quiet") for ground in ("window", "panel", "base", "control")),
        ("text", "hover", _READABLE),
        ("text", "pressed", _READABLE),
        ("text", "notice", _READABLE),
        ("on_accent", "accent", _READABLE),
        ("danger", "window", _READABLE),
        *((ink, ground, _DISTINCT) for ink in ("yaw", "pitch", "roll") for ground in ("panel", "base")),
        ("focus", "panel", _DISTINCT),
        ("accent", "panel", _DISTINCT),
    ],
)
def test_colours_have_enough_contrast(colours: Colours, ink: str, ground: str, minimum: float) -> None:
    named = asdict(colours)
    assert _contrast(named[ink], named[ground]) >= minimum


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_a_chosen_scheme_is_applied(qapp: QApplication, scheme: theme.Scheme, dark: bool) -> None:
    theme.apply(qapp, scheme)
    assert theme.is_dark() == dark
    named = DARK if dark else LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(named.window)
    assert [colour.name() for colour in theme.angle_colours()] == [
        QColor(colour).name() for colour in (named.yaw, named.pitch, named.roll)
    ]


@pytest.mark.usefixtures("_as_before")
def test_a_change_is_reported_once(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    reported: list[bool] = []
    theme.watch().changed.connect(lambda: reported.append(theme.is_dark()))
    theme.apply(qapp, "dark")
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")
    assert reported == [True, False]


@pytest.mark.parametrize("name", sorted(path.stem for path in theme.ICONS.glob("*.svg")))
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        image = theme.icon(name).pixmap(QSize(24, 24), mode).toImage()
        assert any(image.pixelColor(x, y).alpha() > 128 for x in range(image.width()) for y in range(image.height()))


def test_a_missing_icon_is_reported_by_name(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="no-such-icon"):
        theme.icon("no-such-icon")


def test_icons_have_the_colour_of_text(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    image = theme.icon("stop").pixmap(24, 24).toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    theme.apply(qapp, "system")
    assert middle == QColor(DARK.text)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_icons_are_drawn_in_the_pixels_of_the_screen(qapp: QApplication, scale: float) -> None:
    drawn = theme.icon("stop").pixmap(QSize(18, 18), scale)
    assert drawn.size() == QSize(18, 18) * scale
    assert drawn.devicePixelRatio() == scale
    image = drawn.toImage()
    corner, middle = image.pixelColor(0, 0), image.pixelColor(image.width() // 2, image.height() // 2)
    assert (corner.alpha(), middle.alpha()) == (0, 255)


def _labelled_button(qtbot: QtBot) -> tuple[QWidget, QLabel, QPushButton]:
    window = QWidget()
    qtbot.addWidget(window)
    text, button = QLabel("text"), QPushButton("press")
    text.setObjectName("quiet")
    column = QVBoxLayout(window)
    column.addWidget(text)
    column.addWidget(button)
    return window, text, button


def _ground(button: QPushButton) -> str:
    image = button.grab().toImage()
    return image.pixelColor(image.width() // 2, 3).name()


@pytest.mark.usefixtures("_as_before")
def test_what_is_shown_already_takes_on_another_scheme(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    window, text, button = _labelled_button(qtbot)
    window.show()
    assert _ground(button) == LIGHT.control.lower()
    with qtbot.waitSignal(theme.watch().changed):
        theme.apply(qapp, "dark")
    qtbot.waitUntil(window.updatesEnabled)
    assert _ground(button) == DARK.control.lower()
    assert text.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.quiet)


@pytest.mark.usefixtures("_as_before")
def test_the_button_that_chooses_a_path_has_an_icon_in_the_colour_of_text(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    path = PathEdit("Folder", "Choose folder", folder=True)
    qtbot.addWidget(path)
    theme.apply(qapp, "dark")
    image = path.choose.icon().pixmap(24, 24).toImage()
    colours = {image.pixelColor(x, y).name() for x in range(24) for y in range(24)}
    assert DARK.text.lower() in colours
    assert LIGHT.text.lower() not in colours


@pytest.mark.usefixtures("_as_before")
def test_what_is_hidden_takes_on_another_scheme_too(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    shown, hidden = _labelled_button(qtbot), _labelled_button(qtbot)
    for window, *_ in (shown, hidden):
        window.show()
    hidden[0].hide()
    assert _ground(hidden[2]) == LIGHT.control.lower()
    theme.apply(qapp, "dark")
    qtbot.waitUntil(lambda: _ground(hidden[2]) == DARK.control.lower())


@pytest.mark.usefixtures("_as_before")
def test_of_two_schemes_in_quick_succession_the_last_one_is_shown(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    window, _, button = _labelled_button(qtbot)
    passing, *_ = _labelled_button(qtbot)
    for one in (window, passing):
        one.show()
    theme.apply(qapp, "dark")
    passing.hide()
    with qtbot.waitSignal(theme.watch().changed):
        theme.apply(qapp, "light")
    qtbot.waitUntil(lambda: window.updatesEnabled() and passing.updatesEnabled())
    assert _ground(button) == LIGHT.control.lower()


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_style_sheet_has_each_colour_from_the_palette(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scheme: theme.Scheme
) -> None:
    theme.apply(qapp, scheme)
    label = QLabel()
    qtbot.addWidget(label)
    names = [name for name in asdict(theme.colours()) if name not in ("yaw", "pitch", "roll")]
    painted = {}
    for name in names:
        monkeypatch.setattr(palette, "SHEET", f"QLabel {{ background: ${name}; }}")
        label.setStyleSheet(palette.style_sheet(theme.ICONS))
        painted[name] = label.grab().toImage().pixelColor(1, 1)
    assert painted == {name: QColor(getattr(theme.colours(), name)) for name in names}


def test_fonts_in_pixels_and_in_points_are_scaled_alike(qapp: QApplication) -> None:
    font = qapp.font()
    font.setPixelSize(20)
    assert theme.tabular_digits(font, scale=1.5).pixelSize() == 30
    font.setPointSizeF(10)
    assert theme.tabular_digits(font, scale=1.5).pointSizeF() == 15
