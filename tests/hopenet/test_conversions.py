"""Converted snapshots in the cache: damaged, abandoned, out of date, and made by two processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hopenet.conversions import Conversions
from hopenet.estimator import HeadPoseEstimator, plan_load

SHA256 = "12" * 32


def written(content: bytes) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        path.write_bytes(content)

    return save


@pytest.fixture
def kept(tmp_path: Path) -> Conversions:
    made = Conversions(tmp_path)
    made.add(SHA256, written(b"model"))
    return made


def test_what_was_added_is_found_with_its_contents(kept: Conversions) -> None:
    found = kept.find(SHA256)
    assert found is not None
    assert (found.content, found.path.read_bytes()) == (b"model", b"model")
    assert kept.find("34" * 32) is None


@pytest.mark.parametrize("damage", [b"", b"mode", b"modeL", b"model "], ids=["empty", "cut off", "flipped", "longer"])
def test_a_damaged_model_is_not_found_and_is_replaced(kept: Conversions, damage: bytes) -> None:
    (path,) = kept.folder.iterdir()
    path.write_bytes(damage)
    assert kept.find(SHA256) is None
    kept.add(SHA256, written(b"other"))
    found = kept.find(SHA256)
    assert found is not None
    assert found.content == b"other"
    assert list(kept.folder.iterdir()) == [found.path]


def test_two_processes_keep_what_the_other_may_be_reading(kept: Conversions) -> None:
    kept.add(SHA256, written(b"the same, by another process"))
    assert len(list(kept.folder.iterdir())) == 2
    assert kept.find(SHA256) is not None


def test_what_an_ended_process_left_is_removed_and_what_is_being_written_is_not(kept: Conversions) -> None:
    beginning = SHA256[:32]
    left = kept.folder / f"{beginning}-00112233.onnx.44556677.part"
    current = kept.folder / f"{beginning}-8899aabb.onnx.ccddeeff.part"
    older = kept.folder / f"{beginning}-1.onnx"
    for path in (left, current, older):
        path.write_bytes(b"")
    long_ago = time.time() - 7200
    os.utime(left, (long_ago, long_ago))
    os.utime(older, (long_ago, long_ago))
    kept.add(SHA256, written(b"model"))
    assert not left.exists()
    assert not older.exists()
    assert current.exists()


def test_a_failed_conversion_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise ValueError("It cannot be converted.")

    with pytest.raises(ValueError, match="cannot be converted"):
        Conversions(tmp_path).add(SHA256, fail)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_two_processes_convert_at_once_and_a_damaged_conversion_is_made_again(snapshot: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from hopenet.estimator import plan_load;"
        f"plan_load({str(snapshot)!r}, device='cpu', converted_folder=Path({str(tmp_path)!r})).convert()"
    )
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait(300) for process in running] == [0, 0]
    image = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)

    def pose() -> object:
        (estimate,) = HeadPoseEstimator.load(snapshot, device="cpu", converted_folder=tmp_path).estimate(
            image, [(9, 9, 99, 99)]
        )
        return estimate

    expected = pose()
    assert expected is not None
    for path in tmp_path.iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0x40  # in the weights: ONNX Runtime would read it without a word
        path.write_bytes(content)
    assert plan_load(snapshot, device="cpu", converted_folder=tmp_path).needs_conversion
    assert pose() == pytest.approx(expected)
    assert not plan_load(snapshot, device="cpu", converted_folder=tmp_path).needs_conversion


@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_a_file_that_changes_between_check_and_use_is_refused(snapshot: Path, tmp_path: Path, engine: str) -> None:
    path = tmp_path / "mine.pkl"
    path.write_bytes(snapshot.read_bytes())
    plan = plan_load(path, device="cpu", engine=engine, converted_folder=tmp_path / "converted")
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"mine\.pkl was changed while it was being checked"):
        plan.load()
