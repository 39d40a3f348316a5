"""What tests of the window share: a platform, a window, waiting, and pictures of panels."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    # Before there is a QApplication, and only if nobody chose a platform.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtGui import QFont, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kit import theme
from app.gui.state.sound_process import SoundProcess
from app.gui.state.studio import Studio
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences, read_preferences
from app.watch.playback_sound import SoundOutput, SoundUnavailable
from app.weights import ModelStore
from tests.gui.choices import with_detector
from tests.gui.leaks import nothing_left_in_qt

PICTURES = Path(__file__).parent / "pictures"
FONT, FONT_PX = "DejaVu Sans", 13
_BLOCK = 4
_MEAN_OFF, _WORST_OFF = 1.5, 48.0


def pytest_addoption(parser: pytest.Parser) -> None:
    # Known only if this folder is named on the command line: pytest tests/gui --update-pictures
    parser.addoption("--update-pictures", action="store_true", help="save how the panels look now as the reference")


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test_in_qt(qapp: QApplication) -> Iterator[None]:
    with nothing_left_in_qt(qapp):
        yield


@pytest.fixture(autouse=True)
def _no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests play no sound, and need no device for it."""

    def refuse(_process: SoundProcess) -> SoundOutput:
        raise SoundUnavailable("No device for sound was found.")

    monkeypatch.setattr(SoundProcess, "open", refuse)


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Widgets that a test adds live until it is closed.

    Once the test's function has returned, nothing else refers to them. Python would then collect them at any moment,
    such as while they paint, which crashes.
    """
    kept: list[QWidget] = []
    add = qtbot.addWidget

    def keep(widget: QWidget, **given: Any) -> None:
        kept.append(widget)
        add(widget, **given)

    monkeypatch.setattr(qtbot, "addWidget", keep)
    return qtbot


class Until:
    """Waits until a condition holds, while Qt handles events.

    Unlike `qtbot.wait`, it sleeps between checks, so that worker threads get to run Python.
    """

    def __call__(self, condition: Callable[[], object], patience_s: float = 60.0) -> None:
        loop, asked, ends_s = QEventLoop(), QTimer(interval=10), time.monotonic() + patience_s
        came: list[object] = []

        def ask() -> None:
            try:
                if condition():
                    came.append(True)
            except BaseException as error:  # noqa: BLE001 - raised again below
                came.append(error)
            if came or time.monotonic() > ends_s:
                loop.quit()

        asked.timeout.connect(ask)
        asked.start()
        loop.exec()
        asked.stop()
        if came and isinstance(came[0], BaseException):
            raise came[0]
        assert came, f"the condition did not hold within {patience_s:.0f} s"


@pytest.fixture
def until() -> Until:
    return Until()


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of the window in this test."""
    path = tmp_path / "settings" / "settings.toml"
    monkeypatch.setenv("HOPENET_SETTINGS", str(path))
    return path


@pytest.fixture
def end_window(qapp: QApplication) -> Callable[[MainWindow], None]:
    """Closes a window as the program does at its end."""

    def end(window: MainWindow) -> None:
        window.close()
        window.close_workers()
        window.studio.close()
        qapp.processEvents()  # What the workers still sent has no receiver any more.
        window.deleteLater()
        window.studio.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    return end


@pytest.fixture
def open_window(settings_file: Path, end_window: Callable[[MainWindow], None]) -> Iterator[Callable[..., MainWindow]]:
    """Opens the real window, with the given preferences or those in the settings file."""
    made: list[MainWindow] = []

    def make(preferences: Preferences | None = None) -> MainWindow:
        window = MainWindow(Studio(preferences or read_preferences(settings_file), ModelStore.standard))
        made.append(window)
        window.show()
        return window

    yield make
    for window in made:
        if shiboken6.isValid(window):
            end_window(window)


@pytest.fixture
def window(open_window: Callable[..., MainWindow], blazeface: Path) -> MainWindow:
    """The real window with the fast detector."""
    return open_window(with_detector("mediapipe"))


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Both colour schemes, one after another, in a fixed font and size."""
    before = qapp.font()
    font = QFont(FONT)
    font.setPixelSize(FONT_PX)
    qapp.setFont(font)
    theme.apply(qapp, request.param)
    yield request.param
    qapp.setFont(before)
    theme.apply(qapp, "system")


@pytest.fixture
def same_picture(request: pytest.FixtureRequest, scheme: str) -> Callable[[QWidget, str], None]:
    """Compares how a widget looks with the reference picture of that name.

    Every system and version of a font draws letters a little differently, and antialiasing differs in the last bits. So
    pictures are compared as means of 4 × 4 pixels, in one font of one size. Without that font, text has another width
    and a comparison says nothing: the test is skipped.
    """
    if request.config.getoption("--update-pictures", default=False):
        return lambda widget, name: _keep(widget, PICTURES / f"{name}-{scheme}.png")
    if QFontInfo(QApplication.font()).family() != FONT:
        pytest.skip(f"needs the font {FONT}, in which the reference pictures are drawn")
    return lambda widget, name: _compare(widget, PICTURES / f"{name}-{scheme}.png")


def _keep(widget: QWidget, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    assert _grabbed(widget).save(str(path))


def _compare(widget: QWidget, path: Path) -> None:
    kept, now = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888), _grabbed(widget)
    assert not kept.isNull(), f"{path.name} is missing: run pytest tests/gui --update-pictures, and look at it"
    if now.devicePixelRatio() != 1:
        pytest.skip("needs a display with one device pixel for each logical pixel")
    assert now.size() == kept.size(), f"the size of {path.name} has changed"
    off = np.abs(_blocks(now) - _blocks(kept))
    if off.mean() > _MEAN_OFF or off.max() > _WORST_OFF:
        seen = path.with_name(f"{path.stem}.now.png")
        now.save(str(seen))
        pytest.fail(f"{path.name} looks different: by {off.mean():.1f} on average, {off.max():.0f} at most; see {seen}")


def _grabbed(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)


def _blocks(image: QImage) -> npt.NDArray[np.float32]:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.float32)
    size = max(1, image.width() // _BLOCK), max(1, image.height() // _BLOCK)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
