"""Titles of models, encoders and formats in the language of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.export.dialog_parts import AnalysisPart
from app.gui.export.outputs_part import OutputsPart
from app.gui.kit.titles import TITLES
from app.outputs.tables import FORMATS
from app.settings import AnalysisSettings, DetectorChoice
from app.video import ENCODERS
from app.weights import ModelStore
from detectors import DETECTORS
from tests.gui.languages import spoken

_NAMES = {
    "HopelessNet ResNet50, alpha 1",
    "HopelessNet ResNet18",
    "HopelessNet MobileNetV2",
    "HopelessNet SqueezeNet 1.0",
    "HopelessNet SqueezeNet 1.1",
    "HopeNet-Lite, ShuffleNetV2 x1.0",
    "CSV",
    "Parquet",
    "OpenFace (CSV)",
}
"""What is the same in every language."""


def test_every_title_can_be_translated_or_is_only_a_name() -> None:
    models = {record.title for record in ModelStore.standard().records}
    others = {one.title for table in (ENCODERS, FORMATS, DETECTORS) for one in table}
    assert sorted((models | others) - set(TITLES) - _NAMES) == []


def test_the_export_dialog_names_detectors_and_encoders_in_german(qapp: QApplication, qtbot: QtBot) -> None:
    with spoken(qapp, "de"):
        outputs = OutputsPart(picture=False, folders=False, sound=True)
        analysis = AnalysisPart((), "", DetectorChoice("mediapipe"), AnalysisSettings())
    for part in (outputs, analysis):
        qtbot.addWidget(part)
    assert outputs.encoder.currentText() == "H.264, läuft überall"
    assert outputs.encoder.currentData() == "h264"
    assert analysis.detector.currentText() == "MediaPipe (schnell)"
