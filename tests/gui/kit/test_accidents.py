"""What scrolls or is pressed by accident changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import theme
from app.gui.kit.accidents import _Guard, guard
from app.gui.window.choice_button import MenuButton
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences


@pytest.fixture(autouse=True)
def _guarded(qapp: QApplication) -> Iterator[None]:
    guard(qapp)
    guard(qapp)
    guards = qapp.findChildren(_Guard)
    assert len(guards) == 1
    yield
    shiboken6.delete(guards[0])


def scroll(widget: QWidget, notches: int = -1) -> None:
    """Turns the wheel over the widget, as the window system reports it."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * notches))
    QApplication.processEvents()


def combo() -> QComboBox:
    made = QComboBox()
    made.addItems(["one", "two", "three"])
    return made


def slider() -> QSlider:
    return QSlider(Qt.Orientation.Horizontal)


def tabs() -> QTabBar:
    made = QTabBar()
    for name in ("one", "two", "three"):
        made.addTab(name)
    return made


def value(widget: QWidget) -> int:
    return widget.currentIndex() if isinstance(widget, QComboBox | QTabBar) else widget.value()  # type: ignore[attr-defined]


@pytest.fixture
def panel(qapp: QApplication) -> Iterator[Callable[[QWidget], QScrollArea]]:
    """Puts a widget into a panel that can be scrolled, with the focus somewhere else."""
    shown: list[QWidget] = []

    def make(widget: QWidget) -> QScrollArea:
        window, area, inside, other = QWidget(), QScrollArea(), QWidget(), QPushButton("other")
        layout = QVBoxLayout(inside)
        layout.addWidget(widget)
        filler = QLabel()
        filler.setMinimumHeight(2000)
        layout.addWidget(filler)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        outer = QVBoxLayout(window)
        outer.addWidget(area)
        outer.addWidget(other)
        window.resize(300, 300)
        window.show()
        window.activateWindow()
        # Shortcuts work in the active window only, and the window system takes its time on a busy machine.
        assert QTest.qWaitForWindowActive(window)
        other.setFocus()
        qapp.processEvents()
        shown.append(window)
        return area

    yield make
    for window in shown:
        window.close()
        window.deleteLater()


@pytest.mark.parametrize("make", [combo, slider, QSpinBox, tabs])
def test_the_wheel_scrolls_a_panel_and_changes_only_what_has_the_focus(
    make: Callable[[], QWidget], panel: Callable[[QWidget], QScrollArea]
) -> None:
    widget = make()
    area = panel(widget)
    before = value(widget)
    for _ in range(3):
        scroll(widget)
    assert value(widget) == before and not widget.hasFocus()
    assert area.verticalScrollBar().value() > 0
    area.verticalScrollBar().setValue(0)
    widget.setFocus()
    scroll(widget, 1 if isinstance(widget, QSpinBox | QSlider) else -1)
    assert value(widget) != before


def test_the_wheel_changes_nothing_in_a_window_that_never_had_the_focus(
    panel: Callable[[QWidget], QScrollArea],
) -> None:
    panel(QLabel())
    window = QWidget()
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    widget = combo()
    QVBoxLayout(window).addWidget(widget)
    widget.setCurrentIndex(1)
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    waiting = QEventLoop()
    QTimer.singleShot(0, waiting.quit)
    waiting.exec()  # The wheel comes while the program waits for something to happen.
    assert not widget.hasFocus()
    scroll(widget)
    assert widget.currentIndex() == 1
    window.close()


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (QCheckBox, Qt.Key.Key_Space),
        (combo, Qt.Key.Key_Down),
        (slider, Qt.Key.Key_Right),
        (tabs, Qt.Key.Key_Right),
        (QSpinBox, Qt.Key.Key_Up),
    ],
)
def test_a_focused_widget_gets_its_keys_and_the_window_those_that_it_has_no_use_for(
    make: Callable[[], QWidget], key: Qt.Key, panel: Callable[[QWidget], QScrollArea]
) -> None:
    widget = make()
    window = panel(widget).window()
    pressed: list[str] = []
    for name in (QKeySequence(key).toString(), "F5"):
        QShortcut(QKeySequence(name), window, lambda name=name: pressed.append(name))
    widget.setFocus()
    before = widget.isChecked() if isinstance(widget, QCheckBox) else value(widget)
    QTest.keyClick(widget, key)
    QTest.keyClick(widget, Qt.Key.Key_F5)
    assert (widget.isChecked() if isinstance(widget, QCheckBox) else value(widget)) != before
    assert pressed == ["F5"]


