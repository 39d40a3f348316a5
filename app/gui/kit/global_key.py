"""A key that is heard while another program has the keyboard, such as a game: on X11 and on Windows.

Wayland and macOS let no program listen to keys that are meant for others, at least not without special permissions.
"""

from __future__ import annotations

import ctypes
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtGui import QGuiApplication

from app.errors import StudioError
from app.threads.workers import Worker

_CONTROL, _ALT = 1, 2


@dataclass(frozen=True, slots=True)
class _Key:
    """The modifiers, the X11 keysym and the virtual key code of Windows."""

    modifiers: int
    keysym: int
    windows: int


_KEYS = {
    "Ctrl+Alt+N": _Key(_CONTROL | _ALT, 0x6E, 0x4E),
    "F8": _Key(0, 0xFFC5, 0x77),
    "F9": _Key(0, 0xFFC6, 0x78),
    "F12": _Key(0, 0xFFC9, 0x7B),
    "Pause": _Key(0, 0xFF13, 0x13),
}
KEYS = tuple(_KEYS)
"""The keys that can be chosen."""


class Listening(Protocol):
    def close(self) -> None:
        """Ends the thread that listens, and waits for it."""
        ...


def can_listen() -> bool:
    """Whether this system has such keys."""
    return sys.platform == "win32" or QGuiApplication.platformName() == "xcb"


def listen(key: str, pressed: Callable[[], object]) -> Listening:
    """Calls `pressed` in a thread whenever the key is pressed. `key` is one of KEYS.

    Raises StudioError if another program has the key, or the system has no such keys.
    """
    if not can_listen():
        raise StudioError("This system does not let programs listen to keys while another one is used.")
    return _WindowsKey(key, pressed) if sys.platform == "win32" else _XKey(key, pressed)


def _taken(key: str) -> StudioError:
    return StudioError(f"The key {key} is in use by another program.", advice="Choose another one.")


if sys.platform == "win32":
    _HOT_KEY, _QUIT = 0x0312, 0x0012
    _NO_REPEAT = 0x4000

    class _WindowsKey:
        """Windows sends the key's presses to the thread that has registered it."""

        def __init__(self, key: str, pressed: Callable[[], object]) -> None:
            from app.threads.workers import DeferredCall

            self._key, self._pressed = key, pressed
            self._registered: DeferredCall[int] = DeferredCall(self._register)
            self._worker = Worker("global key", self._run)
            self._thread = self._registered.result()

        def close(self) -> None:
            ctypes.windll.user32.PostThreadMessageW(self._thread, _QUIT, 0, 0)
            self._worker.join()

        def _register(self) -> int:
            key = _KEYS[self._key]
            modifiers = (2 if key.modifiers & _CONTROL else 0) | (1 if key.modifiers & _ALT else 0) | _NO_REPEAT
            if not ctypes.windll.user32.RegisterHotKey(None, 1, modifiers, key.windows):
                raise _taken(self._key)
            thread: int = ctypes.windll.kernel32.GetCurrentThreadId()
            return thread

        def _run(self) -> None:
            from ctypes import wintypes

            self._registered()
            message = wintypes.MSG()
            while ctypes.windll.user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                if message.message == _HOT_KEY:
                    self._pressed()


else:

    class _WindowsKey:
        """Only on Windows."""

        def __init__(self, key: str, pressed: Callable[[], object]) -> None:
            raise NotImplementedError

        def close(self) -> None:
            raise NotImplementedError


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.POINTER(ctypes.c_uint32)), ("remaining", ctypes.c_int), ("index", ctypes.c_int))


_X_CONTROL, _X_ALT = 1 << 2, 1 << 3
_X_LOCKS = (0, 1 << 1, 1 << 4, 1 << 1 | 1 << 4)
"""A grab is for one set of modifiers only, and Caps Lock and Num Lock are modifiers."""

_X_ASYNCHRONOUS, _X_KEY_PRESS = 1, 2


