"""What measurements depend on besides the program: the processor, the system, and the versions of libraries."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app import product
from app.benchmark.cost import usable_cores

_LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python", "pillow", "torch", "torchvision")
"""Those that do the work of an export, or of the published way."""

_CPU_INFO, _STATUS = Path("/proc/cpuinfo"), Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Machine:
    """`processor`: its name. `cores`: how many this process may use. `system`: its name, and the kind of processor."""

    processor: str
    cores: int
    system: str


def this_machine() -> Machine:
    return Machine(_processor(), usable_cores(), f"{platform.system()}, {platform.machine()}")


def versions() -> dict[str, str]:
    """The versions of the program, Python, and the libraries that do the work; of those that are installed."""
    found = {product.NAME: product.version(), "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    """With family, model and stepping on Linux: virtual machines often leave out the processor's own name."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    name = facts.get("model name", platform.machine())
    numbers = [f"{key} {facts[key]}" for key in ("cpu family", "model", "stepping") if key in facts]
    return f"{name} ({', '.join(numbers)})" if numbers else name


def peak_memory_mib() -> float | None:
    """The most memory that this process has had in use so far, in MiB; None if the system does not tell."""
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:  # Not getrusage on Linux: it also counts what the parent had in use before exec.
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return None
