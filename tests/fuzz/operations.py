"""What writes files, as programs that can be stopped at any moment: `python -m tests.fuzz.operations NAME FOLDER`.

Each prints "started" once its imports are over.
"""

from __future__ import annotations

import csv
import hashlib
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from app.errors import OutputError
from app.main import main
from app.parts import PARTS
from app.preferences import Preferences, write_preferences
from app.product import SAMPLE
from app.weights import Manifest, ModelRecord, ModelStore, UrlSource

MODEL = bytes(range(256)) * 40_000
"""The contents of the model that is fetched and imported: 10 MB."""


def annotate(folder: Path) -> int:
    _started()
    outputs = ["-o", folder / "film.mp4", "--poses", folder / "table.csv", "--force"]
    return main([str(word) for word in ("annotate", SAMPLE, "--detector", "dlib-hog", "--to", 2, *outputs)])


def evaluate(folder: Path) -> int:
    _started()
    data = ["--dataset", "csv", "--root", folder / "pictures", "--table", folder / "pictures" / "labels.csv"]
    results = folder / "results"
    results.mkdir(exist_ok=True)
    outputs = ["--json", results / "figures.json", "--csv", results / "heads.csv", "--plots", results / "plots"]
    return main([str(word) for word in ("evaluate", *data, "--bootstrap", 50, *outputs)])


def train(folder: Path) -> int:
    import hopenet.training.run  # noqa: F401  (takes seconds)

    _started()
    changes = ["input_size=48", "sizes=[]", "optimiser.frozen_norms=[]", "optimiser.factors={}"]
    words = ["train", "--dataset", "csv", "--root", folder / "pictures", "--table", folder / "pictures" / "labels.csv"]
    words += ["--recipe", "compact", "--arch", "Squeezenet_1_1", "--initialise", "none", "--epochs", 6]
    words += ["--batch-size", 8, "--accelerator", "cpu", "--workers", 0, "--out", folder / "run"]
    return main([str(word) for word in (*words, *(word for change in changes for word in ("--set", change)))])


def fetch(folder: Path) -> int:
    return _with_store(folder, "weights", "fetch", "tiny")


def import_model(folder: Path) -> int:
    return _with_store(folder, "weights", "import", str(folder / "given.bin"))


def _with_store(folder: Path, *words: str) -> int:
    store = _store(folder)
    with patch.object(ModelStore, "standard", lambda: store):
        _started()
        return main(words)


def save_settings(folder: Path) -> int:
    """As the window does, which saves them now and then, and carries on if it cannot."""
    PARTS.remove_abandoned()
    _started()
    for number in range(1500):
        with suppress(OutputError, KeyboardInterrupt):
            write_preferences(replace(Preferences(), recent=(f"{number}.mp4",)), folder / "settings.toml")
    for _ in range(20):
        with suppress(OutputError):
            write_preferences(replace(Preferences(), recent=("last.mp4",)), folder / "settings.toml")
            break
        time.sleep(0.1)
    return 0


def make_pictures(folder: Path) -> None:
    """Twenty-four pictures of noise with labels, for `train` and `evaluate`."""
    from PIL import Image

    random = np.random.default_rng(0)
    folder.mkdir()
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "yaw_deg", "pitch_deg", "roll_deg"])
        for number in range(24):
            Image.fromarray(random.integers(0, 256, (64, 64, 3), np.uint8)).save(folder / f"{number}.png")
            rows.writerow([f"{number}.png", *random.normal(0, 20, 3)])


def _store(folder: Path) -> ModelStore:
    record = ModelRecord(
        name="tiny",
        title="A model",
        kind="snapshot",
        filename="tiny.bin",
        licence="CC0-1.0",
        training_data="none",
        homepage="https://example.org",
        figures={},
        sources=(UrlSource(url=os.environ.get("MODEL_ADDRESS", "http://127.0.0.1:9")),),
        sha256=hashlib.sha256(MODEL).hexdigest(),
    )
    manifest = Manifest(records=(record,), default="tiny")
    return ModelStore(manifest, bundled=folder / "bundled", folders=(), cache=folder / "cache")


def _started() -> None:
    print("started", flush=True)


OPERATIONS: dict[str, Callable[[Path], int]] = {
    "annotate": annotate,
    "evaluate": evaluate,
    "train": train,
    "fetch": fetch,
    "import": import_model,
    "settings": save_settings,
}

if __name__ == "__main__":
    sys.exit(OPERATIONS[sys.argv[1]](Path(sys.argv[2])))
