"""Model files of dlib that are damaged: refused with the path, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from detectors import open_detector


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut off"),
        pytest.param(lambda whole: bytes(len(whole)), id="zeros"),
        pytest.param(lambda whole: b"\xff" * len(whole), id="ones"),
        pytest.param(lambda whole: whole[:64] + b"\xff" * 64 + whole[128:], id="overwritten at the start"),
    ],
)
def test_a_damaged_dlib_model_is_refused(
    model: Callable[[str], Path], damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "damaged.dat"
    path.write_bytes(damage(model("mmod-human-face-detector").read_bytes()))
    with pytest.raises(ValueError, match=r"^dlib cannot use .*damaged\.dat as a face detection model") as caught:
        open_detector("dlib-cnn", model=path)
    assert "\n" not in str(caught.value)
