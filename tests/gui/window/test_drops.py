"""What is dropped on the window: what it is, what is done with it, and what is said meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from app import product
from app.errors import StudioError
from app.gui.session.viewer import SessionViewer
from app.gui.window.dropped import Dropped, Kind, looked_at, meaning_of
from app.gui.window.main_window import MainWindow
from app.outputs.rows import COLUMN_NAMES
from app.product import SAMPLE
from tests.gui.find import find

Until = Callable[..., None]

HEADER = ",".join(COLUMN_NAMES) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("a.mp4", b"", "source", id="video"),
        pytest.param("a.txt", b"\n1 10 20 30 40 0.9\n", "boxes", id="box file"),
        pytest.param("a.csv", b"\xef\xbb\xbf1 10 20 30 40\n", "boxes", id="box file called csv"),
        pytest.param("a.txt", "1 10 20 30 40\n".encode("utf-16"), "boxes", id="box file in UTF-16"),
        pytest.param("a.txt", b"1 -12.5 3.0 0.25\n", "angles", id="published text"),
        pytest.param("a.csv", HEADER.encode(), "table", id="pose table"),
        pytest.param("a.jsonl", b"{}\n", "table", id="JSON Lines"),
        pytest.param("a.json", b"{}", "record", id="record"),
        pytest.param("a.toml", b"", "recipe", id="recipe"),
        pytest.param("a.PKL", b"", "snapshot", id="snapshot"),
    ],
)
def test_a_file_is_known_by_its_extension_or_its_first_line(
    name: str, content: bytes, expected: Kind, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert looked_at(path) == Dropped(path, expected)


def test_a_folder_is_a_source_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "pictures.csv").mkdir()
    assert looked_at(tmp_path / "pictures.csv").kind == "source"


@pytest.mark.parametrize(
    ("kinds", "video", "use", "said"),
    [
        (["source"], False, "open", "Open"),
        (["source", "source"], False, "open", "Export all"),
        (["boxes"], True, "boxes", "box file"),
        (["boxes"], False, "nothing", "Open the video first"),
        (["boxes", "source"], False, "open with boxes", "this box file"),
        (["boxes", "boxes"], True, "nothing", "one box file"),
        (["table"], False, "session", "session"),
        (["record"], False, "session", "session"),
        (["table", "table", "record"], True, "session", "are compared"),
        (["source", "table", "record"], False, "session", "session"),
        (["source", "source", "table"], False, "nothing", "do not belong together"),
        (["snapshot", "snapshot"], False, "snapshots", "snapshot"),
        (["snapshot", "source"], False, "nothing", "do not belong together"),
        (["recipe"], False, "nothing", "command line"),
        (["angles"], False, "nothing", "neither times nor boxes"),
    ],
)
def test_what_is_done_follows_from_everything_that_is_dropped(
    kinds: Sequence[Kind], video: bool, use: str, said: str
) -> None:
    meaning = meaning_of([Dropped(Path(f"{n}"), kind) for n, kind in enumerate(kinds)], video=video)
    assert meaning.use == use
    assert said in str(meaning.text)


def data_of(paths: Sequence[Path] = (), text: str = "") -> QMimeData:
    data = QMimeData()
    if paths:
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if text:
        data.setText(text)
    return data


def drag(window: MainWindow, data: QMimeData) -> bool:
    """Drags over the window; whether it would take it."""
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: MainWindow, data: QMimeData) -> None:
    drag(window, data)  # Qt delivers a drop only to where something was dragged to.
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, event)


def test_a_hint_says_what_a_drop_will_do_and_goes_away(window: MainWindow) -> None:
    hint = find(window, QLabel, "dropHint")
    assert drag(window, data_of([Path("a.mp4")]))
    assert hint.isVisible() and hint.text() == "Open"
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not hint.isVisible()
    assert drag(window, data_of([Path("boxes.txt")]))
    assert "Open the video first" in hint.text()
    drop(window, data_of([Path("boxes.txt")]))
    assert not hint.isVisible()
    assert not drag(window, data_of(text="a sentence"))
    assert not hint.isVisible()


def test_a_video_and_its_box_file_dropped_together_are_used_together(
    window: MainWindow, tmp_path: Path, until: Until
) -> None:
    boxes = tmp_path / "boxes.txt"
    boxes.write_text("1 10 10 90 90\n")
    drop(window, data_of([boxes, SAMPLE]))
    until(lambda: window.studio.models.choice.detector.boxes == boxes)
    until(lambda: window.studio.live_view.state.facts is not None)
    assert window.studio.models.choice.detector.name == "boxes"


def test_a_box_file_becomes_the_detector_of_the_open_video(window: MainWindow, tmp_path: Path, until: Until) -> None:
    boxes = tmp_path / "boxes.txt"
    boxes.write_text("1 10 10 90 90\n")
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.state.facts is not None)
    drop(window, data_of([boxes]))
    until(lambda: window.studio.models.choice.detector.boxes == boxes)


def test_what_cannot_be_used_says_why_and_costs_nothing(window: MainWindow, tmp_path: Path, until: Until) -> None:
    failures: list[StudioError] = []
    window.studio.failed.connect(failures.append)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("")
    window.studio.live_view.open(str(SAMPLE))
    until(lambda: window.studio.live_view.state.facts is not None)
    drop(window, data_of([recipe]))
    until(lambda: failures)
    assert "command line" in window.notice.text
    assert window.studio.live_view.state.address == str(SAMPLE)


def viewer() -> SessionViewer | None:
    found = (one for one in QApplication.topLevelWidgets() if isinstance(one, SessionViewer))
    return next(found, None)


def test_a_table_that_the_window_starts_with_opens_a_session(window: MainWindow, tmp_path: Path, until: Until) -> None:
    table = tmp_path / "poses.csv"
    table.write_text(HEADER + "0,0.0,1,10,10,90,90,0.9,1,2,3,1,2,3,1,1,1,0\n")
    window.open(str(table))
    until(lambda: viewer() is not None and viewer().model.session.first is not None)  # type: ignore[union-attr]
    assert window.studio.live_view.state.status == "empty"


def test_a_table_with_its_video_opens_a_session(window: MainWindow, tmp_path: Path, until: Until) -> None:
    table = tmp_path / "poses.csv"
    table.write_text(HEADER + "0,0.0,1,10,10,90,90,0.9,1,2,3,1,2,3,1,1,1,0\n")
    drop(window, data_of([table, SAMPLE]))
    until(lambda: viewer() is not None and viewer().model.session.first is not None)  # type: ignore[union-attr]
    opened = viewer()
    assert opened is not None and opened.model.session.first is not None
    assert opened.model.session.first.path == table
    assert opened.model.video is not None and opened.model.video.path == SAMPLE


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("a.csv", "b.csv", "talk.mp4"), ("a.csv", "other.csv")])
def test_two_tables_of_one_video_are_compared_in_one_session(
    names: Sequence[str], window: MainWindow, tmp_path: Path, until: Until
) -> None:
    for video in ("talk.mp4", "other.mp4"):
        (tmp_path / video).write_bytes(SAMPLE.read_bytes())
    for name, source in (("a", "talk"), ("b", "talk"), ("other", "other")):
        table = tmp_path / f"{name}.csv"
        table.write_text(HEADER + "0,0.0,1,10,10,90,90,0.9,1,2,3,1,2,3,1,1,1,0\n")
        record = {"product": product.NAME, "source": {"path": str(tmp_path / f"{source}.mp4")}}
        table.with_suffix(".json").write_text(json.dumps(record))
    drop(window, data_of([tmp_path / name for name in names]))

    def opened() -> list[tuple[str, ...]]:
        viewers = [one for one in QApplication.topLevelWidgets() if isinstance(one, SessionViewer)]
        return sorted(tuple(table.path.name for table in viewer.model.session.tables) for viewer in viewers)

    apart = "other.csv" in names
    until(lambda: opened() == ([("a.csv",), ("other.csv",)] if apart else [("a.csv", "b.csv")]))


def test_a_dropped_address_opens_a_stream(window: MainWindow, until: Until) -> None:
    address = "rtsp://127.0.0.1:1/nobody"
    assert drag(window, data_of(text=address))
    assert find(window, QLabel, "dropHint").text() == "Open network stream"
    drop(window, data_of(text=f" {address}\n"))
    until(lambda: window.studio.live_view.state.address == address)
