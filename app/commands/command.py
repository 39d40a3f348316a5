"""What a command is, and how commands are added to a parser."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of the command line, which its module calls COMMAND.

    `description` is the text above its options. `add_arguments` adds those options to a parser. `run` turns the parsed
    namespace into the command's own frozen value, does the work, and returns the exit code; the namespace goes no
    further than that. `help` is the line of a command in the list of its group; that of others is in
    `app.commands.table`.
    """

    name: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    help: str = ""

    def load(self) -> Command:
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGroup:
    """Commands that share their first word, such as `weights list`."""

    name: str
    description: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class ListedCommand:
    """The name and the line of a command in the list of commands. Its module in `app.commands` has its name, with
    underscores."""

    name: str
    help: str

    def load(self) -> Command | CommandGroup:
        """Imports the command's module."""
        command: Command | CommandGroup = importlib.import_module(f"app.commands.{self.name.replace('-', '_')}").COMMAND
        return command


class _CommandParser(argparse.ArgumentParser):
    """The parser of one command, which gets its options when it is used."""

    load: Callable[[], Command | CommandGroup] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        explain_numbers(self)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        load, self.load = self.load, None
        if load is not None:
            self._complete(load())
        return super().parse_known_args(args, namespace)

    def _complete(self, command: Command | CommandGroup) -> None:
        self.description = command.description
        if isinstance(command, CommandGroup):
            add_commands(self, command.commands)
        else:
            command.add_arguments(self)
            self.set_defaults(run=command.run)


def add_commands(parser: argparse.ArgumentParser, commands: Sequence[Command | ListedCommand]) -> None:
    """Adds commands to a parser, each with -v. After parsing, `namespace.run` is the `run` of the chosen one."""
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog=parser.prog, parser_class=_CommandParser
    )
    for command in commands:
        own = subparsers.add_parser(command.name, help=command.help)
        own.load = command.load
        add_verbose_argument(own)


def explain_numbers(parser: argparse.ArgumentParser) -> None:
    """Lets options that are numbers say so in words if they get something else."""
    parser.register("type", int, _whole_number)
    parser.register("type", float, _number)


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"it must be a whole number, such as 3, not “{text}”") from error


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"it must be a number, such as 0.5, not “{text}”") from error


def add_verbose_argument(parser: argparse.ArgumentParser) -> None:
    # Suppressed, because a default here would override a -v that comes before the command's name.
    parser.add_argument(
        "-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="print what happens in more detail"
    )
