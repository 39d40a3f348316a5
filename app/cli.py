"""The command line: commands, exit codes, and how failures are told."""

from __future__ import annotations

import argparse
import ctypes
import difflib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app import logs, product
from app.commands.annotate import add_annotate_command
from app.commands.benchmark import add_benchmark_command
from app.commands.demo import add_demo_command
from app.commands.evaluate import add_evaluate_command
from app.commands.lists import add_lists_command
from app.commands.train import add_train_command
from app.commands.weights import add_weights_command
from app.errors import Cancelled, StudioError, UsageError
from app.models.opening import AUTO
from app.video.live import is_live
from app.video.streams import PROTOCOLS
from detectors import DETECTORS

EXIT_FAILED = 2

_COMMANDS = (
    add_demo_command,
    add_annotate_command,
    add_evaluate_command,
    add_train_command,
    add_weights_command,
    add_benchmark_command,
    add_lists_command,
)
_WINDOW_USAGE = f"{product.NAME} [SOURCE] [--snapshot NAME|FILE] [--detector NAME]"


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How the window is to begin."""

    source: str | None
    snapshot: str | None
    detector: str | None
    verbose: bool


def is_command(arguments: Sequence[str]) -> bool:
    """Whether these are for the command line, not for the window."""
    if {"-h", "--help", "--version"} & set(arguments):
        return True
    first = next((word for word in arguments if word not in ("-v", "--verbose")), None)
    return first in _names()


def window_options(arguments: Sequence[str]) -> WindowOptions | None:
    """What the window is to show; None, with the reason on the error stream, where it cannot be opened."""
    request = argparse.ArgumentParser(prog=product.NAME, usage=_WINDOW_USAGE)
    request.add_argument("source", nargs="?", type=lambda word: word or None)
    request.add_argument("--snapshot")
    request.add_argument("--detector")
    request.add_argument("-v", "--verbose", action="store_true")
    args = request.parse_args(arguments)
    error = _source_refusal(args.source) or _detector_refusal(args.detector) or _display_refusal()
    if error is not None:
        print(f"{product.NAME}: {error}", file=sys.stderr)
        return None
    source = args.source
    if source is not None and not is_live(source):
        source = str(Path(source).absolute())  # It is remembered, and the next start may be in another folder.
    return WindowOptions(source, args.snapshot, args.detector, args.verbose)


def _source_refusal(source: str | None) -> UsageError | None:
    if source is None or is_live(source) or Path(source).exists():
        return None
    if "://" in source:
        known = ", ".join(f"{protocol}://" for protocol in PROTOCOLS)
        return UsageError(f"The address “{source}” cannot be watched.", advice=f"Use one of {known}.")
    near = difflib.get_close_matches(source, _names(), n=1)
    advice = f"Did you mean the command {near[0]}?" if near else "Check the name, or see --help for the commands."
    return UsageError(f"There is no file “{source}”.", advice=advice)


def _detector_refusal(name: str | None) -> UsageError | None:
    names = (AUTO, *(kind.name for kind in DETECTORS if not kind.needs_boxes))
    if name is None or name in names:
        return None
    return UsageError(f"There is no detector “{name}” to begin with.", advice=f"There are {', '.join(names)}.")


def _display_refusal() -> UsageError | None:
    if not sys.platform.startswith("linux"):
        return None
    platform, display = os.environ.get("QT_QPA_PLATFORM", ""), os.environ.get("DISPLAY", "")
    advice = "Commands need none: see --help, or try demo."
    if not (platform or display or os.environ.get("WAYLAND_DISPLAY")):
        return UsageError("The window needs a display, and none is set.", advice=advice)
    needs_x = platform.startswith("xcb") or not (platform or os.environ.get("WAYLAND_DISPLAY"))
    if needs_x and not _x_answers():
        return UsageError(f"The window needs a display, and “{display}” does not answer.", advice=advice)
    return None


def _x_answers() -> bool:
    """Whether the X display can be connected to. Qt would end the program without a word where it cannot."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt's own message says which library is missing.
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def _names() -> tuple[str, ...]:
    return tuple(add.__name__.removeprefix("add_").removesuffix("_command") for add in _COMMANDS)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit code: 0, or 2 where something failed that a user can act on.

    Raises KeyboardInterrupt and Cancelled where the user stopped it.
    """
    args = parser().parse_args(arguments)
    logs.start(verbose=args.verbose)
    try:
        outcome: int = args.run(args)
    except Cancelled:
        raise
    except StudioError as error:
        print(f"{product.NAME}: {error}", file=sys.stderr)
        return EXIT_FAILED
    return outcome


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog=product.NAME,
        usage=f"{_WINDOW_USAGE}\n       {product.NAME} COMMAND …",
        description="Which way is each head turned? Head pose from videos and cameras, after Hopenet. Without a "
        "command the window opens. SOURCE is a video, a picture, a folder, camera:0, an address (rtsp://, http://, "
        "tcp://) or synthetic, a camera that needs no hardware.",
    )
    top.add_argument("--version", action="version", version=product.version())
    top.add_argument("-v", "--verbose", action="store_true", help="tell more of what happens")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in _COMMANDS:
        add(commands)
    return top
