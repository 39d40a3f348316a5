"""Finds the parts of a window as its users do: by what a screen reader calls them, or by what is written on them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QObject)


def find(parent: QWidget, kind: type[W], name: str) -> W:
    """The one child of this kind with this accessible name or object name, or else with this text.

    In a text, the `&` of a mnemonic and a final `…` are ignored.
    """
    children = parent.findChildren(kind)
    found = [child for child in children if name in (_spoken(child), child.objectName())]
    found = found or [child for child in children if name == _written(child)]
    assert len(found) == 1, f"{len(found)} children of the type {kind.__name__} are called “{name}”: {_known(children)}"
    return found[0]


def only(parent: QWidget, kind: type[W]) -> W:
    """The one child of this kind."""
    (child,) = parent.findChildren(kind)
    return child


def _spoken(child: QObject) -> str:
    return child.accessibleName() if isinstance(child, QWidget) else ""


def _written(child: QObject) -> str:
    text = getattr(child, "text", None)
    return str(text()).replace("&", "").removesuffix("…") if callable(text) else ""


def _known(children: list[W]) -> list[tuple[str, str, str]]:
    return [(_spoken(child), child.objectName(), _written(child)) for child in children]
