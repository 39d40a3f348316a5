"""No text of a window or dialog is cut, in any language, at the smallest size and at a usual one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import logs
from app.errors import SourceError
from app.export.export_settings import ExportSettings, ToExport
from app.export.queue_rows import Failed, QueueRow
from app.export.task import ExportTask
from app.frames import Analysis, Face, Frame
from app.gui.export.dialog import ExportDialog
from app.gui.export.dialog_frame import Around
from app.gui.export.queue_panel import QueuePanel
from app.gui.guide.numbers_dialog import NumbersDialog
from app.gui.help.about_dialog import AboutDialog
from app.gui.help.log_viewer import LogViewer
from app.gui.help.shortcuts_dialog import ShortcutsDialog
from app.gui.help.unexpected_errors import UnexpectedErrorBox
from app.gui.kit import theme
from app.gui.kit.titles import translated_title
from app.gui.picture.go_to_dialog import GoToDialog
from app.gui.preferences.dialog import PreferencesDialog
from app.gui.session.event_dialogs import EventDialog, LabelDialog
from app.gui.session.move_face_dialog import MoveFaceDialog
from app.gui.session.viewer import SessionViewer
from app.gui.sources.detector_settings import DetectorSettingsDialog
from app.gui.sources.source_dialogs import AddressDialog, CameraDialog
from app.gui.window.choice_button import ChoiceButton
from app.gui.window.main_window import MainWindow
from app.models.loader import Ready
from app.outputs.exclusions import Span
from app.outputs.tables import open_pose_table
from app.product import SAMPLE
from app.session.events import Event, Label
from app.settings import AnalysisSettings, DetectorChoice, ModelChoice, Reference, Signs, Style
from app.video import SourceFacts
from app.weights import ModelStore
from detectors import Box
from hopenet import HeadPose, PoseSpread
from tests.gui.choices import with_detector
from tests.gui.conftest import FONT, FONT_PX
from tests.gui.cut_texts import cut_texts
from tests.gui.find import only
from tests.gui.languages import LANGUAGES, spoken

Until = Callable[..., None]

SIZES = (QSize(1024, 640), QSize(1440, 900))
FRAMES, RATE = 60, 30
TALKS, SMILES = Label("talks", "#56B4E9", "1"), Label("smiles", "#E69F00", "2")
NEUTRAL = Reference(HeadPose(3, -8, 1), Signs(-1, 1, -1), "a video with a name that is rather long.mp4")


@pytest.fixture(params=LANGUAGES, autouse=True)
def _language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """Each language, in one font of one size: in every font, a text has another width."""
    before = qapp.font()
    font = QFont(FONT)
    font.setPixelSize(FONT_PX)
    qapp.setFont(font)
    if QFontInfo(qapp.font()).family() != FONT:
        pytest.skip(f"needs the font {FONT}")
    theme.apply(qapp, "light")  # With its margins, without which more fits than in the real window.
    with spoken(qapp, request.param):
        yield
    qapp.setFont(before)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "sample-poses.csv"
    with open_pose_table(path) as rows:
        for index in range(FRAMES):
            pose = HeadPose(index / 3, -index / 6, 1)
            faces = tuple(
                Face(number, Box(40 * number, 30, 40 * number + 90, 150), 0.9, pose, pose, PoseSpread(2, 3, 4))
                for number in (1, 2)
            )
            rows.write(Analysis(Frame(np.zeros((2, 2, 3), np.uint8), index, Fraction(index, RATE)), faces))
    return path


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_in_the_main_window(size: QSize, open_window: Callable[..., MainWindow], until: Until, qtbot: QtBot) -> None:
    window = open_window(with_detector("dlib-hog", hints_seen=True))
    window.resize(size)
    cut = settled(window, qtbot)
    window.studio.live_view.open(str(SAMPLE))
    view = window.studio.live_view
    until(lambda: isinstance(window.studio.models.load_event, Ready) and view.newest is not None and view.newest.face)
    for head in window.side.findChildren(QToolButton, "sectionHead"):
        head.setChecked(True)
    cut += settled(window, qtbot)
    window.action("whole_chart").trigger()
    cut += settled(window, qtbot)
    window.action("numbers").trigger()
    cut += settled(only(window, NumbersDialog), qtbot)
    assert not cut, "\n".join(cut)


def test_the_tool_bar_shows_all_buttons_whatever_is_chosen(
    open_window: Callable[..., MainWindow], until: Until, qtbot: QtBot
) -> None:
    window = open_window(with_detector("dlib-hog", hints_seen=True))
    until(lambda: isinstance(window.studio.models.load_event, Ready))
    window.resize(SIZES[0])
    buttons = window.menus.tools.findChildren(ChoiceButton)
    assert len(buttons) == 3
    for snapshot, detector, device in (
        ("my own snapshot with a long name", translated_title("MediaPipe, full range (smaller faces)"), "CPU (torch)"),
        ("loading…", "loading…", "loading…"),
    ):
        for name, text in zip(("snapshot", "detector", "device"), (snapshot, detector, device), strict=True):
            window.menus.show_choice(name, text)
        assert [button for button in buttons if button.width() < button.sizeHint().width()] == [], (
            "painted before it fits"
        )
        assert settled(window, qtbot) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_in_the_session_viewer(size: QSize, table: Path, until: Until, qtbot: QtBot) -> None:
    viewer = SessionViewer(None, [table])
    qtbot.addWidget(viewer)
    viewer.resize(size)
    viewer.show()
    until(lambda: viewer.model.session.tables)
    viewer.model.edit(lambda session: session.edits.with_label(TALKS, None), "")
    viewer.model.edit(lambda session: session.edits.adding(Event(0.5, 1.0, TALKS.name)), "")
    pages = only(viewer, QTabWidget)
    cut = [text for page in shown_pages(pages) for text in [*settled(page, qtbot), *settled(viewer, qtbot)]]
    session = viewer.model.session
    for dialog in (EventDialog(session.edits.events[0], session), MoveFaceDialog(session, 1, 0.5, Span(0.5, 1.0))):
        qtbot.addWidget(dialog)
        dialog.show()
        cut += settled(dialog, qtbot)
    viewer.close_now()
    assert viewer.model.join(10)
    assert not cut, "\n".join(cut)


def test_in_the_preferences(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window(with_detector("dlib-hog"))
    window.action("preferences").trigger()
    dialog = only(window, PreferencesDialog)
    pages = only(dialog, QListWidget)
    cut = []
    for row in range(pages.count()):
        pages.setCurrentRow(row)
        cut += settled(dialog, qtbot)
    dialog.reject()
    assert not cut, "\n".join(cut)


def exports(tmp_path: Path) -> Iterator[ExportDialog]:
    end = Fraction(8)
    facts = SourceFacts(
        tmp_path / "talk.mp4", "video", 640, 360, Fraction(25), Fraction(1, 25), 200, 8.0, has_sound=True, end=end
    )
    around = Around(
        snapshots=(("compact", "Compact"),),
        settings=ExportSettings(
            snapshot="compact",
            detector=DetectorChoice("boxes"),
            settings=AnalysisSettings(),
            style=Style(),
            reference=NEUTRAL,
        ),
    )
    videos = [ToExport(tmp_path / name, facts) for name in ("talk.mp4", "other.mp4")]
    yield ExportDialog(videos[:1], around)
    yield ExportDialog(videos, around)


def dialogs() -> Iterator[QWidget]:
    """Every dialog that can be made from little."""
    yield DetectorSettingsDialog(ModelChoice())
    camera = CameraDialog()
    camera.show_cameras(())
    yield camera
    yield AddressDialog([])
    yield GoToDialog("0:12.5", 20.0, 500)
    yield AboutDialog()
    yield LogViewer()
    yield ShortcutsDialog([("Datei", "Netzwerkstream öffnen", "Strg+Umschalt+Leertaste")])
    yield UnexpectedErrorBox("ValueError: something", Path("/logs/program.log"))
    yield LabelDialog(TALKS, [SMILES], new=True)
    queue = QueuePanel()
    failed = Failed(SourceError("bad.mp4 is not a video.", advice="Choose another file."))
    queue.show_rows([QueueRow(1, ExportTask(Path("bad.mp4"), Path("bad-poses.mp4")), "failed", outcome=failed)])
    yield queue


def settled(window: QWidget, qtbot: QtBot) -> list[str]:
    qtbot.wait(50)
    return cut_texts(window)


def shown_pages(tabs: QTabWidget) -> Iterator[QWidget]:
    for place in range(tabs.count()):
        tabs.setCurrentIndex(place)
        page = tabs.widget(place)
        assert page is not None
        yield page


def test_in_dialogs(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(logs, "log_folder", lambda: tmp_path)
    log = logs.start_window_log()
    cut = []
    for dialog in dialogs():
        qtbot.addWidget(dialog)
        dialog.show()
        cut += [f"{type(dialog).__name__}: {text}" for text in settled(dialog, qtbot)]
        dialog.close()
    log.close()
    assert not cut, "\n".join(cut)


def test_in_the_export_dialog(tmp_path: Path, qtbot: QtBot) -> None:
    cut = []
    for dialog in exports(tmp_path):
        qtbot.addWidget(dialog)
        dialog.show()
        cut += settled(dialog, qtbot)
        for record in (one for one in ModelStore.standard().records if one.kind == "snapshot"):
            dialog.analysis.snapshot.setItemText(0, translated_title(record.title))
            cut += settled(dialog, qtbot)
        dialog.close()
    assert not cut, "\n".join(cut)
