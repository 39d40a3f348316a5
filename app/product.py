"""The product's name and version, and the places of the files that come with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

NAME = "hopenet-studio"
"""Name of the package, of the command, and of the user's folders for settings, logs and models."""

TITLE = "Hopenet Studio"


@cache
def version() -> str:
    """The installed version; empty if the package's metadata is missing. Reading it takes half a millisecond, which
    adds up in a batch of thousands of videos."""
    from importlib import metadata  # It imports what reads e-mails, so only those who ask for the version wait.

    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return ""


def _folder(name: str) -> Path:
    """A folder that a wheel has inside the package, and a checkout at its top."""
    package = Path(__file__).parent
    bundled = package / "bundled" / name
    return bundled if bundled.is_dir() else package.parent / name


ASSETS = _folder("assets")
BUNDLED_WEIGHTS = _folder("weights")
SAMPLE = ASSETS / "sample.mp4"
