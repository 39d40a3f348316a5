"""Lists of all widgets."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.kit.widget_lists import all_widgets, windows


@pytest.fixture
def _eager_collection() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("qapp", "_eager_collection")
@pytest.mark.parametrize("listed", [all_widgets, windows])
def test_widgets_that_nobody_needs_are_not_deleted_while_they_are_listed(listed: Callable[[], list[QWidget]]) -> None:
    gc.collect()
    gc.disable()
    for _ in range(100):
        widget = QWidget()
        widget.itself = widget  # type: ignore[attr-defined]
    del widget
    gc.enable()
    gc.set_threshold(1)
    found = listed()
    assert len(found) >= 100
    assert all(shiboken6.isValid(one) for one in found)
    assert gc.isenabled()


def test_windows_are_those_without_a_parent(qapp: QApplication) -> None:
    outer = QWidget()
    inner = QWidget(outer)
    assert outer in windows()
    assert inner not in windows()
    assert {outer, inner} <= set(all_widgets())
