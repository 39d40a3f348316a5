"""The menus of the real window: what they offer, what is disabled and why, and what a choice does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.gui.session.viewer import SessionViewer
from app.gui.window.actions import ACTIONS
from app.gui.window.main_window import MainWindow
from app.models.loader import Ready, Refused
from app.product import SAMPLE
from app.settings import AUTO
from detectors import DETECTORS
from hopenet.engines import DEVICES, Device, device_refusal
from tests.gui.find import find
from tests.gui.languages import LANGUAGES, spoken

Until = Callable[..., None]


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.data(): action for action in menu.actions() if action.data() is not None}


def checked(menu: QMenu) -> list[str]:
    return [key for key, action in entries(menu).items() if action.isChecked()]


@pytest.fixture
def ready(window: MainWindow, until: Until) -> MainWindow:
    """The window with its models and its catalogue loaded."""
    until(lambda: isinstance(window.studio.models.load_event, Ready) and window.studio.models.catalogue)
    return window


def test_every_snapshot_is_offered_with_its_title_and_licence(ready: MainWindow) -> None:
    offered = entries(ready.menus.snapshot)
    assert sorted(offered) == sorted(entry.key for entry in ready.studio.models.catalogue)
    for entry in ready.studio.models.catalogue:
        action = offered[entry.key]
        assert entry.title.replace("&", "&&") in action.text()
        assert action.isEnabled() is not bool(entry.refusal)
        assert (entry.refusal or entry.licence) in action.toolTip()
        if entry.errors:
            assert f"° {entry.errors[0].origin}" in action.text()
    assert "8.8° measured" in offered["squeezenet-1.0"].text()
    assert "5.7° published" in offered["resnet50"].text()


def test_a_snapshot_that_must_be_downloaded_by_hand_says_where_from_and_takes_the_file(
    ready: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = ready.studio.models.loaded
    entries(ready.menus.snapshot)["hopenet-300w-lp-alpha1"].trigger()
    until(lambda: ready.notice.topic == "models")
    assert "https://drive.google.com/open?id=1EJPu2sOAwrfuamTitTkw2xJ2ipmMsmD3" in ready.notice.text
    assert "hopenet_alpha1.pkl" in ready.notice.text
    assert "weights import" not in ready.notice.text
    assert ready.studio.models.loaded is before
    find(ready.notice, QPushButton, "Copy address").click()
    assert QGuiApplication.clipboard().text().startswith("https://drive.google.com/")
    wrong = tmp_path / "wrong.pkl"
    wrong.write_bytes(b"something else")
    given: list[tuple[Path, object]] = []
    monkeypatch.setattr(ready.dialogs._files, "open_file", lambda *_given, **_named: wrong)
    monkeypatch.setattr(ready.studio.models, "import_model", lambda *them: given.append(them))
    find(ready.notice, QPushButton, "Add file").click()
    ((path, refused),) = given
    assert path == wrong
    assert isinstance(refused, Refused)
    assert refused.choice.snapshot == "hopenet-300w-lp-alpha1"


def test_detectors_and_devices_are_offered_and_unavailable_ones_say_why(ready: MainWindow) -> None:
    detectors, devices = entries(ready.menus.detector), entries(ready.menus.device)
    assert list(detectors) == [AUTO, *(kind.name for kind in DETECTORS)]
    assert not detectors["boxes"].isEnabled()
    assert detectors["boxes"].toolTip().endswith(".")
    assert list(devices) == list(DEVICES)
    assert devices[AUTO].isEnabled()
    real: tuple[Device, ...] = get_args(Device)
    for name in real:
        refusal = device_refusal(name)
        assert devices[name].isEnabled() is not bool(refusal)
        assert refusal in devices[name].toolTip()


def test_a_box_file_can_be_chosen_once_a_video_is_open(ready: MainWindow, until: Until) -> None:
    ready.action("open_sample").trigger()
    until(lambda: ready.studio.live_view.newest is not None)
    assert entries(ready.menus.detector)["boxes"].isEnabled()
    ready.action("open_synthetic").trigger()
    until(lambda: ready.studio.live_view.state.live)
    assert not entries(ready.menus.detector)["boxes"].isEnabled()


def test_the_chosen_entries_are_checked(ready: MainWindow, snapshot: Path, until: Until) -> None:
    assert checked(ready.menus.snapshot) == [ready.studio.models.default_snapshot]
    assert checked(ready.menus.detector) == ["mediapipe"]
    assert checked(ready.menus.device) == [AUTO]
    entries(ready.menus.snapshot)["squeezenet-1.1"].trigger()
    entries(ready.menus.detector)["dlib-hog"].trigger()
    until(lambda: "squeezenet-1.1" in ready.status.models_text(ready.studio.models.loaded))
    until(lambda: "dlib HOG" in ready.status.models_text(ready.studio.models.loaded))
    assert checked(ready.menus.snapshot) == ["squeezenet-1.1"]
    assert checked(ready.menus.detector) == ["dlib-hog"]


def test_a_broken_snapshot_is_reported_and_the_earlier_one_stays(
    ready: MainWindow, until: Until, tmp_path: Path
) -> None:
    kept = ready.studio.models.loaded
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"not a snapshot")
    ready.studio.models.choose_snapshot(str(broken))
    until(lambda: isinstance(ready.studio.models.load_event, Refused))
    assert ready.notice.isVisible()
    assert "broken.pkl" in ready.notice.text
    assert "stays in use" in ready.notice.text
    assert "\n" not in ready.notice.text
    assert ready.studio.models.loaded is kept
    assert ready.studio.preferences.current.choice.snapshot is None
    assert checked(ready.menus.snapshot) == [ready.studio.models.default_snapshot]
    ready.studio.models.choose_detector("dlib-hog")
    until(lambda: isinstance(ready.studio.models.load_event, Ready) and not ready.notice.isVisible())


def test_a_choice_made_while_a_broken_one_is_loading_stays(
    ready: MainWindow, until: Until, snapshot: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"not a snapshot")
    ready.studio.models.choose_snapshot(str(broken))
    entries(ready.menus.snapshot)["squeezenet-1.1"].trigger()
    until(lambda: "squeezenet-1.1" in ready.status.models_text(ready.studio.models.loaded))
    assert ready.studio.preferences.current.choice.snapshot == "squeezenet-1.1"
    assert checked(ready.menus.snapshot) == ["squeezenet-1.1"]
    assert not ready.notice.isVisible()


def test_a_file_of_the_users_can_be_added_and_removed(
    ready: MainWindow, snapshot: Path, until: Until, tmp_path: Path
) -> None:
    mine = tmp_path / "mine & ours.pkl"
    mine.symlink_to(snapshot)
    ready.studio.models.add_snapshot(mine)
    until(lambda: checked(ready.menus.snapshot) == [str(mine)])

    def is_loaded() -> bool:
        loaded = ready.studio.models.loaded
        return loaded is not None and loaded.choice.snapshot == str(mine)

    until(is_loaded)
    ready.studio.models.choose_snapshot(None)
    ready.studio.models.forget_snapshot(str(mine))
    until(lambda: str(mine) not in entries(ready.menus.snapshot))
    assert ready.studio.preferences.current.added_snapshots == ()


def test_a_file_that_is_not_a_snapshot_is_not_added(ready: MainWindow, until: Until, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"not a snapshot")
    ready.studio.models.add_snapshot(broken)
    until(ready.notice.isVisible)
    assert "broken.pkl" in ready.notice.text
    assert ready.studio.preferences.current.added_snapshots == ()


def test_a_recent_source_can_be_opened_from_the_menu(ready: MainWindow, until: Until) -> None:
    ready.action("open_sample").trigger()
    until(lambda: ready.studio.live_view.newest is not None)
    ready.action("close_source").trigger()
    until(lambda: ready.studio.live_view.state.status == "empty")
    recent = find(ready, QMenu, "recent")
    assert [action.text().startswith(SAMPLE.name) for action in recent.actions()] == [True]
    recent.actions()[0].trigger()
    until(lambda: ready.studio.live_view.newest is not None)


def test_every_action_is_in_a_menu(ready: MainWindow) -> None:
    reached = {action.objectName() for menu in all_menus(ready) for action in menu.actions()}
    assert {row.name for row in ACTIONS} <= reached


def test_the_menu_bar_has_the_menus_that_users_know(ready: MainWindow) -> None:
    titles = [menu.title().replace("&", "") for menu in top_menus(ready)]
    assert titles == ["File", "View", "Playback", "Pose", "Snapshot", "Detector", "Device", "Help"]


@pytest.fixture(params=["main window", "session viewer"])
def any_window(request: pytest.FixtureRequest, qtbot: QtBot) -> QMainWindow:
    if request.param == "main window":
        window: QMainWindow = request.getfixturevalue("ready")
        return window
    viewer = SessionViewer(None, [])
    qtbot.addWidget(viewer)
    return viewer


def test_no_shortcut_is_used_twice(any_window: QMainWindow) -> None:
    actions = {action for menu in all_menus(any_window) for action in menu.actions()}
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert keys
    assert sorted(keys) == sorted(set(keys))


@pytest.fixture(params=LANGUAGES)
def _language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    with spoken(qapp, request.param):
        yield


@pytest.mark.usefixtures("_language")
def test_no_mnemonic_is_used_twice_in_a_bar_or_menu(any_window: QMainWindow) -> None:
    menus = any_window.findChildren(QMenu)  # With those of the tool bar.
    for titles in (
        [menu.title() for menu in top_menus(any_window)],
        *([action.text() for action in menu.actions()] for menu in menus),
    ):
        mnemonics = [QKeySequence.mnemonic(title).toString() for title in titles]
        used = [mnemonic for mnemonic in mnemonics if mnemonic]
        assert sorted(used) == sorted(set(used)), titles


def top_menus(window: QMainWindow) -> list[QMenu]:
    menus = [action.menu() for action in window.menuBar().actions()]
    return [menu for menu in menus if isinstance(menu, QMenu)]


def all_menus(window: QMainWindow) -> list[QMenu]:
    """The menus of the menu bar, with their submenus."""
    found: list[QMenu] = []
    waiting = top_menus(window)
    while waiting:
        menu = waiting.pop()
        found.append(menu)
        submenus = [action.menu() for action in menu.actions()]
        waiting += [submenu for submenu in submenus if isinstance(submenu, QMenu)]
    return found