def test_space_plays_where_nothing_else_wants_it(panel: Callable[[QWidget], QScrollArea]) -> None:
    label = QLabel("text")
    label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window = panel(label).window()
    pressed: list[str] = []
    QShortcut(QKeySequence("Space"), window, lambda: pressed.append("play"))
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_Space)
    assert pressed == ["play"]


def test_scrolling_over_the_side_panel_keeps_signs_and_smoothing(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(Preferences())
    QTest.qWaitForWindowExposed(window)
    before = window.studio.preferences.current
    changed = [*window.findChildren(QComboBox), *window.findChildren(QSlider), *window.findChildren(QSpinBox)]
    assert len(changed) > 4
    for widget in changed:
        for notches in (-1, 1, 1, -1, -1):
            if widget.objectName() != "seek":
                scroll(widget, notches)
    after = window.studio.preferences.current
    assert (after.signs, after.smoothing, after.style, after.chart_s) == (
        before.signs,
        before.smoothing,
        before.style,
        before.chart_s,
    )


def test_the_entries_of_a_drop_down_are_readable(scheme: str, panel: Callable[[QWidget], QScrollArea]) -> None:
    widget = combo()
    panel(widget)
    widget.showPopup()
    view = widget.view()
    assert isinstance(view, QAbstractItemView)
    picture = view.viewport().grab().toImage()
    for row in range(3):
        place = view.visualRect(view.model().index(row, 0))
        lightness = [
            picture.pixelColor(x, y).lightness()
            for x in range(place.left(), place.right())
            for y in range(place.top(), place.bottom())
        ]
        assert max(lightness) - min(lightness) > 90, f"entry {row} in the {theme.colours().base} scheme {scheme}"
    widget.hidePopup()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_chooses_in_an_open_drop_down(key: Qt.Key, panel: Callable[[QWidget], QScrollArea]) -> None:
    widget = combo()
    panel(widget)
    widget.setCurrentIndex(0)
    widget.showPopup()
    window = widget.view().window()
    QTest.qWaitForWindowExposed(window)
    QTest.keyClick(widget.view(), Qt.Key.Key_Down)
    QTest.keyClick(window.windowHandle(), key)
    assert widget.currentIndex() == 1
    widget.hidePopup()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("make", [QPushButton, QToolButton])
def test_return_presses_the_focused_button_of_a_window(
    make: Callable[[], QAbstractButton], key: Qt.Key, panel: Callable[[QWidget], QScrollArea]
) -> None:
    button = make()
    window = panel(button).window()
    pressed: list[str] = []
    QShortcut(QKeySequence(key), window, lambda: pressed.append("shortcut"))
    button.clicked.connect(lambda: pressed.append("button"))
    button.setFocus()
    QTest.keyClick(button, key)
    assert pressed == ["button"]


def test_return_opens_the_menu_of_a_focused_button(panel: Callable[[QWidget], QScrollArea]) -> None:
    menu = QMenu()
    menu.addAction("one")
    button = MenuButton(menu)
    panel(button)
    button.setFocus()
    opened: list[bool] = []
    menu.aboutToShow.connect(lambda: opened.append(True))
    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu.close))
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert opened == [True]


def test_return_ticks_no_box_and_means_the_default_button_in_a_dialog(panel: Callable[[QWidget], QScrollArea]) -> None:
    box = QCheckBox("a box")
    panel(box)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert not box.isChecked()
    dialog = QDialog()
    layout = QVBoxLayout(dialog)
    tool, default = QToolButton(), QPushButton("default")
    default.setDefault(True)
    pressed: list[str] = []
    for button, name in ((tool, "tool"), (default, "default")):
        layout.addWidget(button)
        button.clicked.connect(lambda _checked=False, name=name: pressed.append(name))
    tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    dialog.show()
    tool.setFocus()
    QTest.keyClick(tool, Qt.Key.Key_Return)
    assert pressed == ["default"]
    dialog.close()


def test_only_the_window_and_what_has_the_focus_are_guarded(
    panel: Callable[[QWidget], QScrollArea], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python called for every event of every widget doubles the time in which windows are built."""
    watched: list[object] = []

    def see(_guard: _Guard, seen: object, _event: object) -> bool:
        watched.append(seen)
        return False

    monkeypatch.setattr(_Guard, "eventFilter", see)
    widget = combo()
    area = panel(widget)
    assert watched
    assert not {widget, area.viewport(), area.widget()} & set(watched)
