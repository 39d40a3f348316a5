"""What a command is, and how commands are added to a parser."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the command line.

    `help` is its line in the list of commands, `description` the text above its own options. `add_arguments` adds those
    options to a parser. `run` turns the parsed namespace into the command's own frozen value, does the work, and
    returns the exit code; the namespace goes no further than that.
    """

    name: str
    help: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands that share their first word, such as `weights list`."""

    name: str
    help: str
    description: str
    commands: tuple[Command, ...]


def add_commands(parser: argparse.ArgumentParser, commands: Sequence[Command | CommandGroup]) -> None:
    """Adds commands to a parser, each with -v. After parsing, `namespace.run` is the `run` of the chosen one."""
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog=parser.prog)
    for command in commands:
        own = subparsers.add_parser(command.name, help=command.help, description=command.description)
        add_verbose_argument(own)
        if isinstance(command, CommandGroup):
            add_commands(own, command.commands)
        else:
            command.add_arguments(own)
            own.set_defaults(run=command.run)


def add_verbose_argument(parser: argparse.ArgumentParser) -> None:
    # Suppressed, because a default here would override a -v that comes before the command's name.
    parser.add_argument(
        "-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="print what happens in more detail"
    )
