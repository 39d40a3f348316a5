"""Presets: settings of exports under names that the user chose, in a file beside the window's settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from app.atomic_files import replacing, writing
from app.export.export_settings import ExportSettings
from app.export.plain_values import plain, restored
from app.preferences import preferences_path

LOG = logging.getLogger(__name__)

Presets = Mapping[str, ExportSettings]


def presets_path() -> Path:
    return preferences_path().with_name("export-presets.json")


def read_presets(path: Path) -> Presets:
    """The presets in a file, by name; none if there is no file. One that cannot be used is left out, and logged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        LOG.warning("The export presets in %s cannot be read: %s", path, error)
        return {}
    presets: dict[str, ExportSettings] = {}
    for name, given in document.items() if isinstance(document, dict) else ():
        try:
            presets[name] = restored(ExportSettings, given)
        except (TypeError, ValueError) as error:
            LOG.warning("The export preset “%s” in %s cannot be used: %s", name, path, error)
    return presets


def write_presets(presets: Presets, path: Path) -> None:
    """Writes the file completely or not at all. Raises OutputError if it cannot be written."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({name: plain(settings) for name, settings in presets.items()}, indent=2, ensure_ascii=False)
    with replacing(path) as part, writing(path):
        part.write_bytes(f"{text}\n".encode(errors="backslashreplace"))
