"""The command line: commands, exit codes, and how failures are told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata

from app import logs
from app.commands.annotate import add_annotate_command
from app.commands.benchmark import add_benchmark_command
from app.commands.demo import add_demo_command
from app.commands.evaluate import add_evaluate_command
from app.commands.lists import add_lists_command
from app.commands.train import add_train_command
from app.commands.weights import add_weights_command
from app.errors import Cancelled, StudioError

EXIT_FAILED = 2


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
        print(f"hopenet-studio: {error}", file=sys.stderr)
        return EXIT_FAILED
    return outcome


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="hopenet-studio",
        description="Which way is each head turned? Head pose from films and cameras, after Hopenet.",
    )
    top.add_argument("--version", action="version", version=metadata.version("hopenet-studio"))
    top.add_argument("-v", "--verbose", action="store_true", help="tell more of what happens")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_demo_command(commands)
    add_annotate_command(commands)
    add_evaluate_command(commands)
    add_train_command(commands)
    add_weights_command(commands)
    add_benchmark_command(commands)
    add_lists_command(commands)
    return top
