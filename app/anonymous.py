"""Removes the user's name and home folder from texts that leave the program."""

from __future__ import annotations

import getpass
import re
from contextlib import suppress
from pathlib import Path

_SHORTEST_NAME = 3
"""Shorter user names are not removed: one or two letters would match half of the text."""
_NOT_PEOPLE = frozenset({"root", "user", "admin", "app", "python", "test", "home"})


def anonymous(text: str) -> str:
    """The text with the home folder as ~ and the user's name replaced elsewhere."""
    for folder in sorted(_home_folders(), key=len, reverse=True):
        if len(folder) > 1:
            for spelling in (folder, folder.replace("\\", "/"), folder.replace("\\", "\\\\")):
                text = re.sub(re.escape(spelling) + r"(?![\w.-])", "~", text)
    for name in _user_names():
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "‹user›", text)
    return text


def _home_folders() -> set[str]:
    try:
        home = Path.home()
        return {str(home), str(home.resolve())}
    except (OSError, RuntimeError):  # RuntimeError: this user has no home folder.
        return set()


def _user_names() -> list[str]:
    names = {Path(folder).name for folder in _home_folders()}
    with suppress(OSError, KeyError, ImportError):
        names.add(getpass.getuser())
    return [name for name in names if len(name) >= _SHORTEST_NAME and name.lower() not in _NOT_PEOPLE]
