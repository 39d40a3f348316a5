"""Measures networks and exports on an NVIDIA GPU, in a few minutes: `python -m benchmarks.gpu --out gpu.json`.

For each network: faces per second over the size of a batch, from pixels in the host's memory and on the device alone,
with the share of the rate at which this card multiplies matrices; one face from picture to angles; the differences from
the CPU in single precision; the same network by ONNX Runtime. Then exports with and without the GPU. A network whose
snapshot is not at hand has random weights, which does not change its speed.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app import product
from app.benchmark.machine import versions
from benchmarks.gpu_export import compared_exports
from benchmarks.gpu_networks import NETWORKS, Network, flops_of, open_network
from hopenet.decode import decode
from hopenet.engines import Device, OnnxEngine, check_onnx_device
from hopenet.estimator import HeadPoseEstimator
from hopenet.export import save_onnx
from hopenet.preprocess import stacked
from hopenet.torch_engine import TorchEngine
from hopenet.trial_pictures import ordinary_faces, trial_pictures

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
MATRIX_SIDE = {"cuda": 8192, "cpu": 256}
PICTURE = (720, 1280, 3)
BOX = (640.0, 150.0, 890.0, 400.0)
_IN_FLIGHT = 8
"""How many batches are computed between two looks at the clock."""

NO_GPU = "torch finds no NVIDIA GPU on this machine, so nothing was measured."


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu only tries this program")
    parser.add_argument("--batches", type=int, nargs="+", default=BATCHES, metavar="N")
    parser.add_argument("--networks", nargs="+", choices=tuple(NETWORKS), default=tuple(NETWORKS))
    parser.add_argument("--video", type=Path, default=product.SAMPLE)
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each figure is measured (default: 0.5)")
    parser.add_argument("--limit", type=float, default=330, help="seconds after which nothing more is begun")
    parser.add_argument("--out", type=Path, help="a JSON file for the figures")
    args = parser.parse_args(arguments)
    if args.device == "cuda" and not torch.cuda.is_available():
        print(NO_GPU)
        return 1
    figures = measured(args.device, args)
    if args.out is not None:
        args.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def measured(device: Device, args: argparse.Namespace) -> dict[str, Any]:
    """Every figure, printed as soon as it is known."""
    ends_s = time.perf_counter() + args.limit
    rate = matrix_flops(device, args.seconds)
    figures: dict[str, Any] = {"machine": machine(device), "matrix_tflops": rate / 1e12, "networks": {}, "left_out": []}
    print(figures["machine"]["card"], f"multiplies matrices at {rate / 1e12:.1f} TFLOP/s in half precision.")
    for name in args.networks:
        if time.perf_counter() > ends_s:
            figures["left_out"].append(name)
            continue
        network = open_network(name)
        figures["networks"][name] = network_figures(network, device, args, matrix_rate=rate, ends_s=ends_s)
    if time.perf_counter() < ends_s:
        figures["export"] = compared_exports(args.video, device)
    else:
        figures["left_out"].append("export")
    if figures["left_out"]:
        print(f"The time was over before: {', '.join(figures['left_out'])}.")
    return figures


def machine(device: Device) -> dict[str, Any]:
    """The card, its driver, and the versions of the libraries."""
    on_gpu = device == "cuda"
    return {
        "card": torch.cuda.get_device_name() if on_gpu else platform.processor() or platform.machine(),
        "driver": _driver() if on_gpu else "",
        "cuda": torch.version.cuda or "",
        "cudnn": torch.backends.cudnn.version() if on_gpu else None,  # type: ignore[no-untyped-call]
        "versions": versions(),
    }


def _driver() -> str:
    """The version of NVIDIA's driver; empty where Linux does not tell."""
    try:
        return Path("/proc/driver/nvidia/version").read_text(encoding="utf-8").splitlines()[0]
    except OSError:
        return ""


def matrix_flops(device: Device, seconds: float) -> float:
    """Floating-point operations per second of large half-precision products, the most that a network could reach."""
    side = MATRIX_SIDE[device]
    a, b = (torch.randn(side, side, dtype=torch.float16, device=device) for _ in range(2))
    return 2 * side**3 * _rate(lambda: a @ b, device, seconds)


