"""Presets: settings of exports under names that the user chose, in a file beside the window's settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.atomic_files import replacing, writing
from app.export.export_settings import ExportSettings
from app.export.plain_values import plain, restored
from app.preferences import preferences_path
from app.threads.workers import Monitor, synchronized

LOG = logging.getLogger(__name__)

Presets = Mapping[str, ExportSettings]


def presets_path() -> Path:
    return preferences_path().with_name("export-presets.json")


def read_presets(path: Path) -> Presets:
    """The presets in a file, by name; none if there is no file. One that cannot be used is left out, and logged."""
    try:
        usable, others = _sorted(_read(path))
    except (OSError, ValueError) as error:
        LOG.warning("The export presets in %s cannot be read: %s", path, error)
        return {}
    for name in others:
        LOG.warning("The export preset “%s” in %s cannot be used.", name, path)
    return usable


def write_presets(presets: Presets, path: Path) -> None:
    """Writes the file completely or not at all. Raises OutputError if it cannot be written.

    What cannot be used in the file that is replaced, such as the presets of a newer version, stays in it. A file that
    cannot be read at all is kept under another name.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _, others = _sorted(_read(path))
        except ValueError:
            others = {}
            path.replace(path.with_name(f"{path.stem}-unreadable{path.suffix}"))
    document = others | {name: plain(settings) for name, settings in presets.items()}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    with replacing(path) as part, writing(path):
        part.write_bytes(f"{text}\n".encode(errors="backslashreplace"))


class PresetFile(Monitor):
    """The file of presets, changed by several windows and threads. Thread: any."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @synchronized
    def read(self) -> Presets:
        return read_presets(self._path)

    @synchronized
    def change(self, change: Callable[[Presets], Presets]) -> Presets:
        """Changes what is in the file now, and returns it as it is then. Raises OutputError if it cannot be written."""
        presets = change(read_presets(self._path))
        write_presets(presets, self._path)
        return presets


def _read(path: Path) -> dict[str, Any]:
    """Raises OSError or ValueError if there is a file that cannot be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if isinstance(document, dict):
        return document
    raise ValueError("it is no list of presets")


def _sorted(document: Mapping[str, Any]) -> tuple[dict[str, ExportSettings], dict[str, Any]]:
    """The presets that can be used, and the others as they are."""
    usable: dict[str, ExportSettings] = {}
    others: dict[str, Any] = {}
    for name, given in document.items():
        try:
            usable[name] = restored(ExportSettings, given)
        except (TypeError, ValueError):
            others[name] = given
    return usable, others
