"""Bare calls of the libraries that do the work of a stage: what the stage would cost if it did nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np

from app.benchmark.cost import Cost, Stopwatch, least
from app.benchmark.subject import SILENT, Material, Models, Subject
from app.settings import EngineChoice
from app.video.encoders import choose_encoder
from app.video.muxing import VideoMuxer
from app.weights import ModelStore
from detectors import detector_kind
from detectors.tflite import read_tflite
from detectors.tflite_to_onnx import converted
from hopenet.batches import LARGEST_BATCH
from hopenet.estimator import plan_load

_TFLITE = ".tflite"


class IdealStages:
    """The bare counterparts of a video's stages. Tracking, cropping and drawing have none, nor have some detectors."""

    def __init__(self, subject: Subject, models: Models, held: Material) -> None:
        self._subject, self._models, self._held = subject, models, held
        on_onnx = models.estimator.engine.name == "onnx-cpu"
        threads = (subject.engine.threads,) if subject.engine.threads is not None else (None, 1)
        engines = [replace(subject.engine, threads=number) for number in threads] if on_onnx else []
        self._networks: list[Any] = [network_session(subject.snapshot, engine) for engine in engines]
        self._detector: Any = _detector_network(models.detector.name)

    def costs(self) -> dict[str, Cost]:
        """Milliseconds per frame."""
        wanted: Mapping[str, Callable[[], Cost] | None] = {
            "decode": self._decode if self._held.facts.kind == "video" else None,
            "detect": self._detect if self._detector is not None else None,
            "infer": self._infer if self._networks else None,
            "encode": self._encode,
        }
        return {name: measure() for name, measure in wanted.items() if measure is not None}

    def _decode(self) -> Cost:
        """Decoded to the video's own pixel format, which is not converted."""
        count = len(self._held.frames)
        with Stopwatch() as watch, av.open(str(self._subject.source)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for _ in islice(container.decode(video=0), count):
                pass
        return watch.cost(count)

    def _detect(self) -> Cost:
        """Of the whole picture, without resampling it before and merging boxes after."""
        looks = len(self._held.detections)
        (port,) = self._detector.get_inputs()
        inputs = {port.name: np.random.default_rng(0).uniform(-1, 1, port.shape).astype(np.float32)}
        self._detector.run(None, inputs)
        with Stopwatch() as watch:
            for _ in range(looks):
                self._detector.run(None, inputs)
        return watch.cost(len(self._held.frames))

    def _infer(self) -> Cost:
        """Of the same crops, without decoding the answer."""
        name, watches = self._networks[0].get_inputs()[0].name, [Stopwatch() for _ in self._networks]
        for analysis in self._held.analyses:
            boxes = tuple(face.box for face in analysis.faces)
            batch = self._models.estimator.prepare(analysis.frame.image, boxes, crop=self._models.crop).batch
            for start in range(0, len(batch), LARGEST_BATCH):
                part = {name: batch[start : start + LARGEST_BATCH]}
                for watch, network in zip(watches, self._networks, strict=True):
                    with watch:
                        network.run(None, part)
        return least([watch.cost(len(self._held.analyses)) for watch in watches])

    def _encode(self) -> Cost:
        """With the product's settings, of frames in the encoder's own format, into no container."""
        held, size = self._held, self._held.coded[0][0]
        with Stopwatch() as watch:
            muxer = VideoMuxer(
                Path(os.devnull),
                form="null",
                size=(size.width, size.height),
                tick=held.tick,
                source=held.facts,
                chosen=choose_encoder(SILENT),
            )
            muxer.start()
            for frame, pts in held.coded:
                muxer.encode(frame, pts)
            first, last = held.coded[0][1], held.coded[-1][1]
            muxer.finish(first_pts=first, last_pts=last, last_ticks=1)
        return watch.cost(len(held.coded))


def network_session(snapshot: str | None, choice: EngineChoice) -> Any:
    """A snapshot's network as a session of ONNX Runtime, with the options that the product gives it.

    The snapshot must have been loaded before, which converts it.
    """
    store = ModelStore.standard()
    name = snapshot or store.default.name
    listed = {record.name for record in store.records}
    path = store.path(name) if name in listed else Path(name)
    plan = plan_load(path, device=choice.device, engine=choice.engine)
    found = plan.conversions.find(plan.sha256)
    content = found.content if plan.runs == "converted" and found is not None else plan.path.read_bytes()
    return _session(content, threads=choice.threads or os.cpu_count() or 1)


def _detector_network(name: str) -> Any:
    """The same of a detector whose network ONNX Runtime runs; None for others."""
    model = detector_kind(name).model_name
    path = ModelStore.standard().path(model) if model is not None else None
    if path is None or path.suffix != _TFLITE:
        return None
    graph = converted(read_tflite(path.read_bytes()), input_name="picture", output_names=("boxes", "scores"))
    return _session(graph, threads=1)


def _session(content: bytes, *, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
