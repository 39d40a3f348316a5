"""Runs a program under strace, and lists what it did that could reach beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_TRACED = "socket,connect,bind,sendto,sendmsg,sendmmsg,open,openat,execve"
_KEPT = (
    "HOPENET_WEIGHTS",
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "DISPLAY",
    "XAUTHORITY",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
)
"""The environment of a program is made of these and little else: ONNX Runtime is silent if it finds itself on a CI
machine, which it recognises by variables such as CI and GITHUB_ACTIONS."""

_LOCAL_FAMILIES = {"AF_UNIX", "AF_LOCAL", "AF_NETLINK", "AF_UNSPEC"}
_LOOKUP_FILES = ("/etc/resolv.conf", "/etc/hosts")
"""The C library opens these for each name that it looks up, whichever service answers."""

_FAMILY = re.compile(r"sa_family=(\w+)")
_SOCKET = re.compile(r"socket\((\w+)")
_ADDRESS = re.compile(r'(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
_OPENED = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)"')
_EXECUTED = re.compile(r'execve\("([^"]+)"')
_LOOKUP_PORTS = {"53", "853", "5353"}


@dataclass(frozen=True)
class Watched:
    """How a program ended, what it wrote, and what it did that it should not: one line for each."""

    code: int
    output: str
    faults: tuple[str, ...]


def watching_works() -> bool:
    """Whether there is a strace that may trace a process here; some containers forbid it."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    tried = subprocess.run([strace, "-f", "-qq", "-o", os.devnull, "true"], check=False, capture_output=True)
    return tried.returncode == 0


def watched(
    words: Sequence[object], home: Path, variables: Mapping[str, str] | None = None, *, timeout_s: float = 150
) -> Watched:
    """Runs Python with these arguments, in an empty home, and waits until it ends.

    `variables` are added to its environment.
    """
    home.mkdir(parents=True, exist_ok=True)
    trace = home.with_suffix(".trace")
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    environment |= variables or {}
    strace = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-s",
        "300",
        "--signal=none",
        f"--trace={_TRACED}",
        "-o",
        str(trace),
    ]
    ended = subprocess.run(
        [*strace, sys.executable, *map(str, words)],
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    return Watched(ended.returncode, ended.stdout, faults_in(lines))


def faults_in(lines: Sequence[str]) -> tuple[str, ...]:
    """What a trace has of sockets beyond this machine, of names looked up, and of programs other than Python."""
    found = (_fault(line) for line in lines)
    return tuple(dict.fromkeys(fault for fault in found if fault))


def _fault(line: str) -> str | None:
    if (opened := _OPENED.search(line)) and opened[1] in _LOOKUP_FILES:
        return f"looks up a name: {opened[1]}"
    if (program := _EXECUTED.search(line)) and not (name := Path(program[1]).name).startswith("python"):
        return f"starts {name}"
    if (socket := _SOCKET.search(line)) and socket[1] in {"AF_PACKET", "AF_BLUETOOTH", "AF_VSOCK"}:
        return f"opens a socket: {line}"
    if (family := _FAMILY.search(line)) and family[1] not in _LOCAL_FAMILIES:
        address, port = _ADDRESS.search(line), _PORT.search(line)
        if address is None or not _is_loopback(address[1] or address[2]) or (port and port[1] in _LOOKUP_PORTS):
            return f"reaches beyond this machine: {line}"
    return None


def _is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text)
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_loopback