class _XKey:
    """Has a connection of its own to the X server, because Qt's belongs to Qt."""

    def __init__(self, key: str, pressed: Callable[[], object]) -> None:
        self._pressed = pressed
        self._xcb, self._symbols, self._c = _libraries()
        self._connection = self._xcb.xcb_connect(None, None)
        try:
            self._grab(key)
        except BaseException:
            self._xcb.xcb_disconnect(self._connection)
            raise
        self._end, self._ended = socket.socketpair()
        self._worker = Worker("global key", self._run)

    def close(self) -> None:
        self._end.close()
        self._worker.join()
        self._ended.close()
        self._xcb.xcb_disconnect(self._connection)  # Which also gives the key back.

    def _grab(self, key: str) -> None:
        if self._xcb.xcb_connection_has_error(self._connection):
            raise StudioError("The X server does not accept another connection.")
        root = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._connection)).data[0]
        modifiers = _KEYS[key].modifiers
        wanted = (_X_CONTROL if modifiers & _CONTROL else 0) | (_X_ALT if modifiers & _ALT else 0)
        for code in self._codes(_KEYS[key].keysym):
            for locks in _X_LOCKS:
                asked = self._xcb.xcb_grab_key_checked(
                    self._connection, 1, root, wanted | locks, code, _X_ASYNCHRONOUS, _X_ASYNCHRONOUS
                )
                error = self._xcb.xcb_request_check(self._connection, asked)
                if error:
                    self._c.free(error)
                    raise _taken(key)

    def _codes(self, keysym: int) -> list[int]:
        """The codes of the keys that have this symbol on the present keyboard."""
        symbols = self._symbols.xcb_key_symbols_alloc(self._connection)
        found = self._symbols.xcb_key_symbols_get_keycode(symbols, keysym)
        codes: list[int] = []
        while found and found[len(codes)]:
            codes.append(found[len(codes)])
        self._c.free(found)
        self._symbols.xcb_key_symbols_free(symbols)
        if not codes:
            raise StudioError("The keyboard does not have this key.", advice="Choose another one.")
        return codes

    def _run(self) -> None:
        connection = self._xcb.xcb_get_file_descriptor(self._connection)
        while True:
            ready, _, _ = select.select([connection, self._ended], [], [])
            if self._ended in ready or self._xcb.xcb_connection_has_error(self._connection):
                return
            while event := self._xcb.xcb_poll_for_event(self._connection):
                kind = ctypes.cast(event, ctypes.POINTER(ctypes.c_uint8))[0] & 0x7F
                self._c.free(event)
                if kind == _X_KEY_PRESS:
                    self._pressed()


def _libraries() -> tuple[Any, Any, Any]:
    """libxcb and libxcb-keysyms, which Qt needs on X11 as well, and the C library."""
    pointer, number = ctypes.c_void_p, ctypes.c_uint
    try:
        xcb, symbols = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL("libxcb-keysyms.so.1")
    except OSError as error:
        raise StudioError(f"Keys of other programs cannot be heard: {error}.") from error
    c = ctypes.CDLL(None)
    types: tuple[tuple[Any, str, Any, list[Any]], ...] = (
        (xcb, "xcb_connect", pointer, [ctypes.c_char_p, pointer]),
        (xcb, "xcb_connection_has_error", ctypes.c_int, [pointer]),
        (xcb, "xcb_get_setup", pointer, [pointer]),
        (xcb, "xcb_setup_roots_iterator", _Screens, [pointer]),
        (
            xcb,
            "xcb_grab_key_checked",
            _Cookie,
            [pointer, ctypes.c_uint8, ctypes.c_uint32, ctypes.c_uint16, *[ctypes.c_uint8] * 3],
        ),
        (xcb, "xcb_request_check", pointer, [pointer, _Cookie]),
        (xcb, "xcb_get_file_descriptor", ctypes.c_int, [pointer]),
        (xcb, "xcb_poll_for_event", pointer, [pointer]),
        (xcb, "xcb_disconnect", None, [pointer]),
        (symbols, "xcb_key_symbols_alloc", pointer, [pointer]),
        (symbols, "xcb_key_symbols_get_keycode", ctypes.POINTER(ctypes.c_uint8), [pointer, number]),
        (symbols, "xcb_key_symbols_free", None, [pointer]),
        (c, "free", None, [pointer]),
    )
    for library, name, result, arguments in types:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return xcb, symbols, c
