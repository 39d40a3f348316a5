"""Writes Qt's own messages to the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QLoggingCategory, QMessageLogContext, QtMsgType, qInstallMessageHandler

LOG = logging.getLogger("Qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

NOISE: tuple[tuple[str, str], ...] = (
    # Platforms without a window manager (offscreen) cannot raise windows, grab keys or limit sizes. The window works.
    ("", "This plugin does not support "),
    # There is no sound server. The button for sound says that no device was found.
    ("", "PulseAudioService: "),
)
"""Category and beginning of the messages that are dropped, because neither the user nor the program can act on them."""

_RULES = "qt.multimedia.symbolsresolver=false"
"""Qt does not compose these messages at all. They say that an optional library such as PipeWire is missing, and come
while the system's loader loads Qt's library for sound. To log them, Python would have to run inside the loader, for
which other threads may be waiting while they hold Python's lock: a deadlock."""


@contextmanager
def qt_messages_in_log() -> Iterator[None]:
    """Within the block, Qt's messages go to the logger “Qt” with their level and category.

    Debug messages are off in Qt, unless the environment variable QT_LOGGING_RULES turns them on. They are then written
    to the window's log as well.
    """
    level_before = LOG.level
    LOG.setLevel(logging.DEBUG)
    QLoggingCategory.setFilterRules(_RULES)
    before = qInstallMessageHandler(_log)
    try:
        yield
    finally:
        QLoggingCategory.setFilterRules("")
        qInstallMessageHandler(before)
        LOG.setLevel(level_before)


def _log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    category = "" if context.category in (None, "default") else context.category
    if any(category == where and message.startswith(beginning) for where, beginning in NOISE):
        return
    LOG.log(_LEVELS[kind], "%s%s", f"{category}: " if category else "", message)
