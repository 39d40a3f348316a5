"""The window of live outputs: what it sends, what it remembers, and that it sends nothing before it is told to."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTabWidget,
)
from pytestqt.qtbot import QtBot

from app.frames import Analysis, Face, Frame
from app.gui.kit.number_box import NumberBox
from app.gui.live_outputs.curve_preview import CurvePreview
from app.gui.live_outputs.dialog import LiveOutputsDialog
from app.gui.live_outputs.output_list import OutputList
from app.gui.state.live_outputs import LiveOutputs
from app.gui.window.main_window import MainWindow
from app.live_outputs.mapping import AxisMapping, CurvePoint
from app.live_outputs.places import profiles_path
from app.live_outputs.profiles import Profiles, read_profiles, write_profiles
from app.live_outputs.settings import ListedOutput, OutputSettings, Profile
from app.watch.listener import ViewRequest
from detectors import Box
from hopenet import HeadPose
from tests.gui.conftest import Until
from tests.gui.cut_texts import cut_texts
from tests.gui.find import find, only
from tests.gui.languages import LANGUAGES, spoken
from tests.gui.test_screen_readers import heard, nameless
from tests.gui.window.test_mnemonics import check

PICTURE = np.zeros((90, 160, 3), np.uint8)
PICTURE.flags.writeable = False


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


@pytest.fixture
def dialog(window: MainWindow) -> LiveOutputsDialog:
    return opened(window)


def opened(window: MainWindow) -> LiveOutputsDialog:
    window.action("live_outputs").trigger()
    return only(window, LiveOutputsDialog)


def address_of(receiver: socket.socket) -> str:
    return f"udp://127.0.0.1:{receiver.getsockname()[1]}"


def add(dialog: LiveOutputsDialog, address: str) -> None:
    find(dialog, QComboBox, "Address").setEditText(address)
    find(dialog, QPushButton, "Add").click()


def switch(dialog: LiveOutputsDialog, address: str, *, on: bool = True) -> None:
    outputs = only(dialog, OutputList)
    (item,) = outputs.findItems(address, Qt.MatchFlag.MatchExactly)
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def status_of(dialog: LiveOutputsDialog) -> str:
    """Of the first output."""
    item = only(dialog, OutputList).item(0, 1)
    assert item is not None
    return item.text()


def find_face(window: MainWindow, yaw: float = 12.0) -> None:
    """What the view loop reports when it has found a face."""
    pose = HeadPose(yaw, 3.0, -2.0)
    face = Face(1, Box(60, 20, 100, 60), 0.9, pose, pose, None)
    frame = Frame(PICTURE, 7, Fraction(7, 30), captured_s=time.perf_counter())
    window.studio.live_view.watcher.listeners.on_analysed(Analysis(frame, (face,)), ViewRequest())


def received(receiver: socket.socket) -> dict[str, object]:
    values: dict[str, object] = json.loads(receiver.recv(65536))
    return values


def test_before_the_window_of_live_outputs_is_opened_nothing_of_it_is_there(window: MainWindow) -> None:
    assert window.studio._live_outputs is None and not profiles_path().exists()


def test_an_address_is_added_switched_on_and_off_and_removed(
    dialog: LiveOutputsDialog, window: MainWindow, receiver: socket.socket, until: Until
) -> None:
    address = address_of(receiver)
    add(dialog, address)
    find_face(window)
    receiver.settimeout(0.2)
    with pytest.raises(TimeoutError):
        receiver.recv(1)

    switch(dialog, address)
    receiver.settimeout(10)
    find_face(window)
    assert received(receiver)["yaw"] == 12.0
    assert "Sending to 1 live output" in [label.text() for label in window.status.findChildren(QLabel)]
    status = only(dialog, OutputList)
    until(lambda: "delay" in status_of(dialog))

    switch(dialog, address, on=False)
    find_face(window)
    receiver.settimeout(0.2)
    with pytest.raises(TimeoutError):
        receiver.recv(1)

    status.setCurrentCell(0, 0)
    find(dialog, QPushButton, "Remove").click()
    assert status.rowCount() == 0 and window.studio.live_outputs.profile.outputs == ()


def test_space_switches_the_chosen_output(dialog: LiveOutputsDialog, window: MainWindow, qtbot: QtBot) -> None:
    add(dialog, "udp://127.0.0.1:9")
    qtbot.keyClick(only(dialog, OutputList), Qt.Key.Key_Space)
    assert window.studio.live_outputs.sending == 1


@pytest.mark.parametrize("address", ["nothing", "udp://127.0.0.1", "opentrack://127.0.0.1:4242?x=1"])
def test_what_is_no_address_is_refused_in_the_window(
    dialog: LiveOutputsDialog, window: MainWindow, address: str
) -> None:
    add(dialog, address)
    assert address in find(dialog, QLabel, "warning").text()
    assert window.studio.live_outputs.profile.outputs == ()


def test_an_address_is_listed_once(dialog: LiveOutputsDialog, window: MainWindow) -> None:
    for _ in range(2):
        add(dialog, "udp://127.0.0.1:9")
    assert len(window.studio.live_outputs.rows) == 1


def test_another_spelling_of_a_listed_address_is_refused(dialog: LiveOutputsDialog, window: MainWindow) -> None:
    add(dialog, "opentrack://")
    add(dialog, "opentrack://127.0.0.1:4242")
    assert [row.address for row in window.studio.live_outputs.rows] == ["opentrack://"]
    assert any(
        "means the same place as opentrack://, which is in the list already." in label.text()
        for label in dialog.findChildren(QLabel)
    )


def test_an_output_that_cannot_be_opened_shows_why(dialog: LiveOutputsDialog, window: MainWindow, until: Until) -> None:
    add(dialog, "udp://no..where:9")
    switch(dialog, "udp://no..where:9")
    until(lambda: "unknown" in status_of(dialog))
    until(lambda: window.notice.topic == "action")  # Also for whoever has closed the list.


def test_settings_take_effect_at_once_and_are_saved(
    dialog: LiveOutputsDialog, window: MainWindow, receiver: socket.socket, until: Until
) -> None:
    add(dialog, address_of(receiver))
    switch(dialog, address_of(receiver))
    only(dialog, QTabWidget).setCurrentIndex(1)
    find(dialog, QCheckBox, "Invert").click()
    face = dialog.sending.findChildren(QComboBox)[0]
    face.setCurrentIndex(face.findData("centre"))
    face.activated.emit(face.currentIndex())

    find_face(window)

    assert received(receiver)["yaw"] == -12.0
    expected = OutputSettings(face="centre", mapping=replace(OutputSettings().mapping, yaw=AxisMapping(invert=True)))
    until(lambda: profiles_path().exists() and read_profiles(profiles_path()).profile.settings == expected)


def test_a_curve_is_typed_and_drawn(dialog: LiveOutputsDialog, window: MainWindow, qtbot: QtBot) -> None:
    only(dialog, QTabWidget).setCurrentIndex(1)
    axes, outputs = dialog.axes, window.studio.live_outputs
    curve = next(edit for edit in axes.findChildren(QLineEdit) if edit.placeholderText())

    curve.setText("")
    qtbot.keyClicks(curve, "10:5/30:60")
    assert list(outputs.settings.mapping.yaw.curve) == [CurvePoint(10, 5), CurvePoint(30, 60)]

    qtbot.keyClicks(curve, "/20:70")
    assert "never fall" in " ".join(label.text() for label in axes.findChildren(QLabel))
    assert outputs.settings.mapping.yaw.curve[-1] == CurvePoint(30, 60)

    find(axes, QPushButton, "Reset this axis").click()
    preview = find(axes, CurvePreview, "Curve")
    place = QPoint(3 * preview.width() // 4, preview.height() // 4)
    qtbot.mouseClick(preview, Qt.MouseButton.LeftButton, pos=place)
    point = next(iter(outputs.settings.mapping.yaw.curve))
    assert 25 < point.value < 35 and 25 < point.sent < 40
    assert curve.text() == f"{point.value:g}:{point.sent:g}"

    qtbot.mouseClick(preview, Qt.MouseButton.RightButton, pos=preview._shown(point).toPoint())
    assert not outputs.settings.mapping.yaw.curve


def test_a_curve_with_decimals_can_be_typed(dialog: LiveOutputsDialog, window: MainWindow, qtbot: QtBot) -> None:
    only(dialog, QTabWidget).setCurrentIndex(1)
    curve = next(edit for edit in dialog.axes.findChildren(QLineEdit) if edit.placeholderText())
    qtbot.keyClicks(curve, "10:0.5/20:7.5")
    assert curve.text() == "10:0.5/20:7.5"
    assert window.studio.live_outputs.settings.mapping.yaw.curve == (CurvePoint(10, 0.5), CurvePoint(20, 7.5))


def test_an_address_is_taken_as_it_was_typed(dialog: LiveOutputsDialog, window: MainWindow, qtbot: QtBot) -> None:
    address = find(dialog, QComboBox, "Address")
    edit = address.lineEdit()
    assert edit is not None
    edit.clear()
    assert address.completer() is None  # It completes only while the window has the keyboard, which it lacks in a test.
    qtbot.keyClicks(edit, "udp://127.0.0.1:500")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert [row.address for row in window.studio.live_outputs.rows] == ["udp://127.0.0.1:500"]


def test_enter_after_an_address_or_a_value_does_not_close_the_window(
    dialog: LiveOutputsDialog, window: MainWindow, qtbot: QtBot
) -> None:
    address = find(dialog, QComboBox, "Address")
    address.setEditText("udp://127.0.0.1")
    qtbot.keyClick(address.lineEdit(), Qt.Key.Key_Return)
    assert dialog.isVisible() and "no port" in find(dialog, QLabel, "warning").text()
    only(dialog, QTabWidget).setCurrentIndex(1)
    qtbot.keyClick(dialog.axes.findChildren(NumberBox)[0], Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_a_number_counts_once_it_has_been_typed(dialog: LiveOutputsDialog, window: MainWindow, qtbot: QtBot) -> None:
    only(dialog, QTabWidget).setCurrentIndex(1)
    gain = dialog.axes.findChildren(NumberBox)[0]
    gain.selectAll()
    qtbot.keyClicks(gain, "12.5")
    assert window.studio.live_outputs.settings.mapping.yaw.gain == 1
    qtbot.keyClick(gain, Qt.Key.Key_Return)
    assert window.studio.live_outputs.settings.mapping.yaw.gain == 12.5


def test_the_present_value_is_shown_before_and_after_the_mapping(
    dialog: LiveOutputsDialog, window: MainWindow, receiver: socket.socket, until: Until
) -> None:
    add(dialog, address_of(receiver))
    switch(dialog, address_of(receiver))
    only(dialog, QTabWidget).setCurrentIndex(1)
    dialog.axes.findChildren(NumberBox)[0].setValue(2.0)
    find_face(window)

    def shown() -> str:
        return find(dialog.axes, QLabel, "Present value").text()

    until(lambda: "becomes" in shown())
    before, after = (float(text.rstrip("°")) for text in shown().split(" becomes "))
    assert 11 < before < 13 and after == pytest.approx(2 * before, abs=0.15)


def test_the_test_sends_a_nod(
    dialog: LiveOutputsDialog,
    window: MainWindow,
    receiver: socket.socket,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.live_outputs.nod.NOD_S", 0.2)
    find(dialog, QPushButton, "Test (nod)").click()
    assert "Switch one on" in find(dialog, QLabel, "warning").text()

    add(dialog, address_of(receiver))
    switch(dialog, address_of(receiver))
    find(dialog, QPushButton, "Test (nod)").click()
    assert received(receiver)["kind"] == "test"
    until(lambda: find(dialog, QPushButton, "Test (nod)").isEnabled())
    assert not window.studio.live_outputs.is_nodding


def test_a_key_sets_the_neutral_pose_only_while_something_is_sent(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    class Heard:
        def __init__(self, key: str, pressed: Callable[[], object]) -> None:
            heard.append(key)

        def close(self) -> None:
            heard.append("closed")

    monkeypatch.setattr("app.gui.state.live_outputs.listen", Heard)
    monkeypatch.setattr("app.gui.live_outputs.dialog.can_listen", lambda: True)
    dialog = opened(window)
    add(dialog, "udp://127.0.0.1:9")
    key = next(box for box in dialog.findChildren(QComboBox) if box.findData("F9") >= 0)
    key.setCurrentIndex(key.findData("F9"))
    key.activated.emit(key.currentIndex())
    assert heard == []

    switch(dialog, "udp://127.0.0.1:9")
    assert heard == ["F9"]
    switch(dialog, "udp://127.0.0.1:9", on=False)
    assert heard == ["F9", "closed"] and window.studio.live_outputs.profile.neutral_key == "F9"


def test_profiles_are_saved_chosen_and_deleted(dialog: LiveOutputsDialog, window: MainWindow, until: Until) -> None:
    outputs, row = window.studio.live_outputs, dialog.profiles
    add(dialog, "udp://127.0.0.1:9")
    find(row, QPushButton, "Save as a new profile").click()
    asked = only(row, QInputDialog)
    asked.setTextValue("game")
    asked.accept()
    outputs.use(replace(outputs.settings, rate_per_s=50.0))
    assert row.box.currentText() == "game"

    row.box.setCurrentIndex(row.box.findData("Default"))
    row.box.activated.emit(row.box.currentIndex())
    assert outputs.settings.rate_per_s is None

    outputs.choose("game")
    assert outputs.settings.rate_per_s == 50 and row.box.currentText() == "game"
    until(lambda: read_profiles(profiles_path()).all.get("game", Profile()).settings.rate_per_s == 50)

    find(row, QPushButton, "Delete the profile").click()
    question = only(row, QMessageBox)
    find(question, QPushButton, "Delete").click()
    assert outputs.profiles.current == "Default"
    until(lambda: "game" not in read_profiles(profiles_path()).all)


def test_an_output_of_both_profiles_stays_on_and_others_are_switched_off(
    dialog: LiveOutputsDialog, window: MainWindow
) -> None:
    outputs = window.studio.live_outputs
    for port in (7, 9):
        add(dialog, f"udp://127.0.0.1:{port}")
        switch(dialog, f"udp://127.0.0.1:{port}")
    outputs.add_profile("game")
    outputs.remove("udp://127.0.0.1:7")
    assert outputs.sending == 1
    outputs.choose("Default")
    assert [row.state is not None for row in outputs.rows] == [False, True]


@pytest.mark.parametrize("wanted", [False, True])
def test_after_a_start_outputs_are_on_only_if_the_user_said_so(
    wanted: bool, open_window: Callable[..., MainWindow], until: Until
) -> None:
    outputs = ListedOutput("udp://127.0.0.1:9", on=True), ListedOutput("udp://127.0.0.1:7")
    write_profiles(Profiles().with_profile("game", Profile(outputs=outputs, send_at_start=wanted)), profiles_path())
    window = open_window()
    window.find_unfinished()

    if wanted:
        until(lambda: window.studio._live_outputs is not None and window.studio.live_outputs.sending == 1)
    else:
        shown = opened(window)
        until(lambda: only(shown, OutputList).rowCount() == 2)
        assert window.studio.live_outputs.sending == 0
        assert find(shown, QCheckBox, "Send when the program starts").isChecked() is False


def test_what_was_changed_last_is_saved_when_the_program_ends(window: MainWindow, dialog: LiveOutputsDialog) -> None:
    find(dialog, QCheckBox, "Send when the program starts").click()
    outputs: LiveOutputs = window.studio.live_outputs
    outputs.close()
    assert read_profiles(profiles_path()).profile.send_at_start


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", [0, 1])
def test_no_text_is_cut_and_no_alt_key_is_used_twice(
    language: str, page: int, window: MainWindow, qapp: object, until: Until
) -> None:
    with spoken(qapp, language):  # type: ignore[arg-type]
        shown = LiveOutputsDialog(window.studio)
        only(shown, QTabWidget).setCurrentIndex(page)
        shown.resize(shown.minimumSizeHint())
        shown.show()
        until(shown.isVisible)
        assert shown.minimumSizeHint().height() <= 600
        check(shown)
        assert cut_texts(shown) == []
        shown.close()
        shown.deleteLater()


@pytest.mark.parametrize("page", [0, 1])
def test_every_control_has_a_name_for_screen_readers(page: int, dialog: LiveOutputsDialog, until: Until) -> None:
    add(dialog, "udp://127.0.0.1:9")
    only(dialog, QTabWidget).setCurrentIndex(page)
    until(dialog.isVisible)
    assert nameless(heard(dialog)) == []


def test_the_window_fits_on_a_small_screen(dialog: QDialog) -> None:
    assert dialog.minimumSizeHint().width() <= 1000 and dialog.minimumSizeHint().height() <= 600
