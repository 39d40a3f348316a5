from __future__ import annotations

import subprocess
import sys

SCRIPT = """
from PySide6 import QtCore, QtGui, QtWidgets
from app.gui.panels.strip_chart import StripChart

application = QtWidgets.QApplication(["test", "-platform", "offscreen"])
started = []


class NoWorker:
    def __init__(self, name, run):
        started.append(name)


import app.gui.kit.plotting as module
module.Worker = NoWorker
chart = StripChart()
chart.show()
while not started:
    application.processEvents()
missing = [name for part in (QtCore, QtGui, QtWidgets) for name in dir(part) if name not in vars(part)]
print(*missing[:5])
"""


def test_every_class_of_qt_exists_before_a_thread_imports_pyqtgraph() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