def network_figures(
    network: Network, device: Device, args: argparse.Namespace, *, matrix_rate: float, ends_s: float
) -> dict[str, Any]:
    engine = TorchEngine(network.snapshot, device)
    flops = flops_of(network.snapshot)
    kind = "random weights" if network.is_random else network.snapshot.record.name
    side = engine.record.input_size
    print(f"\n{network.name} at {side} pixels ({kind}), {flops / 1e9:.2f} GFLOP a face:")
    figures: dict[str, Any] = {"weights": kind, "input_size": side, "gflop_per_face": flops / 1e9, "batches": []}
    print("   batch   faces/s   on the device   share of the matrix rate")
    for row in _batch_rows(engine, device, args, ends_s=ends_s):
        row["share"] = row["device_faces_per_s"] * flops / matrix_rate
        figures["batches"].append(row)
        here, there, share = row["faces_per_s"], row["device_faces_per_s"], 100 * row["share"]
        print(f"{row['batch']:>8}{here:>10.0f}{there:>16.0f}{share:>25.1f} %")
    figures["one_face_ms"] = one_face_ms(engine)
    figures["degrees"] = degrees(engine, network)
    figures["onnx"] = onnx_figures(network, device, args)
    figures["notices"] = list(engine.notices)
    ms, differences = figures["one_face_ms"], figures["degrees"]
    print(f"One face from picture to angles: median {ms['median']:.2f} ms, 95 % below {ms['p95']:.2f} ms.")
    print(
        f"Largest difference from the CPU: {differences['ordinary_faces']:.3f}° for faces, "
        f"{differences['distorted_and_noise']:.3f}° for distorted pictures and noise."
    )
    print(figures["onnx"].get("sentence") or f"ONNX Runtime: {figures['onnx']['faces_per_s']:.0f} faces/s at its best.")
    for notice in engine.notices:
        print(notice)
    return figures


def _batch_rows(
    engine: TorchEngine, device: Device, args: argparse.Namespace, *, ends_s: float
) -> Iterator[dict[str, Any]]:
    pictures = trial_pictures(engine.record.input_size)
    for batch in args.batches:
        if time.perf_counter() > ends_s or batch > engine.parts.largest:
            return
        crops = stacked([pictures[place % len(pictures)] for place in range(batch)], engine.record.input_size)
        engine.pixel_logits(crops)
        together = np.concatenate([crops] * _IN_FLIGHT)
        usual, engine.parts.largest = engine.parts.largest, batch
        per_s = _IN_FLIGHT * batch * _rate(partial(engine.pixel_logits, together), device, args.seconds)
        if engine.parts.notices:
            return  # The memory is full.
        engine.parts.largest = usual
        on_device = batch * _rate(engine.repeater(crops), device, args.seconds)
        yield {"batch": batch, "faces_per_s": per_s, "device_faces_per_s": on_device}


def one_face_ms(engine: TorchEngine, calls: int = 200) -> dict[str, float]:
    """From a picture in the host's memory to the angles of one face in it, with cropping."""
    estimator = HeadPoseEstimator(engine, engine.record, sha256="")
    image = np.random.default_rng(0).integers(0, 255, PICTURE, np.uint8)
    times_ms = []
    for _ in range(calls):
        started = time.perf_counter()
        estimator.estimate(image, [BOX])
        times_ms.append(1000 * (time.perf_counter() - started))
    median, p95 = np.percentile(times_ms[calls // 10 :], [50, 95])
    return {"median": float(median), "p95": float(p95)}


def degrees(engine: TorchEngine, network: Network) -> dict[str, float]:
    """The largest differences of an angle from the CPU in single precision."""
    side, on_cpu = engine.record.input_size, TorchEngine(network.snapshot, "cpu")

    def largest(squares: Sequence[Any]) -> float:
        crops = stacked(squares, side)
        here, there = (
            np.array([one.pose for one in decode(by.pixel_logits(crops), engine.record.decoding)])
            for by in (engine, on_cpu)
        )
        return float(np.abs(here - there).max())

    return {"ordinary_faces": largest(ordinary_faces(side)), "distorted_and_noise": largest(trial_pictures(side))}


def onnx_figures(network: Network, device: Device, args: argparse.Namespace) -> dict[str, Any]:
    """Faces per second of ONNX Runtime on the same device; a sentence if it cannot use that."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{network.name}.onnx"
        try:
            check_onnx_device(device)
            save_onnx(network.snapshot, path)
            engine = OnnxEngine(path, device=device)
        except (ValueError, RuntimeError) as error:
            return {"sentence": str(error)}
    side, best = engine.record.input_size, 0.0
    for batch in (size for size in args.batches if size <= 128):
        crops = np.zeros((batch, 3, side, side), np.float32)
        best = max(best, batch * _rate(partial(engine.logits, crops), device, args.seconds))
    return {"engine": engine.name, "faces_per_s": best}


def _rate(call: Callable[[], object], device: Device, seconds: float) -> float:
    """Calls per second, after a first one that does not count."""
    call()
    _wait(device)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds or count == 0:
        for _ in range(_IN_FLIGHT):
            call()
        _wait(device)
        count += _IN_FLIGHT
    return count / (time.perf_counter() - started)


def _wait(device: Device) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    sys.exit(main())
