from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, sys
from app.logs import native_messages_apart
with native_messages_apart():
    os.write(2, b"native\\n")
    print("python", file=sys.stderr)
os.write(2, b"afterwards\\n")
print("at the end", file=sys.stderr)
"""


def test_native_messages_go_to_a_file_and_pythons_own_stay() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["python", "afterwards", "at", "the", "end"]


def test_a_failure_within_the_block_is_still_told() -> None:
    program = PROGRAM.replace('os.write(2, b"native\\n")', 'raise RuntimeError("broken")')
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError: broken" in done.stderr
