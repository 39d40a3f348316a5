"""Nothing that runs by default looks up a name, opens a socket to another machine, or starts programs of the system.

Each program runs under strace, which sees native libraries as well, in an empty home that then shows what they left.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.product import BUNDLED_WEIGHTS, SAMPLE
from tests.privacy.watching import ROOT, faults_in, watched, watching_works

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="strace exists on Linux only"),
    pytest.mark.skipif(sys.platform == "linux" and not watching_works(), reason="needs strace, allowed to trace"),
]

MAIN = ROOT / "main.py"

LATE_S = 12
"""ONNX Runtime reports 5 to 10 seconds after it was loaded, and MediaPipe when it is closed."""

MATPLOTLIB_FONTS = {"fc-list"}
"""Lists the fonts of this machine, once, when matplotlib makes its list of them."""

TORCH = {"ldconfig"}
"""Lists the libraries of this machine, with every import of torch."""


@pytest.fixture(autouse=True)
def _face_detector_at_hand(blazeface: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model that a first run downloads."""
    monkeypatch.setenv("HOPENET_WEIGHTS", str(blazeface.parent))


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    """A folder with 24 labelled pictures of noise."""
    folder = tmp_path / "heads"
    folder.mkdir()
    random = np.random.default_rng(0)
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "yaw_deg", "pitch_deg", "roll_deg"])
        for number in range(24):
            Image.fromarray(random.integers(0, 256, (64, 64, 3), np.uint8)).save(folder / f"{number}.png")
            rows.writerow([f"{number}.png", *random.normal(0, 20, 3)])
    return folder


def check(words: list[object], folder: Path, *, programs: set[str] | None = None, **variables: str) -> None:
    """Asserts that the program succeeds and does nothing that it should not; it may start `programs`."""
    home = folder / "home"
    run = watched(words, home, variables)
    assert run.code == 0, run.output
    expected = {f"starts {name}" for name in programs or set()}
    assert set(run.faults) <= expected, "\n".join(run.faults)
    assert not list(home.rglob("*icrosoft*")), "ONNX Runtime keeps an identifier of this machine"


def test_annotate(tmp_path: Path) -> None:
    check([MAIN, "annotate", SAMPLE, "-o", "out.mp4", "--poses", "out.csv"], tmp_path)
    assert (tmp_path / "home" / "out.mp4").stat().st_size > 0


def test_demo(tmp_path: Path) -> None:
    check([MAIN, "demo"], tmp_path, programs=MATPLOTLIB_FONTS)


def test_doctor(tmp_path: Path) -> None:
    session = {"QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    check([MAIN, "doctor"], tmp_path, programs=TORCH | {"nvidia-smi"}, **session)


@pytest.mark.parametrize("sent", [(), ("--send", "-")], ids=["to nobody", "to the standard output"])
def test_track_reaches_nobody_unless_an_address_is_given(sent: tuple[str, ...], tmp_path: Path) -> None:
    check([MAIN, "track", SAMPLE, "--duration", 2, "--quiet", *sent], tmp_path)


def test_track_reaches_only_the_address_that_is_given(tmp_path: Path) -> None:
    run = watched(
        [MAIN, "track", SAMPLE, "--duration", 2, "--quiet", "--send", "udp://192.0.2.7:5005"], tmp_path / "home", {}
    )
    assert run.code == 0, run.output
    assert run.faults and all("192.0.2.7" in fault for fault in run.faults), run.faults


def test_evaluate(heads: Path, tmp_path: Path) -> None:
    data = ["--dataset", "csv", "--root", heads, "--table", heads / "labels.csv", "--boxes", "mediapipe"]
    check([MAIN, "evaluate", *data, "--plots", "plots"], tmp_path, programs=MATPLOTLIB_FONTS)


def test_training_with_a_worker(heads: Path, tmp_path: Path) -> None:
    words = [MAIN, "train", "--dataset", "csv", "--root", heads, "--recipe", "compact", "--arch", "EfficientNetLite0"]
    words += ["--initialise", "none", "--epochs", 1, "--batch-size", 8, "--workers", 1, "--accelerator", "cpu"]
    words += ["--set", "input_size=48", "--set", "sizes=[]", "--set", "validation_share=0.2"]
    words += ["--set", "optimiser.frozen_norms=[]", "--set", "optimiser.factors={}", "--out", "run"]
    check(words, tmp_path, programs=MATPLOTLIB_FONTS | TORCH)


@pytest.mark.xdist_group("display")
def test_the_window(tmp_path: Path) -> None:
    platform = "xcb" if os.environ.get("DISPLAY") else "offscreen"
    words = [Path(__file__).with_name("window_start.py"), SAMPLE, LATE_S / 2]
    # Qt would start a bus for the session where there is none.
    session = {"QT_QPA_PLATFORM": platform, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    check(words, tmp_path, programs=TORCH, **session)


def test_the_libraries(tmp_path: Path, blazeface: Path) -> None:
    words = [
        Path(__file__).with_name("library_use.py"),
        blazeface,
        BUNDLED_WEIGHTS / "compact.onnx",
        LATE_S,
    ]
    check(words, tmp_path)


REACHING = """
import socket, subprocess
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 9))  # sends nothing
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).connect(("::1", 9))
socket.getaddrinfo("localhost", 80)
subprocess.run([sys.executable, "-c", "import subprocess; subprocess.run(['true'])"])
"""


def test_what_reaches_further_is_seen_in_child_processes_too(tmp_path: Path) -> None:
    run = watched(["-c", f"import sys{REACHING}"], tmp_path / "home")
    assert run.code == 0, run.output
    assert "192.0.2.1" in run.faults[0]
    assert {"looks up a name: /etc/hosts", "starts true"} <= set(run.faults[1:])
    assert not any("::1" in fault for fault in run.faults)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0', True),
        (
            '7 sendto(3, "a", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16) = 1',
            True,
        ),
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0', True),
        ('7 bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0', True),
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(6010), sin_addr=inet_addr("127.0.0.1")}, 16) = 0', False),
        ('7 connect(3, {sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X0"}, 20) = 0', False),
        ('7 openat(AT_FDCWD, "/etc/resolv.conf", O_RDONLY|O_CLOEXEC) = 3', True),
        ('7 openat(AT_FDCWD, "/etc/localtime", O_RDONLY|O_CLOEXEC) = 3', False),
        ('7 execve("/usr/bin/gcc", ["gcc"], 0x7f /* 9 vars */) = 0', True),
        ('7 execve("/usr/local/bin/gcc", ["gcc"], 0x7f /* 9 vars */) = -1 ENOENT (No such file or directory)', True),
        ('7 execve("/usr/bin/python3", ["python3"], 0x7f /* 9 vars */) = 0', False),
    ],
)
def test_each_way_out_is_told_from_what_stays_on_this_machine(line: str, seen: bool) -> None:
    assert bool(faults_in([line])) == seen


@pytest.mark.parametrize("library", ["hopenet", "detectors", "app.cli"])
@pytest.mark.parametrize(("chosen", "value"), [(None, "1"), ("0", "0")], ids=["by default", "chosen otherwise"])
def test_every_library_switches_onnx_runtimes_report_off_unless_the_user_has_chosen(
    library: str, chosen: str | None, value: str
) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"PYTHONPATH": str(ROOT)} | ({} if chosen is None else {"ORT_DISABLE_TELEMETRY": chosen})
    program = (
        f"import os, sys, {library}; print(os.environ['ORT_DISABLE_TELEMETRY'], *{{'onnxruntime'}} & set(sys.modules))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == [value]
