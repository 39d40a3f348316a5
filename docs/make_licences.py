"""Writes the tables of docs/licences.md from app/licences/known.toml.

python docs/make_licences.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.licences.installed import known

PAGE = Path(__file__).with_name("licences.md")
BEGIN, END = "<!-- made by docs/make_licences.py -->", "<!-- end of what docs/make_licences.py made -->"


def page(text: str) -> str:
    """The page with its tables made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n\n" + "\n".join(_tables()) + "\n\n" + END + after


def _tables() -> Iterator[str]:
    packages: dict[str, dict[str, Any]] = known()["distribution"]
    yield "| package | its own code | with the libraries in it | note |"
    yield "| --- | --- | --- | --- |"
    for name, entry in packages.items():
        if "whole" in entry or "note" in entry:
            yield f"| {name} | {entry['licence']} | {entry.get('whole', 'the same')} | {entry.get('note', '')} |"
    yield ""
    yield "All other packages have one licence and nothing else in them:"
    yield ""
    yield "| licence | packages |"
    yield "| --- | --- |"
    plain = {name: entry["licence"] for name, entry in packages.items() if not {"whole", "note"} & set(entry)}
    for licence in sorted(set(plain.values())):
        yield f"| {licence} | {', '.join(name for name, its in plain.items() if its == licence)} |"
    yield ""
    yield "The libraries of others that are files of these packages:"
    yield ""
    yield "| library | licence | source |"
    yield "| --- | --- | --- |"
    for library in sorted(known()["library"], key=lambda entry: str(entry["name"]).lower()):
        yield f"| {library['name']} | {library['licence']} | <{library['source']}> |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
