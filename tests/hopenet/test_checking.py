"""Files of unknown origin, checked in a process of their own with limits for time and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hopenet import checking
from hopenet.checking import Checked, check_file
from hopenet.trial_pictures import trial_pictures
from tests.hopenet import hostile


@pytest.fixture(autouse=True)
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """An empty memory of checks."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_given, **_named: tmp_path / "cache")
    return Checked.in_cache()


def test_a_file_that_passes_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile.save(hostile.model(), tmp_path / "made.onnx")
    check_file(path)

    def never(*_given: object, **_named: object) -> None:
        raise AssertionError("It was checked again.")

    monkeypatch.setattr(subprocess, "run", never)
    check_file(path)
    path.write_bytes(path.read_bytes() + b"\x00")
    with pytest.raises(AssertionError):
        check_file(path)


def test_an_endless_model_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LONGEST_LOAD_S", 3.0)
    with pytest.raises(ValueError, match=r"^endless\.onnx cannot be used: it gave no answer within 3 s\.$"):
        check_file(hostile.save(hostile.endless(), tmp_path / "endless.onnx"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
@pytest.mark.parametrize("elements", [2**31, 2**34])
def test_a_model_that_needs_too_much_memory_is_refused(tmp_path: Path, elements: int) -> None:
    with pytest.raises(ValueError, match=r"^huge\.onnx cannot be used: .*memory"):
        check_file(hostile.save(hostile.huge(elements), tmp_path / "huge.onnx"))


def test_a_model_that_is_nan_only_for_faces_is_refused(tmp_path: Path, checked: Checked) -> None:
    """It gives numbers for a black picture and for noise."""
    path = hostile.save(hostile.nan_between(-1.5, 0.0), tmp_path / "nan.onnx")
    with pytest.raises(ValueError, match=r"^nan\.onnx computes NaN or infinity instead of an angle"):
        check_file(path)
    assert not checked.folder.exists()


def test_the_module_checks_a_file_from_the_command_line(tmp_path: Path) -> None:
    path = hostile.save(hostile.model(record=None), tmp_path / "odd.onnx")
    command = [sys.executable, "-m", "hopenet.checking", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "odd.onnx has no record of its input, so it cannot be used. Convert the snapshot again.\n"


def test_trial_pictures_are_different_squares_and_most_show_a_face() -> None:
    pictures = trial_pictures(64)
    assert {(one.shape, one.dtype) for one in pictures} == {((64, 64, 3), np.dtype(np.uint8))}
    assert len({one.tobytes() for one in pictures}) == len(pictures) == 13
    red, blue = pictures[0][..., 2].mean(), pictures[0][..., 0].mean()
    assert red > blue  # skin, in BGR
