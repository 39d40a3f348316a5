"""What the product is called, and where the files lie that come with it."""

from __future__ import annotations

from importlib import metadata, resources
from pathlib import Path

NAME = "hopenet-studio"
"""The package, the command, and the folders for settings, logs and models."""

TITLE = "Hopenet Studio"


def version() -> str:
    """The installed version; empty if the package's metadata is missing."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return ""


def _folder(name: str) -> Path:
    """A wheel carries these folders inside the package; in a checkout they are at the top."""
    package = Path(str(resources.files("app")))
    bundled = package / "bundled" / name
    return bundled if bundled.is_dir() else package.parent / name


ASSETS = _folder("assets")
BUNDLED_WEIGHTS = _folder("weights")
SAMPLE = ASSETS / "sample.mp4"
