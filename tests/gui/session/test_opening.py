"""One file of a session brings the others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.gui.picture.video_view import VideoView
from app.gui.session.viewer import SessionViewer
from app.outputs.record import record_path
from app.product import SAMPLE
from tests.gui.find import only
from tests.gui.session.test_viewer import PATIENCE_MS, opened, table

__all__ = ["opened"]  # A fixture.

Open = Callable[..., SessionViewer]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a video, its pose table and its record."""
    shutil.copy(SAMPLE, tmp_path / "sample.mp4")
    table(tmp_path / "sample-poses.csv")
    return tmp_path


def drop(viewer: SessionViewer, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    viewer.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


def is_complete(viewer: SessionViewer, folder: Path) -> bool:
    video, tables = viewer.model.video, viewer.model.session.tables
    return (
        video is not None
        and video.path == folder / "sample.mp4"
        and [one.path.name for one in tables] == ["sample-poses.csv"]
    )


@pytest.mark.parametrize("name", ["sample.mp4", "sample-poses.csv", "sample-poses.json"])
def test_a_video_a_table_or_a_record_alone_brings_the_whole_session(
    name: str, opened: Open, files: Path, qtbot: QtBot
) -> None:
    viewer = opened(None)
    drop(viewer, files / name)
    qtbot.waitUntil(lambda: is_complete(viewer, files), timeout=PATIENCE_MS)


def test_the_menu_opens_a_record_as_well(
    opened: Open, files: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def choose(_window: object, _title: str, _folder: str, filters: str) -> tuple[str, str]:
        asked.append(filters)
        return str(record_path(files / "sample-poses.csv")), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    viewer = opened(None)
    viewer.action("open_table").trigger()
    qtbot.waitUntil(lambda: is_complete(viewer, files), timeout=PATIENCE_MS)
    assert "*.json" in asked[0] and "*.csv" in asked[0]


def test_a_video_that_is_opened_later_does_not_change_the_table(opened: Open, files: Path, qtbot: QtBot) -> None:
    other = table(files / "other.csv")
    viewer = opened(None, other)
    drop(viewer, files / "sample.mp4")
    qtbot.waitUntil(lambda: viewer.model.video is not None, timeout=PATIENCE_MS)
    assert [one.path for one in viewer.model.session.tables] == [other]


def test_another_json_file_says_that_it_is_no_record(opened: Open, files: Path, qtbot: QtBot) -> None:
    (files / "notes.json").write_text("{}", encoding="utf-8")
    viewer = opened(None)
    drop(viewer, files / "notes.json")
    qtbot.waitUntil(lambda: "notes.json is not the record of a pose table" in viewer.notice.text, timeout=PATIENCE_MS)


def test_a_video_that_is_missing_is_named(opened: Open, files: Path, qtbot: QtBot) -> None:
    (files / "sample.mp4").unlink()
    viewer = opened(None, files / "sample-poses.csv")
    picture = only(viewer, VideoView)
    assert picture._hint == "sample.mp4 was not found. Open it to see it together with its curves."
    viewer.open_video(SAMPLE)
    assert picture._hint == "Opening sample.mp4…"
