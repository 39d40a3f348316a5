from __future__ import annotations

import logging

from app.gui.help import fault_report
from app.logs import LogLine


def test_a_report_contains_versions_machine_settings_and_the_log() -> None:
    text = fault_report.fault_report(
        {"snapshot": "compact"},
        lines=[LogLine(1, 0.0, logging.ERROR, "app.x", "It broke.\nTrace")],
    )
    for expected in (
        "Hopenet Studio",
        "Python: 3.",
        "Qt: PySide6",
        "numpy ",
        "snapshot = compact",
        "error app.x: It broke.",
        "– No camera was found.",
    ):
        assert expected in text


def test_libraries_have_a_version_and_a_licence() -> None:
    libraries = {library.name.lower(): library for library in fault_report.libraries()}
    assert "numpy" in libraries
    assert "lightning" not in libraries, "the window does not use what only training needs"
    assert all(library.version and library.licence for library in libraries.values())
