"""Live outputs send to and listen at what the user has typed, and nothing else; without one, there is no socket."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.live_outputs.table import OUTPUTS
from app.product import SAMPLE
from tests.privacy.watching import ROOT, watched, watching_works

_ADDRESS = re.compile(r'(\w+)\(.*sin6?_port=htons\((\d+)\), .*?inet_\w+\((?:AF_INET6, )?"([^"]+)"')


def network_use(outputs: list[str], folder: Path) -> set[tuple[str, str, int]]:
    """What `track` does with the network: each call with its host and port."""
    words = [ROOT / "main.py", "track", SAMPLE, "--duration", "1", "--lost", "nan", "--quiet"]
    run = watched([*words, *(word for output in outputs for word in ("--send", output))], folder / "home")
    assert run.code == 0, run.output
    assert not run.faults
    trace = (folder / "home.trace").read_text(encoding="utf-8", errors="replace")
    return {(found[1], found[3], int(found[2])) for found in _ADDRESS.finditer(trace)}


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="strace exists on Linux only")
@pytest.mark.skipif(sys.platform == "linux" and not watching_works(), reason="needs strace, allowed to trace")
class TestTrack:
    @pytest.fixture(autouse=True)
    def _face_detector_at_hand(self, blazeface: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOPENET_WEIGHTS", str(blazeface.parent))

    def test_without_an_output_it_does_not_use_the_network(self, tmp_path: Path) -> None:
        assert network_use([], tmp_path) == set()

    @pytest.mark.parametrize("scheme", ["opentrack", "udp", "osc", "vmc"])
    def test_what_sends_does_so_to_the_typed_address_only(self, scheme: str, tmp_path: Path, port: int) -> None:
        assert network_use([f"{scheme}://127.0.0.1:{port}"], tmp_path) == {("sendto", "127.0.0.1", port)}

    @pytest.mark.parametrize("scheme", ["tcp", "ws"])
    def test_what_listens_does_so_at_the_typed_address_only(self, scheme: str, tmp_path: Path, port: int) -> None:
        assert network_use([f"{scheme}://127.0.0.1:{port}"], tmp_path) == {("bind", "127.0.0.1", port)}


def test_the_libraries_of_outputs_are_imported_when_one_is_opened() -> None:
    program = (
        "import sys, app.commands.track, app.live_outputs.sender;"
        "print(*{'pythonosc', 'websockets', 'pylsl', 'pyvirtualcam', 'asyncio'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert printed.stdout.split() == []


def test_nothing_leaves_the_machine_by_default() -> None:
    assert {kind.host for kind in OUTPUTS.values() if kind.placed_by == "host"} == {"127.0.0.1"}
