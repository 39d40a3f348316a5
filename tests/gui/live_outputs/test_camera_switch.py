"""The menu entry of the virtual camera, with a backend of pyvirtualcam that keeps its pictures."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pytest

from app.frames import Analysis, Frame
from app.gui.window.main_window import MainWindow
from app.live_outputs import virtual_camera
from app.live_outputs.places import profiles_path
from app.live_outputs.profiles import Profiles, write_profiles
from app.live_outputs.settings import ListedOutput, Profile
from app.watch.listener import ViewRequest
from tests.gui.conftest import Until

pyvirtualcam = pytest.importorskip("pyvirtualcam", reason="needs the extra “virtual-camera”")


class _Kept:
    pictures: ClassVar[list[npt.NDArray[np.uint8]]] = []
    closed = False
    refusal = ""

    def __init__(self, **_wanted: object) -> None:
        if _Kept.refusal:
            raise RuntimeError(_Kept.refusal)

    def close(self) -> None:
        _Kept.closed = True

    def send(self, frame: npt.NDArray[np.uint8]) -> None:
        _Kept.pictures.append(frame.copy())

    def device(self) -> str:
        return "kept"

    def native_fourcc(self) -> int | None:
        return None


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyvirtualcam.camera, "BACKENDS", {"kept": _Kept})
    monkeypatch.setattr(virtual_camera, "_check_device", lambda device: None)
    monkeypatch.setattr(_Kept, "pictures", [])
    monkeypatch.setattr(_Kept, "closed", False)
    monkeypatch.setattr(_Kept, "refusal", "")


def show_picture(window: MainWindow) -> None:
    """What the view loop reports of a frame without faces."""
    image = np.full((48, 64, 3), 99, np.uint8)
    image.flags.writeable = False
    frame = Frame(image, 0, Fraction(0), captured_s=time.perf_counter())
    window.studio.live_view.watcher.listeners.on_analysed(Analysis(frame, ()), ViewRequest())


def is_sending(window: MainWindow) -> bool:
    return any(row.state is not None and row.state.status == "sending" for row in window.studio.live_outputs.rows)


def test_the_menu_entry_shows_the_picture_as_a_camera_until_it_is_chosen_again(
    window: MainWindow, until: Until
) -> None:
    action = window.action("virtual_camera")
    action.trigger()
    until(lambda: is_sending(window))
    show_picture(window)
    until(lambda: bool(_Kept.pictures))
    assert action.isChecked() and (_Kept.pictures[0] == 99).all()

    action.trigger()
    until(lambda: _Kept.closed)
    assert not action.isChecked() and window.studio.live_outputs.rows == ()


def test_the_entry_follows_the_window_of_live_outputs(window: MainWindow, until: Until) -> None:
    outputs = window.studio.live_outputs
    outputs.add("virtual-camera://")
    outputs.switch("virtual-camera://", on=True)
    assert window.action("virtual_camera").isChecked()

    outputs.remove("virtual-camera://")
    assert not window.action("virtual_camera").isChecked()


def test_what_does_not_work_is_switched_off_again_and_says_why(window: MainWindow, until: Until) -> None:
    _Kept.refusal = "no device"
    window.action("virtual_camera").trigger()
    until(lambda: is_sending(window))
    show_picture(window)

    until(lambda: not window.action("virtual_camera").isChecked())
    assert "no device" in window.notice.text
    assert window.studio.live_outputs.rows == ()


def test_profiles_in_the_file_are_kept(window: MainWindow, until: Until) -> None:
    saved = Profile(outputs=(ListedOutput("udp://127.0.0.1:9"),))
    known = Profiles()
    write_profiles(known.with_profile(known.current, saved), profiles_path())

    window.action("virtual_camera").trigger()

    until(lambda: is_sending(window))
    addresses = [listed.address for listed in window.studio.live_outputs.profile.outputs]
    assert addresses == ["udp://127.0.0.1:9", "virtual-camera://"]
