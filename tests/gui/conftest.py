"""What tests of the window share: a platform, leak checks, and pictures of panels."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    # Before there is a QApplication, and only where nobody chose a platform.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
import shiboken6
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtGui import QFont, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from app.gui.kit import theme
from app.gui.state.live_view import LiveView
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences, read_preferences
from app.weights import ModelStore

PICTURES = Path(__file__).parent / "pictures"
FONT, FONT_PX = "DejaVu Sans", 13
_BLOCK = 4
_MEAN_OFF, _WORST_OFF = 1.5, 48.0
_THREADS_END_WITHIN_S = 5.0


def pytest_addoption(parser: pytest.Parser) -> None:
    # Known only where the tests of this folder are named: pytest tests/gui --update-pictures
    parser.addoption("--update-pictures", action="store_true", help="keep what the panels look like now")


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that leaves a thread, a running timer or a window behind."""
    threads, windows = set(threading.enumerate()), set(_windows(qapp))
    started: WeakSet[QTimer] = WeakSet()
    start = QTimer.start

    def watched_start(timer: QTimer, *interval: Any) -> None:
        started.add(timer)
        start(timer, *interval)

    monkeypatch.setattr(QTimer, "start", watched_start)
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for thread in set(threading.enumerate()) - threads:
        thread.join(_THREADS_END_WITHIN_S)
    left: list[object] = [thread for thread in threading.enumerate() if thread not in threads]
    left += [timer for timer in started if shiboken6.isValid(timer) and timer.isActive()]
    left += [window for window in _windows(qapp) if window not in windows]
    assert not left, f"these outlive the test: {left}"


class Until:
    """Waits for something to come true while Qt's events are served.

    Unlike `qtbot.wait`, it sleeps in between, so that the workers waited for have their share of Python.
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
        assert came, f"waited {patience_s:.0f} s in vain"


@pytest.fixture
def until() -> Until:
    return Until()


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the window of this test keeps its settings."""
    path = tmp_path / "settings" / "settings.toml"
    monkeypatch.setenv("HOPENET_SETTINGS", str(path))
    return path


@pytest.fixture
def end_window(qapp: QApplication) -> Callable[[MainWindow], None]:
    """Closes a window as the program does at its end."""

    def end(window: MainWindow) -> None:
        window.close()
        window.close_workers()
        window.live_view.close()
        qapp.processEvents()  # What the workers still told; nobody is there any more to tell.
        window.deleteLater()
        window.live_view.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    return end


@pytest.fixture
def open_window(settings_file: Path, end_window: Callable[[MainWindow], None]) -> Iterator[Callable[..., MainWindow]]:
    """Opens the real window, on the settings that are kept or on those given."""
    made: list[MainWindow] = []

    def make(preferences: Preferences | None = None) -> MainWindow:
        window = MainWindow(LiveView(preferences or read_preferences(settings_file), ModelStore.standard))
        made.append(window)
        window.show()
        return window

    yield make
    for window in made:
        if shiboken6.isValid(window):
            end_window(window)


@pytest.fixture
def window(open_window: Callable[..., MainWindow], blazeface: Path) -> MainWindow:
    """The real window with the quick detector."""
    return open_window(Preferences(detector="mediapipe"))


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Both schemes, one after another, in a font and size of their own."""
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
    """Compares what a widget looks like with what it looked like when the picture was kept.

    Letters are drawn otherwise by every system and version of a font, and antialiasing differs in the last bits. So
    pictures are compared as means of 4 × 4 pixels, in one font of one size; where that font is absent, text is of
    another width and nothing can be said: the test is skipped.
    """
    if request.config.getoption("--update-pictures", default=False):
        return lambda widget, name: _keep(widget, PICTURES / f"{name}-{scheme}.png")
    if QFontInfo(QApplication.font()).family() != FONT:
        pytest.skip(f"pictures are kept in {FONT}, which this machine lacks")
    return lambda widget, name: _compare(widget, PICTURES / f"{name}-{scheme}.png")


def _keep(widget: QWidget, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    assert _grabbed(widget).save(str(path))


def _compare(widget: QWidget, path: Path) -> None:
    kept, now = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888), _grabbed(widget)
    assert not kept.isNull(), f"there is no {path.name}: run pytest tests/gui --update-pictures, and look at it"
    if now.devicePixelRatio() != 1:
        pytest.skip("pictures are kept at one device pixel for each logical one")
    assert now.size() == kept.size(), f"{path.name} has another size now"
    off = np.abs(_blocks(now) - _blocks(kept))
    if off.mean() > _MEAN_OFF or off.max() > _WORST_OFF:
        seen = path.with_name(f"{path.stem}.now.png")
        now.save(str(seen))
        pytest.fail(f"{path.name} looks otherwise: {off.mean():.1f} on average, {off.max():.0f} at worst; see {seen}")


def _grabbed(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)


def _blocks(image: QImage) -> np.ndarray[Any, np.dtype[np.float32]]:
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = pixels[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.float32)
    size = max(1, image.width() // _BLOCK), max(1, image.height() // _BLOCK)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)


def _windows(application: QApplication) -> list[QWidget]:
    """Those a user would call windows, and whatever else is to be seen."""
    return [
        widget for widget in application.topLevelWidgets() if widget.isVisible() or isinstance(widget, _WINDOW_KINDS)
    ]


_WINDOW_KINDS = (QMainWindow, QDialog)
