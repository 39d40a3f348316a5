"""Can the window open, and can it play and record sound?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from app.display import x_responds
from app.doctor.finding import Finding
from app.doctor.packages import broken, one_line
from app.doctor.process import busy_with
from app.doctor.requirements import declared, installed_version
from app.doctor.system_libraries import SOUND, WINDOW, XCB, command_for, missing, named_in

_PLUGIN_PATHS = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")


def window() -> Iterator[Finding]:
    lacking = missing(WINDOW)
    display = _display()
    if display == "xcb":
        lacking += missing(XCB)
    if lacking:
        yield Finding("window.library", "failed", {"libraries": ", ".join(lacking), "command": command_for(lacking)})
        return
    for variable in _PLUGIN_PATHS:
        if os.environ.get(variable):
            yield Finding("window.plugin-path", "warning", {"variable": variable, "value": os.environ[variable]})
    if not display:
        yield Finding("window.no-display", "warning")
    elif display == "xcb" and not x_responds():
        yield Finding("window.no-answer", "warning", {"display": os.environ.get("DISPLAY", "")})
        display = ""
    if not display:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    yield from _qt(display)


def sound() -> Iterator[Finding]:
    needs = declared()
    try:
        with busy_with("QtMultimedia"):
            from PySide6.QtMultimedia import QMediaDevices
    except Exception as error:  # noqa: BLE001 — a damaged package may raise anything
        reason = one_line(error)
        library = named_in(reason)
        command = command_for([library]) if library else f'python -m pip install "{needs.of("PySide6")}"'
        if installed_version("PySide6"):  # Otherwise that is said elsewhere.
            yield Finding("sound.missing", "warning", {"reason": library or reason, "command": command})
        return
    lacking = missing(SOUND)
    if len(lacking) == len(SOUND):
        yield Finding("sound.missing", "warning", {"reason": ", ".join(lacking), "command": command_for(lacking[:1])})
        return
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QCoreApplication

    # Counts only: headphones have the names of their owners.
    with busy_with("QtMultimedia"):
        application = QCoreApplication([])
        outputs, inputs = len(QMediaDevices.audioOutputs()), len(QMediaDevices.audioInputs())
        del application
    if outputs or inputs:
        yield Finding("sound.devices", "ok", {"outputs": str(outputs), "inputs": str(inputs)})
    if not outputs:
        yield Finding("sound.no-output", "note")
    if not inputs:
        yield Finding("sound.no-input", "note")


def _qt(display: str) -> Iterator[Finding]:
    """Opens a window that nobody sees, after OpenCV was imported, as the program does."""
    needs = declared()
    yield from _opencv_plugins()
    try:
        with busy_with("PySide6"):
            from PySide6 import __version__
            from PySide6.QtWidgets import QApplication
    except Exception as error:  # noqa: BLE001 — a damaged package may raise anything
        yield broken(error, "PySide6", needs)
        return
    with busy_with("Qt"):
        application = QApplication([])
        platform = application.platformName()
        screens = [
            f"{screen.size().width()} × {screen.size().height()}, {screen.devicePixelRatio():.0%}"
            for screen in application.screens()
        ]
    if display:
        values = {"version": __version__, "platform": platform, "screens": "; ".join(screens) or "no screen"}
        yield Finding("window.qt", "ok", values)
    else:
        yield Finding("window.qt-only", "ok", {"version": __version__})


def _opencv_plugins() -> Iterator[Finding]:
    try:
        with busy_with("cv2"):
            import cv2
    except Exception:  # noqa: BLE001 — that is said among the packages
        return
    folder = Path(cv2.__file__).parent / "qt" / "plugins"
    if folder.is_dir():
        yield Finding("window.plugins", "ok")
    for variable in _PLUGIN_PATHS:  # As the window does: OpenCV sets them to its own.
        if "cv2" in os.environ.get(variable, ""):
            del os.environ[variable]


def _display() -> str:
    """xcb, wayland, or another of Qt's platforms with a screen; empty if there is no display."""
    if not sys.platform.startswith("linux"):
        return "native"
    named = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if named in {"offscreen", "minimal"}:
        return ""
    if named:
        return named
    if os.environ.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "xcb" if os.environ.get("DISPLAY") else ""
