"""The start of the program, measured from outside, as a user would run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.benchmark.start import start_times
from app.product import SAMPLE


@pytest.mark.slow
def test_each_moment_of_the_start_is_later_than_the_one_before(
    blazeface: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("app.benchmark.start.LIVE_S", 1.0)
    start = start_times(Path(SAMPLE), repeats=1)
    moments = start.moments
    assert list(moments) == ["--help", "first annotated frame", "window shown", "first face"]
    for earlier, later in (("--help", "first annotated frame"), ("window shown", "first face")):
        assert 0 < moments[earlier].wall_s < moments[later].wall_s
        assert 0 < moments[earlier].processor_s < moments[later].processor_s
    assert start.live["frames per second"] > 0
