"""Opens the window, and ends everything after it is closed."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app import logs, product
from app.gui.help.unexpected_errors import UnexpectedErrors
from app.gui.kit import theme
from app.gui.kit.accidents import guard
from app.gui.kit.qt_messages import qt_messages_in_log
from app.gui.kit.qt_names import qt_names_in_steps
from app.gui.kit.ts_translator import TsTranslator
from app.gui.kit.turns import in_turns
from app.gui.state.studio import Studio
from app.gui.window.main_window import MainWindow
from app.parts import PARTS
from app.preferences import Language, Preferences, preferences_path, read_preferences
from app.threads.garbage import all_kept
from app.threads.interrupts import END_SIGNALS
from app.weights import ModelStore

_TRANSLATIONS = Path(__file__).parent / "translations"
_SIGNALS_EVERY_MS = 200
_SWITCH_INTERVAL_S = 0.0005
"""How long the GUI thread waits for Python's lock, at most, for each busy worker. Python's own 5 ms are seen, because a
turn of the event loop asks for the lock several times. An export takes as long with either."""


def open_window(
    source: str | None,
    *,
    snapshot: str | None = None,
    detector: str | None = None,
    verbose: bool = False,
    on_shown: Callable[[MainWindow], object] = lambda _window: None,
) -> int:
    """Shows the window until it is closed. Returns the exit code.

    `source` is opened at once; `snapshot` and `detector` are chosen as if by the menus. `on_shown` gets the window,
    before it is painted for the first time.

    Thread: the main one.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    _forget_opencv_paths()
    logs.start(verbose=verbose)
    window_log = logs.start_window_log()
    PARTS.remove_abandoned()
    try:
        with qt_messages_in_log():
            return _run(_application(), source, snapshot, detector, on_shown)
    finally:
        window_log.close()


def _run(
    application: QApplication,
    source: str | None,
    snapshot: str | None,
    detector: str | None,
    on_shown: Callable[[MainWindow], object],
) -> int:
    preferences = read_preferences(preferences_path())
    theme.apply(application, preferences.scheme)
    application.setWindowIcon(QIcon(str(theme.ICONS / "hopenet-studio.svg")))
    guard(application)
    translators = _install_translators(application, preferences.language)
    with UnexpectedErrors():
        with all_kept():
            studio = Studio(_with(preferences, snapshot, detector), ModelStore.standard)
            window = MainWindow(studio)
        window.show()
        on_shown(window)
        window.find_unfinished()
        if source is not None:
            window.open(source)
        window.hints.show_first()
        in_turns(window, qt_names_in_steps())  # Once the window is visible, for the plots of the first frame.
        try:
            with _signals_close(window):
                return application.exec()
        finally:
            window.close_workers()
            studio.close()
            for translator in translators:
                application.removeTranslator(translator)
            gc.unfreeze()  # Tests open several windows in one process.


def _with(preferences: Preferences, snapshot: str | None, detector: str | None) -> Preferences:
    choice = preferences.choice
    if snapshot is not None:
        choice = replace(choice, snapshot=snapshot)
    if detector is not None:
        choice = replace(choice, detector=replace(choice.detector, name=detector))
    return replace(preferences, choice=choice)


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
    """OpenCV's desktop wheel points Qt to its own plugins and fonts, which belong to an older Qt."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        if f"{os.sep}cv2{os.sep}" in os.environ.get(name, ""):
            del os.environ[name]


def _install_translators(application: QApplication, language: Language) -> list[QTranslator]:
    """Qt's own texts and ours, in the first of the user's languages that we have. English needs no translation."""
    locale = QLocale() if language == "system" else QLocale(language)
    for name in locale.uiLanguages():
        code = name.replace("-", "_")
        ours = _TRANSLATIONS / f"{code}.ts"
        if code.startswith("en"):
            break
        if ours.is_file():
            made: list[QTranslator] = [QTranslator(), TsTranslator(ours)]
            made[0].load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
            for translator in made:
                application.installTranslator(translator)
            return made
    return []


@contextmanager
def _signals_close(window: MainWindow) -> Iterator[None]:
    """Within the block, Ctrl-C, a request to end the process and a closed terminal close the window.

    Python handles signals only while it runs. A timer makes it run even if nothing happens in the window.
    """
    handlers = {number: signal.getsignal(number) for number in END_SIGNALS}
    for number, handler in tuple(handlers.items()):
        if handler is signal.SIG_IGN and number not in (signal.SIGINT, signal.SIGTERM):
            del handlers[number]  # After nohup, the window outlives its terminal.
    for number in handlers:
        signal.signal(number, lambda _number, _frame: window.close_without_asking())
    timer = QTimer(interval=_SIGNALS_EVERY_MS)
    timer.timeout.connect(lambda: None)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        for number, handler in handlers.items():
            signal.signal(number, handler)
