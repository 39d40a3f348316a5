"""The region that is drawn on the picture: what it does to the live view and to exports, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from app.gui.export.dialog import ExportDialog
from app.gui.panels.network_view import NetworkView
from app.gui.window.main_window import MainWindow
from detectors import Box
from tests.gui.find import only
from tests.photograph import astronaut

Until = Callable[..., None]
LEFT_HALF = Box(0, 0, 210, 320)
WITHOUT_FACES = Box(0, 220, 200, 320)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two pictures of two heads side by side."""
    photograph = astronaut()[:300, 90:390]
    canvas = np.full((320, 520, 3), 90, np.uint8)
    canvas[10:210, :200] = cv2.resize(photograph, (200, 200), interpolation=cv2.INTER_AREA)
    canvas[10:310, -300:] = photograph
    folder = tmp_path_factory.mktemp("regions")
    paths = folder / "one.png", folder / "two.png"
    for path in paths:
        cv2.imencode(".png", canvas)[1].tofile(path)
    return paths


def faces(window: MainWindow) -> int:
    newest = window.studio.live_view.newest
    return -1 if newest is None else len(newest.analysis.faces)


def said(window: MainWindow) -> dict[str, str]:
    """What the panels say in place of a face."""
    title = window.side.faces.findChild(QLabel, "selectedFace")
    network = only(window.side, NetworkView)
    assert title is not None
    return {"title of the faces": title.text(), "network input": network.accessibleDescription()}


def region(window: MainWindow) -> Box | None:
    return window.studio.models.choice.detector.options.region


def test_only_faces_in_the_region_are_found_until_another_source_is_opened(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    first, second = map(str, pictures)
    assert not window.action("region").isEnabled()
    window.studio.live_view.open(first)
    until(lambda: faces(window) == 2)
    window.action("region").trigger()
    assert window.region.overlay.is_drawing
    window.region.overlay.chosen.emit(LEFT_HALF)
    until(lambda: faces(window) == 1)
    window.region.overlay.chosen.emit(WITHOUT_FACES)
    until(lambda: faces(window) == 0)
    for text in ("title of the faces", "network input"):
        until(lambda text=text: said(window)[text] == "No face in the region")
    window.region.overlay.chosen.emit(LEFT_HALF)
    until(lambda: faces(window) == 1)
    window.studio.live_view.open(first)
    assert region(window) == LEFT_HALF
    window.studio.live_view.open(second)
    assert region(window) is None
    until(lambda: faces(window) == 2)
    assert not window.region.overlay.is_drawing


def test_an_export_takes_the_region_for_the_video_that_it_was_drawn_for_and_for_no_other(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    shown, other = pictures
    window.studio.live_view.open(str(shown))
    until(lambda: faces(window) == 2)
    window.region.overlay.chosen.emit(LEFT_HALF)
    window.action("export").trigger()
    for paths, expected in ((None, LEFT_HALF), ([other], None)):
        if paths is not None:
            window.exports.export(paths)
        until(lambda: window.findChildren(ExportDialog))
        dialog = only(window, ExportDialog)
        until(lambda dialog=dialog: dialog.tasks)
        assert [task.detector.options.region for task in dialog.tasks] == [expected]
        dialog.close()
        until(lambda: not window.findChildren(ExportDialog))


def test_the_whole_picture_is_searched_again_by_its_action(
    window: MainWindow, pictures: tuple[Path, Path], until: Until
) -> None:
    window.studio.live_view.open(str(pictures[0]))
    until(lambda: faces(window) == 2)
    assert not window.action("clear_region").isEnabled()
    window.region.overlay.chosen.emit(LEFT_HALF)
    until(lambda: faces(window) == 1)
    window.action("clear_region").trigger()
    until(lambda: faces(window) == 2)
