"""What tests of the window share: a platform, leak checks, and pictures of panels."""

from __future__ import annotations

import os
import sys
import threading
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
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QFont, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from app.gui import theme

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
