"""Anybody who builds the packages from the same files gets the same bytes, wherever and whenever they do."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.e2e.program import ROOT

pytestmark = pytest.mark.slow

EPOCH = "1767225600"
"""Any time will do, as long as it is the same: releases take that of the tagged commit."""


def built(folder: Path, out: Path) -> dict[str, str]:
    """The SHA-256 of the source distribution and of the wheel that are built from `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def test_packages_built_twice_are_equal_bit_by_bit(tmp_path: Path) -> None:
    first = built(ROOT, tmp_path / "first")
    (archive,) = (tmp_path / "first").glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        names = sources.getnames()
        sources.extractall(tmp_path, filter="data")
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    for path in unpacked.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert built(unpacked, tmp_path / "second") == first
    assert not [name for name in names if "cache" in name.split("/")[1].lower()], "what tools leave is no source"
