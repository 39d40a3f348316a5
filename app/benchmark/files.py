"""Figures as JSON: with those of every round, so that every ratio can be computed again, and the ratios for readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.benchmark.cost import Cost
from app.benchmark.figures import Angles, Figures, Moment, Round, Start, VideoFigures, ratios
from app.benchmark.machine import Machine
from app.errors import DataError

FORMAT = 1


def as_json(figures: Figures) -> str:
    plain = asdict(figures)
    for video, of_video in zip(figures.videos, plain["videos"], strict=True):
        of_video["ratios"] = {name: one._asdict() for name, one in ratios(video, figures.machine.cores).items()}
    return json.dumps({"format": FORMAT, **plain}, indent=2, ensure_ascii=False) + "\n"


def read_figures(path: Path) -> Figures:
    """What `as_json` has written. Raises DataError if the file cannot be read, or is not of this kind."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except ValueError as error:
        raise DataError(f"{path} is not a JSON file.") from error
    try:
        if plain["format"] != FORMAT:
            raise DataError(f"{path} was written by another version of this program. Measure again.")
        return _figures(plain)
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} does not have the figures of a benchmark.") from error


def _figures(plain: Mapping[str, Any]) -> Figures:
    return Figures(
        date=plain["date"],
        machine=Machine(**plain["machine"]),
        versions=plain["versions"],
        settings=plain["settings"],
        snapshot=plain["snapshot"],
        videos=tuple(map(_video, plain["videos"])),
        start=None if plain["start"] is None else _start(plain["start"]),
    )


def _start(plain: Mapping[str, Any]) -> Start:
    return Start({name: Moment(*moment) for name, moment in plain["moments"].items()}, plain["live"])


def _video(plain: Mapping[str, Any]) -> VideoFigures:
    width, height = plain["size"]
    return VideoFigures(
        name=plain["name"],
        size=(width, height),
        frame_rate=plain["frame_rate"],
        frames=plain["frames"],
        faces=plain["faces"],
        rounds=tuple(map(_round, plain["rounds"])),
        memory_mib=plain["memory_mib"],
        file_kib=plain["file_kib"],
        angles=None if plain["angles"] is None else Angles(**plain["angles"]),
    )


def _round(plain: Mapping[str, Any]) -> Round:
    return Round(
        stages={name: Cost(**cost) for name, cost in plain["stages"].items()},
        ideal={name: Cost(**cost) for name, cost in plain["ideal"].items()},
        loop=Cost(**plain["loop"]),
        export=Cost(**plain["export"]),
        published=None if plain["published"] is None else Cost(**plain["published"]),
        others=plain["others"],
    )
