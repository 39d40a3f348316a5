"""The band of the spread in the chart is switched in the View menu, and remembered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.gui.window.main_window import MainWindow
from app.preferences import Preferences


@pytest.mark.parametrize("shown", [True, False])
def test_the_band_is_as_it_was_when_the_window_is_opened_again(
    open_window: Callable[..., MainWindow], shown: bool
) -> None:
    window = open_window(Preferences(chart_spread=not shown))
    action = window.action("chart_spread")
    assert action.isChecked() is not shown
    action.trigger()
    assert window.studio.preferences.current.chart_spread is shown
    assert action.isChecked() is shown
