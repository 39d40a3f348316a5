"""Do networks run, on the CPU and on a GPU; and if not on a GPU, why?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import product
from app.doctor.finding import Finding
from app.doctor.packages import broken, one_line
from app.doctor.process import busy_with
from app.doctor.requirements import declared, installed_version

_VISIBLE = "CUDA_VISIBLE_DEVICES"
_NVIDIA = "0x10de"
_DISPLAYS = "0x03"
"""The class of PCI devices that are graphics cards."""

_TOO_OLD = re.compile(r"driver on your system is too old", re.IGNORECASE)
_SMI_S = 5


@dataclass(frozen=True, slots=True)
class Gpus:
    """What the system knows of NVIDIA GPUs. `names` and `driver` are empty without a working driver. `fault`: why a
    driver that is there does not answer. `present`: whether there is a card, working or not."""

    names: tuple[str, ...]
    driver: str
    fault: str
    present: bool


def networks() -> Iterator[Finding]:
    needs = declared()
    try:
        with busy_with("onnxruntime"):
            import onnxruntime
    except Exception as error:  # noqa: BLE001 — a damaged package may raise anything
        yield broken(error, "onnxruntime", needs)
        return
    names = [name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers()]
    # Every wheel has “Azure”, which calls a service in the network and is never used: the name would only worry people.
    providers = [name for name in names if name != "Azure"]
    yield Finding("networks.onnxruntime", "ok", {"version": onnxruntime.__version__, "providers": ", ".join(providers)})
    if installed_version("onnxruntime") and installed_version("onnxruntime-gpu"):
        yield Finding("networks.mixed", "warning")
    with busy_with("compact.onnx"):
        try:
            took_s = _run_bundled(onnxruntime)
        except Exception as error:  # noqa: BLE001 — ONNX Runtime's errors have no common type
            values = {"reason": one_line(error), "requirement": needs.of("onnxruntime")}
            yield Finding("networks.fails", "failed", values)
        else:
            yield Finding("networks.runs", "ok", {"milliseconds": f"{took_s * 1000:.0f}"})


def gpu() -> Iterator[Finding]:
    needs = declared()
    gpus = _gpus()
    try:
        with busy_with("torch"):
            import torch
    except Exception as error:  # noqa: BLE001 — a damaged package may raise anything
        yield broken(error, "torch", needs)
        return
    version = str(torch.__version__)
    try:
        with busy_with("torch"):
            if float(torch.ones(8).sum()) != 8:
                raise RuntimeError("8 times 1 is not 8.")  # noqa: TRY301
    except Exception as error:  # noqa: BLE001 — as above
        values = {"version": version, "reason": one_line(error), "requirement": needs.of("torch")}
        yield Finding("gpu.torch-fails", "failed", values)
        return
    with busy_with("GPU"):
        used, reason = _on_gpu(torch)
    if used:
        yield Finding("gpu.mps" if used == "mps" else "gpu.used", "ok", {"version": version, "gpu": used})
        return
    yield Finding("gpu.torch", "ok", {"version": version})
    yield why_unused(gpus, version, getattr(torch.version, "cuda", None), os.environ.get(_VISIBLE), reason)


def why_unused(gpus: Gpus, version: str, cuda: str | None, visible: str | None, reason: str) -> Finding:
    """Why PyTorch uses no GPU. `cuda`: the version that it is built for, None for a CPU build. `visible`: the value of
    CUDA_VISIBLE_DEVICES, None if it is not set. `reason`: PyTorch's own message, which may be empty."""
    values = {"version": version, "gpu": ", ".join(gpus.names), "driver": gpus.driver, "cuda": cuda or ""}
    values |= {"value": visible or "", "reason": gpus.fault or reason or "it gives no reason."}
    reasons = (
        ("gpu.none", not (gpus.present or gpus.names)),
        ("gpu.hidden", visible is not None and not _shows_any(visible)),
        ("gpu.driver-fails", bool(gpus.fault)),
        ("gpu.no-driver", not gpus.names),
        ("gpu.cpu-build", cuda is None),
        ("gpu.driver-old", _TOO_OLD.search(reason) is not None),
    )
    key = next((key for key, holds in reasons if holds), "gpu.unusable")
    return Finding(key, "note" if key == "gpu.none" else "warning", values)


def _shows_any(visible: str) -> bool:
    """CUDA reads the list up to the first entry that is not valid."""
    first = visible.split(",", maxsplit=1)[0].strip()
    return bool(first) and not first.startswith("-")


def _on_gpu(torch: Any) -> tuple[str, str]:
    """The GPU on which PyTorch has computed something; or empty, and PyTorch's reason."""
    import warnings

    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            if torch.cuda.is_available():
                ones = torch.ones(64, 64, device="cuda")
                float((ones @ ones).sum())
                return str(torch.cuda.get_device_name(0)), ""
            if torch.backends.mps.is_available():
                float(torch.ones(8, device="mps").sum())
                return "mps", ""
            return "", one_line(said[-1].message) if said and isinstance(said[-1].message, Warning) else ""
    except Exception as error:  # noqa: BLE001 — a GPU that is not supported raises many kinds
        return "", one_line(error)


def _gpus() -> Gpus:
    program = shutil.which("nvidia-smi")
    present = _has_nvidia_card()
    if program is None:
        return Gpus((), "", "", present)
    try:
        done = subprocess.run(
            [program, "--query-gpu=name,driver_version", "--format=csv,noheader"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SMI_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Gpus((), "", "it does not answer.", present)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()
        return Gpus((), "", lines[0] if lines and present else "", present)
    rows = [line.split(",") for line in done.stdout.strip().splitlines()]
    names = tuple(row[0].strip() for row in rows)
    return Gpus(names, rows[0][-1].strip() if rows else "", "", present or bool(names))


def _has_nvidia_card() -> bool:
    """By the list of PCI devices on Linux; elsewhere the driver comes with the system, and tells."""
    if sys.platform != "linux":
        return False
    for device in Path("/sys/bus/pci/devices").glob("*"):
        try:
            vendor, kind = ((device / name).read_text(encoding="ascii") for name in ("vendor", "class"))
        except (OSError, UnicodeDecodeError):
            continue
        if vendor.strip() == _NVIDIA and kind.startswith(_DISPLAYS):
            return True
    return False


def _run_bundled(onnxruntime: Any) -> float:
    """Seconds for one face. Raises RuntimeError if its angles are not numbers."""
    import numpy as np

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    path = product.BUNDLED_WEIGHTS / "compact.onnx"
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    node = session.get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in node.shape]
    face = np.zeros(shape, np.float32 if "float" in node.type else np.uint8)
    session.run(None, {node.name: face})
    began_s = time.perf_counter()
    outputs = session.run(None, {node.name: face})
    if not all(np.isfinite(output).all() for output in outputs):
        raise RuntimeError("its output is not a number.")
    return time.perf_counter() - began_s
