"""The command line: its commands, exit codes and error messages, and the arguments of the window."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app import logs, product
from app.commands import table
from app.commands.command import ListedCommand, add_commands, add_verbose_argument
from app.display import x_responds
from app.doctor.system_libraries import XCB, command_for, missing
from app.errors import Cancelled, StudioError, UsageError
from app.outputs.collisions import is_there
from app.parts import PARTS

EXIT_FAILED = 2

_VERBOSE = frozenset({"-v", "--verbose"})
_ABOUT = frozenset({"-h", "--help", "--version"})
_WINDOW_USAGE = f"{product.NAME} [SOURCE] [--snapshot NAME|FILE] [--detector NAME]"
_DESCRIPTION = """\
Measures head pose (yaw, pitch, roll) in videos, pictures and live cameras.
Without a command, the window opens.

SOURCE is a video, a picture, a folder of pictures, a pose table (which opens
its session), camera:0, an address (rtsp://, http://, tcp://), or synthetic, a
simulated camera. --snapshot and --detector choose what the window starts with."""


@dataclass(frozen=True, slots=True)
class WindowArguments:
    """What the window starts with; None leaves the choice to the preferences."""

    source: str | None
    snapshot: str | None
    detector: str | None
    verbose: bool

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> WindowArguments:
        from app.video.live_addresses import is_live

        source: str | None = namespace.source
        if source is not None and not is_live(source):
            source = str(Path(source).absolute())  # It is remembered, and the next start may be in another folder.
        return cls(source, namespace.snapshot, namespace.detector, verbose="verbose" in namespace)


def is_command(arguments: Sequence[str]) -> bool:
    """Whether these are arguments of the command line rather than of the window."""
    return _named_command(arguments) is not None or bool(_ABOUT & set(arguments))


def import_command(arguments: Sequence[str]) -> None:
    """Imports what the command that these arguments name needs; nothing for those that ask for help."""
    command = _named_command(arguments)
    if command is not None:
        command.load()


def _named_command(arguments: Sequence[str]) -> ListedCommand | None:
    first = next((word for word in arguments if word not in _VERBOSE), None)
    return next((command for command in table.COMMANDS if command.name == first), None)


def window_arguments(arguments: Sequence[str]) -> WindowArguments | None:
    """The arguments of the window; None, with the reason on the error stream, if the window cannot be opened."""
    parser = argparse.ArgumentParser(prog=product.NAME, usage=_WINDOW_USAGE)
    parser.add_argument("source", nargs="?", type=lambda word: word or None)
    parser.add_argument("--snapshot")
    parser.add_argument("--detector")
    add_verbose_argument(parser)
    # Before the options are parsed: those of a misspelt command are unknown here.
    first = next((word for word in arguments if word not in _VERBOSE), "-")
    error = None if first.startswith("-") else _source_error(first)
    if error is not None:
        print(f"{product.NAME}: {error}", file=sys.stderr)
        return None
    namespace = parser.parse_args(arguments)
    error = _source_error(namespace.source) or _detector_error(namespace.detector) or _display_error()
    if error is not None:
        print(f"{product.NAME}: {error}", file=sys.stderr)
        return None
    return WindowArguments.from_namespace(namespace)


def _source_error(source: str | None) -> UsageError | None:
    from app.video.live_addresses import is_live
    from app.video.streams import PROTOCOLS, without_password

    if not source or is_live(source) or is_there(Path(source)):
        return None
    if "://" in source:
        supported = ", ".join(f"{protocol}://" for protocol in PROTOCOLS)
        return UsageError(f"Unsupported address: “{without_password(source)}”.", advice=f"Supported: {supported}.")
    names = [command.name for command in table.COMMANDS]
    near = difflib.get_close_matches(source.lower(), names, n=1)
    advice = f"Did you mean the command “{near[0]}”?" if near else "Check the name, or list the commands with --help."
    return UsageError(f"There is no file “{source}”.", advice=advice)


def _detector_error(name: str | None) -> UsageError | None:
    from app.settings import AUTO
    from detectors import DETECTORS

    names = (AUTO, *(kind.name for kind in DETECTORS if not kind.needs_boxes))
    if name is None or name in names:
        return None
    return UsageError(f"Unknown detector “{name}”.", advice=f"Choose one of: {', '.join(names)}.")


def _display_error() -> UsageError | None:
    if not sys.platform.startswith("linux"):
        return None
    platform, display = os.environ.get("QT_QPA_PLATFORM", ""), os.environ.get("DISPLAY", "")
    advice = f"Commands work without one: try “{product.NAME} demo”, or see --help."
    if not (platform or display or os.environ.get("WAYLAND_DISPLAY")):
        return UsageError("The window needs a display, but none is set.", advice=advice)
    needs_x = platform.startswith("xcb") or not (platform or os.environ.get("WAYLAND_DISPLAY"))
    if needs_x and not x_responds():
        return UsageError(f"The window needs a display, but “{display}” does not respond.", advice=advice)
    lacking = missing(XCB) if needs_x else []
    if lacking:  # Qt would end the program.
        return UsageError(
            f"The window needs libraries of the system that are missing: {', '.join(lacking)}.",
            advice=f"To install them: {command_for(lacking)}",
        )
    return None


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code: 0, or 2 for a failure that the user can act on.

    Raises KeyboardInterrupt or Cancelled if the user stopped it.
    """
    if _named_command(arguments) is None:
        arguments = [word for word in arguments if word in _ABOUT]  # Help is given with a window's arguments too.
    namespace = parser().parse_args(arguments)
    logs.start(verbose="verbose" in namespace)
    PARTS.remove_abandoned()
    try:
        code: int = namespace.run(namespace)
    except Cancelled:
        raise
    except StudioError as error:
        print(f"{product.NAME}: {error}", file=sys.stderr)
        return EXIT_FAILED
    except PermissionError as error:
        if error.filename is None:
            raise
        print(f"{product.NAME}: {error.filename} cannot be accessed: permission denied.", file=sys.stderr)
        return EXIT_FAILED
    return code


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog=product.NAME,
        usage=f"{_WINDOW_USAGE}\n       {product.NAME} COMMAND …",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_DESCRIPTION,
        epilog=f"“{product.NAME} COMMAND --help” describes a command.",
    )
    top.add_argument("--version", action="version", version=product.version(), help="show the version and exit")
    add_verbose_argument(top)
    add_commands(top, table.COMMANDS)
    return top
