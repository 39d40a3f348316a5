"""Parts of pages that are made from the code when the site is built, so that they cannot become outdated.

A page has a line `<!-- made from the code: NAME -->` where such a part belongs.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARKER = re.compile(r"^<!-- made from the code: (?P<name>[\w ]+) -->$", re.MULTILINE)


def filled(text: str) -> str:
    """The text with the parts that are made from the code in place of their markers."""
    return MARKER.sub(lambda marker: PARTS[marker["name"]](), text)


@cache
def program_version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        version: str = tomllib.load(file)["project"]["version"]
    return version


# Commands


def commands() -> str:
    """Every command with its options."""
    from app.commands.command import CommandGroup
    from app.commands.table import COMMANDS

    parts: list[str] = []
    for listed in COMMANDS:
        command = listed.load()
        parts.append(f"## {command.name}\n\n{_prose(command.description)}\n")
        if isinstance(command, CommandGroup):
            for inner in command.commands:
                name = f"{command.name} {inner.name}"
                parts += [f"### {name}\n\n{_prose(inner.description)}\n", _options(name, inner.add_arguments)]
        else:
            parts.append(_options(command.name, command.add_arguments))
    return "\n".join(parts)


def _options(name: str, add_arguments: Callable[[argparse.ArgumentParser], None]) -> str:
    """The usage of a command, and a table for each group of its options."""
    parser = argparse.ArgumentParser(prog=f"hopenet-studio {name}", add_help=False)
    add_arguments(parser)
    words = [f"hopenet-studio {name}", *(_shown(action) for action in parser._actions if not action.option_strings)]
    usage = f"```text\n{' '.join(words)} [OPTIONS]\n```\n"
    tables = [
        f"**{group.title}**\n\n{_table(('option', 'meaning'), rows)}"
        for group in parser._action_groups
        if (rows := [_option_row(parser, action) for action in group._group_actions if action.help != _SUPPRESSED])
    ]
    return "\n".join([usage, *tables])


_SUPPRESSED = argparse.SUPPRESS


def _option_row(parser: argparse.ArgumentParser, action: argparse.Action) -> tuple[str, str]:
    text = parser._get_formatter()._expand_help(action) if action.help else ""
    needed = " **Required.**" if action.required and action.option_strings else ""
    return f"`{_shown(action)}`", _prose(text) + needed


def _shown(action: argparse.Action) -> str:
    """An option or an argument as it is typed."""
    if action.metavar is not None:
        value = " ".join(action.metavar) if isinstance(action.metavar, tuple) else action.metavar
    elif action.choices is not None:
        value = "|".join(map(str, action.choices))
    else:
        value = action.dest.upper().replace("_", "-")
    if not action.option_strings:
        return {"*": f"[{value} …]", "+": f"{value} …", "?": f"[{value}]"}.get(str(action.nargs), value)
    names = ", ".join(action.option_strings)
    if action.nargs == 0:
        return names
    return f"{names} {value}{' …' if action.nargs in {'*', '+'} else ''}"


# The window


def menus() -> str:
    """Every menu of the main window, with keys."""
    from app.gui.window.actions import ACTIONS, JUMP, MENUS, PAN, REGION, SAMPLE, SOUND

    return _menus(ACTIONS, (*MENUS, SAMPLE, JUMP, SOUND, PAN, REGION))


def session_menus() -> str:
    """Every menu of the session viewer, with keys."""
    from app.gui.session.actions import _ACTIONS, _MENUS

    return _menus(_ACTIONS, _MENUS)


def _menus(actions: Iterable[object], menus: Iterable[tuple[object, str]]) -> str:
    by_name = {str(getattr(action, "name", "")): action for action in actions}
    parts = []
    for title, names in menus:
        rows = [_action_row(by_name[name]) for name in names.split() if name in by_name]
        parts.append(f"### {_plain(title)}\n\n{_table(('entry', 'keys', 'what it does'), rows)}")
    return "\n".join(parts)


def _action_row(action: object) -> tuple[str, str, str]:
    keys = str(getattr(action, "keys", ""))
    shown = ", ".join(f"`{key}`" for key in keys.split("; ")) if keys else ""
    return _plain(getattr(action, "text", "")), shown, str(getattr(action, "tip", ""))


def _plain(text: object) -> str:
    return str(text).replace("&", "")


def overlays() -> str:
    """What can be drawn on a face."""
    from app.drawing.overlays import OVERLAYS

    rows = [(f"`{overlay.name}`", _plain(overlay.text), f"`{overlay.shortcut}`") for overlay in OVERLAYS]
    return _table(("`--draw`", "in the window", "key"), rows)


# Files


def table_columns() -> str:
    """The columns of a pose table."""
    from app.outputs.rows import IDENTITY_COLUMNS, WRITTEN_COLUMNS

    return _columns((*WRITTEN_COLUMNS, *IDENTITY_COLUMNS))


def openface_columns() -> str:
    from app.outputs.openface import OPENFACE_COLUMNS

    return _columns(OPENFACE_COLUMNS)


def _columns(columns: Iterable[tuple[str, str, str, int | None]]) -> str:
    rows = [(f"`{name}`", "" if unit == "1" else unit, _prose(meaning)) for name, unit, meaning, _ in columns]
    return _table(("column", "unit", "meaning"), rows)


def table_formats() -> str:
    """The formats of pose tables."""
    from app.outputs.tables import FORMATS

    rows = [
        (
            f"`{known.name}`",
            f"`{known.suffix}`" if known.suffix else f"any, with `--table-format {known.name}`",
            known.description,
            "yes" if known.read else "no",
        )
        for known in FORMATS
    ]
    return _table(("format", "extension", "what", "can be opened again"), rows)


def convention() -> str:
    """What the record says about the angles."""
    from app.outputs.rows import convention as stated

    return f"> {stated()}\n"


# Models and findings


def detectors() -> str:
    from detectors import DETECTORS

    rows = [(f"`{kind.name}`", kind.title, f"{kind.default_minimum_score:g}", kind.licence) for kind in DETECTORS]
    return _table(("`--detector`", "in the window", "default of `--min-score`", "licence"), rows)


def findings() -> str:
    """Everything that `doctor` can find and that can be mended, by topic."""
    from app.doctor.texts import TEXTS, TOPICS

    titles: Mapping[str, str] = {"check": "Any check", **TOPICS}
    parts = []
    for topic, title in titles.items():
        rows = [
            (_prose(text.found), _fix(text.fix))
            for name, text in TEXTS.items()
            if name.startswith(f"{topic}.") and text.fix
        ]
        if rows:
            parts.append(f"### {title}\n\n{_table(('what it says', 'what to do'), rows)}")
    return "\n".join(parts)


def _fix(text: str) -> str:
    is_command = text.startswith(("python ", "hopenet-studio ", "sudo "))
    return f"`{text}`" if is_command else _prose(text)


# The library


def library() -> str:
    """The public names of `hopenet` and `detectors`, for Sphinx to read their docstrings."""
    import detectors as detector_library
    import hopenet

    parts = []
    for module in (hopenet, detector_library):
        parts.append(f"## {module.__name__}\n")
        parts += [
            f"### {name}\n\n{_documented(module.__name__, name, getattr(module, name))}" for name in module.__all__
        ]
    return "\n".join(parts)


def _documented(module: str, name: str, value: object) -> str:
    if not str(getattr(value, "__module__", "")).startswith(("hopenet", "detectors")):
        return _constant(module, name, value)
    if isinstance(value, type):
        directive, options = "autoclass", "   :members:\n   :no-index-entry:\n"
    elif callable(value):
        directive, options = "autofunction", ""
    else:
        return _constant(module, name, value)
    return f"```{{eval-rst}}\n.. {directive}:: {module}.{name}\n{options}```\n"


def _constant(module: str, name: str, value: object) -> str:
    """A value that is neither a class nor a function: what it is, and what the string below it in the code says."""
    shown = "NumPy array" if "ndarray" in str(value) else type(value).__name__
    if isinstance(value, tuple | Mapping) and all(isinstance(entry, str) for entry in value):
        shown = f"{shown} of " + ", ".join(f"`{entry}`" for entry in value)
    return f"`{module}.{name}`: {shown}\n\n{_text_below(module, name)}\n"


def _text_below(module: str, name: str) -> str:
    """The string that documents a value, from wherever in the library the value is assigned."""
    pattern = re.compile(rf'^{name}\b[^=\n]*=[^=].*?\n"""(?P<text>.*?)"""$', re.MULTILINE | re.DOTALL)
    for path in sorted((ROOT / module).glob("*.py")):
        code = path.read_text(encoding="utf-8")
        start = re.search(rf"^{name}\b[^=\n]*= ", code, re.MULTILINE)
        found = pattern.match(code[start.start() :].split("\n\n\n")[0].split("\ndef ")[0] + "\n") if start else None
        if found:
            return " ".join(found["text"].split())
    return ""


# Markdown


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def line(cells: Iterable[str]) -> Iterator[str]:
        yield "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"

    lines = [*line(header), *line("---" for _ in header)]
    for row in rows:
        lines += line(row)
    return "\n".join(lines) + "\n"


def _prose(text: str) -> str:
    """Text of the program as Markdown: what looks like markup is shown as it is. Code between backticks stays."""
    parts = text.split("`")
    escaped = [part if place % 2 else re.sub(r"([*_<>\[\]{}#])", r"\\\1", part) for place, part in enumerate(parts)]
    return "`".join(escaped)


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "menus": menus,
    "session menus": session_menus,
    "overlays": overlays,
    "table columns": table_columns,
    "table formats": table_formats,
    "openface columns": openface_columns,
    "convention": convention,
    "detectors": detectors,
    "findings": findings,
    "library": library,
}
"""By the names in the markers."""
