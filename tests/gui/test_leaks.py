"""A test of the window that leaves something behind fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_LEAKY = """
import threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

kept = []

def test_thread(qtbot):
    wait = threading.Event()
    kept.append(wait)
    threading.Thread(target=wait.wait, name="forgotten", daemon=True).start()

def test_timer(qtbot):
    timer = QTimer()
    timer.start(10_000)
    kept.append(timer)

def test_window(qtbot):
    kept.append(QWidget())
    kept[-1].show()

def test_clean(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    timer = QTimer(window)
    timer.start(10_000)
    thread = threading.Thread(target=kept.clear)
    thread.start()
"""


def test_what_outlives_a_test_is_found(tmp_path: Path) -> None:
    conftest = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    assert "_THREADS_END_WITHIN_S = 5.0" in conftest
    patient = conftest.replace("_THREADS_END_WITHIN_S = 5.0", "_THREADS_END_WITHIN_S = 0.2")
    (tmp_path / "conftest.py").write_text(patient, encoding="utf-8")
    (tmp_path / "test_leaky.py").write_text(_LEAKY, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert "4 passed, 3 errors" in run.stdout, run.stdout
    assert all(f"ERROR test_leaky.py::test_{what}" in run.stdout for what in ("thread", "timer", "window"))
