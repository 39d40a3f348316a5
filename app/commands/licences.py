"""`licences`: what the program runs on, under which licences, and their texts for whoever passes it on."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from app.commands.command import Command
from app.licences import Carried, survey, write_texts


def run(*, texts: Path | None, as_json: bool) -> int:
    """Prints the list, or writes the texts; 1 if something that is installed is not in the list."""
    carried = survey()
    if texts is not None:
        lacking = write_texts(carried, texts)
        print(f"The licences of {len(carried)} packages are in {texts}, with an index.")
        if lacking:
            names = ", ".join(library.name for library in lacking)
            print(f"Not in any package, so to be added from their sources: the notices of {names}.")
    elif as_json:
        print(json.dumps([_fields(one) for one in carried], indent=2))
    else:
        print("\n".join(_lines(carried)))
    unknown = [name for one in carried for name in one.unknown]
    if unknown:
        print(f"The licences of these are not known: {', '.join(unknown)}.", file=sys.stderr)
    return 1 if unknown else 0


def _lines(carried: Sequence[Carried]) -> Iterator[str]:
    width = max((len(f"{one.name} {one.version}") for one in carried), default=0)
    for one in carried:
        whole = f"; with the libraries in it: {one.whole}" if one.whole else ""
        yield f"{one.name} {one.version}".ljust(width) + f"  {one.licence or 'unknown'}{whole}"
        for library in one.libraries:
            yield f"    {library.name}: {library.licence or 'unknown'}"


def _fields(one: Carried) -> dict[str, object]:
    return {**asdict(one), "files": [str(file) for file in one.files]}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="write every licence text to a new folder")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


COMMAND = Command(
    name="licences",
    description=(
        "Lists the installed packages that the program needs, with the licences of their own code and of the libraries "
        "inside them. With --texts, writes what has to be passed on with a bundle."
    ),
    add_arguments=_add_arguments,
    run=lambda arguments: run(texts=arguments.texts, as_json=arguments.json),
)
