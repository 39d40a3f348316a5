"""`doctor`: what works on this computer, what does not, and how to fix it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from app import product
from app.commands.command import Command
from app.doctor.finding import as_json
from app.doctor.report_text import marks_for, text_lines
from app.doctor.running import examine


@dataclass(frozen=True, slots=True)
class DoctorArguments:
    """`as_json`: print the report for programs. `online`: also try the addresses of the models."""

    as_json: bool
    online: bool

    @classmethod
    def from_namespace(cls, namespace: argparse.Namespace) -> DoctorArguments:
        return cls(namespace.json, namespace.online)


def run(arguments: DoctorArguments) -> int:
    """Prints the report; 1 if something that is needed does not work."""
    report = examine(online=arguments.online)
    if arguments.as_json:
        print(json.dumps(as_json(report), indent=2, ensure_ascii=False))
    else:
        encoding = sys.stdout.encoding if sys.stdout is not None else None
        print("\n".join(text_lines(report, marks_for(encoding))))
    return 0 if report.works else 1


def run_alone(arguments: Sequence[str]) -> int:
    """As the command, where the rest of the command line cannot be imported."""
    parser = argparse.ArgumentParser(prog=f"{product.NAME} doctor", description=COMMAND.description)
    _add_arguments(parser)
    words = [word for word in arguments if word not in {"doctor", "-v", "--verbose"}]
    return run(DoctorArguments.from_namespace(parser.parse_args(words)))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the report as JSON, for programs")
    parser.add_argument(
        "--online", action="store_true", help="also try whether the hosts answer that models are downloaded from"
    )


COMMAND = Command(
    name="doctor",
    description="Checks what works on this computer: Python, packages, videos, networks, GPU, models, window, sound,\n"
    "cameras, folders. Each line that needs something says what to do. Nothing is sent anywhere.\n"
    "The exit code is 1 if something that is needed does not work.",
    add_arguments=_add_arguments,
    run=lambda namespace: run(DoctorArguments.from_namespace(namespace)),
)
