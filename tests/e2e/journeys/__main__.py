"""Runs one journey through the real `main()`: `python -m tests.e2e.journeys NAME FOLDER`.

FOLDER gets the journey's files, and `NAME.json` with its stalls and what it tells its test.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.main import main
from app.preferences import write_preferences
from app.product import SAMPLE
from benchmarks.driving import Driver
from tests.e2e.journeys import keyboard, many_videos, own_video, review, stream
from tests.e2e.journeys.journey import Journey, Story
from tests.gui.choices import with_detector

JOURNEYS: dict[str, tuple[Story, Callable[[Path], list[str]]]] = {
    "own video": (own_video.story, lambda _folder: [str(SAMPLE)]),
    "many videos": (many_videos.start, lambda _folder: []),
    "many videos, continued": (many_videos.go_on, lambda _folder: []),
    "review": (review.story, lambda _folder: []),
    "stream": (stream.story, lambda _folder: []),
    "keyboard": (keyboard.story, lambda _folder: []),
}
"""The stories, and what the program is started with."""


def run(name: str, folder: Path) -> int:
    settings = folder / "settings" / "settings.toml"
    os.environ["HOPENET_SETTINGS"] = str(settings)
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        write_preferences(with_detector("mediapipe"), settings)
    story, arguments = JOURNEYS[name]
    journey = Journey(folder)
    driver = Driver(lambda window: story(window, journey), patience_s=60)
    code = main(arguments(folder))
    journey.end()
    report = {"stalls": journey.stalls, "told": journey.told}
    (folder / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
    if driver.error is not None:
        raise driver.error
    return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], Path(sys.argv[2])))
