"""The menus of the real window: what they offer, what is grey and why, and what becomes of a choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.gui.state.live_view import SAMPLE
from app.gui.window.main_window import MainWindow
from app.models.loader import Ready, Refused
from app.models.opening import AUTO
from detectors import DETECTORS
from hopenet.engines import DEVICES, device_refusal

Until = Callable[..., None]


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.data(): action for action in menu.actions() if action.data() is not None}


def checked(menu: QMenu) -> list[str]:
    return [key for key, action in entries(menu).items() if action.isChecked()]


@pytest.fixture
def ready(window: MainWindow, until: Until) -> MainWindow:
    """The window with its parts and its catalogue loaded."""
    until(lambda: isinstance(window.live_view.load_event, Ready) and window.live_view.catalogue)
    return window


def test_every_snapshot_is_offered_with_what_is_known_of_it(ready: MainWindow) -> None:
    offered = entries(ready.menus.snapshot)
    assert sorted(offered) == sorted(entry.key for entry in ready.live_view.catalogue)
    for entry in ready.live_view.catalogue:
        action = offered[entry.key]
        assert entry.title.replace("&", "&&") in action.text()
        assert action.isEnabled() is not bool(entry.refusal)
        assert (entry.refusal or entry.licence) in action.toolTip()
    assert any(not action.isEnabled() for action in offered.values())


def test_detectors_and_devices_are_offered_and_what_cannot_be_is_grey(ready: MainWindow) -> None:
    detectors, devices = entries(ready.menus.detector), entries(ready.menus.device)
    assert list(detectors) == [AUTO, *(kind.name for kind in DETECTORS)]
    assert not detectors["boxes"].isEnabled()
    assert detectors["boxes"].toolTip().endswith(".")
    assert list(devices) == list(DEVICES)
    for name in DEVICES:
        refusal = "" if name == AUTO else device_refusal(name)
        assert devices[name].isEnabled() is not bool(refusal)
        assert refusal in devices[name].toolTip()


def test_a_box_file_can_be_chosen_once_a_video_is_open(ready: MainWindow, until: Until) -> None:
    ready.actions_["open_sample"].trigger()
    until(lambda: ready.live_view.newest is not None)
    assert entries(ready.menus.detector)["boxes"].isEnabled()
    ready.actions_["open_synthetic"].trigger()
    until(lambda: ready.live_view.watcher_state.live)
    assert not entries(ready.menus.detector)["boxes"].isEnabled()


def test_the_mark_follows_what_is_chosen(ready: MainWindow, snapshot: Path, until: Until) -> None:
    assert checked(ready.menus.snapshot) == [ready.live_view.default_snapshot]
    assert checked(ready.menus.detector) == ["mediapipe"]
    assert checked(ready.menus.device) == [AUTO]
    entries(ready.menus.snapshot)["squeezenet-1.1"].trigger()
    entries(ready.menus.detector)["dlib-hog"].trigger()
    until(lambda: "squeezenet-1.1" in ready.status.told(ready.live_view.loader.models))
    until(lambda: "dlib-hog" in ready.status.told(ready.live_view.loader.models))
    assert checked(ready.menus.snapshot) == ["squeezenet-1.1"]
    assert checked(ready.menus.detector) == ["dlib-hog"]


def test_a_refused_choice_is_told_and_goes_back(ready: MainWindow, until: Until, tmp_path: Path) -> None:
    kept = ready.live_view.loader.models
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"no snapshot")
    ready.live_view.choose_snapshot(str(broken))
    until(lambda: isinstance(ready.live_view.load_event, Refused))
    assert ready.notice.isVisible()
    assert "broken.pkl" in ready.notice.text
    assert "stays in use" in ready.notice.text
    assert "\n" not in ready.notice.text
    assert ready.live_view.loader.models is kept
    assert ready.live_view.preferences.snapshot is None
    assert checked(ready.menus.snapshot) == [ready.live_view.default_snapshot]
    ready.live_view.choose_detector("dlib-hog")
    until(lambda: isinstance(ready.live_view.load_event, Ready) and not ready.notice.isVisible())


def test_a_choice_made_while_a_broken_one_still_loads_is_kept(
    ready: MainWindow, until: Until, snapshot: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"no snapshot")
    ready.live_view.choose_snapshot(str(broken))
    entries(ready.menus.snapshot)["squeezenet-1.1"].trigger()
    until(lambda: "squeezenet-1.1" in ready.status.told(ready.live_view.loader.models))
    assert ready.live_view.preferences.snapshot == "squeezenet-1.1"
    assert checked(ready.menus.snapshot) == ["squeezenet-1.1"]
    assert not ready.notice.isVisible()


def test_a_file_of_the_users_is_listed_chosen_and_taken_off_again(
    ready: MainWindow, snapshot: Path, until: Until, tmp_path: Path
) -> None:
    mine = tmp_path / "mine & ours.pkl"
    mine.symlink_to(snapshot)
    ready.live_view.add_snapshot(mine)
    until(lambda: checked(ready.menus.snapshot) == [str(mine)])
    until(lambda: ready.live_view.loader.models.choice.snapshot == str(mine))
    ready.live_view.choose_snapshot(None)
    ready.live_view.forget_snapshot(str(mine))
    until(lambda: str(mine) not in entries(ready.menus.snapshot))
    assert ready.live_view.preferences.added_snapshots == ()


def test_a_file_that_is_no_snapshot_is_not_listed(ready: MainWindow, until: Until, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"no snapshot")
    ready.live_view.add_snapshot(broken)
    until(ready.notice.isVisible)
    assert "broken.pkl" in ready.notice.text
    assert ready.live_view.preferences.added_snapshots == ()


def test_recent_sources_can_be_opened_from_the_menu(ready: MainWindow, until: Until) -> None:
    ready.actions_["open_sample"].trigger()
    until(lambda: ready.live_view.newest is not None)
    ready.actions_["close_source"].trigger()
    until(lambda: ready.live_view.watcher_state.status == "empty")
    menus = ready.menuBar().findChildren(QMenu) + ready.findChildren(QMenu)
    recent = next(menu for menu in menus if menu.title() == "&Recent")
    assert [action.text().startswith(SAMPLE.name) for action in recent.actions()] == [True]
    recent.actions()[0].trigger()
    until(lambda: ready.live_view.newest is not None)


def test_every_action_that_can_be_done_is_in_a_menu(ready: MainWindow) -> None:
    from app.gui.window.actions import KINDS

    reached: set[str] = set()

    def walk(menu: QMenu) -> None:
        for action in menu.actions():
            reached.add(action.objectName())
            if action.menu() is not None:
                walk(action.menu())  # type: ignore[arg-type]

    for action in ready.menuBar().actions():
        walk(action.menu())  # type: ignore[arg-type]
    assert {kind.name for kind in KINDS} <= reached


def test_no_two_actions_have_the_same_shortcut(ready: MainWindow) -> None:
    from app.gui.window.actions import KINDS

    keys = [key.toString() for kind in KINDS for key in ready.actions_[kind.name].shortcuts()]
    assert len(keys) == len(set(keys))
