"""Starts the window, and ends everything when it is closed."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import logs, product
from app.gui.help.unexpected_errors import UnexpectedErrors
from app.gui.kit import theme
from app.gui.state.live_view import LiveView
from app.gui.window.main_window import MainWindow
from app.preferences import Preferences, preferences_path, read_preferences
from app.weights import ModelStore

_TRANSLATIONS = Path(__file__).parent / "translations"
_ENDS = (signal.SIGINT, signal.SIGTERM)
_SIGNALS_EVERY_MS = 200


def open_window(
    source: str | None, *, snapshot: str | None = None, detector: str | None = None, verbose: bool = False
) -> int:
    """Shows the window until it is closed, and gives the exit code. What is named here is chosen as from the menus.

    Thread: the main one.
    """
    sys.setswitchinterval(0.002)  # The GUI thread waits for Python's lock at most so long for each busy worker.
    _forget_opencv_paths()
    application = _application()
    logs.start(verbose=verbose)
    kept_log = logs.start_window_log()
    preferences = read_preferences(preferences_path())
    theme.apply(application, preferences.scheme)
    translators = _translators(application)
    with UnexpectedErrors():
        live_view = LiveView(_with(preferences, snapshot, detector), ModelStore.standard)
        window = MainWindow(live_view)
        window.show()
        handlers = {number: signal.getsignal(number) for number in _ENDS}
        wakes = _let_signals_through(window)
        if source is not None:
            live_view.open(source)
        try:
            code = application.exec()
        finally:
            wakes.stop()
            for number, handler in handlers.items():
                signal.signal(number, handler)
            window.close_workers()
            live_view.close()
            for translator in translators:
                application.removeTranslator(translator)
            kept_log.close()
    return code


def _with(preferences: Preferences, snapshot: str | None, detector: str | None) -> Preferences:
    changes: dict[str, str] = {}
    if snapshot is not None:
        changes["snapshot"] = snapshot
    if detector is not None:
        changes["detector"] = detector
    return replace(preferences, **changes)  # type: ignore[arg-type]


def _application() -> QApplication:
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QCoreApplication.setOrganizationName(product.NAME)
    QCoreApplication.setApplicationName(product.NAME)
    QGuiApplication.setApplicationDisplayName(product.TITLE)
    QGuiApplication.setDesktopFileName(product.NAME)
    return QApplication(sys.argv[:1])


def _forget_opencv_paths() -> None:
    """OpenCV's desktop wheel points Qt to its own plugins and fonts, of an older Qt: a window of ours needs its own."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if f"{os.sep}cv2{os.sep}" in os.environ.get(name, ""):
            del os.environ[name]


def _translators(application: QApplication) -> list[QTranslator]:
    locale = QLocale()
    installed = []
    for name, folder in (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (product.NAME, str(_TRANSLATIONS)),
    ):
        translator = QTranslator()
        if translator.load(locale, name, "_", folder):
            application.installTranslator(translator)
            installed.append(translator)
    return installed


def _let_signals_through(window: MainWindow) -> QTimer:
    """Ctrl-C and a request to end close the window. Python sees a signal only when it runs, so a timer lets it."""
    for number in _ENDS:
        signal.signal(number, lambda _number, _frame: window.give_up())
    timer = QTimer(interval=_SIGNALS_EVERY_MS)
    timer.timeout.connect(lambda: None)
    timer.start()
    return timer
