from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from app.drawing.overlays import OVERLAYS, Overlay
from app.gui.panels.overlay_panel import OVERLAY_TEXTS, OverlayPanel
from app.settings import Style
from tests.gui.find import find


def test_the_text_of_every_overlay_is_marked_for_translation() -> None:
    assert tuple(overlay.text for overlay in OVERLAYS) == OVERLAY_TEXTS


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda overlay: overlay.name)
def test_the_panel_has_a_switch_for_every_overlay(qtbot: QtBot, overlay: Overlay) -> None:
    panel = OverlayPanel()
    qtbot.addWidget(panel)
    before = getattr(Style(), overlay.name)
    switch = find(panel, QCheckBox, overlay.text.replace("&", ""))
    assert switch.isChecked() == before
    assert overlay.shortcut in switch.toolTip()
    with qtbot.waitSignal(panel.style_changed) as changed:
        switch.click()
    (style,) = changed.args
    assert getattr(style, overlay.name) is not before
