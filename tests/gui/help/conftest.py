from __future__ import annotations

import pytest

from app.doctor.finding import Finding, Report

CHECKED = Report("Program", (Finding("cameras.none", "note"),))


@pytest.fixture(autouse=True)
def _checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Problem reports do not start the checks of this computer, which take seconds."""
    monkeypatch.setattr("app.gui.help.fault_report.check_soon", lambda: CHECKED)
