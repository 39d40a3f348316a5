"""Figures of a benchmark that were not measured."""

from __future__ import annotations

from dataclasses import replace

from app.benchmark.cost import Cost
from app.benchmark.figures import STAGES, Angles, Figures, Round, VideoFigures
from app.benchmark.machine import Machine


def cost(processor_ms: float, *, wall_ms: float | None = None, thread_ms: float | None = None) -> Cost:
    """By default that of work in one thread."""
    return Cost(
        processor_ms if wall_ms is None else wall_ms, processor_ms, processor_ms if thread_ms is None else thread_ms
    )


def a_round(export_wall_ms: float = 20.0, others: float | None = None) -> Round:
    """Seven stages of 4 ms each; network and encoder have threads of their own. The bare encoder takes 2 ms."""
    stages = {name: cost(4, thread_ms=1 if name in ("infer", "encode") else None) for name in STAGES}
    return Round(
        stages=stages,
        ideal={"encode": cost(2, thread_ms=0.5)},
        loop=cost(32),
        export=cost(35, wall_ms=export_wall_ms, thread_ms=6),
        published=cost(70, wall_ms=60),
        others={} if others is None else {"export": others, "stages": others},
    )


def figures(*rounds: Round) -> Figures:
    video = VideoFigures(
        name="video.mp4",
        size=(640, 480),
        frame_rate=25.0,
        frames=100,
        faces=1.0,
        rounds=rounds or (a_round(19), a_round(20), a_round(21)),
        memory_mib={"export": 300.0},
        file_kib={"export": 10.0, "published": 45.0},
        angles=Angles(0.001, 0.002, 60),
    )
    return Figures(
        date="2026-01-01T00:00:00+00:00",
        machine=Machine("A processor", 2, "Linux 6, x86_64"),
        versions={"python": "3.11.7", "av": "18.1.0"},
        settings={"detector": "mediapipe", "encoder": "libx264", "encoder options": {"crf": "20"}, "repeats": 3},
        snapshot={"name": "compact", "sha256": "0" * 64, "engine": "onnx-cpu"},
        videos=(video,),
        start=None,
    )


def faster(what: Figures, factor: float) -> Figures:
    """The same with all costs of the export divided by the factor."""
    video = what.videos[0]

    def changed(one: Round) -> Round:
        export = one.export
        return replace(
            one, export=Cost(export.wall_ms / factor, export.processor_ms / factor, export.thread_ms / factor)
        )

    return replace(what, videos=(replace(video, rounds=tuple(map(changed, video.rounds))),))
