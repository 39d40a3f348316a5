"""Where sources come from and outputs go: this machine's disks."""

from __future__ import annotations

from app.errors import SourceError


def is_address(source: str) -> bool:
    """Whether it is an address such as s3://bucket/talk.mp4, and not a path."""
    return "://" in source


def listed(address: str) -> list[str]:
    raise SourceError(f"“{address}” is an address, not a file.", advice="Download it first, and give its file.")
