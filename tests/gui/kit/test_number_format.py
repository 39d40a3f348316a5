from __future__ import annotations

import pytest

from app.gui.kit.number_format import angle, clock


@pytest.mark.parametrize(
    ("degrees", "text"),
    [(-12.34, "−12.3°"), (4.0, "4.0°"), (-0.04, "0.0°"), (-179.96, "−180.0°")],
    ids=["a true minus", "no plus", "no negative zero", "rounded"],
)
def test_an_angle_has_one_decimal(degrees: float, text: str) -> None:
    assert angle(degrees) == text


@pytest.mark.parametrize(
    ("time_s", "options", "text"),
    [
        (12.39, {}, "00:12"),
        (12.39, {"tenths": True}, "00:12.3"),
        (3723.0, {}, "1:02:03"),
        (59.999, {"hours": True}, "0:00:59"),
        (0.3, {"tenths": True}, "00:00.3"),
    ],
    ids=["seconds", "tenths", "hours if there are any", "hours on request", "no tenth is lost"],
)
def test_a_time_is_formatted_like_a_clock(time_s: float, options: dict[str, bool], text: str) -> None:
    assert clock(time_s, **options) == text
