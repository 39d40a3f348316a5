"""A small batch, and its outputs by a run that nobody disturbs."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import parser
from tests.batch.videos import write_videos


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six videos of one second in two folders."""
    return write_videos(tmp_path_factory.mktemp("films"), 6)


@pytest.fixture(scope="module")
def undisturbed(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The batch of these videos, by one process that nobody disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed") / "out"
    namespace = parser().parse_args(["batch", str(videos), "-o", str(folder), "--processes", "1"])
    assert namespace.run(namespace) == 0
    return folder
