"""The plotting library is imported without what it would need for widgets that we do not use."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys
from types import ModuleType
from PySide6.QtWidgets import QApplication
from app.gui.kit.bridge import GuiCalls
from app.gui.kit import plotting

class Cuda:
    def find_spec(self, name, *_):
        if name.startswith("cuda."):
            print("wanted", name)

application = QApplication([])
sys.modules["cuda"] = ModuleType("cuda")  # As if its bindings were installed.
sys.modules["cuda"].__path__ = []
sys.meta_path.insert(0, Cuda())
plotting._import("pyqtgraph", GuiCalls(), lambda: None)
print(sys.modules["pyqtgraph"].ViewBox.__name__)
"""


def test_the_plotting_library_does_not_look_for_cuda() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert (run.stdout, run.stderr) == ("ViewBox\n", "")
