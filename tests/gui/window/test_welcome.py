"""The welcome page: ways to start, and recent sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QListWidget, QToolButton
from pytestqt.qtbot import QtBot

from app.gui.window.main_window import MainWindow
from app.gui.window.welcome_page import WelcomePage
from tests.gui.find import only


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    made = WelcomePage()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("position", "wanted"), [(0, "video_wanted"), (1, "camera_wanted"), (2, "address_wanted"), (3, "sample_wanted")]
)
def test_each_tile_reports_its_own_way_to_start(position: int, wanted: str, page: WelcomePage, qtbot: QtBot) -> None:
    tiles = [button for button in page.findChildren(QToolButton) if button.objectName() == "welcomeTile"]
    with qtbot.waitSignal(getattr(page, wanted), timeout=5000):
        tiles[position].click()


def test_recent_sources_are_listed_by_name_and_opened_by_address(page: WelcomePage, qtbot: QtBot) -> None:
    recent = only(page, QListWidget)
    assert not recent.isVisible()
    page.show_recent(["/videos/a long way/talk.mp4", "rtsp://10.0.0.2/1", "camera:0"])
    assert recent.item(0).text().startswith("talk.mp4")
    assert [recent.item(row).text() for row in (1, 2)] == ["rtsp://10.0.0.2/1", "camera:0"]
    with qtbot.waitSignal(page.source_wanted, timeout=5000) as wanted:
        recent.itemActivated.emit(recent.item(0))
    assert wanted.args == ["/videos/a long way/talk.mp4"]


def test_it_is_shown_at_the_start_and_after_a_source_is_closed(
    window: MainWindow, until: Callable[..., None], tmp_path: Path
) -> None:
    page = only(window, WelcomePage)
    assert page.isVisible()
    assert not window.side.isVisible()
    window.action("open_sample").trigger()
    until(lambda: window.studio.live_view.newest is not None)
    assert not page.isVisible()
    assert window.view.isVisible()
    assert window.side.isVisible()
    window.action("close_source").trigger()
    until(page.isVisible)
    assert not window.side.isVisible()
    assert window.windowTitle() == "Hopenet Studio"
    recent = only(page, QListWidget)
    assert recent.item(0).text().startswith("sample.mp4")
    recent.itemActivated.emit(recent.item(0))
    until(lambda: window.studio.live_view.newest is not None)
